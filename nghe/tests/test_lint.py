"""An edited report beside its claims: what was typed in later is found, and nothing that was there before."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from nghe.cli import run
from nghe.errors import Fault
from nghe.evidence import Evidence
from nghe.wording import build_claims, claims_bytes
from nghe.wording.docx_text import Stretch, read_docx
from nghe.wording.lint import Finding, lint

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FIXED = ["Số: 118/BC-TTDLXH", "BÁO CÁO", "Kính gửi: Ủy ban nhân dân tỉnh", "d596a864a50b", "4", "17/11/2026"]
SIGNED = ["Đăng lịch súc rửa 2 tuyến ống trước ngày 17/11."]


@pytest.fixture
def document(evidence: dict[str, Evidence], statements: list[Any]) -> dict[str, Any]:
    return build_claims(report={"id": "weekly", "date": "2026-11-13"}, unit="SG", period="2026-W46", statements=statements,
                        evidence=evidence.values(), built_with={"nghe": "0.1.0"}, fixed=FIXED, signed=SIGNED)


def printed(document: dict[str, Any]) -> list[str]:
    return [*FIXED, *[claim["rendered"]["vi"] for claim in document["claims"]], *SIGNED]


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(body: str, *, more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def findings(document: dict[str, Any], texts: list[str]) -> list[Finding]:
    return lint([Stretch(f"body {number}", (text,)) for number, text in enumerate(texts, 1)], document)


def test_report_as_it_was_built_has_nothing_to_say(document: dict[str, Any]) -> None:
    assert findings(document, printed(document)) == []


def test_every_figure_of_every_claim_changed_is_found(document: dict[str, Any]) -> None:
    """Each figure of each sentence in its turn gets another last digit."""
    tried = 0
    for claim in document["claims"]:
        text = claim["rendered"]["vi"]
        for span in claim["spans"]["vi"]:
            if span["kind"] != "figure":
                continue
            old = text[span["start"]: span["end"]]
            new = old[:-1] + str((int(old[-1]) + 1) % 10) if old[-1].isdigit() else ""
            if not new:
                continue
            changed = text[: span["start"]] + new + text[span["end"]:]
            texts = [changed if one == text else one for one in printed(document)]
            found = [one for one in findings(document, texts) if not one.is_note]
            assert found, (text, changed)
            assert any(one.claim == claim["id"] for one in found), (changed, found)
            tried += 1
    assert tried > 10


@pytest.mark.parametrize(("text", "words"), [
    ("Đa số người dân không đồng tình.", ["Đa số"]),
    ("Hàng ngàn hộ bức xúc.", ["Hàng ngàn", "bức xúc"]),
    ("Mười hai xã có ý kiến.", ["Mười hai"]),
    ("Các tầng lớp nhân dân phấn khởi, tin tưởng.", ["Các tầng lớp nhân dân", "phấn khởi", "tin tưởng"]),
    ("Nhìn chung 73,6% hài lòng.", ["Nhìn chung", "73,6"]),
    ("Hơn ba trăm phiếu.", ["ba trăm"]),
    ("Dư luận cho rằng giá cao.", ["Dư luận cho rằng"]),
])
def test_number_breadth_and_mood_typed_in_are_found(document: dict[str, Any], text: str, words: list[str]) -> None:
    assert [found.text for found in findings(document, [*printed(document), text])] == words


@pytest.mark.parametrize("text", [
    "Giá điện tăng giá từ đầu tháng.".replace("Giá điện ", "Nước "), "Bộ phận một cửa làm việc sáng thứ bảy.",
    "Ai cần thì hỏi một số điện thoại của xã.", "Chợ vẫn họp như thường.", "Mã hồ sơ theo quy trình.",
])
def test_innocent_sentences_are_left_alone(document: dict[str, Any], text: str) -> None:
    assert findings(document, [*printed(document), text]) == []


def test_word_with_a_rule_put_for_another_is_found(document: dict[str, Any]) -> None:
    old = next(claim for claim in document["claims"] if "rộng hơn" in claim["rendered"]["vi"].lower())
    text = old["rendered"]["vi"]
    changed = text.replace("rộng hơn", "hẹp hơn").replace("Rộng hơn", "Hẹp hơn")
    texts = [changed if one == text else one for one in printed(document)]
    assert [(one.claim, one.text.lower()) for one in findings(document, texts)] == [(old["id"], "hẹp hơn")]


def test_sentence_taken_out_is_a_note(document: dict[str, Any]) -> None:
    gone = document["claims"][1]
    found = findings(document, [text for text in printed(document) if text != gone["rendered"]["vi"]])
    assert [(one.kind, one.claim, one.is_note) for one in found] == [("missing", gone["id"], True)]


def test_fixed_text_counts_as_often_as_it_is_printed(document: dict[str, Any]) -> None:
    assert [one.text for one in findings(document, [*printed(document), "4"])] == ["4"]


def test_a_cell_that_a_claim_covers_uses_no_fixed_text_up(document: dict[str, Any]) -> None:
    """A claim over several cells, one of which reads like a fixed text that stands elsewhere."""
    cells, figure = next((claim["rendered"]["vi"].split(" "), word) for claim in document["claims"]
                         for word in claim["rendered"]["vi"].split(" ") if word.isdigit())
    document["fixed"] = [*document["fixed"], figure]
    texts = [text for text in printed(document) if text != " ".join(cells)]
    row = [Stretch("row", tuple(cells)), *(Stretch("line", (text,)) for text in [*texts, figure])]
    assert lint(row, document) == []
    assert [one.text for one in lint([*row, Stretch("line", (figure,))], document)] == [figure]


def test_fixed_text_does_not_cover_a_figure_inside_another_sentence(document: dict[str, Any]) -> None:
    texts = [text for text in printed(document) if text != "4"]
    assert [one.text for one in findings(document, [*texts, "Có 4 nơi phản đối."])] == ["4"]


def test_line_breaks_joiners_and_nfd_do_not_matter(document: dict[str, Any]) -> None:
    import unicodedata

    texts = [text.replace("/", "\u2060/\u2060").replace(" ", "\u00a0", 1) for text in printed(document)]
    assert findings(document, [unicodedata.normalize("NFD", text) for text in texts]) == []


# ---- the file -----------------------------------------------------------------------------------------------------------------


def texts_of(body: str) -> list[str]:
    return [stretch.text for stretch in read_docx(docx(body)).stretches]


def test_words_in_pieces_boxes_tables_and_tracked_changes_are_read_as_they_are_seen() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    assert texts_of("<w:p><w:r><w:t>1</w:t></w:r><w:r><w:t>2 nơi</w:t></w:r></w:p>") == ["12 nơi"]
    tracked = "<w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
    assert texts_of(f"<w:p>{tracked}</w:p>") == ["mới"]
    assert texts_of("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>"
                    "</w:tr></w:tbl>") == ["a b"]
    box = "<w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent>"
    assert texts_of(f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
                    "</mc:AlternateContent></w:r></w:p>") == ["trong khung"]
    page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>7</w:t></w:r></w:fldSimple>'
    assert texts_of(f"<w:p><w:r><w:t>trang </w:t></w:r>{page}</w:p>") == ["trang"]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "docx.damaged"), (b"PK\x03\x04", "docx.damaged"), (b"hello", "docx.damaged"),
    (docx("<w:p>"), "docx.damaged"),
    (docx("", more={"word/document2.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "docx.damaged"),
])
def test_file_that_is_no_word_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Fault) as fault:
        read_docx(content)
    assert fault.value.code == code


def test_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (65 * 1024 * 1024))
    with pytest.raises(Fault) as fault:
        read_docx(out.getvalue())
    assert fault.value.code == "docx.too_large"


def test_command_says_it_and_answers_by_its_status(document: dict[str, Any], tmp_path: Path,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    claims = tmp_path / "claims.json"
    claims.write_bytes(claims_bytes(document))
    good, bad = tmp_path / "good.docx", tmp_path / "bad.docx"
    good.write_bytes(docx("".join(map(paragraph, printed(document)))))
    bad.write_bytes(docx("".join(map(paragraph, [*printed(document), "Đa số, tới 85%."]))))
    assert run(["lint", str(good), "--claims", str(claims)]) == 0
    capsys.readouterr()
    assert run(["lint", str(bad), "--claims", str(claims), "--json"]) == 1
    assert [found["text"] for found in json.loads(capsys.readouterr().out)["findings"]] == ["Đa số", "85"]
    assert run(["lint", str(good)]) == 2
    assert "carries no claims" in capsys.readouterr().err


def test_claims_that_the_file_carries_are_taken(document: dict[str, Any], tmp_path: Path) -> None:
    packed = base64.b64encode(zlib.compress(claims_bytes(document))).decode()
    item = f'<claims xmlns="urn:langnghe:claims:1" encoding="zlib+base64">{packed}</claims>'.encode()
    (tmp_path / "report.docx").write_bytes(docx("".join(map(paragraph, printed(document))), more={"customXml/item1.xml": item}))
    assert run(["lint", str(tmp_path / "report.docx")]) == 0
