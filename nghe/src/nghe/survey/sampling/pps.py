"""Probability proportional to size, systematic, without replacement; and the stages that follow in the units drawn.

Each unit gets a stretch as long as its size; points at even steps from a random start choose the units they fall in (Madow 1949,
Annals of Mathematical Statistics 20:333-354). A unit longer than a step is certain: it is taken, and the rest drawn from what is
left, until none is. Probability n x / X for the others. Joint probabilities of a systematic draw depend on the order; a variance
is estimated as if the units were drawn with replacement, which is on the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nghe.errors import Fault
from nghe.survey.sampling.chance import check_seed, number_of
from nghe.survey.sampling.draw import Draw, Drawn, describe_frame
from nghe.survey.sampling.frame import Frame
from nghe.survey.sampling.simple import ALL, Within, choose, sorted_by


def draw_pps(
    frame: Frame, n: int | Mapping[str, int], *, size: str, seed: str, by: Sequence[str] = (), order: Sequence[str] = ()
) -> Draw:
    """`n` units (in each stratum of `by`, where it is a mapping) with probability in proportion to the column `size`."""
    check_seed(seed)
    sizes = frame.sizes(size)
    strata = {" / ".join(values): places for values, places in frame.groups(by).items()} if by else {ALL: list(range(len(frame)))}
    share = n if isinstance(n, Mapping) else dict.fromkeys(strata, n)
    if set(share) != set(strata):
        odd = min(set(share) ^ set(strata))
        raise Fault("sampling.stratum", odd, f"is {'no stratum of the frame' if odd in share else 'without a number'}")
    chosen: dict[int, Drawn] = {}
    for name, positions in strata.items():
        listed = sorted_by(frame, positions, order)
        for at, probability in _pps(frame, listed, [sizes[at] for at in listed], share[name], seed, name):
            chosen[at] = Drawn(frame.ids[at], name, probability)
    settings = {"n": dict(n) if isinstance(n, Mapping) else n, "size": size, "by": list(by), "order": list(order)}
    counts = {name: (len(positions), share[name]) for name, positions in strata.items()}
    return Draw("pps systematic", seed, settings, describe_frame(frame), counts, tuple(chosen[at] for at in sorted(chosen)))


def _pps(frame: Frame, listed: Sequence[int], sizes: Sequence[float], n: int, seed: str, name: str) -> list[tuple[int, float]]:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= len(listed):
        raise Fault("sampling.n", f"{frame.name}, {name}", f"{n!r} cannot be drawn of {len(listed)} units")
    certain: set[int] = set()
    while True:
        left = [place for place in range(len(listed)) if place not in certain]
        total, wanted = sum(sizes[place] for place in left), n - len(certain)
        more = {place for place in left if wanted and sizes[place] * wanted >= total}
        if not more or not wanted:
            break
        certain |= more
    found = [(listed[place], 1.0) for place in sorted(certain)]
    if wanted:
        step, reached = total / wanted, 0.0
        point = number_of(seed, name) * step
        for place in left:
            reached += sizes[place]
            if point < reached and len(found) < n:
                found.append((listed[place], wanted * sizes[place] / total))
                point += step
    if len(found) < n:  # the last point fell beyond the last unit by rounding
        last = next(place for place in reversed(left) if listed[place] not in {at for at, _ in found})
        found.append((listed[last], wanted * sizes[last] / total))
    return found


def draw_next_stage(
    before: Draw, frame: Frame, n: int | Mapping[str, int], *, cluster: str, seed: str, within: Within = "srs",
    order: Sequence[str] = (), take_all_if_fewer: bool = False,
) -> Draw:
    """Units inside those drawn before, from a list made of them (`cluster` names the column with the unit drawn before).

    `n` in each cluster, or a number by cluster. Probabilities multiply; each unit keeps those of its stages. A cluster that was
    not drawn, one without a list, or one with fewer units than `n` is refused by name (the last is taken whole where asked for).
    """
    check_seed(seed)
    first = {unit.id: unit for unit in before.units}
    groups = {values[0]: positions for values, positions in frame.groups([cluster]).items()}
    if strange := sorted(set(groups) - set(first)):
        raise Fault("sampling.cluster", f"{frame.name}, {cluster} {strange[0]}", "was not drawn before; list drawn clusters only")
    if unlisted := [unit for unit in first if unit not in groups]:
        raise Fault("sampling.cluster", f"{frame.name}, {cluster} {unlisted[0]}", "was drawn and has no list")
    chosen: dict[int, Drawn] = {}
    counts: dict[str, tuple[int, int]] = {}
    for name, positions in groups.items():
        wanted = n[name] if isinstance(n, Mapping) else n
        wanted = min(wanted, len(positions)) if take_all_if_fewer else wanted
        above, probability = first[name], wanted / len(positions)
        counts[name] = (len(positions), wanted)
        for at in choose(frame, positions, wanted, seed=seed, name=name, within=within, order=order):
            stages = (*(above.stages or ((above.id, above.probability),)), (frame.ids[at], probability))
            chosen[at] = Drawn(frame.ids[at], above.stratum, above.probability * probability, stages)
    settings = {"n": dict(n) if isinstance(n, Mapping) else n, "cluster": cluster, "within": within, "order": list(order),
                "take_all_if_fewer": take_all_if_fewer}
    stage = {"method": before.method, "hash": before.record()["hash"]}
    return Draw(f"{before.method}, then {within}", seed, settings, describe_frame(frame), counts,
                tuple(chosen[at] for at in sorted(chosen)), (*before.earlier, stage))
