"""The drawings of the overview, and the words beside them: the same figures as its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from langnghe.intake.enums import MoodWord
from langnghe.web.home.overview import Overview, Salient
from nghe.charts import Drawing, parts, squares, trend
from nghe.wording import default_scale

ICONS = {"new": "new", "wider": "up", "narrower": "down", "unclear": "flat"}
MOODS_DRAWN = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the list of what was heard in most places."""

    salient: Salient
    places: Drawing
    trend: Drawing
    moods: Drawing
    mood_words: list[tuple[str, int]]
    change_icon: str
    change_word: str


def drawn(overview: Overview) -> list[Drawn]:
    return [draw(item) for item in overview.salient]


def draw(item: Salient) -> Drawn:
    seen = item.breadth
    words = {
        word.key: word.say("en" if (get_language() or "vi").startswith("en") else "vi")
        for word in default_scale().of_group("change")
    }
    moods = [(str(MoodWord(word).label), number) for word, number in item.moods]
    first = moods[:MOODS_DRAWN]
    return Drawn(
        item,
        places=squares(
            seen["places"],
            seen["reported"],
            seen["could"],
            label=_("Heard in %(places)d of %(reported)d places that reported; %(silent)d sent nothing") % seen,
        ),
        trend=trend(
            item.trend.heard,
            item.trend.heard,
            item.trend.upper,
            label=_("Places over %(weeks)d weeks; in the last one %(low)d, at most %(high)d with the silent ones")
            % {"weeks": len(item.trend.heard), "low": item.trend.heard[-1], "high": item.trend.upper[-1]},
            top=max(seen["could"], *item.trend.upper, 1),
        ),
        moods=parts(
            [number for _word, number in first],
            max(item.notes, sum(number for _word, number in first)),
            label=_("Moods in %(notes)d notes: %(moods)s")
            % {"notes": item.notes, "moods": ", ".join(f"{word} {number}" for word, number in first) or _("none said")},
        ),
        mood_words=first,
        change_icon=ICONS[item.change],
        change_word=words[item.change],
    )
