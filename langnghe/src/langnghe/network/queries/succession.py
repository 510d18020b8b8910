"""What took over from what: units and places end and have successors, and a question crosses that day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from langnghe.network.models import Network, Place, PlaceSuccession, Unit, UnitSuccession


@dataclass(frozen=True, slots=True)
class Succession:
    """The dated links of one tree. A province that split or a commune that joined has several; chains are followed."""

    after: dict[int, list[tuple[dt.date, int]]]
    before: dict[int, list[tuple[dt.date, int]]]

    @classmethod
    def of_places(cls, network: Network) -> Self:
        return cls.of(PlaceSuccession.objects.filter(old__network=network).values_list("old", "new", "on"))

    @classmethod
    def of_units(cls, network: Network) -> Self:
        return cls.of(UnitSuccession.objects.filter(old__network=network).values_list("old", "new", "on"))

    @classmethod
    def of(cls, links: Iterable[tuple[int, int, dt.date]]) -> Self:
        after, before = defaultdict(list), defaultdict(list)
        for old, new, on in links:
            after[old].append((on, new))
            before[new].append((on, old))
        return cls(dict(after), dict(before))

    def current(self, keys: Iterable[int], *, on: dt.date) -> set[int]:
        """These, each replaced by what had taken over from it by that day."""
        found: set[int] = set()
        waiting, seen = list(keys), set()
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            heirs = [new for day, new in self.after.get(key, ()) if day <= on]
            if heirs:
                waiting.extend(heirs)
            else:
                found.add(key)
        return found

    def ancestry(self, keys: Iterable[int]) -> set[int]:
        """These and all that they took over from: where to look for what was heard before they existed."""
        found: set[int] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(old for _day, old in self.before.get(key, ()))
        return found


@dataclass(frozen=True, slots=True)
class PlacesInTime:
    """Which places stand on a day for places of any day: for counting a week that crosses a merger, or one long before it."""

    links: Succession
    spans: dict[int, tuple[dt.date, dt.date | None]]
    areas: dict[int, str]

    @classmethod
    def of(cls, network: Network) -> Self:
        rows = list(Place.objects.filter(network=network).values_list("pk", "opened", "closed", "area__code"))
        return cls(Succession.of_places(network), {pk: (opened, closed) for pk, opened, closed, _area in rows},
                   {pk: area or "" for pk, _opened, _closed, area in rows})

    def on(self, keys: Iterable[int], day: dt.date) -> set[int]:
        """Each place itself where it stood on that day, else what had taken over from it, or what it took over from."""
        found: set[int] = set()
        for key in keys:
            opened, closed = self.spans[key]
            if closed is not None and closed < day:
                found |= self.links.current([key], on=day)
            elif opened > day:
                before = {old for old in self.links.ancestry([key]) if self.stood(old, day)}
                found |= before or {key}
            else:
                found.add(key)
        return found

    def one_on(self, key: int, day: dt.date) -> int:
        """One place for something heard once: where a place was split, the first of its heirs, so that it counts once."""
        heirs = self.on([key], day)
        return min(heirs)

    def stood(self, key: int, day: dt.date) -> bool:
        opened, closed = self.spans[key]
        return opened <= day and (closed is None or day <= closed)


def places_through_time(place: Place) -> set[int]:
    """The keys of a place, of what is in it, and of all that these took over from: for questions that cross a merger.

    A place that was split counts with all that was heard in it, since which part it was heard in is not known.
    """
    return through_time(Place, Succession.of_places(place.network), place.pk)


def units_through_time(unit: Unit) -> set[int]:
    """The same for an office: itself, those below it, and those whose work they took over."""
    return through_time(Unit, Succession.of_units(unit.network), unit.pk)


def through_time(model: type[Place | Unit], links: Succession, key: int) -> set[int]:
    found: set[int] = set()
    more = {key}
    while more - found:
        found |= more
        below = model.objects.under(*model.objects.filter(pk__in=found)).values_list("pk", flat=True)
        more = links.ancestry(found | set(below))
    return found
