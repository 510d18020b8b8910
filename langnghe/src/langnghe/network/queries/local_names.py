"""Names that are places where a note was heard, though they sound like a person's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from langnghe.network.models import LocalName, Network, Place

LONGEST = 100
KIND = re.compile(r"^(?:tỉnh|thành phố|tp\.?|quận|huyện|thị xã|thị trấn|xã|phường|đặc khu)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamesAround:
    """`everywhere`: the network's own places; `at`: by code of a place, the streets and schools listed for it and above it."""

    everywhere: frozenset[str] = frozenset()
    at: dict[str, frozenset[str]] = field(default_factory=dict)

    def near(self, place: str | None) -> frozenset[str]:
        """What is called so around the place with this code; without one, what holds for the whole network."""
        return self.everywhere | self.at.get(place or "", frozenset())

    def by_code(self) -> dict[str, frozenset[str]]:
        """The same as plain values; what holds everywhere stands under the empty code."""
        return {"": self.everywhere, **self.at}


def names_around(network: Network) -> NamesAround:
    """Two queries, whatever the number of places."""
    places = list(Place.objects.filter(network=network).values_list("path", "code", "name_vi", "name_en"))
    listed: dict[str, set[str]] = {}
    for path, name in LocalName.objects.filter(place__network=network).values_list("place__path", "name"):
        listed.setdefault(path, set()).add(name)
    own = {bare for row in places for name in row[2:] if " " in (bare := KIND.sub("", name.strip())) and len(bare) <= LONGEST}
    at = {}
    for path, code, *_names in places:
        near = frozenset().union(*(names for above, names in listed.items() if path.startswith(above)))
        if near:
            at[code] = near
    return NamesAround(frozenset(own), at)
