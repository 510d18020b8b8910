"""Forms of the network's pages. Choices come from the rows that the person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.network.domain.settings import FLOORS, HIGHEST
from langnghe.network.enums import ReportKind, Role
from langnghe.network.models import Component, Network, Place, Term, Unit

LARGEST_UPLOAD = 20 * 1024 * 1024


class DayField(forms.DateField):
    """A day, by the browser's own control; typed as text it reads day, month, year."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                         input_formats=["%Y-%m-%d", "%d/%m/%Y"], **named)


class BasisFields(forms.Form):
    """The document something rests on; all three or none."""

    symbol = forms.CharField(label=_("Appointing document: symbol"), max_length=80, required=False)
    issued_on = DayField(label=_("Date of the document"), required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        given = [name for name in ("symbol", "issued_on", "issuer") if values.get(name)]
        if given and len(given) < 3 and not self.errors:
            for name in {"symbol", "issued_on", "issuer"} - set(given):
                self.add_error(name, _("Symbol, date and issuer belong together."))
        return values


class MemberForm(BasisFields):
    """A membership as an administrator of its unit, or of one above, sees it."""

    post = forms.CharField(label=_("Post"), max_length=120, required=False)
    component: Any = forms.ModelChoiceField(Component.objects.none(), label=_("Component"), required=False)
    places: Any = forms.ModelMultipleChoiceField(Place.objects.none(), label=_("Places"), required=False,
                                            widget=forms.CheckboxSelectMultiple)
    field_order = ["name", "unit", "role", "post", "component", "places", "symbol", "issued_on", "issuer"]

    def __init__(self, *args: Any, network: Network, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["component"].queryset = Component.objects.filter(network=network)
        self.fields["places"].queryset = Place.objects.filter(network=network, closed=None, numchild=0).order_by("order", "path")


class NewMemberForm(MemberForm):
    name = forms.CharField(label=_("Full name"), max_length=120,
                           help_text=_("Of a collaborator or of staff; never of a citizen."))
    unit: Any = forms.ModelChoiceField(Unit.objects.none(), empty_label=None, label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.COLLABORATOR)

    def __init__(self, *args: Any, units: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset = units
        self.order_fields(self.field_order)


class RosterFileForm(forms.Form):
    file = forms.FileField(label=_("Roster (XLSX)"), allow_empty_file=True,
                           widget=forms.FileInput(attrs={"accept": ".xlsx"}),
                           help_text=_("The names of the columns in row 1, one member on each row below."))
    unit: Any = forms.ModelChoiceField(Unit.objects.none(), empty_label=None, label=_("For the unit"),
                                  help_text=_("Rows without a unit go here; other rows may name units below it."))
    term: Any = forms.ModelChoiceField(Term.objects.none(), empty_label=None, label=_("For the term"))

    def __init__(self, *args: Any, units: Any, terms: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset, self.fields["term"].queryset = units, terms


class FloorsForm(forms.Form):
    k_inside = forms.IntegerField(label=_("Smallest cell shown inside the office"), min_value=FLOORS["k_inside"],
                                  max_value=HIGHEST,
                                  help_text=_("Cells with fewer notes or people than this are kept back inside. At least 5."))
    k_published = forms.IntegerField(label=_("Smallest cell in what is published"), min_value=FLOORS["k_published"],
                                     max_value=HIGHEST, help_text=_("At least 10, and not less than inside."))
    places_floor = forms.IntegerField(label=_("Places are counted out from"), min_value=FLOORS["places_floor"], max_value=HIGHEST,
                                      help_text=_("Fewer places are merged with the next area. At least 3."))


class TermForm(forms.Form):
    name = forms.CharField(label=_("Name of the term"), max_length=80, help_text=_("For example 2027–2028"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))


class DutyForm(BasisFields):
    unit: Any = forms.ModelChoiceField(Unit.objects.none(), empty_label=None, label=_("Unit whose collaborators owe it"))
    kind = forms.ChoiceField(label=_("What is owed"), choices=[(ReportKind.WEEKLY, ReportKind.WEEKLY.label)])
    opened = DayField(label=_("From this day on"))
    due_days = forms.IntegerField(label=_("Days after the last day of the week"), min_value=0, max_value=31, initial=1)
    due_time = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="16:00")
    grace_hours = forms.IntegerField(label=_("Hours of grace"), min_value=0, max_value=168, initial=2)

    def __init__(self, *args: Any, units: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset = units
        self.order_fields(["unit", "kind", "opened", "due_days", "due_time", "grace_hours", "symbol", "issued_on", "issuer"])
