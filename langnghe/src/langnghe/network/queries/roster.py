"""What a roster is made of, and which places nobody covers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from langnghe.network.enums import MemberState
from langnghe.network.models import Membership, MembershipQuerySet, Network, Place, Term
from langnghe.network.queries.succession import Succession

COVERED_BY_ONE = frozenset({Place.Kind.COMMUNE, Place.Kind.WARD, Place.Kind.ZONE})
FEW = 3
"""R12: a group of fewer than three members is not counted out to those who need not know them."""


@dataclass(frozen=True, slots=True)
class Share:
    """One row of the composition; `number` is None where it is kept back."""

    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Roster:
    term: Term | None
    active: int
    proposed: int
    suspended: int
    components: list[Share]
    posts: list[Share]
    uncovered: list[Place]
    places: int


def roster_of(user: Any, term: Term | None, *, names: bool, network: Network, on: dt.date) -> Roster:
    """The composition of a term's roster below the units that this person may see."""
    members = members_of(user, term)
    states = Counter({row["state"]: row["n"] for row in members.values("state").order_by().annotate(n=Count("pk"))})
    active = members.active()
    components = [
        (name_in_language(row), row["n"])
        for row in active.values("component__name_vi", "component__name_en", "component__order")
        .order_by(F("component__order").asc(nulls_first=True)).annotate(n=Count("pk"))
    ]
    posts = [(row["post"] or _("not said"), row["n"]) for row in active.values("post").order_by("post").annotate(n=Count("pk"))]
    all_places, uncovered = coverage_of(network, on=on)
    return Roster(
        term, states[MemberState.ACTIVE], states[MemberState.PROPOSED], states[MemberState.SUSPENDED],
        components=shares(components, names=names), posts=shares(posts, names=names), uncovered=uncovered, places=all_places,
    )


def members_of(user: Any, term: Term | None) -> MembershipQuerySet:
    """The collaborators of a term who have not ended, in the order of units, places and names; never of what they sent."""
    members: MembershipQuerySet = Membership.objects.visible_to(user).collaborators().filter(term=term)
    return members.exclude(state=MemberState.ENDED).order_by("unit__path", "user__display_name", "pk")


def name_in_language(row: Any) -> str:
    from django.utils.translation import get_language

    if row["component__name_vi"] is None:
        return _("without a component")
    english = (get_language() or "vi").startswith("en")
    return str(row["component__name_en"] or row["component__name_vi"]) if english else str(row["component__name_vi"])


def shares(counted: Iterable[tuple[str, int]], *, names: bool) -> list[Share]:
    """With small numbers kept back for those who do not see the members anyway, so that none can be worked out.

    Where a single row is kept back, the total would give it away, so the next smallest is kept back too.
    """
    rows = list(counted)
    hidden = set() if names else {name for name, number in rows if number < FEW}
    if len(hidden) == 1:
        others = sorted((number, name) for name, number in rows if name not in hidden)
        hidden |= {name for _number, name in others[:1]}
    return [Share(name, None if name in hidden else number) for name, number in rows]


def coverage_of(network: Network, *, on: dt.date) -> tuple[int, list[Place]]:
    """How many communes are open, and those in which no active collaborator listens.

    Who covers a district covers what is in it; who covered a place that has ended covers what took over from it.
    """
    leaves = list(Place.objects.filter(network=network, kind__in=COVERED_BY_ONE).open_on(on).order_by("path"))
    held = set(Membership.objects.active().collaborators().filter(term__first_day__lte=on, term__last_day__gte=on)
               .exclude(places=None).values_list("places", flat=True))
    current = Succession.of_places(network).current(held, on=on)
    paths = tuple(Place.objects.filter(pk__in=current).values_list("path", flat=True))
    return len(leaves), [place for place in leaves if not place.path.startswith(paths or ("-",))]


def current_term(network: Network, *, on: dt.date) -> Term | None:
    """The term of that day, else the newest."""
    terms = list(Term.objects.filter(network=network).order_by("-first_day"))
    return next((term for term in terms if term.first_day <= on <= term.last_day), terms[0] if terms else None)
