from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from langnghe.common.periods import WEEK_STARTS
from langnghe.network.enums import DueState, MemberState, ReportKind, Role, RosterFileState


class Network(models.Model):
    """One organisation's network: the outermost wall. Every other row belongs to exactly one."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    week_rule = models.CharField(max_length=10, choices=[(rule, rule) for rule in WEEK_STARTS], default="mon-sun")
    k_inside = models.PositiveSmallIntegerField(default=5)
    k_published = models.PositiveSmallIntegerField(default=10)
    places_floor = models.PositiveSmallIntegerField(default=3)
    from_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="network_r4_k_inside", condition=Q(k_inside__gte=5)),
            models.CheckConstraint(name="network_r4_k_published", condition=Q(k_published__gte=10)),
            models.CheckConstraint(name="network_r4_places", condition=Q(places_floor__gte=3)),
        ]

    def __str__(self) -> str:
        return self.name


class Named(models.Model):
    """A name in both languages of the interface; English may be empty and then falls back."""

    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "vi").startswith("en") else self.name_vi


class Dated(models.Model):
    """Something that begins and may end; the last day is included."""

    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def open_on(self, day: dt.date) -> bool:
        return self.opened <= day and (self.closed is None or day <= self.closed)


class TreeQuerySet(MP_NodeQuerySet):
    def open_on(self, day: dt.date) -> Self:
        return self.filter(opened__lte=day).filter(Q(closed=None) | Q(closed__gte=day))

    def under(self, *nodes: MP_Node) -> Self:
        """These nodes and everything below them."""
        inside = Q(pk__in=[])
        for node in nodes:
            inside |= Q(path__startswith=node.path)
        return self.filter(inside)


class UnitQuerySet(TreeQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The units of this person's memberships, all below them, and those whose work they took over."""
        return self.below(Membership.objects.active().filter(user=user))

    def below(self, memberships: Any) -> Self:
        """The same for chosen memberships, in one query; mergers are followed twice back."""
        rows = memberships.values_list("unit__path", "unit__predecessors__path", "unit__predecessors__predecessors__path")
        inside = Q(pk__in=[])
        for path in {path for row in rows for path in row if path}:
            inside |= Q(path__startswith=path)
        return self.filter(inside)


class TreeManager(MP_NodeManager.from_queryset(TreeQuerySet)):  # type: ignore[misc]
    """treebeard's manager would hand out its own queryset."""

    queryset: type[TreeQuerySet] = TreeQuerySet

    def get_queryset(self) -> TreeQuerySet:
        return self.queryset(self.model, using=self._db).order_by("path")


class UnitManager(TreeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    queryset = UnitQuerySet


class Unit(MP_Node, Named, Dated):
    """An office of the network. Levels are data: a tree of any depth."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=40)
    letterhead = models.JSONField(default=dict, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, through="UnitSuccession",
                                        related_name="predecessors")
    objects = ScopedManager(_manager_class=UnitManager, network="network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="unit_code"),
            models.CheckConstraint(name="unit_days", condition=Q(closed=None) | Q(closed__gte=F("opened"))),
        ]

    def __str__(self) -> str:
        return self.name


class UnitSuccession(models.Model):
    old = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="unit_succession_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Place(MP_Node, Named, Dated):
    """Where something was heard: never finer than a commune (R3)."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        DISTRICT = "district", _("district")
        COMMUNE = "commune", _("commune")
        WARD = "ward", _("ward")
        ZONE = "zone", _("special zone")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="places")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    area = models.ForeignKey("Area", null=True, blank=True, on_delete=models.PROTECT, related_name="places")
    order = models.PositiveSmallIntegerField(default=0)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, through="PlaceSuccession",
                                        related_name="predecessors")
    objects = ScopedManager(_manager_class=TreeManager, network="network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="place_code"),
            models.CheckConstraint(name="place_days", condition=Q(closed=None) | Q(closed__gte=F("opened"))),
            models.CheckConstraint(
                name="place_r3_commune",
                condition=Q(kind__in=["country", "province", "district", "commune", "ward", "zone"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LocalName(models.Model):
    """A street, a school or the like of a place called like a person: the door lets it stand where nobody is addressed."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="local_names")
    name = models.CharField(max_length=100)
    folded = models.CharField(max_length=100, editable=False)
    objects = ScopedManager(network="place__network")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["place", "folded"], name="local_name_once")]

    def __str__(self) -> str:
        return self.name


class PlaceSuccession(models.Model):
    old = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="place_succession_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Area(Named):
    """A group of places (urban, river side, highland): what is named when a single place would point at its author."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="areas")
    code = models.SlugField(max_length=20)
    order = models.PositiveSmallIntegerField(default=0)
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["network", "code"], name="area_code")]


class Component(Named):
    """The part of society a collaborator stands for in the roster (Front, youth union, retired, workers ...)."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="components")
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["network", "code"], name="component_code")]


class Basis(models.Model):
    """The document that a plan, a duty or a roster rests on."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="bases")
    symbol = models.CharField(max_length=80)
    issued_on = models.DateField()
    issuer = models.CharField(max_length=200)
    objects = ScopedManager(network="network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "symbol"], name="basis_symbol")]

    def __str__(self) -> str:
        return self.symbol


class Term(models.Model):
    """The period of a roster, and its renewal."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="terms")
    name = models.CharField(max_length=80)
    first_day = models.DateField()
    last_day = models.DateField()
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(fields=["network", "name"], name="term_name"),
            models.CheckConstraint(name="term_days", condition=Q(last_day__gte=F("first_day"))),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MemberState.ACTIVE)

    def collaborators(self) -> Self:
        return self.filter(role=Role.COLLABORATOR)

    def visible_to(self, user: Any) -> Self:
        units = Unit.objects.visible_to(user)
        return self.filter(unit__in=units)


class Membership(models.Model):
    """A person's place in the network: post, component, role, unit, term, and the document that appoints.

    `since` is the day on which it came into its state.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    post = models.CharField(max_length=120, blank=True)
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    basis = models.ForeignKey(Basis, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    places = models.ManyToManyField(Place, blank=True, related_name="memberships")
    state = models.CharField(max_length=10, choices=MemberState, default=MemberState.PROPOSED)
    since = models.DateField(null=True, blank=True)
    objects = ScopedManager(_manager_class=models.Manager.from_queryset(MembershipQuerySet), network="unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "term", "role"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class RosterFile(models.Model):
    """A table of members that was brought in and waits to be looked through; its rows are emptied when it is taken or dropped."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roster_files")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="roster_files")
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=RosterFileState, default=RosterFileState.WAITING)
    taken = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "term", "file_hash"], condition=Q(state="taken"), name="roster_file_once"),
            models.CheckConstraint(name="roster_file_emptied", condition=Q(state="waiting") | Q(rows=[])),
        ]

    def __str__(self) -> str:
        return self.file_name


class Duty(models.Model):
    """What each collaborator of a unit owes, and when: at the end of a period, plus grace."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=10, choices=ReportKind)
    period_rule = models.CharField(max_length=10, choices=[(rule, rule) for rule in WEEK_STARTS])
    due_days = models.PositiveSmallIntegerField(help_text=_("days after the last day of the period"))
    due_time = models.TimeField()
    grace_hours = models.PositiveSmallIntegerField(default=0)
    basis = models.ForeignKey(Basis, null=True, blank=True, on_delete=models.PROTECT, related_name="duties")
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)
    objects = ScopedManager(network="unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], condition=Q(closed=None), name="duty_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.unit}"


class DueItemQuerySet(models.QuerySet["DueItem"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(duty__unit__in=Unit.objects.visible_to(user))


class DueItem(models.Model):
    """What one member owes for one period. The hour of arrival is kept, not the minute: it is no index of notes."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="items")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="due_items")
    period = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DueState, default=DueState.OPEN)
    submitted_hour = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(_manager_class=models.Manager.from_queryset(DueItemQuerySet), network="duty__unit__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "membership", "period"], name="due_item_once")]
        indexes = [models.Index(fields=["period", "state"])]

    def __str__(self) -> str:
        return f"{self.membership}, {self.period}: {self.state}"

    def is_late(self, at: dt.datetime) -> bool:
        """Late is computed: arrived after it was due with its grace, or not arrived by now."""
        limit = self.due_at + dt.timedelta(hours=self.duty.grace_hours)
        if self.state == DueState.COULD_NOT:
            return False
        return (self.submitted_hour or at) > limit
