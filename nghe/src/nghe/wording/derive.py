"""Rows that follow from other rows: silent, upper, the bounds and the change word against the four preceding weeks.

Weeks of a topic stand as rows of their own (`w42: {places, upper, reported, could}`, the present week among them), or as fields
of one row: `w42, w42_upper, ...` of the earlier weeks, or `prev_min, prev_max, prev_most, prev_weeks`: least places, most that
were possible, most places, weeks in which somebody reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nghe.errors import Fault
from nghe.evidence import Coverage, Evidence, Value
from nghe.wording.scale import Scale, Week

Row = Mapping[str, Value]
WEEK_ROW = re.compile(r"w\d+")
COVER = ("places", "reported", "could")


def count_at(row: Row, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def coverage_of(evidence: Evidence, name: str) -> Coverage | None:
    """Coverage of a row; what the row does not say about reporting is said by `total`."""
    row, total = evidence.rows[name], evidence.rows.get("total", {})
    counts = [count_at(row, "places")]
    counts += [count_at(row, key) if key in row else count_at(total, key) for key in COVER[1:]]
    if any(count is None for count in counts):
        return None
    return Coverage(*[count for count in counts if count is not None])


def earlier_weeks(evidence: Evidence) -> list[Week] | None:
    """The weeks before the present one, from the rows `w..`; None where there are none or the present one is missing."""
    total = coverage_of(evidence, "total") if "total" in evidence.rows else None
    weeks: list[tuple[Coverage, int]] = []
    for name, row in evidence.rows.items():
        upper = count_at(row, "upper")
        if WEEK_ROW.fullmatch(name) and upper is not None and all(key in row for key in COVER):
            cover = coverage_of(evidence, name)
            if cover is not None:
                weeks.append((cover, upper))
    present = next((week for week in weeks if week[0] == total), None)
    if present is None:
        return None
    weeks.remove(present)
    return [Week(cover.places, upper, cover.reported, cover.could) for cover, upper in weeks]


def history_of(weeks: Sequence[Week]) -> dict[str, int]:
    """The four fields that stand for the weeks before in a row of many topics."""
    return {
        "prev_min": min((week.places for week in weeks), default=0),
        "prev_max": max((week.upper for week in weeks), default=0),
        "prev_most": max((week.places for week in weeks), default=0),
        "prev_weeks": sum(week.reported > 0 for week in weeks),
    }


def weeks_in_row(row: Row) -> list[Week]:
    """Earlier weeks from fields `w42, w42_upper`; what they do not say (who reported) is taken as enough."""
    weeks = []
    for name in row:
        places, upper = count_at(row, name), count_at(row, f"{name}_upper")
        if WEEK_ROW.fullmatch(name) and places is not None and upper is not None:
            weeks.append(Week(places, upper, reported=max(places, 1), could=max(upper, 1)))
    return weeks


def change_from_history(now: Coverage, row: Row, scale: Scale) -> str | None:
    """The change word from the fields of `history_of`; None where one is missing."""
    if weeks := weeks_in_row(row):
        return scale.change_word(now, weeks)
    low, high, most, known = (count_at(row, name) for name in ("prev_min", "prev_max", "prev_most", "prev_weeks"))
    if low is None or high is None or most is None or known is None:
        return None
    if known < scale.weeks_before:
        return "unclear"
    if now.places >= scale.word("new").rule["places_from"] and most == 0:
        return "new"
    if now.lower > high:
        return "wider"
    return "narrower" if now.upper < low else "unclear"


def decided_change(evidence: Evidence, name: str, scale: Scale) -> str | None:
    """The change word that a row's own figures give; None where they do not settle it."""
    now = coverage_of(evidence, name)
    if now is None:
        return None
    if name == "total":
        weeks = earlier_weeks(evidence)
        if weeks is not None:
            return scale.change_word(now, weeks)
    return change_from_history(now, evidence.rows[name], scale)


def is_largest(evidence: Evidence, name: str) -> bool:
    """No other answer to the same question is as large; a row says which question by `variable` (and `domain`)."""
    row = evidence.rows[name]
    if "variable" not in row:
        return row.get("largest") is True
    rivals = [
        other for key, other in evidence.rows.items()
        if key != name and other.get("variable") == row["variable"] and other.get("domain") == row.get("domain")
    ]
    mine = row.get("estimate")
    if not rivals or not isinstance(mine, int | float):
        return False
    return all(isinstance(value := other.get("estimate"), int | float) and value < mine for other in rivals)


def takes_survey_word(evidence: Evidence, name: str) -> bool:
    """An estimate for a whole domain; a subgroup of a banner has figures only."""
    row = evidence.rows[name]
    whole = row.get("subgroup") is not True and not evidence.query.get("by")
    return evidence.kind == "SurveyEstimate" and "estimate" in row and whole


def decided_survey(evidence: Evidence, name: str, scale: Scale) -> str | None:
    """The word that the interval of a row earns."""
    row = evidence.rows[name]
    low, high = row["ci_low"], row["ci_high"]
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        raise Fault("evidence.not_number", f"{evidence.id}.{name}", "an interval is two numbers")
    return scale.survey_word(low, high, largest=is_largest(evidence, name))
