"""A design in the words of its file, and the checks that need no data.

    ids = ["commune", "household"]      cluster columns, outermost first; [] = every row is its own unit
    strata = ["province"]               stratum column per stage
    weights = "w"                       or weights_from = "fpc" | "ones" | "prob"
    fpc = ["N_communes"]                population size per stage: a column or a number; [] = with replacement
    nest = true                         unit labels repeat across strata
    lonely_psu = "adjust"               fail | remove | certainty | adjust | average
    kind = "probability"                or "quota", "opt-in": those have no margin of error

With `replicates`, `pps`, `derive`, `drop`, `adjust_domain_lonely`, and `codes` (code lists of columns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from nghe.errors import Fault
from nghe.survey.arrays import Floats

Lonely = Literal["fail", "remove", "certainty", "adjust", "average"]
Kind = Literal["probability", "quota", "opt-in"]
WeightsFrom = Literal["fpc", "ones", "prob"]
ReplicateType = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]
PPS_METHODS = ("brewer", "horvitz-thompson", "yates-grundy")


@dataclass(frozen=True)
class Replicates:
    """Replicate weights: given as `columns`, or made from the design where `columns` is None.

    Variance = scale x sum of rscales x (replicate estimate - centre)^2; the centre is the full-sample estimate with `mse`,
    else the mean of the replicate estimates. `replicates` and `seed` are for a bootstrap made here.
    """

    type: ReplicateType
    columns: tuple[str, ...] | None = None
    combined: bool = False
    scale: float | None = None
    rscales: tuple[float, ...] | None = None
    rho: float | None = None
    apply_rho: bool = False
    mse: bool = False
    replicates: int = 500
    seed: int | None = None

    def __post_init__(self) -> None:
        _one_of("replicates.type", self.type, get_args(ReplicateType))
        if self.type == "Fay" and (self.rho is None or not 0 <= self.rho < 1):
            raise Fault("survey.replicates", "replicates.rho", f"Fay's method needs rho from 0 to under 1, not {self.rho}")
        if self.columns is not None and self.type in {"JK1", "JKn"} and self.scale is None:
            raise Fault(
                "survey.replicates",
                "replicates.scale",
                f"given {self.type} replicates need their scale; the data's producer states it",
            )
        if self.columns is not None and self.rscales is not None and len(self.rscales) != len(self.columns):
            raise Fault(
                "survey.replicates", "replicates.rscales", f"has {len(self.rscales)} numbers for {len(self.columns)} columns"
            )
        if self.columns is None and self.type == "bootstrap" and self.seed is None:
            raise Fault(
                "survey.replicates", "replicates.seed", "a bootstrap made here needs a seed, so that it can be made again"
            )


@dataclass(frozen=True, eq=False)
class PPS:
    """Unequal probabilities without replacement: `prob`, a column of inclusion probabilities, and what the variance uses.

    brewer: probabilities alone. horvitz-thompson, yates-grundy: `joint`, the (n, n) matrix of joint inclusion probabilities.
    """

    method: str
    prob: str
    joint: Floats | None = None

    def __post_init__(self) -> None:
        _one_of("pps.method", self.method, PPS_METHODS)
        if (self.joint is None) != (self.method == "brewer"):
            raise Fault(
                "survey.pps", "pps.joint", "joint probabilities belong to horvitz-thompson and yates-grundy, and only to them"
            )


@dataclass(frozen=True)
class Design:
    """What a design file says; see the module. Immutable; bind it to data with `Sample.of(table, design)`."""

    ids: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    weights: str | None = None
    weights_from: WeightsFrom | None = None
    fpc: tuple[str | float, ...] = ()
    nest: bool = False
    lonely_psu: Lonely = "fail"
    adjust_domain_lonely: bool = False
    replicates: Replicates | None = None
    pps: PPS | None = None
    kind: Kind = "probability"
    derive: tuple[Mapping[str, Any], ...] = ()
    drop: tuple[Mapping[str, Any], ...] = ()
    codes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("ids", "strata", "fpc", "derive", "drop"):
            value = getattr(self, name)
            object.__setattr__(self, name, (value,) if isinstance(value, str | int | float) else tuple(value))
        if self.weights is None and self.weights_from is None:
            object.__setattr__(self, "weights_from", "ones")
        self._check()

    def _check(self) -> None:
        _one_of("lonely_psu", self.lonely_psu, get_args(Lonely))
        _one_of("kind", self.kind, get_args(Kind))
        if self.weights_from is not None:
            _one_of("weights_from", self.weights_from, get_args(WeightsFrom))
            if self.weights is not None:
                raise Fault("survey.design", "weights_from", "is for a design without a weight column; say one of the two")
        stages = max(len(self.ids), 1)
        if len(self.strata) > stages:
            raise Fault("survey.design", "strata", f"names {len(self.strata)} stages, ids {stages}")
        if len(self.fpc) > stages:
            raise Fault("survey.design", "fpc", f"names {len(self.fpc)} stages, ids {stages}")
        if self.weights_from == "prob" and self.pps is None:
            raise Fault("survey.design", "weights_from", "weights from probabilities need pps.prob")
        if self.weights_from == "fpc" and not self.fpc:
            raise Fault("survey.design", "weights_from", "weights from population sizes need fpc")
        if self.pps is not None and (len(self.ids) > 1 or self.fpc):
            raise Fault("survey.design", "pps", "goes with one stage and without fpc; the probabilities take its place")

    @property
    def has_margin_of_error(self) -> bool:
        return self.kind == "probability"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Design:
        """From a design file read as TOML or JSON; raises `Fault` that names the unknown or ill-shaped field."""
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise Fault("survey.design", unknown[0], f"is no field of a design; there are {', '.join(sorted(known))}")
        values: dict[str, Any] = {name: value for name, value in data.items() if value is not None}
        for name in ("ids", "strata"):
            if name in values and not (isinstance(values[name], str) or _texts(values[name])):
                raise Fault("survey.design", name, "is a list of column names")
        if isinstance(values.get("replicates"), Mapping):
            values["replicates"] = _replicates(values["replicates"])
        if isinstance(values.get("pps"), Mapping):
            _only("pps", values["pps"], {"method", "prob"})
            values["pps"] = PPS(**values["pps"])
        if "codes" in values:
            values["codes"] = {name: tuple(levels) for name, levels in values["codes"].items()}
        for name in ("nest", "adjust_domain_lonely"):
            if name in values and not isinstance(values[name], bool):
                raise Fault("survey.design", name, "is true or false")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """The fields that say something, for an answer or a file."""
        found: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value in ((), None, False, {}) and item.name not in {"ids", "strata", "fpc"}:
                continue
            if isinstance(value, Replicates):
                value = {part.name: getattr(value, part.name) for part in fields(value) if getattr(value, part.name) is not None}
            if isinstance(value, PPS):
                value = {"method": value.method, "prob": value.prob}
            found[item.name] = list(value) if isinstance(value, tuple) else value
        return found


def _replicates(data: Mapping[str, Any]) -> Replicates:
    _only("replicates", data, {item.name for item in fields(Replicates)})
    values = {name: value for name, value in data.items() if value is not None}
    for name in ("columns", "rscales"):
        if name in values:
            values[name] = tuple(values[name])
    if "type" not in values:
        raise Fault("survey.replicates", "replicates.type", f"is missing; say one of {', '.join(get_args(ReplicateType))}")
    return Replicates(**values)


def _only(where: str, data: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(data) - known):
        raise Fault("survey.design", f"{where}.{unknown[0]}", f"is unknown; there are {', '.join(sorted(known))}")


def _one_of(where: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Fault("survey.design", where, f"is {value!r}; say one of {', '.join(allowed)}")


def _texts(value: object) -> bool:
    return isinstance(value, Sequence) and all(isinstance(item, str) for item in value)
