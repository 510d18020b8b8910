"""How good the coder is here: what it learnt from, how right and how sure it is, and what it keeps silent about, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from langnghe.coding.enums import Source
from langnghe.coding.models import CoderVersion, Placement
from langnghe.coding.queries.reliability import Measure, reliability_of, topics_in_use
from langnghe.frames.models import Topic
from langnghe.network.models import Network

SILENT = {
    "imprecise": _("of its suggestions fewer than 6 in 10 were right"),
    "few_texts": _("fewer than 10 confirmed notes"),
    "never_seen": _("no confirmed note when it was trained"),
}
"""Why a topic is not suggested, in words; the first two are those of `nghe.text.quality`."""
VERSIONS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic: confirmed notes at the training, F1, precision and recall on unseen notes, and why it is not suggested."""

    topic: Topic
    texts: int
    f1: float | None
    precision: float | None
    recall: float | None
    silent: str
    agreement: Measure

    @property
    def because(self) -> str:
        return str(SILENT.get(self.silent, self.silent))


@dataclass(frozen=True, slots=True)
class CoderLook:
    """The newest version, those before it, and what was confirmed since."""

    version: CoderVersion | None
    earlier: list[CoderVersion]
    confirmed: int
    topics: list[TopicLine]

    @property
    def since(self) -> int:
        """Confirmed notes that the newest version has not seen."""
        return max(0, self.confirmed - (self.version.notes if self.version else 0))

    @property
    def quality(self) -> Mapping[str, Any]:
        return self.version.quality if self.version else {}

    @property
    def fill_from(self) -> float | None:
        """Confidence from which suggestions are right often enough to be filled in ahead; None where there is none."""
        found = self.quality.get("fill_from", 2.0)
        return found if found <= 1 else None

    @property
    def suggested(self) -> list[TopicLine]:
        """What it is good enough at, the best first."""
        return sorted((line for line in self.topics if not line.silent), key=lambda line: (-(line.f1 or 0), line.topic.code))

    @property
    def silent(self) -> dict[str, list[TopicLine]]:
        """What it suggests nothing of, by the reason in words, the topics with most notes first."""
        groups: dict[str, list[TopicLine]] = {}
        for reason in SILENT:
            if lines := [line for line in self.topics if line.silent == reason]:
                groups[lines[0].because] = sorted(lines, key=lambda line: (-line.texts, line.topic.code))
        return groups


def look_at_coder(network: Network) -> CoderLook:
    """In a number of queries that does not grow with topics or versions."""
    versions = list(CoderVersion.objects.filter(network=network).select_related("made_by")[: VERSIONS_SHOWN + 1])
    version = versions[0] if versions else None
    return CoderLook(version, versions[1:], confirmed_notes(network),
                     lines_of(network, version.quality) if version else [])


def confirmed_notes(network: Network) -> int:
    """Notes with words whose topic a person confirmed, in the frame in use: what a coder would learn from now."""
    return int(Placement.objects.filter(
        coding__source=Source.PERSON, topic__field__frame__in_use=True, topic__field__frame__network=network,
    ).exclude(observation__text="").count())


def lines_of(network: Network, quality: Mapping[str, Any]) -> list[TopicLine]:
    agreement = reliability_of(network)
    scores = quality.get("codes", {})
    lines = []
    for topic in topics_in_use(network):
        own = scores.get(topic.code)
        if own is None:
            lines.append(TopicLine(topic, 0, None, None, None, "never_seen", agreement.of(topic.pk)))
        else:
            lines.append(TopicLine(topic, own["texts"], own["f1"], own["precision"] if own["given"] else None, own["recall"],
                                   own["silent_because"], agreement.of(topic.pk)))
    return lines
