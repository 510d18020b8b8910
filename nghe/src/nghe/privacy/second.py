"""A second opinion on names: another reader in a process of its own. It can only add hits, and when it fails, nothing passes.

The reader is any program that reads one line `{"texts": [...]}` from its standard input and answers with one line
`{"spans": [[[start, end, type], ...], ...]}`: for each text its spans, half-open, in code points of the text, which is NFC.
Built in is `nghe.privacy.tagger`; an office may name a better one of its own. It runs apart, since such programs are large and
slow and can hang, and gets no more than `seconds` for an answer. Late, dead, or answering nonsense: a `Fault`, never a text that
was seen by one reader only.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from nghe.errors import Fault
from nghe.privacy.find import Hit, find, settle
from nghe.privacy.known import NOBODY, Known
from nghe.privacy.rules import TYPES

BUILT_IN = (sys.executable, "-m", "nghe.privacy.tagger")
SECONDS = 30.0
RULE = "second-opinion"
WHY = {"vi": "tên do bộ đọc thứ hai nhận ra", "en": "a name that the second reader sees"}
MENDING = "run without a second opinion, or mend the reader; nothing was let through"


@dataclass(slots=True)
class SecondOpinion:
    """A running reader; made by `second_opinion()`."""

    process: subprocess.Popen[str]
    seconds: float

    def find(self, text: str, known: Known = NOBODY) -> list[Hit]:
        """The hits of the rules and those of the reader, settled. Raises `Fault` where the reader fails."""
        text = unicodedata.normalize("NFC", text)
        [spans] = self.spans([text])
        added = (Hit(start, end, kind, RULE, WHY) for start, end, kind in spans)
        return settle([*find(text, known), *(hit for hit in added if not known.clears(text[hit.start : hit.end], cued=False))])

    def spans(self, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        """What the reader alone says; checked, since it is another program's word."""
        line = self._ask(json.dumps({"texts": list(texts)}))
        try:
            answer = json.loads(line)["spans"]
            if len(answer) != len(texts):
                raise ValueError(f"{len(answer)} answers to {len(texts)} texts")
            return [[_span(span, text) for span in spans] for spans, text in zip(answer, texts, strict=True)]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self.process.kill()
            raise Fault("privacy.second_opinion", "second reader", f"answers what cannot be: {error}; {MENDING}") from error

    def _ask(self, line: str) -> str:
        """One line in, one line out, within the time; both in a thread, since either can block for ever."""
        answers: queue.Queue[str | Exception] = queue.Queue()

        def talk() -> None:
            assert self.process.stdin
            assert self.process.stdout
            try:
                with suppress(BrokenPipeError):  # who did not wait for the question may have answered it all the same
                    self.process.stdin.write(line + "\n")
                    self.process.stdin.flush()
                answers.put(self.process.stdout.readline())
            except (OSError, ValueError) as error:
                answers.put(error)

        threading.Thread(target=talk, daemon=True).start()
        try:
            answer = answers.get(timeout=self.seconds)
        except queue.Empty:
            self.process.kill()
            raise Fault(
                "privacy.second_opinion", "second reader", f"gave no answer in {self.seconds:g} seconds; {MENDING}",
            ) from None
        if isinstance(answer, Exception) or not answer.endswith("\n"):
            raise Fault("privacy.second_opinion", "second reader", f"ended before it answered; {MENDING}")
        return answer


@contextmanager
def second_opinion(command: Sequence[str] = BUILT_IN, *, seconds: float = SECONDS) -> Iterator[SecondOpinion]:
    """A reader for as long as the block lasts; `command` is a program and its arguments, never read by a shell."""
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        )
    except OSError as error:
        raise Fault("privacy.second_opinion", command[0], f"cannot be started: {error.strerror}; {MENDING}") from error
    try:
        yield SecondOpinion(process, seconds)
    finally:
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                _close(stream)
        process.wait()


def _close(stream: Any) -> None:
    try:
        stream.close()
    except OSError:
        return  # what was written to a dead reader cannot be flushed, and need not be


def _span(span: Any, text: str) -> tuple[int, int, str]:
    start, end, kind = span
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text) or kind not in TYPES:
        raise ValueError(f"span {span!r} in a text of {len(text)} characters")
    return start, end, kind
