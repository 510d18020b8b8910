"""A sample handed to `svy` gives svy's numbers, which are ours."""

from __future__ import annotations

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.survey import Replicates, Sample, mean
from nghe.survey.design.words import Design
from nghe.survey.files.to_svy import to_svy
from nghe.survey.invented import invent_survey

DESIGN = Design(ids=("commune",), strata=("stratum",), weights="w", nest=True)


@pytest.mark.spark  # svy, too, is in the peers' environment only
@pytest.mark.filterwarnings("ignore")
def test_svy_agrees() -> None:
    sample = Sample.of(invent_survey(900, seed=5, strata=6, communes=4, questions=1), DESIGN)
    found, wanted = to_svy(sample).estimation.mean("score"), mean(sample, ["score"])
    row = found.to_polars().row(0, named=True)
    assert (row["est"], row["se"]) == (pytest.approx(wanted.estimate[0], rel=1e-12), pytest.approx(wanted.se[0], rel=1e-12))


def test_what_svy_would_compute_otherwise_is_refused() -> None:
    pytest.importorskip("svy", reason="svy is in the peers' environment only (tools/bootstrap.py bench)")
    table = invent_survey(900, seed=5, strata=6, communes=4, questions=1)
    with pytest.raises(Fault, match="not carried over"):
        to_svy(
            Sample.of(table, Design(ids=("commune",), strata=("stratum",), weights="w", nest=True, replicates=Replicates("JKn")))
        )


def test_without_svy_it_says_what_to_install() -> None:
    try:
        import svy  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(Fault, match="not installed"):
            to_svy(Sample.of(invent_survey(200, seed=1), DESIGN))
    else:
        assert np.isfinite(Sample.of(invent_survey(200, seed=1), DESIGN).weights).all()
