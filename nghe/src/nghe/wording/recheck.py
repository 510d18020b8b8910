"""Figures of evidence that follow from other figures of the same evidence, worked out again."""

from __future__ import annotations

from collections.abc import Iterator

from nghe.disclosure import MIN_PLACES, presentable
from nghe.errors import Fault
from nghe.evidence import Evidence
from nghe.wording.derive import (
    Row,
    count_at,
    coverage_of,
    decided_change,
    decided_survey,
    earlier_weeks,
    history_of,
    takes_survey_word,
)
from nghe.wording.scale import Scale

Wrong = tuple[str, str, str]
SUMS = (
    ("made", ("accepted", "declined", "redirected", "open")),
    ("recorded", ("used", "aside")),
    ("sent", ("on_time", "late")),
    ("topics", ("wider", "new", "narrower", "unclear")),
    ("could", ("reported", "silent")),
)
NOTES_ONCE = ("s-", "c-", "t-")  # families of rows in which a note stands once
CELLS = (*NOTES_ONCE, "m-", "k-", "a-")


def recheck_rows(item: Evidence, scale: Scale) -> Iterator[Wrong]:
    """(where, expected, got) for each figure that does not go with its neighbours."""
    for name, row in item.rows.items():
        where = f"{item.id}.{name}"
        yield from recheck_sums(where, row)
        yield from recheck_tally(where, item, row)
        if item.kind == "FieldIndication":
            yield from recheck_breadth(where, item, name, row)
            yield from recheck_change(where, item, name, row, scale)
        if "word" in row and takes_survey_word(item, name):
            yield from recheck_word(where, item, name, row, scale)
    if item.kind == "FieldIndication":
        yield from recheck_families(item)
        yield from recheck_small_cells(item)


def recheck_word(where: str, item: Evidence, name: str, row: Row, scale: Scale) -> Iterator[Wrong]:
    try:
        earned = decided_survey(item, name, scale)
    except Fault as fault:
        yield where, "an interval of percentages", fault.where
        return
    if row["word"] != earned:
        yield f"{where}.word", str(earned), str(row["word"])


def recheck_sums(where: str, row: Row) -> Iterator[Wrong]:
    for whole, parts in SUMS:
        counts = [count_at(row, part) for part in parts]
        total = count_at(row, whole)
        if total is not None and all(count is not None for count in counts):
            expected = sum(count for count in counts if count is not None)
            if total != expected:
                yield f"{where}.{whole}", f"{' + '.join(parts)} = {expected}", str(total)


def recheck_tally(where: str, item: Evidence, row: Row) -> Iterator[Wrong]:
    """A count of sheets or clicks is a part of them."""
    if item.kind not in ("QuotaTally", "PollTally"):
        return
    total = item.rows.get("total", {})
    whole = next((n for name in ("sheets", "clicks") if (n := count_at(total, name)) is not None), None)
    for name in row:
        count = count_at(row, name)
        if count is not None and (count < 0 or (whole is not None and count > whole)):
            yield f"{where}.{name}", f"from 0 to {whole}", str(count)


def recheck_breadth(where: str, item: Evidence, name: str, row: Row) -> Iterator[Wrong]:
    try:
        heard = coverage_of(item, name)
    except Fault as fault:
        yield where, "0 <= places <= reported <= could", fault.where
        return
    if heard:
        for field, expected in (("silent", heard.silent), ("upper", heard.upper)):
            if field in row and row[field] != expected:
                yield f"{where}.{field}", str(expected), str(row[field])
    places, notes = count_at(row, "places"), count_at(row, "notes")
    if places is not None and notes is not None and notes < places:
        yield f"{where}.notes", f"at least one for each of {places} places", str(notes)
    middle, low, high = (count_at(row, field) for field in ("intensity", "low", "high"))
    if middle is not None and low is not None and high is not None and not 1 <= low <= middle <= high <= 5:
        yield f"{where}.intensity", "1 <= low <= intensity <= high <= 5", f"{low}, {middle}, {high}"


def recheck_change(where: str, item: Evidence, name: str, row: Row, scale: Scale) -> Iterator[Wrong]:
    if "change" in row:
        try:
            earned = decided_change(item, name, scale)
        except Fault:
            return  # recheck_breadth has said what is wrong
        if earned != row["change"]:
            yield f"{where}.change", earned or "the weeks before, to decide it by (w.. rows or prev_ fields)", str(row["change"])
    weeks = earlier_weeks(item) if name == "total" else None
    if weeks:
        for field, expected in history_of(weeks).items():
            if field in row and row[field] != expected:
                yield f"{where}.{field}", str(expected), str(row[field])


def recheck_families(item: Evidence) -> Iterator[Wrong]:
    """What is split by stream, channel, type or area adds up to no more than the total."""
    total = item.rows.get("total", {})
    for prefix, field in (*((family, "notes") for family in NOTES_ONCE), ("a-", "places"), ("a-", "reported"), ("a-", "could")):
        whole = count_at(total, field)
        parts = [count_at(row, field) or 0 for name, row in item.rows.items() if name.startswith(prefix)]
        if whole is not None and sum(parts) > whole:
            yield f"{item.id}.{prefix}*.{field}", f"at most {whole} in all", str(sum(parts))
    for name, row in item.rows.items():
        for field in ("notes", "places"):
            part, whole = count_at(row, field), count_at(total, field)
            if name.startswith(CELLS) and part is not None and whole is not None and part > whole:
                yield f"{item.id}.{name}.{field}", f"at most {whole}", str(part)


def recheck_small_cells(item: Evidence) -> Iterator[Wrong]:
    """Where evidence says that it suppressed under k, no cell may stand under k, and no area under three places."""
    k = item.suppressed["k"]
    if not k:
        return
    for name, row in item.rows.items():
        if name.startswith(CELLS):
            for field, floor in (("notes", k), ("places", MIN_PLACES if name.startswith("a-") else 0)):
                count = count_at(row, field)
                if floor and count is not None and count >= 0 and not presentable(count, max(floor, MIN_PLACES)):
                    yield f"{item.id}.{name}.{field}", f"0 or at least {floor}, smaller cells merged (R4)", str(count)
