"""The document of claims (`claims.json`): every sentence of a report, its evidence, and what is needed to check it alone.

    {"schema": "langnghe.claims/1", "report": {...}, "unit": {...}, "period": {...}, "built_with": {...},
     "files": {name: "sha256:..."}, "rule_version": "tu/2026.1", "scale"?: {"base", "changes"}, "digest": "sha256:...",
     "claims": [{"id", "slot", "text": {"vi", "en"?}, "words", "rule_version", "evidence", "judgement",
                 "rendered": {"vi", "en"?}, "spans": {"vi": [...], "en"?: [...]}}],
     "evidence": [...],            # `nghe.evidence`
     "fixed": ["..."],             # letterhead, labels, dates: text that the DOCX prints beside its claims, each as often as
                                   # it stands there; figures only, never a word for how many or how it feels
     "signed": ["..."]}            # the office's own signed words: recommendations, outlook

The printed digest covers report, unit, period, sentences, and the hashes of the evidence. Files are named by their hash and are
no part of it, since they print it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nghe.errors import Fault
from nghe.evidence import Evidence, canonical_json
from nghe.evidence.digest import digest_of_records
from nghe.wording.lexicon import find_words
from nghe.wording.scale import Scale, default_scale
from nghe.wording.sentence import Statement, render

SCHEMA = "langnghe.claims/1"
LARGEST = 64 * 1024 * 1024
NEEDED: dict[str, type | tuple[type, ...]] = {
    "schema": str, "report": dict, "unit": (dict, str), "period": (dict, str), "built_with": dict, "files": dict,
    "rule_version": str, "digest": str, "claims": list, "evidence": list, "fixed": list, "signed": list,
}
STATEMENT_KEYS = ("id", "slot", "text", "words", "rule_version", "evidence", "judgement")
CLAIM_KEYS = (*STATEMENT_KEYS, "rendered", "spans")

Document = dict[str, Any]


def claim_of(statement: Statement, evidence: Mapping[str, Evidence], scale: Scale) -> dict[str, Any]:
    """One claim: the sentence, what it says in each language, and the span of each figure and word."""
    said = {lang: render(statement, evidence, lang, scale=scale) for lang in ("vi", "en") if statement.text.get(lang)}
    return {
        **statement.to_dict(),
        "rendered": {lang: rendered.text for lang, rendered in said.items()},
        "spans": {lang: [span.to_dict() for span in rendered.spans] for lang, rendered in said.items()},
    }


def digest_of_document(document: Mapping[str, Any]) -> str:
    """The digest that the report prints, from the document's own records."""
    report = {**document["report"], "unit": document["unit"], "period": document["period"]}
    statements = [{key: claim.get(key) for key in STATEMENT_KEYS} for claim in document["claims"]]
    return digest_of_records(report, statements, {item["id"]: item["hash"] for item in document["evidence"]})


def claims_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as the bytes of `claims.json`: canonical, so that two builds give the same file."""
    return canonical_json(document, where="claims") + b"\n"


def load_claims(source: str | Path | bytes) -> Document:
    """The document, its shape checked; raises `Fault` that says what is wrong and where. `verify_claims` checks the rest."""
    name = "claims" if isinstance(source, bytes) else Path(source).name
    if not isinstance(source, bytes):
        source = _read(Path(source))
    if len(source) > LARGEST:
        raise Fault("claims.too_large", name, f"has {len(source)} bytes; at most {LARGEST} are read")
    try:
        document = json.loads(source.decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Fault("claims.not_json", name, f"is no JSON in UTF-8: {error}") from error
    check_shape(document, name)
    return dict(document)


def check_shape(document: object, name: str = "claims") -> None:
    """Every key there, of its type; every claim and every evidence an object with an id of its own."""
    if not isinstance(document, dict):
        raise Fault("claims.shape", name, "must be an object")
    if document.get("schema") != SCHEMA:
        raise Fault("claims.schema", f"{name}.schema", f"is {document.get('schema')!r}; this version reads {SCHEMA}")
    for key, kind in NEEDED.items():
        if not isinstance(document.get(key), kind):
            raise Fault("claims.shape", f"{name}.{key}", "is missing" if key not in document else "has the wrong type")
    for key in ("claims", "evidence"):
        ids = [item.get("id") if isinstance(item, dict) else None for item in document[key]]
        for place, found in enumerate(ids):
            if not isinstance(found, str):
                raise Fault("claims.shape", f"{name}.{key}[{place}]", "is no object with an id")
            if found in ids[:place]:
                raise Fault("claims.shape", f"{name}.{key}[{place}]", f"has the id {found}, which stands above already")
    for claim in document["claims"]:
        if missing := [key for key in CLAIM_KEYS if key not in claim]:
            raise Fault("claims.shape", f"{name}.claims.{claim['id']}", f"lacks {', '.join(missing)}")
        for key, kind in (("text", str), ("rendered", str), ("spans", list)):
            if not isinstance(claim[key], dict) or not all(isinstance(said, kind) for said in claim[key].values()):
                raise Fault("claims.shape", f"{name}.claims.{claim['id']}.{key}", f"is an object of {kind.__name__} by language")
    for key in ("fixed", "signed"):
        if not all(isinstance(text, str) for text in document[key]):
            raise Fault("claims.shape", f"{name}.{key}", "is a list of texts")


def scale_of(document: Mapping[str, Any]) -> Scale:
    """The scale the document was written by: the library's own, or one that its office tightened."""
    scale = default_scale()
    own = document.get("scale")
    if own is not None:
        if not isinstance(own, dict) or own.get("base") != scale.version or not isinstance(own.get("changes"), dict):
            raise Fault("claims.scale", "scale", f"must name `base` {scale.version} and its `changes`")
        return scale.tightened(own["changes"], version=document["rule_version"])
    if document["rule_version"] != scale.version:
        raise Fault("claims.scale", "rule_version", f"is {document['rule_version']}; this version knows {scale.version}")
    return scale


def doubtful_words(text: str) -> list[str]:
    """Words in a fixed text that only a claim may say."""
    return [hit.text for lang in ("vi", "en") for hit in find_words(text, lang)]


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Fault("claims.too_large", path.name, f"has {path.stat().st_size} bytes; at most {LARGEST} are read")
        return path.read_bytes()
    except OSError as error:
        raise Fault("claims.unreadable", path.name, f"cannot be read: {error.strerror}") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in {k for k, _ in pairs[:place]})
        raise Fault("claims.not_json", twice, "stands twice in one object; a reader could be shown either")
    return found


def _no_constant(name: str) -> float:
    raise Fault("claims.not_json", name, "is no number that JSON can hold")
