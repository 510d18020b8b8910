"""New words: what bursts, what is merged, and whose names never show."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from pathlib import Path

import pytest

from nghe.errors import Fault
from nghe.privacy.find import find
from nghe.signals.bursts import Bursting, Item, find_bursts
from nghe.signals.ngrams import grams
from nghe.signals.persons import holds_name, may_show

REFERENCE = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).resolve().parents[3] / "shared/reference"))
CALM = ["Họp tổ dân phố bàn chuyện vệ sinh {n}", "Giá rau ở chợ {n} vẫn như cũ", "Đường liên thôn {n} đang sửa",
        "Trạm y tế xã khám bệnh đợt {n}", "Học sinh lớp {n} nghỉ hè", "Thủy lợi nội đồng mùa {n}"]


def press(days: int, burst: dict[int, list[str]]) -> list[Item]:
    items = []
    for day in range(days):
        texts = [CALM[(day + i) % len(CALM)].format(n=(day * 31 + i * 7) % 90) for i in range(40)] + burst.get(day, [])
        items += [Item(day, f"báo {i % 8}", text) for i, text in enumerate(texts)]
    return items


def test_runs_of_words_stop_at_signs_and_function_words():
    words = [gram.words for gram in grams("Cháy rừng ở Sóc Sơn, dập tắt sau 2 ngày.")]
    assert "cháy rừng" in words
    assert "sóc sơn" in words
    assert "rừng ở" not in words
    assert "sơn dập" not in words
    assert not any(word.isdigit() for word in words)


def test_new_words_make_one_story():
    burst = [f"Dịch tả lợn châu Phi lan đến trại số {i}, phải tiêu hủy đàn {i * 3}" for i in range(12)]
    stories = find_bursts(press(20, {15: burst}))
    assert [story.day for story in stories] == [15]
    assert "dịch tả lợn châu" in stories[0].words
    assert stories[0].items >= 12
    assert stories[0].ratio > 5


def test_covered_words_are_no_news():
    burst = [f"Dịch tả lợn châu Phi lan đến trại số {i}, phải tiêu hủy đàn {i * 3}" for i in range(12)]
    known = find_bursts(press(20, {15: burst}), covered=lambda words: "lợn" in words or "dịch" in words or "tiêu hủy" in words)
    assert not any("lợn" in word for story in known for word in story.words)


def test_names_of_persons_never_show():
    names = ["Trần Thị Bích Ngọc", "Lukaku", "Đặng Lê Nguyên", "Morata"]
    burst = [f"Bàn tán xôn xao quanh {name} và vụ đấu giá biển số {i}" for i in range(10) for name in names]
    stories = find_bursts(press(20, {15: burst}))
    shown = " ".join(word for story in stories for word in story.words)
    assert "đấu giá" in shown
    for part in ("bích", "lukaku", "nguyên", "morata", "trần thị"):
        assert part not in shown


@pytest.mark.parametrize(("words", "text", "shown"), [
    ("mosul", "Giao tranh ở Mosul kéo dài", True),
    ("yên bái", "Lũ quét tại Yên Bái gây thiệt hại", True),
    ("su 22", "Máy bay Su-22 bị bắn hạ", True),
    ("giá điện", "Nhiều người hỏi về giá điện tháng này", True),
    ("wayne rooney", "Đội bóng đón Wayne Rooney trở lại", False),
    ("phương nga", "Phiên tòa xử Phương Nga hoãn lại", False),
    ("ngọc trinh", "Khán giả nhắc Ngọc Trinh nhiều", False),
])
def test_a_proper_name_passes_only_where_it_is_surely_no_person(words, text, shown):
    use = next(gram for gram in grams(text) if gram.words == words)
    assert may_show(words, [(text, use.start, use.end, use.opens)] * 6) == shown


def test_a_name_cut_out_of_a_title_does_not_show():
    """`Chính phủ Nguyễn Xuân Phúc` reads like a body's name; the part after it is a person's."""
    text = "Hôm qua Thủ tướng Chính phủ Nguyễn Xuân Phúc đến thăm."
    start = text.index("phủ")
    assert not may_show("phủ nguyễn xuân phúc", [(text, start, start + len("phủ nguyễn xuân phúc"), False)])


def test_without_a_use_nothing_is_shown():
    assert not may_show("giá điện", [])


def test_floors_of_items_and_sources_hold():
    with pytest.raises(Fault, match="can only be raised"):
        Bursting(items=2)
    one_source = [Item(15, "báo 1", f"Sập cầu treo số {i} vì lũ lớn") for i in range(12)]
    calm = press(20, {})
    items = sorted([*calm, *one_source], key=lambda item: item.day)
    assert not [story for story in find_bursts(items) if any("cầu treo" in word for word in story.words)]


def test_items_must_come_in_order():
    with pytest.raises(Fault, match="in the order of their days"):
        find_bursts([Item(2, "a", "x"), Item(1, "a", "y")])


@pytest.mark.reference
@pytest.mark.skipif(not (REFERENCE / "press").is_dir(), reason="LANGNGHE_REFERENCE has no press archive")
@pytest.mark.r_parity
def test_onsets_of_2017_are_found_at_few_signals_a_day():
    """The archive is measured here and never shipped. Slow (20 s), so it runs with the comparisons."""
    items = []
    with gzip.open(REFERENCE / "press/baomoi_2017_05-07.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            day = dt.datetime.fromisoformat(told["seen"]).astimezone(dt.timezone(dt.timedelta(hours=7))).date()
            if day >= dt.date(2017, 5, 9):
                items.append(Item(day.toordinal(), str(told["id"]), f"{told['title']}. {told['lead']}"))
    stories = find_bursts(sorted(items, key=lambda item: item.day))
    days = len({item.day for item in items})
    events = json.loads((REFERENCE / "press/events.json").read_text(encoding="utf-8"))["events"]
    shown = {day: [word for story in stories if story.day == day for word in story.words] for day in {item.day for item in items}}
    hits = 0
    for event in events:
        onset = dt.date.fromisoformat(event["onset"]).toordinal()
        words = shown.get(onset, []) + shown.get(onset + 1, [])
        hits += any(term in word or word in term for term in event["terms"] for word in words)
    assert hits >= 16
    assert len(stories) / days <= 5
    words = {word for story in stories for word in story.words}
    assert not [word for word in words if find(word) or holds_name(word)]
    named = {word for word in words if any((hit.start, hit.end) == (0, len(word)) for hit in find(word.title()))}
    read = {"hồ hoàng cầu", "y khoa", "kỳ thi tuyển sinh", "bài thi môn", "chung kết europa league", "chung kết champions league",
            "vòng loại asian cup"}
    assert named <= read, "a lake, medicine, two of exams and three of cups were read by a person; these were not"
