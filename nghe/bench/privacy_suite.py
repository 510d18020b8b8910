"""`make bench SUITE=privacy`: how much the door finds, how often it errs, how fast it is; with and without the second reader.

*Covered* means that every character of a span lies in hits, of whatever type; a hit is right when it touches a span. The rounds
are invented sentences, written before anybody looked at how the rules do on them; the rules have learned from them since. What
each gave unseen is in docs/methods/privacy.md. Other files in the same format can be named:

    python nghe/bench/privacy_suite.py [FILE.jsonl ...]
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from nghe.privacy import Hit, find
from nghe.privacy.browser import module
from nghe.privacy.second import second_opinion
from nghe.privacy.tagger import find_names
from nghe.privacy.weigh import weights

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
NOTE = "Bà Nông Thị Bích (SĐT 0912 345 687) ở xóm Lũng Pán phản ánh nước sinh hoạt bị đục, 1.250.000 đồng một tháng. "
REPEATS = 5


def judge(rows: list[dict[str, object]], finder: Callable[[str], list[Hit]]) -> Counter[str]:
    count: Counter[str] = Counter()
    for row in rows:
        hits = finder(row["text"])
        places = {place for hit in hits for place in range(hit.start, hit.end)}
        for span in row["spans"]:
            kind = "names" if span["type"] == "PERSON" else "structured"
            count[kind] += 1
            count[f"{kind} covered"] += set(range(span["start"], span["end"])) <= places
        count["hits"] += len(hits)
        count["right"] += sum(any(hit.start < span["end"] and span["start"] < hit.end for span in row["spans"]) for hit in hits)
    return count


def show(label: str, count: Counter[str]) -> None:
    parts = [f"{kind} {count[f'{kind} covered']}/{count[kind]} ({count[f'{kind} covered'] / max(1, count[kind]):.1%})"
             for kind in ("structured", "names")]
    print(f"{label:<34} {parts[0]:<28} {parts[1]:<24} precision {count['right'] / max(1, count['hits']):.1%}")


def main(paths: list[Path]) -> int:
    texts: list[str] = []
    with second_opinion() as second:
        for path in paths:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            texts += [row["text"] for row in rows]
            show(f"{path.stem} door", judge(rows, find))
            show(f"{path.stem} second opinion", judge(rows, second.find))
    measure("door", find, texts)
    measure("second reader alone", lambda text: find_names(text, weights()), texts)
    started = time.process_time()
    find(NOTE * (1_000_000 // len(NOTE)))
    print(f"1,000,000 characters of one text: {time.process_time() - started:.1f} s CPU")
    source = module().encode()
    print(f"browser: {len(source):,} bytes, {len(gzip.compress(source)):,} compressed")
    return 0


def measure(label: str, finder: Callable[[str], object], texts: list[str]) -> None:
    started = time.process_time()
    for _ in range(REPEATS):
        for text in texts:
            finder(text)
    print(f"{label}: {REPEATS * len(texts) / (time.process_time() - started):,.0f} texts/s of CPU time")


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or sorted(DATA.glob("privacy_*.jsonl"))))
