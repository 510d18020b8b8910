"""The words of a book, in Vietnamese and English, and how its figures are written."""

from __future__ import annotations

import math

from nghe.charts.formats import Language, interval, number
from nghe.survey.banner.book import Book, Sheet

HIDDEN = "⋯"
NONE = "–"

WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "answer": "Trả lời", "n": "Số người trả lời (không quyền số)", "n_sheets": "Số phiếu hợp lệ (không quyền số)",
        "weighted_base": "Cơ sở có quyền số", "interval": "khoảng 95%", "percent": "% theo cột, có quyền số",
        "percent_plain": "% theo cột, không quyền số", "percent_sheets": "% số phiếu theo cột, không quyền số", "net": "gộp",
        "question": "Câu", "contents": "Các câu hỏi", "how": "Cách đọc", "book": "Tập bảng kết quả",
        "base": "Cơ sở", "all_asked": "người trả lời câu này", "sheets_asked": "phiếu trả lời câu này",
    },
    "en": {
        "answer": "Answer", "n": "Respondents (unweighted)", "n_sheets": "Valid sheets (unweighted)",
        "weighted_base": "Weighted base", "interval": "95% interval", "percent": "Column %, weighted",
        "percent_plain": "Column %, unweighted", "percent_sheets": "Column % of sheets, unweighted", "net": "net",
        "question": "Question", "contents": "Questions", "how": "How to read", "book": "Banner book",
        "base": "Base", "all_asked": "those who answered", "sheets_asked": "sheets that answer the question",
    },
}


def say(book: Book, key: str) -> str:
    return WORDS[book.spec.language][key]


def language(book: Book) -> Language:
    return "vi" if book.spec.language == "vi" else "en"


def basis(book: Book) -> str:
    """What the percentages are of: always said (R7)."""
    kind = "percent_sheets" if not book.has_margin_of_error else "percent" if book.weighted else "percent_plain"
    return say(book, kind)


def figure(book: Book, sheet: Sheet, row: int, column: int) -> str:
    """A cell as printed: 60,7 or 3,42; hidden, or without a base, by a sign."""
    if sheet.hidden[row, column]:
        return HIDDEN
    value = float(sheet.estimate[row, column])
    if not math.isfinite(value):
        return NONE
    if sheet.rows[row].kind == "mean":
        return number(value, language(book), digits=2)
    return number(100 * value, language(book), digits=1)


def spread(book: Book, sheet: Sheet, row: int, column: int) -> str:
    """The interval of a cell as printed, "" where it has none."""
    low, high = float(sheet.low[row, column]), float(sheet.high[row, column])
    if sheet.hidden[row, column] or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if sheet.rows[row].kind == "mean":
        return interval(low, high, language(book), digits=2)
    return interval(100 * low, 100 * high, language(book), digits=0)


def count(book: Book, value: float) -> str:
    return HIDDEN if value < 0 or not math.isfinite(value) else number(round(value), language(book), digits=0)


def notes(book: Book) -> list[str]:
    """What a reader must know of the whole book, in sentences."""
    spec, vi = book.spec, book.spec.language == "vi"
    hidden = sum(int(sheet.hidden.sum()) for sheet in book.sheets)
    said = []
    if book.has_margin_of_error:
        said.append(f"{basis(book)}. " + (
            "Khoảng 95% (Korn–Graubard) chỉ gồm sai số chọn mẫu, tuyến tính hóa theo tầng và cụm."
            if vi else "95% intervals (Korn–Graubard) cover sampling error only, linearised by stratum and cluster."))
        said += _notes_of_tests(book)
    else:
        said.append(f"{basis(book)}. " + (
            "Người trả lời do đơn vị chọn, không phải mẫu xác suất: con số chỉ nói về các phiếu này, không suy ra người dân; "
            "không có khoảng, không có kiểm định."
            if vi else "Respondents were chosen by the office, not by chance: the figures speak of these sheets only, not of the "
            "people; no interval, no test."))
    if spec.mark_base:
        said.append(f"* {'cơ sở dưới' if vi else 'base under'} {spec.mark_base}.")
    if hidden:
        said.append(
            f"{HIDDEN} {hidden} ô không in: ô dưới {spec.k} người, ô 0% hoặc 100% của một nhóm, và ô cần ẩn để không tính "
            "ngược được." if vi else f"{HIDDEN} {hidden} cells are not printed: fewer than {spec.k} people, 0% or 100% of a "
            "group, and cells that would let another be worked out.")
    return said


def _plain(value: float, lang: Language) -> str:
    """As many decimals as the number has."""
    return number(value, lang, digits=len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def _notes_of_tests(book: Book) -> list[str]:
    spec, vi = book.spec, book.spec.language == "vi"
    against = {banner.against or spec.tests.against for banner in spec.columns}
    if against == {"none"}:
        return []
    how = {"bh": "Benjamini–Hochberg", "by": "Benjamini–Yekutieli", "none": "không hiệu chỉnh" if vi else "no correction"}
    level, strong = (_plain(value, language(book)) for value in (spec.tests.level, spec.tests.strong))
    said = []
    if "columns" in against:
        said.append(f"Chữ ở ô lớn hơn chỉ cột nhỏ hơn: chữ thường q ≤ {level}, chữ hoa q ≤ {strong}." if vi else
                    f"A letter in the larger cell names the smaller column: small q ≤ {level}, capital q ≤ {strong}.")
    for kind, what in (("total", ("tất cả", "all")), ("previous", ("nhóm liền trước", "the group before"))):
        if kind in against:
            said.append(f"▲ cao hơn, ▼ thấp hơn {what[0]}: q ≤ {level}; hai dấu q ≤ {strong}." if vi else
                        f"▲ higher, ▼ lower than {what[1]}: q ≤ {level}; doubled q ≤ {strong}.")
    said.append(f"Kiểm định t theo thiết kế, {how[spec.tests.correction]} theo từng nhóm câu; không xét cột dưới "
                f"{spec.tests.least_base} người." if vi else
                f"Design-based t tests, {how[spec.tests.correction]} within each battery; columns under {spec.tests.least_base} "
                "people are not tested.")
    return said
