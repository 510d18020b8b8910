"""Simple random, systematic and stratified draws.

Simple random: the n units with the smallest permanent random numbers (`chance`), an exact SRS without replacement. Systematic:
every (N/n)-th unit from a random start, fractional interval, over the list as it stands or sorted by columns (implicit
stratification); Cochran 1977, chapter 8. A systematic sample has no unbiased variance of its own: say how it was sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nghe.errors import Fault
from nghe.survey.sampling.allocate import Rule, allocate
from nghe.survey.sampling.chance import check_seed, number_of
from nghe.survey.sampling.draw import Draw, Drawn, describe_frame
from nghe.survey.sampling.frame import Frame

Within = Literal["srs", "systematic"]
ALL = "all"


def draw_srs(frame: Frame, n: int, *, seed: str) -> Draw:
    """`n` units, each with probability n/N and every set of n alike."""
    return _draw(frame, whole(frame), {ALL: n}, seed=seed, within="srs", order=(), method="srs", settings={"n": n})


def draw_systematic(frame: Frame, n: int, *, seed: str, order: Sequence[str] = ()) -> Draw:
    """`n` units at even steps through the list, sorted by the columns of `order` (ties as listed)."""
    return _draw(frame, whole(frame), {ALL: n}, seed=seed, within="systematic", order=order, method="systematic",
                 settings={"n": n, "order": list(order)})


def whole(frame: Frame) -> dict[str, list[int]]:
    """The frame as one stratum."""
    return {ALL: list(range(len(frame)))}


def draw_stratified(
    frame: Frame, n: int | Mapping[str, int], *, by: Sequence[str], seed: str, rule: Rule = "proportional",
    within: Within = "srs", order: Sequence[str] = (), **bounds: Any,
) -> Draw:
    """A draw inside each stratum; `n` in all, shared by `rule` (see `allocate` for the bounds), or a number for each stratum.

    A stratum is named by its values joined by " / ".
    """
    if not by:
        raise Fault("sampling.stratum", "by", "names no column; a stratified draw needs at least one")
    strata = {" / ".join(values): positions for values, positions in frame.groups(by).items()}
    sizes = {name: len(positions) for name, positions in strata.items()}
    if isinstance(n, Mapping):
        if set(n) != set(sizes):
            odd = min(set(n) ^ set(sizes))
            raise Fault("sampling.stratum", odd, f"is {'no stratum of the frame' if odd in n else 'without a number'}")
        share = dict(n)
    else:
        share = allocate(sizes, n, rule=rule, **bounds)
    given = isinstance(n, Mapping)
    settings = {"n": share if given else n, "by": list(by), "rule": "given" if given else rule,
                "within": within, "order": list(order), **{key: value for key, value in bounds.items() if value is not None}}
    return _draw(frame, strata, share, seed=seed, within=within, order=order, method="stratified", settings=settings)


def _draw(
    frame: Frame, strata: Mapping[str, list[int]], share: Mapping[str, int], *, seed: str, within: Within,
    order: Sequence[str], method: str, settings: Mapping[str, Any],
) -> Draw:
    check_seed(seed)
    chosen: dict[int, Drawn] = {}
    for name, positions in strata.items():
        for at in choose(frame, positions, share[name], seed=seed, name=name, within=within, order=order):
            chosen[at] = Drawn(frame.ids[at], name, share[name] / len(positions))
    counts = {name: (len(positions), share[name]) for name, positions in strata.items()}
    return Draw(method, seed, settings, describe_frame(frame), counts, tuple(chosen[at] for at in sorted(chosen)))


def choose(
    frame: Frame, positions: Sequence[int], n: int, *, seed: str, name: str, within: Within, order: Sequence[str]
) -> list[int]:
    """`n` of the positions; raises `Fault` where there are not so many."""
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= len(positions) or (n == 0 and name == ALL):
        raise Fault("sampling.n", f"{frame.name}, {name}", f"{n!r} cannot be drawn of {len(positions)} units")
    if within == "srs":
        return sorted(positions, key=lambda at: (number_of(seed, name, frame.ids[at]), frame.ids[at]))[:n]
    if within != "systematic":
        raise Fault("sampling.method", "within", f"{within!r} is none of srs, systematic")
    listed = sorted_by(frame, positions, order)
    step, start = len(listed) / max(n, 1), number_of(seed, name)
    return [listed[min(int((start + turn) * step), len(listed) - 1)] for turn in range(n)]


def sorted_by(frame: Frame, positions: Sequence[int], order: Sequence[str]) -> list[int]:
    """Numbers before texts, missing values first; ties as listed."""
    columns = [frame.column(name) for name in order]

    def rank(at: int) -> tuple[tuple[int, float, str], ...]:
        values = [column[at] for column in columns]
        return tuple((0, 0.0, "") if value is None else (2, 0.0, value) if isinstance(value, str) else (1, float(value), "")
                     for value in values)

    return sorted(positions, key=rank) if columns else list(positions)
