"""The document of claims: seeded faults first, then that nothing in it can be changed unseen."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nghe.errors import Fault
from nghe.evidence import Evidence
from nghe.wording import build_claims, claims_bytes, default_scale, load_claims, verify_claims, verify_files
from nghe.wording.claims import digest_of_document

Document = dict[str, Any]


@pytest.fixture
def document(evidence: dict[str, Evidence], statements: list[Any]) -> Document:
    return build_claims(
        report={"id": "weekly", "number": "118/BC", "date": "2026-11-13"}, unit={"code": "SG", "name": "Sông Thao"},
        period={"code": "2026-W46", "first_day": "2026-11-05", "last_day": "2026-11-11"}, statements=statements,
        evidence=evidence.values(), built_with={"nghe": "0.1.0"}, fixed=["Số: 118/BC"],
    )


def item(document: Document, name: str) -> Document:
    return next(found for found in document["evidence"] if found["id"] == name)


def row(document: Document, name: str, of: str = "total") -> Document:
    return item(document, name)["rows"][of]


def claim(document: Document, name: str) -> Document:
    return next(found for found in document["claims"] if found["id"] == name)


def renew(document: Document) -> None:
    """What a careful forger does last: every hash and the digest are made anew."""
    for found in document["evidence"]:
        bare = {key: value for key, value in found.items() if key != "hash"}
        try:
            found["hash"] = Evidence.from_dict(bare).hash
        except Fault:
            continue
    document["digest"] = digest_of_document(document)


def retext(document: Document, name: str, old: str, new: str) -> None:
    for part in ("text", "rendered"):
        claim(document, name)[part]["vi"] = claim(document, name)[part]["vi"].replace(old, new)


FAULTS: dict[str, Callable[[Document], object]] = {
    "a stored count changed": lambda d: row(d, "E02").update(places=12),
    "count and bound changed together": lambda d: row(d, "E02").update(places=12, upper=15),
    "a bound widened": lambda d: row(d, "E02").update(upper=18),
    "silent places denied": lambda d: row(d, "E02").update(silent=0, upper=11),
    "a change word swapped": lambda d: row(d, "E02").update(change="unclear"),
    "an earlier week lowered": lambda d: row(d, "E02", "w45").update(places=12),
    "the worst case of earlier weeks lowered": lambda d: row(d, "E02").update(prev_max=7),
    "streams that add up to too many": lambda d: row(d, "E02", "s-agree").update(notes=15),
    "more areas than places": lambda d: row(d, "E02", "a-urban").update(places=5),
    "a small stream printed alone": lambda d: row(d, "E02", "s-agree").update(notes=4, places=3),
    "an area with two places": lambda d: row(d, "E02", "a-urban").update(places=2),
    "more places than notes": lambda d: row(d, "E02", "s-oppose").update(notes=8),
    "an interval narrowed past its word": lambda d: row(d, "E03", "sat").update(ci_low=75.5, estimate=76.0, ci_high=77.0),
    "an interval that misses its estimate": lambda d: row(d, "E03", "sat").update(ci_low=61.0),
    "a margin of error on notes": lambda d: row(d, "E02").update(se=2.1),
    "a margin of error on a poll": lambda d: row(d, "E04").update(ci_low=70.1),
    "an interval on quota sheets": lambda d: row(d, "E05", "good").update(low=58.0, high=66.0),
    "a poll passed off as a survey": lambda d: item(d, "E04").update(kind="SurveyEstimate"),
    "a poll without its label": lambda d: item(d, "E04").update(uncertainty={"type": "none", "text": {"vi": "Không."}}),
    "more clicks for one answer than in all": lambda d: row(d, "E04", "no").update(count=2000),
    "evidence frozen after the report": lambda d: item(d, "E06").update(frozen_at="2026-11-20T08:00:00+07:00"),
    "a rumour's state changed": lambda d: row(d, "E02", "k-TD-11").update(state="false"),
    "topics that do not add up": lambda d: row(d, "E08").update(wider=2),
    "a figure in the rendered sentence": lambda d: claim(d, "C01")["rendered"].update(vi="Ghi nhận ở 12/15 địa bàn."),
    "a span moved": lambda d: claim(d, "C01")["spans"]["vi"][1].update(value=12),
    "a majority word about a poll": lambda d: (
        claim(d, "C05").update(words=["majority"]), retext(d, "C05", "{w:sheets_over_half}", "{w:majority}")),
    "a word not earned": lambda d: (
        claim(d, "C01").update(words=["narrower"]), retext(d, "C01", "{w:wider}", "{w:narrower}")),
    "a word left out of the list": lambda d: claim(d, "C01").update(words=[]),
    "a figure typed by hand": lambda d: retext(d, "C03", "{E02.m-aggrieved.notes}", "20"),
    "a breadth word typed by hand": lambda d: retext(d, "C02", "Trên cả", "Hầu hết trên"),
    "a sentence without evidence": lambda d: claim(d, "C02").update(evidence=[]),
    "a figure from evidence not cited": lambda d: claim(d, "C05").update(evidence=["E05"]),
    "a sentence of another scale": lambda d: claim(d, "C02").update(rule_version="tu/2020.1"),
    "evidence taken away": lambda d: d["evidence"].pop(1),
    "a breadth word among the fixed texts": lambda d: d["fixed"].append("Đa số người dân đồng tình"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_seeded_fault_is_found_though_every_hash_is_renewed(name: str, document: Document) -> None:
    FAULTS[name](document)
    renew(document)
    assert verify_claims(document) != []


def test_edited_evidence_with_the_old_hash_is_found(document: Document) -> None:
    row(document, "E01")["members"] = 26
    assert {found.what for found in verify_claims(document)} >= {"hash"}


def test_difference_says_what_where_expected_and_got(document: Document) -> None:
    row(document, "E02")["upper"] = 18
    renew(document)
    found = next(found for found in verify_claims(document) if found.what == "row")
    assert (found.where, found.expected, found.got) == ("E02.total.upper", "14", "18")


def test_untouched_document_has_no_difference(document: Document) -> None:
    assert verify_claims(document) == []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))
    else:
        yield path


def test_no_leaf_of_the_document_can_change_unseen(document: Document) -> None:
    """Files, versions and fixed texts stand outside the digest: it is printed before they are known."""
    outside = {"built_with", "files", "fixed", "signed"}
    seen = 0
    for path in leaves(document):
        if path[0] in outside or (path[0] in ("claims", "evidence") and path[1] > 3):
            continue
        spoilt = copy.deepcopy(document)
        at = spoilt
        for key in path[:-1]:
            at = at[key]
        old = at[path[-1]]
        at[path[-1]] = not old if isinstance(old, bool) else old + 1 if isinstance(old, int | float) else f"{old}x"
        assert verify_claims(spoilt) != [], path
        seen += 1
    assert seen > 200


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [None], {"x": None}, True])
def test_no_value_of_another_type_makes_the_check_fall_over(document: Document, wrong: Any) -> None:
    for key in ("claims", "evidence"):
        document[key] = document[key][:2]
    for path in {path[:depth] for path in leaves(document) for depth in range(1, 6)}:
        spoilt = copy.deepcopy(document)
        at = spoilt
        for key in path[:-1]:
            at = at[key]
        if at[path[-1]] == wrong or path[0] in ("built_with", "files"):
            continue
        at[path[-1]] = wrong
        verify_claims(spoilt)


BAD_BYTES = [
    (b"", "claims.not_json"), (b"\xff\xfe{}", "claims.not_json"), (b"[" * 100_000, "claims.not_json"), (b"[]", "claims.shape"),
    (b'{"schema":"langnghe.claims/9"}', "claims.schema"), (b'{"schema":"langnghe.claims/1"}', "claims.shape"),
    (b'{"schema":"langnghe.claims/1","schema":"langnghe.claims/1"}', "claims.not_json"), (b'{"digest":NaN}', "claims.not_json"),
]


@pytest.mark.parametrize(("content", "code"), BAD_BYTES)
def test_unreadable_document_is_refused_with_its_code(content: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        load_claims(content)
    assert refused.value.code == code


def test_document_without_a_key_or_with_an_id_twice_is_refused(document: Document) -> None:
    lacking = {key: value for key, value in document.items() if key != "evidence"}
    with pytest.raises(Fault, match=r"claims\.evidence: is missing"):
        load_claims(json.dumps(lacking).encode())
    document["claims"].append(copy.deepcopy(document["claims"][0]))
    with pytest.raises(Fault, match="C01, which stands above"):
        load_claims(json.dumps(document).encode())


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault) as refused:
        load_claims(tmp_path / "claims.json")
    assert refused.value.code == "claims.unreadable"


def test_document_survives_its_bytes(document: Document, tmp_path: Path) -> None:
    (tmp_path / "claims.json").write_bytes(claims_bytes(document))
    again = load_claims(tmp_path / "claims.json")
    assert again == document
    assert claims_bytes(again) == claims_bytes(document)


def test_sentence_without_evidence_does_not_export(evidence: dict[str, Evidence], say: Any) -> None:
    with pytest.raises(Fault) as refused:
        build_claims(report={}, unit="SG", period="2026-W46", statements=[say("Chưa biết vì sao.", "")], built_with={},
                     evidence=evidence.values())
    assert refused.value.code == "wording.no_evidence"


def test_evidence_that_contradicts_itself_does_not_export(records: Any, statements: list[Any]) -> None:
    records["E02"]["rows"]["total"]["upper"] = 18
    with pytest.raises(Fault, match=r"E02\.total\.upper"):
        build_claims(report={}, unit="SG", period="2026-W46", statements=statements, built_with={},
                     evidence=[Evidence.from_dict(data) for data in records.values()])


def test_tightened_scale_travels_with_the_document(evidence: dict[str, Evidence], say: Any) -> None:
    strict = default_scale().tightened({"majority": {"low_above": 52}}, version="tu/2026.1-ST")
    sentence = say("{w:majority|cap}: {E03.sat.estimate|p1}%.", "E03", rule_version=strict.version)
    document = build_claims(report={}, unit="SG", period="2026-W46", statements=[sentence], evidence=evidence.values(),
                            built_with={}, scale=strict)
    assert document["scale"] == {"base": "tu/2026.1", "changes": {"majority": {"low_above": 52}}}
    assert verify_claims(document) == []
    document["scale"]["changes"]["majority"]["low_above"] = 40
    assert [found.what for found in verify_claims(document)] == ["wording.scale"]


def test_file_beside_the_document_is_checked(document: Document) -> None:
    document["files"] = {"weekly.pdf": "sha256:0e1"}
    assert [found.where for found in verify_files(document, {"weekly.pdf": b"other"})] == ["files.weekly.pdf"]
    assert verify_files(document, {})[0].got == "no such file"
