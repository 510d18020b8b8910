"""Names of what the rows of evidence count, in both languages of a report."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from langnghe.coding.enums import Reason
from langnghe.intake.enums import Kind, MoodWord, Tendency
from langnghe.intake.models import Channel
from langnghe.network.models import Area, Unit
from langnghe.reports.domain.facts import JOINED
from langnghe.reports.domain.sentences import Names
from langnghe.reports.enums import MatterReason
from nghe.evidence import Evidence as Frozen

KINDS: dict[str, Promise] = {
    "FieldIndication": _("Field indication"), "DocumentCount": _("Count of documents"), "DocumentFact": _("Fact from a document"),
    "SurveyEstimate": _("Survey estimate"), "ModelEstimate": _("Model estimate"), "QuotaTally": _("Quota tally"),
    "PollTally": _("Poll tally"), "Judgement": _("Judgement"),
}
FIELDS: dict[str, Promise] = {
    "places": _("places that recorded it"), "reported": _("places that reported"), "could": _("places that could report"),
    "silent": _("silent places"), "upper": _("at most possible"), "notes": _("notes"), "channels": _("channels"),
    "change": _("change"), "prev_min": _("fewest places, last four weeks"),
    "prev_max": _("at most possible, last four weeks"), "prev_most": _("most places, last four weeks"),
    "prev_weeks": _("weeks with reports, of the last four"), "intensity": _("median intensity"), "low": _("lowest"),
    "high": _("highest"), "nil": _("nothing to report"), "members": _("collaborators"), "sent": _("sent"), "late": _("late"),
    "on_time": _("on time"), "excused": _("excused"), "run": _("weeks running without a report"), "place": _("place"),
    "place_en": _("place (English)"), "recorded": _("notes recorded"), "used": _("notes used"), "aside": _("left out"),
    "uncoded": _("not coded yet"), "confirmed": _("confirmed by an analyst"), "topics": _("topics"), "topic": _("topic"),
    "topic_en": _("topic (English)"), "field": _("field"), "field_en": _("field (English)"), "wider": _("wider"),
    "new": _("newly recorded"), "narrower": _("narrower"), "unclear": _("no clear change"), "made": _("made"),
    "next_due": _("first due"), "addressee": _("addressee"), "due": _("due"), "state": _("state"),
    "floor": _("floor for places"), "k_inside": _("floor for notes about people"), "stops": _("stopped at the door"),
    "names": _("topics by name"), "names_en": _("topics by name (English)"), "eased": _("narrower, by name"),
    "eased_en": _("narrower, by name (English)"), "kinds": _("kinds"), "name": _("name"), "name_en": _("name (English)"),
    "reports": _("reports"), "matters": _("matters"), "named": _("named apart"), "left": _("not named apart"),
    "office": _("office"), "office_en": _("office (English)"), "stated": _("statements"), "right": _("came true"),
    "wrong": _("proved wrong"), "open": _("cannot be told yet"), "outcome": _("how it turned out"),
    "word": _("word of likelihood"), "word_en": _("word of likelihood (English)"), "judged": _("judged"), "week": _("week"),
    "agreement": _("agreement of two coders"), "alpha": _("alpha"), "least": _("least alpha taken"),
    "least_en": _("least alpha taken (English)"), "twice": _("coded by two people"), "weeks": _("weeks"),
    "reliable": _("reliable"), "tentative": _("tentative"), "unreliable": _("not reliable"), "unmeasured": _("not measured"),
    "by_author": _("topic by the author"), "other": _("another reason"),
    "other_share": _("share of “another reason”, percent"),
}
"""Field of a row → what it counts. A field that is not here keeps its own name."""


def field_name(name: str) -> str:
    return str(FIELDS.get(name, name.replace("_", " ")))


def row_name(evidence: Frozen, row: str, names: Mapping[str, str], language: str) -> str:
    """A row as readers know it: nothing for the total, “week 45”, the name of an area, a channel, a view, a place, a topic."""
    cells = evidence.rows[row]
    if row == "total":
        return ""
    if re.fullmatch(r"w\d+", row):
        return gettext("week %(number)s") % {"number": row[1:]}
    for key in ("topic", "place", "name"):
        if key in cells:
            return str(cells.get(f"{key}_en") if language == "en" and cells.get(f"{key}_en") else cells[key])
    if len(row) > 2 and row[1] == "-":
        return ", ".join(names.get(row[:2] + name, name) for name in row[2:].split(JOINED))
    return row


def names_of(unit: Unit) -> Names:
    """Row name (`a-urban`, `c-meeting`, `s-oppose`, `m-worried`, `t-rumour`, `r-local`, `x-before`) → its name."""
    names = Names()
    for prefix, rows in (("a", Area.objects.filter(network=unit.network)), ("c", Channel.objects.filter(network=unit.network))):
        for row in rows:
            names.vi[f"{prefix}-{row.code}"] = lower(row.name_vi)
            names.en[f"{prefix}-{row.code}"] = lower(row.name_en or row.name_vi)
    names.vi["a-"], names.en["a-"] = "nơi chưa xếp vùng", "places without an area"
    for prefix, words in (("s", Tendency), ("m", MoodWord), ("t", Kind), ("r", Reason), ("x", MatterReason)):
        for language, into in (("vi", names.vi), ("en", names.en)):
            with override(language):
                into.update({f"{prefix}-{word.value}": str(word.label) for word in words})
    return names


def lower(text: str) -> str:
    return text[:1].lower() + text[1:]
