"""The drawings of the overview, and the words beside them: the same figures as its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from langnghe.intake.enums import MoodWord
from langnghe.reports.domain.facts import WEEKS_BEFORE
from langnghe.web.home.overview import Overview, Salient
from nghe.charts import Drawing, Reach, parts, reaches, squares, trend
from nghe.wording import default_scale

ICONS = {"new": "new", "wider": "up", "narrower": "down", "unclear": "flat"}
MOODS_DRAWN = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the list of what was heard in most places."""

    salient: Salient
    places: Drawing
    trend: Drawing
    change: Drawing
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
    moods = [(", ".join(str(MoodWord(word).label) for word in names), number) for names, number in item.moods]
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
        change=reaches(
            [reach_of(item)],
            top=max(seen["could"], 1),
            row_height=24,
            label=_("This week %(places)d to %(upper)d places; the four weeks before %(low)d to %(high)d: %(word)s")
            % {
                **seen,
                "low": reach_of(item).low,
                "high": reach_of(item).high,
                "word": words[item.change],
            },
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


def reach_of(item: Salient) -> Reach:
    """This week's places with their reach, over the least and the most that the four weeks before could have had."""
    before = item.trend.heard[-WEEKS_BEFORE - 1 : -1], item.trend.upper[-WEEKS_BEFORE - 1 : -1]
    return Reach(
        item.breadth["places"],
        item.breadth["upper"],
        min(before[0], default=0),
        max(before[1], default=0),
        strong=item.change != "unclear",
    )


def keys() -> dict[str, Drawing]:
    """The signs of the list, small, for its key; each is named by the words beside it."""
    return {
        "heard": squares(1, 1, 1, label=""),
        "reported": squares(0, 1, 1, label=""),
        "silent": squares(0, 0, 1, label=""),
        "trend": trend([1, 3, 2, 4], [1, 3, 2, 4], [2, 4, 4, 5], label="", width=28, height=14),
        "change": reaches([Reach(3, 4, 1, 2, strong=True)], top=4, width=32, row_height=14, label=""),
    }
