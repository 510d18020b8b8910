"""Settings of a detector from a control object in R's words, checked name by name.

`read_control("farringtonFlexible", {...})` answers the method's settings; an unknown name, a value of the wrong kind or out of
range is a `Fault` that names it. `unsupported` lists what a control object holds that is not known here, for checks on foreign
files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nghe.errors import Fault
from nghe.signals.detectors.bayes import Bayes
from nghe.signals.detectors.cusum import Cusum
from nghe.signals.detectors.ears import Ears
from nghe.signals.detectors.farrington import Farrington

Settings = Farrington | Ears | Cusum | Bayes
SILENT = frozenset({"verbose", "glmWarnings", "plot", "range", "epochAsDate"})
"""Known to R, without effect on the numbers here: the judged periods are an argument, and dates decide about the calendar."""
FITS = {"algo.farrington.fitGLM.flexible", "algo.farrington.fitGLM.fast", "algo.farrington.fitGLM",
        "algo.farrington.fitGLM.populationOffset"}


def _whole(low: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < low:
            raise ValueError(f"a whole number from {low} on")
        return int(value)
    return read


def _number(low: float, high: float = float("inf"), *, open_: bool = False) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high or (open_ and value in {low, high}):
            raise ValueError(f"a number {'between' if open_ else 'from'} {low:g} {'and' if open_ else 'to'} {high:g}")
        return float(value)
    return read


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError("one of " + ", ".join(words))
        return str(value)
    return read


def _or_none(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None or value == {} else inner(value)


def _limit54(value: Any) -> tuple[float, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("two numbers: cases and periods")
    return _number(0)(value[0]), _whole(1)(value[1])


def _expected(value: Any) -> str | tuple[float, ...] | None:
    if value is None or value == {}:
        return None
    if value == "glm":
        return "glm"
    numbers = value if isinstance(value, list | tuple) else [value]
    return tuple(_number(0)(each) for each in numbers)


Readers = Mapping[str, tuple[str, Callable[[Any], Any]]]
ALPHA = _number(0, 1, open_=True)
_BOTH: Readers = {
    "b": ("b", _whole(1)), "w": ("w", _whole(0)), "reweight": ("reweight", _truth), "trend": ("trend", _truth),
    "weightsThreshold": ("weights_threshold", _number(0, open_=True)), "alpha": ("alpha", ALPHA),
    "limit54": ("limit54", _limit54),
    "powertrans": ("power", _one_of("2/3", "1/2", "none")), "fitFun": ("fit", _one_of(*sorted(FITS))),
}
_FLEXIBLE: Readers = {
    **_BOTH, "noPeriods": ("periods", _whole(1)), "pThresholdTrend": ("p_trend", _number(0, 1)),
    "pastWeeksNotIncluded": ("left_out", _or_none(_whole(0))), "populationOffset": ("offset", _truth),
    "thresholdMethod": ("bound", _one_of("delta", "nbPlugin", "muan")),
}
READERS: Mapping[str, Readers] = {
    "farringtonFlexible": _FLEXIBLE,
    "farrington": {name: reader for name, reader in _BOTH.items() if name != "weightsThreshold"},
    "earsC": {"method": ("method", _one_of("C1", "C2", "C3")), "baseline": ("baseline", _whole(2)),
              "minSigma": ("min_sigma", _number(0)), "alpha": ("alpha", _or_none(ALPHA))},
    "cusum": {"k": ("k", _number(0)), "h": ("h", _number(0, open_=True)), "m": ("expected", _expected),
              "trans": ("transform", _one_of("rossi", "standard", "anscombe", "anscombe2nd", "pearsonNegBin", "anscombeNegBin",
                                           "none")),
              "alpha": ("alpha", _or_none(_number(0, open_=True)))},
    "bayes": {"b": ("b", _whole(0)), "w": ("w", _whole(1)), "actY": ("this_year", _truth), "alpha": ("alpha", ALPHA)},
}


def unsupported(fun: str, control: Mapping[str, Any]) -> list[str]:
    """What this control object asks for that is not known: `fun`, or `fun.name`, or `fun.name=value`."""
    if fun not in READERS:
        return [fun]
    faults = []
    for name, value in control.items():
        if name in SILENT or (name == "epochs" and value is None):
            continue
        if name not in READERS[fun]:
            faults.append(f"{fun}.{name}")
            continue
        try:
            READERS[fun][name][1](value)
        except ValueError:
            faults.append(f"{fun}.{name}={value!r}")
    return faults


def read_control(fun: str, control: Mapping[str, Any], *, compat: bool = False) -> Settings:
    """The settings of method `fun` (one of `READERS`); what is not said keeps R's default."""
    if fun not in READERS:
        raise Fault("signals.method", fun, f"no such method; there are {', '.join(READERS)}")
    found: dict[str, Any] = {}
    for name, value in control.items():
        if name in SILENT:
            continue
        if name not in READERS[fun]:
            raise Fault("signals.setting", name, f"{fun} has no such setting; it has {', '.join(READERS[fun])}")
        field, read = READERS[fun][name]
        try:
            found[field] = read(value)
        except ValueError as wanted:
            raise Fault("signals.setting", name, f"{value!r} is not {wanted}") from None
    fit = found.pop("fit", None)
    if fun == "farringtonFlexible":
        return Farrington(**found, compat=compat)
    if fun == "farrington":
        return Farrington(**{"weights_threshold": 1.0, **found}, left_out=found.get("w", 3), two_sided=True, compat=compat,
                          offset=fit == "algo.farrington.fitGLM.populationOffset")
    if fun == "earsC":
        return Ears(**found, compat=compat)
    if fun == "cusum":
        return Cusum(**found, compat=compat)
    return Bayes(**found, compat=compat)
