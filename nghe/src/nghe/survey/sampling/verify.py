"""Draw again from the document and the list, and say where the two differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nghe.errors import Fault
from nghe.evidence import sha256_of
from nghe.survey.sampling.chance import GENERATOR
from nghe.survey.sampling.draw import SCHEMA, Draw
from nghe.survey.sampling.frame import Frame
from nghe.survey.sampling.pps import draw_next_stage, draw_pps
from nghe.survey.sampling.simple import draw_srs, draw_stratified, draw_systematic

AGAIN: dict[str, Callable[..., Draw]] = {
    "srs": draw_srs, "systematic": draw_systematic, "stratified": draw_stratified, "pps systematic": draw_pps,
}


def verify_draw(record: Mapping[str, Any], frame: Frame, *, before: Draw | None = None) -> list[str]:
    """What does not hold, in words; nothing where the document is sound. A later stage needs the draw `before` it."""
    if record.get("schema") != SCHEMA:
        raise Fault("sampling.draw", "schema", f"is {record.get('schema')!r}; this version reads {SCHEMA}")
    wrong = []
    if sha256_of({key: value for key, value in record.items() if key != "hash"}, where="draw") != record.get("hash"):
        wrong.append("hash: the document was changed after it was written")
    if record["generator"] != GENERATOR:
        wrong.append(f"generator: {record['generator']} is not known to this version ({GENERATOR})")
    if record["frame"]["hash"] != frame.hash:
        used = record["frame"]
        wrong.append(f"frame: {frame.name} is not the list of the draw ({used['name']}, {used['units']} units)")
    if wrong:
        return wrong
    again = _again(record, frame, before).record()
    return [f"{key}: drawn again they are not the same" for key in ("strata", "units", "earlier") if again[key] != record[key]]


def _again(record: Mapping[str, Any], frame: Frame, before: Draw | None) -> Draw:
    settings = {**record["settings"], "seed": record["seed"]}
    if record["earlier"]:
        if before is None:
            raise Fault("sampling.draw", "before", f"is needed: the draw is a later stage of {record['earlier'][-1]['hash']}")
        return draw_next_stage(before, frame, **settings)
    if record["method"] not in AGAIN:
        raise Fault("sampling.draw", "method", f"{record['method']!r} is none of {', '.join(AGAIN)}")
    if settings.get("rule") == "given":
        del settings["rule"]
    return AGAIN[record["method"]](frame, **settings)
