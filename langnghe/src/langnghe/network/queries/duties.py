"""Who owes what for a period. Late is computed from period and grace; silence stays silence; nobody is ranked (R12)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.network.enums import REPORTED, DueState
from langnghe.network.models import DueItem, Network

COLUMNS = 5
"""The chosen week and four before it: a month at a glance."""
QUIET_AFTER = 3
"""So many periods in a row without a word are pointed out."""


@dataclass(frozen=True, slots=True)
class Cell:
    icon: str
    word: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    key: tuple[str, str]
    name: str
    due: str
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: list[Cell]
    note: str
    done: bool


@dataclass(frozen=True, slots=True)
class Board:
    """`asked` leaves out who could not; `nil` is part of `came`, and on time; `silent` are those past their limit."""

    period: Period
    columns: list[Column]
    rows: list[Row]
    asked: int
    came: int
    nil: int
    excused: int
    silent: int
    groups: list[dict[str, Any]] = field(default_factory=list)


ABSENT = Cell("none", "")
ICONS = {DueState.ACCEPTED: ("done", "ok"), DueState.SUBMITTED: ("half", ""), DueState.NIL: ("flat", ""),
         DueState.COULD_NOT: ("cant", "dim"), DueState.RETURNED: ("back", "")}


def last_due_period(user: Any, network: Network, *, at: dt.datetime) -> Period:
    """The newest week whose reports are due by now; this week where nothing has been due yet."""
    last = DueItem.objects.visible_to(user).filter(due_at__lte=at).order_by("-due_at").values_list("last_day", flat=True).first()
    return Period.week_of(last or today(at), network.week_rule)


def look_at_duties(user: Any, period: Period, *, names: bool, at: dt.datetime) -> Board:
    """What was owed in this period and the four before, below the units that this person may see.

    With `names`, one row for each member, in the order of places and names; without, one for each area, with counts.
    """
    items = list(
        DueItem.objects.visible_to(user)
        .filter(last_day__gte=period.before(COLUMNS - 1).first_day, last_day__lte=period.last_day)
        .select_related("duty", "membership__user")
        .prefetch_related("membership__places__area")
    )
    columns = columns_of(items, period)
    now_due = [item for item in items if item.last_day in period]
    board = Board(
        period=period, columns=columns, rows=rows_by_member(items, columns, at=at) if names else rows_by_area(items, columns),
        asked=sum(item.state != DueState.COULD_NOT for item in now_due),
        came=sum(item.state in REPORTED for item in now_due),
        nil=sum(item.state == DueState.NIL for item in now_due),
        excused=sum(item.state == DueState.COULD_NOT for item in now_due),
        silent=sum(is_silent(item, at) for item in now_due),
    )
    board.groups.extend(groups_of(board))
    return board


def columns_of(items: Iterable[DueItem], period: Period) -> list[Column]:
    """Newest first; of one duty and period all items fall due at the same time."""
    first = {(item.duty.kind, item.period): item for item in items}
    newest = sorted(first.items(), key=lambda pair: (pair[1].last_day, pair[0]), reverse=True)
    return [
        Column(key, name_of(item), f"{item.due_at:%d/%m}", item.last_day in period) for key, item in newest
    ]


def name_of(item: DueItem) -> str:
    if "-W" in item.period:
        return _("Week %(number)d") % {"number": int(item.period[-2:])}
    return f"{item.duty.get_kind_display()} {item.period}"


def is_silent(item: DueItem, at: dt.datetime) -> bool:
    return item.state in {DueState.OPEN, DueState.RETURNED} and item.is_late(at)


def cell_of(item: DueItem, *, at: dt.datetime) -> Cell:
    """Overdue as long as the next period has not fallen due as well; from then on it is silence."""
    if is_silent(item, at):
        span = item.last_day - item.first_day + dt.timedelta(days=1)
        long_ago = at > item.due_at + dt.timedelta(hours=item.duty.grace_hours) + span
        if item.state == DueState.RETURNED:
            return Cell("back", _("returned, overdue"), "red")
        return Cell("quiet", _("silent"), "dim") if long_ago else Cell("late", overdue_word(item, at), "red")
    if item.state == DueState.OPEN:
        return Cell("open", _("not due yet"), "dim")
    icon, kind = ICONS[DueState(item.state)]
    word = str(item.get_state_display())
    if item.state in REPORTED and item.is_late(at):
        word = _("%(state)s, late") % {"state": word}
    return Cell(icon, word, kind)


def overdue_word(item: DueItem, at: dt.datetime) -> str:
    """For how long, in whole hours up to two days, then in days; counted from when it was due."""
    hours = int((at - item.due_at).total_seconds() // 3600)
    if hours < 48:
        return ngettext("overdue by %(n)d hour", "overdue by %(n)d hours", hours) % {"n": hours}
    return ngettext("overdue by %(n)d day", "overdue by %(n)d days", hours // 24) % {"n": hours // 24}


def rows_by_member(items: Iterable[DueItem], columns: list[Column], *, at: dt.datetime) -> list[Row]:
    of_member: dict[int, dict[tuple[str, str], DueItem]] = defaultdict(dict)
    members = {}
    for item in items:
        of_member[item.membership_id][item.duty.kind, item.period] = item
        members[item.membership_id] = item.membership
    rows = []
    for pk, member in sorted(members.items(), key=lambda pair: order_of(pair[1])):
        mine = of_member[pk]
        places = ", ".join(place.name for place in member.places.all())
        quiet = silent_periods(mine, columns, at=at)
        note = ngettext("silent for %(n)d period", "silent for %(n)d periods", quiet) % {"n": quiet}
        rows.append(Row(
            name=f"{places} · {member.user.display_name}" if places else member.user.display_name,
            note=note if quiet >= QUIET_AFTER else "",
            cells=[cell_of(mine[column.key], at=at) if column.key in mine else ABSENT for column in columns],
            done=not any(mine[c.key].state in {DueState.OPEN, DueState.RETURNED} for c in columns if c.current and c.key in mine),
        ))
    return rows


def order_of(member: Any) -> tuple[Any, ...]:
    return (min((place.order for place in member.places.all()), default=0), member.user.display_name, member.pk)


def silent_periods(mine: dict[tuple[str, str], DueItem], columns: list[Column], *, at: dt.datetime) -> int:
    """How many periods in a row, back from the newest that is past its limit, brought nothing."""
    count = 0
    for column in columns:
        item = mine.get(column.key)
        if item is None or (item.state == DueState.OPEN and not item.is_late(at)):
            continue
        if not is_silent(item, at):
            break
        count += 1
    return count


def rows_by_area(items: Iterable[DueItem], columns: list[Column]) -> list[Row]:
    """For readers who need not know persons: how many of an area reported, out of those who could."""
    areas: dict[tuple[int, str], dict[tuple[str, str], list[DueItem]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        area = next((place.area for place in item.membership.places.all() if place.area), None)
        areas[(area.order, area.name) if area else (999, _("without an area"))][item.duty.kind, item.period].append(item)
    return [
        Row(name, [count_cell(by_column[column.key]) for column in columns], "",
            done=not any(item.state in {DueState.OPEN, DueState.RETURNED}
                         for column in columns if column.current for item in by_column[column.key]))
        for (_order, name), by_column in sorted(areas.items())
    ]


def count_cell(items: list[DueItem]) -> Cell:
    asked = [item for item in items if item.state != DueState.COULD_NOT]
    if not asked:
        return ABSENT
    came = sum(item.state in REPORTED for item in asked)
    icon, kind = ("done", "ok") if came == len(asked) else ("open", "dim") if not came else ("half", "")
    return Cell(icon, _("%(came)d of %(asked)d") % {"came": came, "asked": len(asked)}, kind)


def groups_of(board: Board) -> list[dict[str, Any]]:
    waiting = [row for row in board.rows if not row.done]
    done = [row for row in board.rows if row.done]
    groups = [(_("Not done: %(n)d") % {"n": len(waiting)}, waiting), (_("Done: %(n)d") % {"n": len(done)}, done)]
    return [{"title": title, "rows": rows} for title, rows in groups if rows]
