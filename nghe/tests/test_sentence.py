"""Sentences: what is refused first, then what is said."""

from __future__ import annotations

from typing import Any

import pytest

from nghe.errors import Fault
from nghe.wording import render, render_own

REFUSED = [
    ("wording.typed_figure", "Bức xúc 14 lượt ở {E02.total.places} nơi.", "E02"),
    ("wording.typed_word", "Đa số người dân nói nước đục ở {E02.total.places} nơi.", "E02"),
    ("wording.typed_word", "Hàng nghìn người nói vậy ở {E02.total.places} nơi.", "E02"),
    ("wording.typed_word", "Hai mươi người nói vậy.", "E02"),
    ("wording.typed_word", "Phấn khởi ở {E02.total.places} nơi.", "E02"),
    ("wording.typed_word", "Các tầng lớp nhân dân đồng tình.", "E02"),
    ("wording.no_evidence", "Chưa biết vì sao.", ""),
    ("wording.unknown_evidence", "Ghi nhận ở {E99.total.places} nơi.", "E99"),
    ("wording.unknown_evidence", "Ghi nhận ở {E01.total.silent} nơi.", "E02"),
    ("evidence.no_row", "Ghi nhận ở {E02.all.places} nơi.", "E02"),
    ("evidence.no_field", "Ghi nhận ở {E02.total.people} nơi.", "E02"),
    ("wording.people_word", "{w:majority|cap} chọn “chưa biết”: {E04.total.no} lượt.", "E04"),
    ("wording.people_word", "{w:majority|cap} phiếu tốt: {E05.good.count}.", "E05"),
    ("wording.people_word", "{w:majority|cap} nói vậy: {E02.total.notes} lượt.", "E02"),
    ("wording.not_earned", "{w:narrower|cap}: {E02.total.places} nơi.", "E02"),
    ("wording.not_earned", "{w:great|cap} hài lòng: {E03.sat.estimate|p1}%.", "E03"),
    ("wording.not_earned", "{w:fall|cap} {E03.diff.difference|p1} điểm.", "E03"),
    ("wording.not_earned", "{w:one_note|cap} ở {E02.total.notes} lượt.", "E02"),
    ("wording.not_earned", "{w:worried|cap} ở {E02.total.places} nơi.", "E02"),
    ("wording.ambiguous", "{w:majority|cap}: {E03.sat.estimate|p1}%, đất đai {E03.land.estimate|p1}%.", "E03"),
    ("wording.unknown_word", "{w:everybody|cap} nói vậy.", "E02"),
    ("wording.word_form", "{w:wider/noun|cap}: {E02.total.places} nơi.", "E02"),
    ("wording.slot", "Ghi nhận ở {E02.places} nơi.", "E02"),
    ("wording.slot", "Ghi nhận ở {w:} nơi.", "E02"),
    ("wording.form", "Ghi nhận ở {E02.total.places|p9} nơi.", "E02"),
    ("wording.form", "Hài lòng {E03.sat.estimate}%.", "E03"),
    ("wording.form", "Ngày {E06.D1.number|dm}.", "E06"),
    ("wording.brace", "Ghi nhận ở {E02.total.places nơi.", "E02"),
    ("wording.brace", "*Rộng nhất. Ghi nhận ở {E02.total.places} nơi.", "E02"),
]


@pytest.mark.parametrize(("code", "text", "cites"), REFUSED)
def test_sentence_is_refused_with_its_code(code: str, text: str, cites: str, evidence: Any, say: Any) -> None:
    with pytest.raises(Fault) as refused:
        render(say(text, cites), evidence, "vi")
    assert refused.value.code == code
    assert "X01" in refused.value.where or code.startswith("evidence.") or code in ("wording.unknown_word", "wording.word_form")


def test_sentence_of_another_scale_is_refused(evidence: Any, statements: Any) -> None:
    other = statements[0]
    object.__setattr__(other, "rule_version", "tu/2020.1")
    with pytest.raises(Fault, match="tu/2020"):
        render(other, evidence, "vi")


def test_sentence_says_its_claims_and_where_they_stand(evidence: Any, statements: Any) -> None:
    said = render(statements[0], evidence, "vi")
    assert said.text == (
        "Rộng nhất. Nước sạch: ghi nhận ở 11/15 địa bàn có báo cáo, qua 2 kênh, rộng hơn bốn tuần liền trước; "
        "điều nói nhiều nhất là giá tăng."
    )
    claims = [(said.text[span.start : span.end], span.kind, str(span.cell)) for span in said.spans]
    assert claims == [
        ("Rộng nhất.", "lead", "None"), ("11", "figure", "E02.total.places"), ("15", "figure", "E02.total.reported"),
        ("2", "figure", "E02.total.channels"), ("rộng hơn", "word", "E02.total.change"),
    ]


def test_every_example_sentence_renders_in_both_languages(evidence: Any, statements: Any) -> None:
    said = {s.id: [render(s, evidence, lang).text for lang in ("vi", "en")] for s in statements}
    assert said["C03"] == ["Bức xúc 20 lượt, băn khoăn 13.", "Aggrieved 20 notes, uneasy 13."]
    assert said["C04"] == [
        "Đa số hài lòng: 60,7% (khoảng 95%: 55,1–66,1%), tăng 9,7 điểm.", "A majority are satisfied: 60.7%; up 9.7 points.",
    ]
    assert said["C05"][0] == "1.431/1.943 lượt chọn “chưa biết”; 467/753 phiếu, quá nửa số phiếu."
    assert said["C06"] == [
        "Giá mới từ 01/11 (Quyết định số 2187/QĐ-UBND ngày 09/10/2026).",
        "A new price from 1 Nov (Decision 2187/QĐ-UBND of 9 Oct 2026).",
    ]
    assert said["C08"][0] == "3 chủ đề: 1 rộng hơn, 0 mới ghi nhận, 1 hẹp hơn, 1 chưa thấy thay đổi rõ."


def test_judgement_needs_no_evidence_but_its_figures_do(say: Any) -> None:
    marked = say("Việc này sẽ còn được nói tới.", "", judgement=True)
    assert render(marked, {}, "vi").text == "Việc này sẽ còn được nói tới."
    with pytest.raises(Fault, match="typed"):
        render(say("Sẽ còn 3 tuần nữa.", "", judgement=True), {}, "vi")


def test_identifier_of_a_cited_row_may_be_typed(evidence: Any, say: Any) -> None:
    said = render(say("Theo D1, giá mới từ {E06.D1.from|dm}.", "E06"), evidence, "vi")
    assert said.text == "Theo D1, giá mới từ 01/11."


def test_text_of_a_row_cannot_smuggle_in_a_breadth_word(evidence: Any, say: Any) -> None:
    data = evidence["E01"].to_dict()
    data.pop("hash")
    data["rows"]["p-01"]["place"] = "hầu hết các xã"
    evidence["E01"] = type(evidence["E01"]).from_dict(data)
    with pytest.raises(Fault, match="hầu hết"):
        render(say("Im lặng: {E01.p-01.place}.", "E01"), evidence, "vi")


def test_base_quotes_its_own_rows(evidence: Any) -> None:
    assert render_own(evidence["E02"], "base", "vi") == "15 địa bàn có báo cáo"
