"""An invented survey, for examples, benchmarks and tests: strata of communes of unequal size, answers that differ by commune.

Columns: stratum, commune (labels start again in each stratum), w, sex, age, area, q1 ... (answers 1 to `answers`), score (0 to
10). Nothing in it is from people.
"""

from __future__ import annotations

import numpy as np

from nghe.survey.data.column import Column
from nghe.survey.data.table import Table
from nghe.survey.design.words import Design

DESIGN = Design(ids=("commune",), strata=("stratum",), weights="w", nest=True)
SEX, AGE, AREA = ("female", "male"), ("18-29", "30-44", "45-59", "60+"), ("city", "coast", "plain", "hills", "islands")


def invent_survey(
    rows: int, *, seed: int, strata: int = 10, communes: int = 6, questions: int = 5, answers: int = 5, missing: float = 0.03
) -> Table:
    """A table of that many rows; `communes` in each stratum; `missing`: share of answers left out. Same seed, same table."""
    random = np.random.default_rng(seed)
    size = random.gamma(2.0, size=strata * communes) + 0.2
    unit = (
        np.sort(random.choice(strata * communes, size=rows, p=size / size.sum()))
        if rows > strata * communes * 2
        else np.arange(rows) % (strata * communes)
    )
    mood = random.normal(scale=0.6, size=(strata * communes, questions))
    columns = [
        Column.of_numbers("stratum", (unit // communes).astype(np.int16)),
        Column.of_numbers("commune", (unit % communes).astype(np.int16)),
        Column.of_numbers("w", random.uniform(0.5, 4.0, rows)),
        Column.of_codes("sex", random.integers(0, 2, rows).astype(np.int8), SEX),
        Column.of_codes("age", random.integers(0, 4, rows).astype(np.int8), AGE),
        Column.of_codes("area", ((unit // communes) % 5).astype(np.int8), AREA),
    ]
    for question in range(questions):
        drawn = np.clip(
            np.rint(random.normal(loc=(answers + 1) / 2, scale=answers / 4, size=rows) + mood[unit, question]), 1, answers
        )
        if missing:
            drawn[random.random(rows) < missing] = np.nan
            columns.append(
                Column.of_codes(
                    f"q{question + 1}",
                    np.where(np.isnan(drawn), -1, np.nan_to_num(drawn, nan=1) - 1).astype(np.int8),
                    [f"answer {answer + 1}" for answer in range(answers)],
                )
            )
        else:
            columns.append(Column.of_numbers(f"q{question + 1}", drawn.astype(np.int8)))
    score = np.round(np.clip(random.normal(5.0, 2.0, rows) + mood[unit, 0], 0, 10), 1)
    return Table.of([*columns, Column.of_numbers("score", score)])
