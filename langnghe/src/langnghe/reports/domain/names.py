"""Names of what the rows of evidence count, in both languages of a report."""

from __future__ import annotations

from django.utils.translation import override

from langnghe.coding.enums import Reason
from langnghe.intake.enums import Kind, MoodWord, Tendency
from langnghe.intake.models import Channel
from langnghe.network.models import Area, Unit
from langnghe.reports.domain.sentences import Names


def names_of(unit: Unit) -> Names:
    """Row name (`a-urban`, `c-meeting`, `s-oppose`, `m-worried`, `t-rumour`, `r-local`) → its name."""
    names = Names()
    for prefix, rows in (("a", Area.objects.filter(network=unit.network)), ("c", Channel.objects.filter(network=unit.network))):
        for row in rows:
            names.vi[f"{prefix}-{row.code}"] = lower(row.name_vi)
            names.en[f"{prefix}-{row.code}"] = lower(row.name_en or row.name_vi)
    names.vi["a-"], names.en["a-"] = "nơi chưa xếp vùng", "places without an area"
    for prefix, words in (("s", Tendency), ("m", MoodWord), ("t", Kind), ("r", Reason)):
        for language, into in (("vi", names.vi), ("en", names.en)):
            with override(language):
                into.update({f"{prefix}-{word.value}": str(word.label) for word in words})
    return names


def lower(text: str) -> str:
    return text[:1].lower() + text[1:]
