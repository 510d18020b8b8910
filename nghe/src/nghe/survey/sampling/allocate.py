"""How a sample is shared among strata: equally, in proportion, by Neyman, with bounds.

Sources: Neyman 1934 (JRSS 97:558-625); with costs, Cochran 1977, Sampling Techniques, section 5.5; bounds by fixing the strata
that break them and sharing the rest again, as Cochran 5.8 does for strata that are taken whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from nghe.errors import Fault

Rule = Literal["equal", "proportional", "neyman"]
RULES: tuple[Rule, ...] = ("equal", "proportional", "neyman")


def allocate(
    sizes: Mapping[str, int], n: int, *, rule: Rule = "proportional", spread: Mapping[str, float] | None = None,
    cost: Mapping[str, float] | None = None, least: int | Mapping[str, int] = 0, most: int | Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Whole numbers by stratum that add up to `n`, each from `least` to `most` and never above the stratum's size.

    `neyman` needs `spread`, the standard deviation of each stratum, and takes `cost` per interview. Fractions go to the largest
    remainders. Raises `Fault` where the bounds leave no such numbers.
    """
    low, high = _bounds(sizes, least, most)
    check_total(sizes, n, low, high)
    pull = _pull(sizes, rule, spread, cost)
    fixed: dict[str, float] = {}
    while True:
        free = [name for name in sizes if name not in fixed]
        left, total = n - sum(fixed.values()), sum(pull[name] for name in free)
        share = {name: left * pull[name] / total if total else left / len(free) for name in free}
        under = {name: float(low[name]) for name in free if share[name] < low[name]}
        over = {name: float(high[name]) for name in free if share[name] > high[name]}
        if not under and not over:
            return _whole({**fixed, **share}, n, low, high)
        too_little = sum(under[name] - share[name] for name in under)
        too_much = sum(share[name] - over[name] for name in over)
        fixed |= under if too_little >= too_much else over


def check_total(sizes: Mapping[str, int], n: int, low: Mapping[str, int], high: Mapping[str, int]) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise Fault("sampling.n", "n", f"{n!r} is no sample size; it is a whole number from 1")
    for name, size in sizes.items():
        if low[name] > high[name]:
            raise Fault("sampling.bounds", f"stratum {name}",
                        f"must get at least {low[name]}, but at most {high[name]} of {size} units")
    fewest, highest = sum(low.values()), sum(high.values())
    if not fewest <= n <= highest:
        raise Fault("sampling.bounds", "n",
                    f"{n} cannot be shared: the strata take from {fewest} to {highest}; change n, `least` or `most`")


def _bounds(
    sizes: Mapping[str, int], least: int | Mapping[str, int], most: int | Mapping[str, int] | None
) -> tuple[dict[str, int], dict[str, int]]:
    for bounds in (least, most):
        if isinstance(bounds, Mapping) and (unknown := sorted(set(bounds) - set(sizes))):
            raise Fault("sampling.stratum", unknown[0], f"is no stratum; there are {', '.join(sizes)}")
    low, high = {}, {}
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise Fault("sampling.size", f"stratum {name}", f"{size!r} is no size; a stratum has at least one unit")
        top = most.get(name, size) if isinstance(most, Mapping) else size if most is None else most
        low[name] = least.get(name, 0) if isinstance(least, Mapping) else min(least, size)
        high[name] = min(top, size)
    return low, high


def _pull(
    sizes: Mapping[str, int], rule: Rule, spread: Mapping[str, float] | None, cost: Mapping[str, float] | None
) -> dict[str, float]:
    """What the shares are in proportion to: 1, N, or N S / sqrt(cost)."""
    if rule not in RULES:
        raise Fault("sampling.rule", "rule", f"{rule!r} is none of {', '.join(RULES)}")
    if rule == "equal":
        return dict.fromkeys(sizes, 1.0)
    if rule == "proportional":
        return {name: float(size) for name, size in sizes.items()}
    pull = {}
    for name, size in sizes.items():
        deviation, price = (spread or {}).get(name), (cost or {}).get(name, 1.0)
        if deviation is None or not math.isfinite(deviation) or deviation < 0:
            raise Fault("sampling.spread", f"stratum {name}",
                        f"{deviation!r} is no standard deviation; Neyman needs one for each stratum")
        if not math.isfinite(price) or price <= 0:
            raise Fault("sampling.cost", f"stratum {name}", f"{price!r} is no cost above 0")
        pull[name] = size * deviation / math.sqrt(price)
    return pull


def _whole(shares: Mapping[str, float], n: int, low: Mapping[str, int], high: Mapping[str, int]) -> dict[str, int]:
    """Largest remainders, in the order of the strata where equal."""
    whole = {name: min(max(math.floor(share + 1e-9), low[name]), high[name]) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: whole[name] - shares[name])
    while (missing := n - sum(whole.values())) > 0:
        for name in order:
            if missing and whole[name] < high[name]:
                whole[name] += 1
                missing -= 1
    return whole
