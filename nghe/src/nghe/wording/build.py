"""The document of a report's claims, made from its statements and their evidence; none is made that does not verify (R6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nghe.errors import Fault
from nghe.evidence import Evidence, canonical_json
from nghe.wording.claims import SCHEMA, Document, claim_of, digest_of_document
from nghe.wording.scale import Scale, default_scale
from nghe.wording.sentence import Statement
from nghe.wording.verify import verify_claims


def build_claims(
    *,
    report: Mapping[str, Any],
    unit: Mapping[str, Any] | str,
    period: Mapping[str, Any] | str,
    statements: Sequence[Statement],
    evidence: Iterable[Evidence],
    built_with: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    fixed: Iterable[str] = (),
    signed: Iterable[str] = (),
    scale: Scale | None = None,
) -> Document:
    """The document; raises `Fault` for the first sentence or row that its evidence does not hold up (R6)."""
    scale = scale or default_scale()
    known = {item.id: item for item in evidence}
    document: Document = {
        "schema": SCHEMA, "report": dict(report), "unit": _plain(unit), "period": _plain(period),
        "built_with": dict(built_with), "files": dict(files or {}), "rule_version": scale.version,
        "claims": [claim_of(statement, known, scale) for statement in statements],
        "evidence": [item.to_dict() for item in known.values()], "fixed": list(fixed), "signed": list(signed),
    }
    if scale.base:
        document["scale"] = {"base": scale.base, "changes": scale.changes}
    document["digest"] = digest_of_document(document)
    document = json.loads(canonical_json(document, where="claims"))
    if differences := verify_claims(document):
        first = differences[0]
        raise Fault(
            "claims.inconsistent", first.where,
            f"{first.what}: expected {first.expected}, got {first.got} ({len(differences)} differences in all)",
        )
    return document


def _plain(value: Mapping[str, Any] | str) -> dict[str, Any] | str:
    return value if isinstance(value, str) else dict(value)
