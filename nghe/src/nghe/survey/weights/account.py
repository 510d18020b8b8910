"""Weight a sample to margins by one method and say what it did: the work of `nghe survey weight`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nghe.errors import Fault
from nghe.survey.sample import Sample
from nghe.survey.weights.diagnostics import check_margins, moved_by_trimming, report_weights
from nghe.survey.weights.margins import Margin
from nghe.survey.weights.steps import calibrate, poststratify, rake, trim


def weigh(
    sample: Sample,
    margins: Sequence[Margin],
    *,
    method: str,
    calfun: str = "linear",
    bounds: Sequence[float] | None = None,
    limits: Sequence[float] | None = None,
) -> tuple[Sample, dict[str, Any]]:
    """The weighted sample, and the account: diagnostics before and after, every margin before and after, what was trimmed."""
    if method == "rake":
        made = rake(sample, margins)
    elif method == "poststratify":
        if len(margins) != 1:
            raise Fault(
                "survey.poststratify",
                "targets",
                f"hold {len(margins)} margins; post-stratification takes one (join variables by *), raking several",
            )
        made = poststratify(sample, margins[0])
    elif method == "calibrate":
        made = calibrate(sample, margins=margins, calfun=calfun, bounds=None if bounds is None else (bounds[0], bounds[1]))
    else:
        raise Fault("survey.weight", "method", f"is {method!r}; say rake, poststratify or calibrate")
    moved = 0.0
    if limits is not None:
        trimmed = trim(made, lower=limits[0], upper=limits[1], strict=True)
        moved, made = moved_by_trimming(made.weights, trimmed.weights), trimmed
    return made, {
        "method": method,
        "before": report_weights(sample.weights).to_dict(),
        "after": report_weights(made.weights, trimmed_share=moved).to_dict(),
        "margins": [asdict(check) for check in check_margins(sample, made, margins)],
    }
