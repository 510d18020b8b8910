"""What a file of a report carries: its claims, and the text that it prints, to be compared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from nghe.errors import Fault
from nghe.wording.claims import Document
from nghe.wording.verify import Difference

JOINERS = str.maketrans({"\u2060": None, "\u200b": None, "\u00ad": None, "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Carried:
    """`kind` is claims, html, docx or pdf; `paragraphs` is what the file prints, none for `claims.json`."""

    kind: str
    claims: bytes
    paragraphs: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        return "json" if self.kind == "claims" else self.kind

    def compare(self, document: Document) -> list[Difference]:
        """Sentences that the file does not print as they are claimed."""
        if self.kind == "claims":
            return []
        printed = {plain(paragraph) for paragraph in self.paragraphs}
        whole = "\n".join(printed)
        language = document["built_with"].get("language", "vi")
        answer = []
        for claim in document["claims"]:
            text = plain(claim["rendered"].get(language) or claim["rendered"]["vi"])
            if text not in whole:
                answer.append(Difference("printed", claim["id"], text, nearest(text, printed)))
        return answer


def plain(text: str) -> str:
    """Without what only guides the breaking of lines."""
    return " ".join(text.translate(JOINERS).split())


def nearest(text: str, printed: set[str]) -> str:
    """The paragraph that looks most like it."""
    import difflib

    return next(iter(difflib.get_close_matches(text, sorted(printed), n=1, cutoff=0.5)), "no such sentence")


def read_carried(content: bytes, name: str) -> Carried:
    """Recognised by its content, not by its name; a `Fault` where it is no file of a report."""
    head = content[:1024].lstrip().lower()
    if head.startswith(b"{"):
        return Carried("claims", content)
    if head.startswith(b"<!doctype html"):
        return read_html(content, name)
    raise Fault("report.kind", name, "is neither claims.json nor a DOCX, PDF or HTML")


def read_html(content: bytes, name: str) -> Carried:
    reader = _Page()
    try:
        reader.feed(content.decode())
    except UnicodeDecodeError as error:
        raise Fault("report.html", name, f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    if not reader.claims:
        raise Fault("report.html", name, "carries no claims")
    return Carried("html", "".join(reader.claims).encode(), tuple(filter(None, map(str.strip, reader.said))))


class _Page(HTMLParser):
    """The text of each block, a row of a table as one, and the block of data with the claims."""

    BLOCKS = frozenset({"p", "summary", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "li", "div", "br", "caption", "figcaption",
                        "section"})
    CELLS = frozenset({"td", "th"})

    def __init__(self) -> None:
        super().__init__()
        self.claims: list[str] = []
        self.said: list[str] = [""]
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.inside = "claims" if ("id", "claims") in attrs else tag
        elif tag in self.BLOCKS:
            self.said.append("")
        elif tag in self.CELLS:
            self.said[-1] += "\t"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.inside = ""
        elif tag in self.BLOCKS:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.inside == "claims":
            self.claims.append(data)
        elif not self.inside:
            self.said[-1] += data
