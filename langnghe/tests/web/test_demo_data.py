"""The invented data of the demonstration is whole, lifelike and holds nobody."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SRC = Path(__file__).parents[2] / "src" / "langnghe"
DEMO = SRC / "web" / "demo"

FRAME = tomllib.loads((SRC / "frames/data/general.toml").read_text(encoding="utf-8"))
PROVINCE = tomllib.loads((DEMO / "province.toml").read_text(encoding="utf-8"))
STORYLINES = tomllib.loads((DEMO / "storylines.toml").read_text(encoding="utf-8"))
NOTES: list[dict[str, Any]] = [json.loads(line) for line in (DEMO / "notes.jsonl").read_text(encoding="utf-8").splitlines()]

TOPICS = {topic["code"]: topic for field in FRAME["field"] for topic in field["topic"]}
FIELD_OF = {topic["code"]: field["code"] for field in FRAME["field"] for topic in field["topic"]}
CODES = {code["code"]: topic["code"] for topic in TOPICS.values() for code in topic.get("codes", [])}
AREAS = {area["code"] for area in PROVINCE["area"]}
PLACES = {place["code"] for place in PROVINCE["place"]}
UNITS = {PROVINCE["unit"]["code"]} | {unit["code"] for unit in PROVINCE["unit"]["child"]}

ALLOWED: dict[str, set[Any]] = {
    "channel": {channel["code"] for channel in PROVINCE["channel"]},
    "setting": {"announced", "public_meeting", "sheet", "letter", "public_text"},
    "type": {"opinion", "question", "suggestion", "complaint", "thanks", "request", "rumour"},
    "tendency": {"agree", "oppose", "wavering", "unclear"},
    "intensity": {1, 2, 3, 4, 5},
    "heard_from": {"1", "2-4", "5-9", "10-19", "20-49", "50+"},
}
ALLOWED_IN_LISTS: dict[str, set[Any]] = {
    "moods": {"elated", "trusting", "calm", "uneasy", "worried", "aggrieved"},
    "areas": AREAS,
    "months": set(range(1, 13)),
}
SETTINGS_OF_CHANNEL = {"meeting": "public_meeting", "letter": "letter", "suggestion-box": "letter",
                       "press": "public_text", "public-page": "public_text"}
ROLES = {"analyst", "editor", "signer", "leader", "survey_manager", "information_officer", "speaker", "administrator"}

LOOKS_LIKE_A_NUMBER_OF_SOMEBODY = re.compile(r"\d(?:[\s.\-]?\d){6,}")
BELOW_A_COMMUNE = {"thôn", "xóm", "ấp", "bản", "khu", "tổ", "ngõ", "ngách", "hẻm", "kiệt", "phố", "đường", "số"}
TITLES = {"ông", "bà", "anh", "chị", "cô", "chú", "bác", "thầy", "em", "cháu", "cụ", "mợ", "dì", "cậu"}


def shingles(text: str, size: int = 4) -> frozenset[str]:
    flat = re.sub(r"\W+", " ", text.casefold()).strip()
    return frozenset(flat[at : at + size] for at in range(len(flat) - size + 1))


def named_after(words: set[str], text: str) -> list[str]:
    """Where one of these words is followed by a capital letter or a number: a name, or a place finer than allowed."""
    pairs = zip(text.split(), text.split()[1:], strict=False)
    return [f"{one} {two}" for one, two in pairs if one.lower() in words and (two[0].isupper() or two[0].isdigit())]


def nearly_equal(texts: list[str]) -> list[tuple[str, str]]:
    """Pairs of texts that share more than 0.4 of their shingles, by one sparse product."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    found = CountVectorizer(analyzer=shingles, binary=True, dtype=np.int32).fit_transform(texts)
    shared = (found @ found.T).toarray()
    sizes = shared.diagonal()
    near = np.triu(shared > 0.4 * (sizes[:, None] + sizes - shared), k=1)
    return [(texts[one], texts[other]) for one, other in np.argwhere(near)]


def repeated(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


# The frame


def test_frame_codes_are_unique_and_well_formed() -> None:
    fields = [field["code"] for field in FRAME["field"]]
    keys = [field["key"] for field in FRAME["field"]]
    topics = [topic["code"] for field in FRAME["field"] for topic in field["topic"]]
    codes = [code["code"] for topic in TOPICS.values() for code in topic.get("codes", [])]
    assert repeated(fields + topics + codes) == []
    assert repeated(keys) == []
    for field in FRAME["field"]:
        assert re.fullmatch(r"[A-Z]{2}", field["code"])
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", field["key"])
        for topic in field["topic"]:
            assert re.fullmatch(field["code"] + r"[1-9]", topic["code"])
            for code in topic.get("codes", []):
                assert re.fullmatch(re.escape(topic["code"]) + r"\.[1-9]", code["code"])


def test_frame_fields_have_topics_and_an_other() -> None:
    for field in FRAME["field"]:
        assert 4 <= len(field["topic"]) - 1 <= 8, field["code"]
        assert field["topic"][-1]["code"] == field["code"] + "9"
        assert "khác" in field["topic"][-1]["name_vi"]


def test_frame_names_are_given_in_both_languages_and_fit() -> None:
    for thing in [*FRAME["field"], *TOPICS.values(), *(c for t in TOPICS.values() for c in t.get("codes", []))]:
        for name in (thing["name_vi"], thing["name_en"]):
            assert 2 <= len(name) <= 60
            assert unicodedata.is_normalized("NFC", name)


def test_faith_ethnicity_and_protest_are_for_the_whole_province_only() -> None:
    only = {code for code, topic in TOPICS.items() if topic.get("province_only")}
    assert only == {"VH4", "VH5", "AN6"}


# The province


def test_province_has_the_promised_size() -> None:
    assert len(PROVINCE["place"]) == 18
    assert len(PROVINCE["area"]) == 4
    assert len(PROVINCE["component"]) == 3
    assert len(PROVINCE["collaborator"]) == 25
    assert {staff["role"] for staff in PROVINCE["staff"]} == ROLES


def test_province_refers_only_to_what_it_defines() -> None:
    components = {component["code"] for component in PROVINCE["component"]}
    assert {place["area"] for place in PROVINCE["place"]} == AREAS
    assert {unit["place"] for unit in PROVINCE["unit"]["child"]} == PLACES
    assert {person["component"] for person in PROVINCE["collaborator"]} == components
    for person in PROVINCE["staff"] + PROVINCE["collaborator"]:
        assert person["unit"] in UNITS
    for person in PROVINCE["collaborator"]:
        assert set(person["places"]) <= PLACES
        assert person["unit"] == PROVINCE["unit"]["code"], "raw notes are read where they come in: in the province's office"


def test_every_place_is_covered_by_a_collaborator() -> None:
    covered = {place for person in PROVINCE["collaborator"] for place in person["places"]}
    assert covered == PLACES


def test_province_codes_are_unique() -> None:
    for kind in ("area", "place", "component", "channel"):
        assert repeated([thing["code"] for thing in PROVINCE[kind]]) == []
    assert repeated([person["username"] for person in PROVINCE["staff"] + PROVINCE["collaborator"]]) == []
    assert len(UNITS) == 19


def test_persons_of_the_province_are_labels() -> None:
    for number, person in enumerate(PROVINCE["collaborator"], start=1):
        assert person["name"] == f"Cộng tác viên {number:02}"
    for person in PROVINCE["staff"]:
        assert re.fullmatch(r"[A-ZĐ][a-zà-ỹ]+( [a-zà-ỹđ]+)+", person["name"]), "a label has one capital, a name has more"


def test_duty_is_due_on_thursday_at_four() -> None:
    duty = PROVINCE["duty"]
    assert (duty["kind"], duty["period_rule"], duty["due_days"], duty["due_time"]) == ("weekly", "thu-wed", 1, dt.time(16))
    assert duty["grace_hours"] > 0


def test_term_covers_the_year() -> None:
    first_thursday = dt.date.fromisocalendar(2025, 46, 4)
    assert PROVINCE["term"]["first_day"] <= first_thursday
    assert PROVINCE["term"]["last_day"] >= dt.date(2026, 12, 31)
    assert PROVINCE["basis"]["issued_on"] <= PROVINCE["term"]["first_day"]


# The notes


def test_there_are_enough_notes_and_every_field_has_some() -> None:
    assert len(NOTES) >= 450
    by_field = Counter(FIELD_OF[note["topic"]] for note in NOTES)
    assert {field["code"]: by_field[field["code"]] for field in FRAME["field"] if by_field[field["code"]] < 5} == {}


def test_every_note_has_a_topic_of_the_frame_and_its_code_belongs_there() -> None:
    for note in NOTES:
        assert note["topic"] in TOPICS
        if "code" in note:
            assert CODES[note["code"]] == note["topic"]


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_values_of_notes_are_allowed(key: str) -> None:
    assert {note[key] for note in NOTES} <= ALLOWED[key]


@pytest.mark.parametrize("key", sorted(ALLOWED_IN_LISTS))
def test_lists_of_notes_hold_what_is_allowed_once(key: str) -> None:
    for note in NOTES:
        assert set(note[key]) <= ALLOWED_IN_LISTS[key]
        assert len(set(note[key])) == len(note[key])


def test_notes_have_these_keys_and_no_others() -> None:
    needed = {"text", "topic", *ALLOWED, *ALLOWED_IN_LISTS}
    for note in NOTES:
        assert needed <= set(note) <= needed | {"code", "story"}


def test_setting_fits_the_channel() -> None:
    for note in NOTES:
        assert note["setting"] == SETTINGS_OF_CHANNEL.get(note["channel"], "announced"), note["text"]


def test_texts_are_normal_and_of_readable_length() -> None:
    for note in NOTES:
        text = note["text"]
        assert unicodedata.is_normalized("NFC", text), text
        assert 30 <= len(text) <= 400, text
        assert text == text.strip()
        assert "  " not in text
        assert text[-1] in ".?!”", text
        assert all(character.isprintable() for character in text), text


def test_texts_hold_nobody_and_nothing_finer_than_a_commune() -> None:
    for note in NOTES:
        text = note["text"]
        assert not LOOKS_LIKE_A_NUMBER_OF_SOMEBODY.search(text), text
        assert named_after(BELOW_A_COMMUNE, text) == []
        assert named_after(TITLES, text) == []
        assert not re.search(r"[@/\\]|https?:|www\.", text), text


def test_guards_of_the_texts_see_what_they_are_for() -> None:
    assert LOOKS_LIKE_A_NUMBER_OF_SOMEBODY.search("gọi 0900 000 000 nhé")
    assert not LOOKS_LIKE_A_NUMBER_OF_SOMEBODY.search("từ 250 lên 480 nghìn, 17 hộ")
    assert named_after(BELOW_A_COMMUNE, "nhà ở thôn 3 mất nước, trên đường Ốc Bươu") == ["thôn 3", "đường Ốc"]
    assert named_after(BELOW_A_COMMUNE, "cả thôn mất nước, đường hỏng. Đề nghị sửa") == []
    assert named_after(TITLES, "gặp ông Đặng ở xã") == ["ông Đặng"]
    assert len(nearly_equal(["Nước máy đục ba hôm nay rồi.", "Giá điện lại lên.", "Nước máy đục ba hôm rồi đấy!"])) == 1


def test_no_two_notes_are_nearly_equal() -> None:
    assert nearly_equal([note["text"] for note in NOTES]) == []


def test_notes_disagree_and_differ() -> None:
    for key in ("type", "tendency", "channel"):
        shares = Counter(note[key] for note in NOTES)
        assert set(shares) >= ALLOWED[key] - {"sheet"}, key
        assert min(shares.values()) >= 10, key
    openings = Counter(" ".join(note["text"].split()[:3]).casefold() for note in NOTES)
    assert openings.most_common(1)[0][1] <= 6


@pytest.mark.parametrize("area", sorted(AREAS))
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_enough_to_hear_in_every_area(area: str, month: int) -> None:
    heard = [n for n in NOTES if (not n["areas"] or area in n["areas"]) and (not n["months"] or month in n["months"])]
    assert len(heard) >= 100


# The story lines


def test_story_lines_cover_the_year() -> None:
    assert STORYLINES["weeks"] == 52
    first, last = (dt.date.fromisocalendar(int(code[:4]), int(code[-2:]), 1)
                   for code in (STORYLINES["first_week"], STORYLINES["last_week"]))
    assert last - first == dt.timedelta(weeks=51)
    for story in STORYLINES["story"]:
        assert len(story["weights"]) == 52, story["slug"]
        assert min(story["weights"]) >= 0 < max(story["weights"])


def test_story_lines_refer_to_known_topics_areas_and_places() -> None:
    for story in STORYLINES["story"]:
        assert story["topic"] in TOPICS
        assert set(story["areas"]) <= AREAS
    for fixed in STORYLINES["reporting"]["fixed"]:
        for state in ("silent", "late", "nil"):
            assert set(fixed.get(state, [])) <= PLACES


def test_every_story_has_notes_of_its_topic_and_every_note_a_known_story() -> None:
    shaped = {story["slug"]: story["topic"] for story in STORYLINES["story"]}
    steady = set(STORYLINES["steady"]) - {"other"}
    told: dict[str, set[str]] = {}
    for note in NOTES:
        if "story" in note:
            told.setdefault(note["story"], set()).add(note["topic"])
    assert set(told) == set(shaped) | steady
    assert set(shaped) & steady == set()
    for slug, topic in shaped.items():
        assert topic in told[slug]


def test_a_story_can_be_told_whenever_it_has_weight() -> None:
    first = dt.date.fromisocalendar(int(STORYLINES["first_week"][:4]), int(STORYLINES["first_week"][-2:]), 1)
    for story in STORYLINES["story"]:
        notes = [note for note in NOTES if note.get("story") == story["slug"]]
        for number, weight in enumerate(story["weights"]):
            wednesday = first + dt.timedelta(weeks=number, days=2)
            months = {wednesday.month, (wednesday - dt.timedelta(days=6)).month}
            if weight >= 5:
                assert any(not n["months"] or months & set(n["months"]) for n in notes), (story["slug"], wednesday)


def test_volume_is_said() -> None:
    volume = STORYLINES["volume"]
    assert set(volume) == {"usual", "recent", "recent_weeks"}
    assert min(volume.values()) > 0


def test_shares_of_reporting_make_one() -> None:
    reporting = STORYLINES["reporting"]
    assert sum(reporting[state] for state in ("on_time", "late", "nil", "could_not", "silent")) == pytest.approx(1)
