"""A roster from a workbook: every row is read and judged first, looked through by a person, and only then taken, all or none.

Columns are found by their names in the first row, in Vietnamese or English, with or without marks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.accounts.models import User
from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.workbook import Sheet, read_workbook
from langnghe.network.domain.members import add_member, namesake, open_account
from langnghe.network.enums import MemberState, Role, RosterFileState
from langnghe.network.models import Basis, Component, Membership, Place, RosterFile, Term, Unit
from nghe.text.fold import fold, nfc

MOST_ROWS, MOST_COLUMNS = 1001, 40
COLUMNS = {
    "name": ("ho va ten", "ho ten", "full name", "name"),
    "username": ("ten dang nhap", "tai khoan", "username", "account"),
    "post": ("chuc vu", "chuc danh", "post"),
    "component": ("thanh phan", "co cau", "component"),
    "unit": ("don vi", "ma don vi", "unit"),
    "places": ("dia ban", "phu trach dia ban", "places", "place"),
    "role": ("vai tro", "role"),
    "since": ("tu ngay", "ngay bo nhiem", "since", "from"),
}
UNREAD = ("stt", "tt", "so thu tu", "no", "ghi chu", "remarks")
"""Columns that many lists have and the roster has no use for; any other unknown column is refused, so that nothing is lost."""
DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")

register_actions(roster__brought="A file of members was brought in to be looked through.",
                 roster__taken="The members of a file were taken into the roster.")


@dataclass(slots=True)
class Line:
    """One row of the file: what it says, what it was understood as, and what is wrong with it."""

    row: int
    name: str = ""
    username: str = ""
    post: str = ""
    component: str = ""
    unit: str = ""
    places: list[str] = field(default_factory=list)
    role: str = Role.COLLABORATOR
    since: str = ""
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Lists:
    """What rows may name, by folded name and by code."""

    units: dict[str, Unit]
    places: dict[str, Place]
    components: dict[str, Component]

    @classmethod
    def of(cls, unit: Unit, term: Term) -> Self:
        units = Unit.objects.under(unit).open_on(term.last_day) | Unit.objects.under(unit).open_on(term.first_day)
        places = Place.objects.filter(network=unit.network, opened__lte=term.last_day, closed=None)
        return cls(by_name(units), by_name(places), by_name(Component.objects.filter(network=unit.network)))


def by_name(rows: Iterable[Any]) -> dict[str, Any]:
    """A name that two rows share names neither; their codes still do."""
    found: dict[str, Any] = {}
    for row in rows:
        for name in {fold(row.name_vi), fold(row.name_en)} - {""}:
            found[name] = None if name in found else row
    found |= {fold(row.code): row for row in rows}
    return {name: row for name, row in found.items() if row is not None}


def bring_roster(body: bytes, *, file_name: str, unit: Unit, term: Term, by: Any, at: dt.datetime) -> RosterFile:
    """Read a workbook and keep its rows to be looked through. Refuses with `sheet.*` or `roster.*` what is no roster."""
    digest = hashlib.sha256(body).hexdigest()
    if RosterFile.objects.filter(unit=unit, term=term, file_hash=digest, state=RosterFileState.TAKEN).exists():
        raise Refusal("roster.again", _("This very file was taken already."), todo=_("Nothing needs to be done."), status=409)
    lines = read_lines(read_workbook(body, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS), unit, term)
    with transaction.atomic():
        RosterFile.objects.filter(unit=unit, term=term, by=by, state=RosterFileState.WAITING).update(
            state=RosterFileState.DROPPED, rows=[])
        brought = RosterFile.objects.create(unit=unit, term=term, file_name=file_name[-200:], file_hash=digest,
                                            rows=[asdict(line) for line in lines], by=by, at=at)
        enter("roster.brought", f"roster_file:{brought.pk}", by=by, at=at, network=unit.network_id, rows=len(lines),
              wrong=sum(bool(line.faults) for line in lines))
    return brought


def read_lines(sheet: Sheet, unit: Unit, term: Term) -> list[Line]:
    columns = read_head(sheet)
    lists = Lists.of(unit, term)
    lines = [read_line(number, cells, columns, sheet, lists, unit, term)
             for number, cells in enumerate(sheet.rows[1:], 2)
             if any(cell not in (None, "") for cell in cells) or any(row == number for row, _at in sheet.formulas)]
    if not lines:
        raise Refusal("roster.empty", _("There is no row under the first one."), todo=_("Put each member on a row."))
    mark_twice(lines)
    return lines


def read_head(sheet: Sheet) -> dict[str, int]:
    """Column name → place in a row. Refuses a first row that names no members, names a column twice or is repeated below."""
    known = {name: key for key, names in COLUMNS.items() for name in names}
    heads = [fold(str(cell or "")) for cell in sheet.rows[0]]
    columns: dict[str, int] = {}
    for at, head in enumerate(heads):
        if not head or head in UNREAD:
            continue
        key = known.get(head)
        if key is None:
            raise Refusal("roster.columns", _("The column “%(name)s” (number %(at)d) is not known.") % {
                "name": sheet.rows[0][at], "at": at + 1},
                todo=_("Use the columns of the example file, with their names in row 1."))
        if key in columns:
            raise Refusal("roster.columns", _("Two columns say the same: %(a)d and %(b)d.") % {
                "a": columns[key] + 1, "b": at + 1}, todo=_("Keep one of them."))
        columns[key] = at
    if "name" not in columns:
        raise Refusal("roster.columns", _("The first row does not name a column “Họ và tên”."),
                      todo=_("Put the names of the columns into row 1, without a title above them."))
    for number, cells in enumerate(sheet.rows[1:], 2):
        if sum(fold(str(cell)) in known for cell in cells if cell) >= 2:
            raise Refusal("roster.two_headers", _("Row %(n)d holds names of columns again.") % {"n": number},
                          todo=_("Keep one row of column names, the first."))
    return columns


def read_line(number: int, cells: list[Any], columns: dict[str, int], sheet: Sheet, lists: Lists, unit: Unit, term: Term) -> Line:
    line = Line(number)
    values = {key: cells[at] if at < len(cells) else None for key, at in columns.items()}
    for at in columns.values():
        if (number, at + 1) in sheet.formulas:
            line.faults.append(_("%(column)s holds a formula: paste its value instead") % {"column": sheet.rows[0][at]})
    texts = {key: " ".join(nfc(str(value)).split()) if value is not None else "" for key, value in values.items()}
    line.name, line.post, line.username = texts["name"], texts.get("post", ""), texts.get("username", "")
    if not line.name:
        line.faults.append(_("there is no name"))
    if len(line.name) > 120 or len(line.post) > 120:
        line.faults.append(_("a name or post has more than 120 letters"))
    read_component(line, texts.get("component", ""), lists)
    read_unit(line, texts.get("unit", ""), lists, unit)
    read_places(line, texts.get("places", ""), lists)
    read_role(line, texts.get("role", ""))
    read_since(line, values.get("since"), term)
    read_username(line)
    return line


def read_component(line: Line, text: str, lists: Lists) -> None:
    found = lists.components.get(fold(text))
    if text and found is None:
        line.faults.append(_("the component “%(text)s” is not in the network's list") % {"text": text})
    line.component = found.code if found else ""


def read_unit(line: Line, text: str, lists: Lists, unit: Unit) -> None:
    found = lists.units.get(fold(text)) if text else unit
    if found is None:
        line.faults.append(_("the unit “%(text)s” is not this one or below it in this term") % {"text": text})
    line.unit = found.code if found else ""


def read_places(line: Line, text: str, lists: Lists) -> None:
    for name in filter(None, (part.strip() for part in re.split(r"[;,\n]", text))):
        found = lists.places.get(fold(name))
        if found is None:
            line.faults.append(_("the place “%(text)s” is not in the network today, or two bear this name") % {"text": name})
        elif found.code not in line.places:
            line.places.append(found.code)


def read_role(line: Line, text: str) -> None:
    words = {fold(str(word)): str(role) for role, label in Role.choices for word in (role, label, role.replace("_", " "))}
    if not text:
        return
    role = words.get(fold(text))
    if role is None:
        line.faults.append(_("the role “%(text)s” is not known") % {"text": text})
    else:
        line.role = role


def read_since(line: Line, value: Any, term: Term) -> None:
    """A day as a day of the sheet, or as text that can only be read one way: 05/01/2026 is the 5th of January."""
    if value in (None, ""):
        return
    day = value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else day_of(str(value).strip())
    if day is None:
        line.faults.append(_("“%(text)s” is no day: write it as 05/01/2026 (day, month, year)") % {"text": str(value)[:20]})
    elif day > term.last_day:
        line.faults.append(_("the day %(day)s lies after the term") % {"day": f"{day:%d/%m/%Y}"})
    else:
        line.since = day.isoformat()


def day_of(text: str) -> dt.date | None:
    match = DAY.match(text)
    try:
        return dt.date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def read_username(line: Line) -> None:
    if not line.username:
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", line.username):
        line.faults.append(_("“%(name)s” is no sign-in name: small letters, digits, dots and hyphens") % {"name": line.username})


def mark_twice(lines: Iterable[Line]) -> None:
    """The same person twice in the file; two people of one name need sign-in names to be told apart."""
    seen: dict[tuple[str, str, str, str], int] = {}
    for line in lines:
        key = (fold(line.name), line.username, line.unit, line.role)
        if line.name and key in seen:
            line.faults.append(_("the same as row %(n)d; two people of one name need sign-in names") % {"n": seen[key]})
        seen.setdefault(key, line.row)


def lines_of(brought: RosterFile) -> list[Line]:
    return [Line.of(row) for row in brought.rows]


def take_roster(brought: RosterFile, *, basis: Basis | None, by: Any, at: dt.datetime) -> int:
    """Take the rows into the roster as proposed members: all of them, or none where one has a fault (`roster.faults`)."""
    if brought.state != RosterFileState.WAITING:
        raise Refusal("roster.done", _("This file was taken or dropped already."), todo=_("Reload the page."), status=409)
    lines = lines_of(brought)
    if wrong := [line for line in lines if line.faults]:
        raise Refusal("roster.faults", _("%(n)d rows have faults; nothing was taken.") % {"n": len(wrong)},
                      todo=_("Mend them in the file and bring it again."),
                      details=[{"where": _("row %(n)d") % {"n": line.row}, "what": "; ".join(line.faults)} for line in wrong])
    with transaction.atomic():
        taken = sum(take_line(line, brought, basis=basis, by=by, at=at) for line in lines)
        brought.state, brought.rows, brought.taken = RosterFileState.TAKEN, [], taken
        brought.save(update_fields=["state", "rows", "taken"])
        enter("roster.taken", f"roster_file:{brought.pk}", by=by, at=at, network=brought.unit.network_id, members=taken)
    return taken


def take_line(line: Line, brought: RosterFile, *, basis: Basis | None, by: Any, at: dt.datetime) -> bool:
    """One member; who has this role in this unit and term already is left as he is."""
    network, term = brought.unit.network, brought.term
    unit = Unit.objects.get(network=network, code=line.unit)
    user = find_person(line, unit)
    if user is not None and Membership.objects.filter(user=user, unit=unit, term=term, role=line.role).exists():
        return False
    add_member(
        user or open_account(line.name, username=line.username), unit=unit, term=term, role=line.role, by=by, at=at,
        places=list(Place.objects.filter(network=network, code__in=line.places)), state=MemberState.PROPOSED,
        since=dt.date.fromisoformat(line.since) if line.since else today(at), post=line.post, basis=basis,
        component=Component.objects.filter(network=network, code=line.component).first() if line.component else None,
    )
    return True


def find_person(line: Line, unit: Unit) -> User | None:
    """Somebody of this network: by sign-in name, or by a name that one person alone bears in this unit."""
    if line.username:
        return User.objects.filter(memberships__unit__network=unit.network, username=line.username).distinct().first()
    return namesake(line.name, unit)


def drop_roster(brought: RosterFile) -> RosterFile:
    """Throw the rows away."""
    if brought.state == RosterFileState.WAITING:
        brought.state, brought.rows = RosterFileState.DROPPED, []
        brought.save(update_fields=["state", "rows"])
    return brought
