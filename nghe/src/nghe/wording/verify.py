"""Check a document of claims by itself: every hash, every derived row, every sentence and word, the digest.

Nothing is taken on trust but the rows of the evidence: what follows from them is worked out again. A forger who changes a figure
and renews the hashes is still found where the figure no longer goes with its neighbours, its word, or its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nghe.errors import Fault
from nghe.evidence import Evidence, sha256_of
from nghe.wording.claims import STATEMENT_KEYS, Document, check_shape, claim_of, digest_of_document, doubtful_words, scale_of
from nghe.wording.recheck import recheck_rows
from nghe.wording.scale import Scale
from nghe.wording.sentence import Statement, render_own

OWN_TEXTS = ("title", "base", "method", "uncertainty")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not hold: what (a stable word), where, what follows from the evidence, what stands there."""

    what: str
    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: expected {self.expected}, got {self.got}"

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


def verify_claims(document: Document) -> list[Difference]:
    """Every difference, in the order of the document; an empty list where all holds."""
    try:
        check_shape(document)
        scale = scale_of(document)
    except Fault as fault:
        return [refused(fault)]
    differences: list[Difference] = []
    evidence: dict[str, Evidence] = {}
    for record in document["evidence"]:
        differences += check_hash(record)
        try:
            item = Evidence.from_dict({key: value for key, value in record.items() if key != "hash"})
        except Fault as fault:
            differences.append(refused(fault))
            continue
        evidence[item.id] = item
        differences += check_evidence(item, scale, document["report"])
    for claim in document["claims"]:
        differences += check_claim(claim, evidence, scale)
    differences += check_fixed(document["fixed"])
    if (digest := safe_digest(document)) != document["digest"]:
        differences.append(Difference("digest", "digest", digest, document["digest"]))
    return differences


def verify_files(document: Document, files: Mapping[str, bytes]) -> list[Difference]:
    """The files that stand beside the document against the hashes it names."""
    import hashlib

    found = {name: "sha256:" + hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return [
        Difference("file", f"files.{name}", hash_, found.get(name, "no such file"))
        for name, hash_ in document["files"].items() if found.get(name) != hash_
    ]


def refused(fault: Fault) -> Difference:
    return Difference(fault.code, fault.where, "what the rules allow", fault.message)


def check_hash(record: Mapping[str, Any]) -> list[Difference]:
    where = f"{record['id']}.hash"
    try:
        expected = sha256_of({key: value for key, value in record.items() if key != "hash"}, where=record["id"])
    except Fault as fault:
        return [refused(fault)]
    given = str(record.get("hash"))
    return [] if given == expected else [Difference("hash", where, expected, given)]


def check_evidence(item: Evidence, scale: Scale, report: Mapping[str, Any]) -> Iterator[Difference]:
    """Rows that follow from rows, the evidence's own texts, and that it was frozen before the report."""
    for where, expected, got in recheck_rows(item, scale):
        yield Difference("row", where, expected, got)
    for name in OWN_TEXTS:
        for lang in ("vi", "en"):
            try:
                render_own(item, name, lang)
            except Fault as fault:
                yield refused(fault)
    day = report.get("date")
    if isinstance(day, str) and item.frozen_at[:10] > day:
        yield Difference("frozen_at", f"{item.id}.frozen_at", f"no later than the report of {day}", item.frozen_at)


def check_claim(claim: Mapping[str, Any], evidence: Mapping[str, Evidence], scale: Scale) -> Iterator[Difference]:
    """The sentence rendered again, its words decided again."""
    name = claim["id"]
    try:
        statement = Statement(**{key: claim[key] for key in STATEMENT_KEYS})
        again = claim_of(statement, evidence, scale)
    except Fault as fault:
        yield refused(fault)
        return
    except TypeError as error:
        yield Difference("claims.shape", name, "a sentence of the known shape", str(error))
        return
    if list(again["words"]) != list(claim["words"]):
        yield Difference("words", f"{name}.words", ", ".join(again["words"]), ", ".join(map(str, claim["words"])))
    for part in ("rendered", "spans"):
        for lang in sorted(again[part].keys() | claim[part].keys()):
            expected, got = again[part].get(lang), claim[part].get(lang)
            if expected != got:
                yield Difference(part, f"{name}.{part}.{lang}", *first_apart(expected, got))


def first_apart(expected: Any, got: Any) -> tuple[str, str]:
    """The two as text; of lists, the first items that are not the same."""
    if isinstance(expected, list) and isinstance(got, list):
        for one, other in zip(expected, got, strict=False):
            if one != other:
                return str(one), str(other)
        return f"{len(expected)} spans", f"{len(got)} spans"
    return str(expected), str(got)


def check_fixed(fixed: list[str]) -> Iterator[Difference]:
    for place, text in enumerate(fixed):
        if words := doubtful_words(text):
            yield Difference("fixed", f"fixed[{place}]", "no word for how many or how it feels", ", ".join(words))


def safe_digest(document: Document) -> str:
    try:
        return digest_of_document(document)
    except (Fault, KeyError) as error:
        return f"none ({error})"
