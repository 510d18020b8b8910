"""The digest that a report prints: it covers the report, its sentences and the hashes of its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from nghe.evidence.canonical import sha256_of
from nghe.evidence.record import Evidence


class Sentence(Protocol):
    """Anything that can say itself as a plain record (`nghe.wording.Statement`)."""

    def to_dict(self) -> dict[str, Any]: ...


def digest(report: Mapping[str, Any], statements: Iterable[Sentence], evidence: Iterable[Evidence]) -> str:
    """`sha256:...` over `{"report", "statements", "evidence": {id: hash}}`; a `digest` inside the report is left out."""
    return digest_of_records(
        report, [statement.to_dict() for statement in statements], {item.id: item.hash for item in evidence}
    )


def digest_of_records(report: Mapping[str, Any], statements: list[dict[str, Any]], hashes: Mapping[str, str]) -> str:
    """The same over plain records, for the checks."""
    body = {"report": {k: v for k, v in report.items() if k != "digest"}, "statements": statements, "evidence": dict(hashes)}
    return sha256_of(body, where="report")
