"""A draw as a document: who was drawn from which list, by which method and seed, with which probability.

    {"schema": "nghe.draw/1", "method": "srs", "seed": "...", "generator": "sha256/1", "settings": {...},
     "frame": {"name", "units", "hash"}, "strata": [{"stratum", "population", "drawn"}],
     "units": [{"id", "stratum", "probability", "weight", "stages"}], "hash": "sha256:..."}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nghe.evidence import sha256_of
from nghe.survey.sampling.chance import GENERATOR
from nghe.survey.sampling.frame import Frame

SCHEMA = "nghe.draw/1"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit, its stratum, its probability over all stages, and that of each stage (id of the unit, probability)."""

    id: str
    stratum: str
    probability: float
    stages: tuple[tuple[str, float], ...] = ()

    @property
    def weight(self) -> float:
        return 1.0 / self.probability

    def record(self) -> dict[str, Any]:
        record = {"id": self.id, "stratum": self.stratum, "probability": self.probability, "weight": self.weight}
        return record | ({"stages": [list(stage) for stage in self.stages]} if self.stages else {})


@dataclass(frozen=True)
class Draw:
    """The units in the order of the frame; `strata` is stratum -> (units in the frame, units drawn)."""

    method: str
    seed: str
    settings: Mapping[str, Any]
    frame: Mapping[str, Any]
    strata: Mapping[str, tuple[int, int]]
    units: tuple[Drawn, ...]
    earlier: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(unit.id for unit in self.units)

    def record(self) -> dict[str, Any]:
        """The document, with its hash; a second stage holds the first one's hash in `earlier`."""
        record: dict[str, Any] = {
            "schema": SCHEMA, "method": self.method, "seed": self.seed, "generator": GENERATOR, "settings": dict(self.settings),
            "frame": dict(self.frame),
            "strata": [{"stratum": name, "population": size, "drawn": drawn} for name, (size, drawn) in self.strata.items()],
            "units": [unit.record() for unit in self.units], "earlier": [dict(stage) for stage in self.earlier],
        }
        return {**record, "hash": sha256_of(record, where="draw")}


def describe_frame(frame: Frame) -> dict[str, Any]:
    return {"name": frame.name, "units": len(frame), "hash": frame.hash}
