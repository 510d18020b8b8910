"""A sample as one of the Python package `svy` (MIT), for those who work there. svy is no dependency: install it beside."""

from __future__ import annotations

from typing import Any

from nghe.errors import Fault
from nghe.survey.files.write import to_arrow
from nghe.survey.sample import Sample

WEIGHT = "nghe_weight"


def to_svy(sample: Sample) -> Any:
    """`svy.Sample` with the same data, strata, units and final weights (column nghe_weight).

    What svy would compute otherwise is refused: replicates, unequal probabilities, several stages with fpc. A domain is not
    carried over.
    """
    try:
        import polars as pl
        import svy
    except ModuleNotFoundError as missing:
        raise Fault("survey.svy", str(missing.name), "is not installed: pip install svy") from missing
    design = sample.design
    if design.replicates is not None or design.pps is not None or len(design.fpc) > 1 or sample.steps:
        raise Fault(
            "survey.svy",
            "design",
            "replicates, unequal probabilities, later-stage fpc and calibrated variances are not carried over",
        )
    frame = pl.from_arrow(to_arrow(sample.table))
    frame = frame.with_columns(pl.Series(WEIGHT, sample.weights))
    words: dict[str, Any] = {"wgt": WEIGHT}
    if design.strata:
        words["stratum"] = design.strata[0]
    if design.ids:
        words["psu"] = design.ids[0]
    if design.fpc and isinstance(design.fpc[0], str):
        words["pop_size"] = design.fpc[0]
    return svy.Sample(data=frame, design=svy.Design(**words))
