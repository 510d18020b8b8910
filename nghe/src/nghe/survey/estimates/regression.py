"""Linear, logistic and log-linear regression of a population, with design-based covariance.

Pseudo maximum likelihood by iteratively weighted least squares; the influence value of a row is A^-1 x (y - mu) dmu/deta / v(mu),
A the weighted information (Binder 1983). With replicates the model is fitted again in each. The covariance is that of the
coefficients in the finite population, not of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats
from nghe.survey.data.column import Level
from nghe.survey.data.predicates import indicator
from nghe.survey.estimates.core import bases, check_base, linear_covariance
from nghe.survey.estimates.result import Estimates, Label, t_quantile
from nghe.survey.sample import Sample

MOST_ITERATIONS = 200
FAMILIES: dict[str, Callable[[Floats], Floats]] = {
    "gaussian": np.ones_like,
    "quasibinomial": lambda m: m * (1 - m),
    "quasipoisson": lambda m: m,
}
LINKS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "identity": (lambda m: m, lambda e: e, np.ones_like),
    "logit": (logit, expit, lambda e: expit(e) * expit(-e)),
    "log": (np.log, np.exp, np.exp),
}
"""Link: from mean to predictor, back, and the derivative of the mean."""


@dataclass(frozen=True, eq=False)
class Regression:
    """Coefficients (intercept first) as `Estimates` whose df is the residual one: design df + 1 - coefficients."""

    coefficients: Estimates
    family: str
    link: str
    iterations: int

    @property
    def df_residual(self) -> float:
        return self.coefficients.df


@dataclass(frozen=True)
class Difference:
    """Difference of two means, the second level less the first, with its t test."""

    variable: str
    estimate: float
    se: float
    low: float
    high: float
    statistic: float
    df: float
    p_value: float
    n: int


def regress(
    sample: Sample,
    y: str | Mapping[str, Any],
    terms: Sequence[Mapping[str, Any]],
    *,
    family: str = "gaussian",
    link: str = "identity",
    na_rm: bool = False,
) -> Regression:
    """Fits a model with intercept. y: a column, {"column"} or an indicator {"where", "missing"}; terms as in a request:
    {"columns": [name], "categorical": false} or {..., "categorical": true, "reference": level}."""
    if family not in FAMILIES or link not in LINKS:
        raise Fault("survey.glm", "family", f"{family} with {link}: say {', '.join(FAMILIES)} and {', '.join(LINKS)}")
    sample.need_margin("a regression")
    answer, name, missing = _answer(sample, y)
    names = [column for term in terms for column in term["columns"]]
    missing = missing | sample.table.missing_in(names)
    if (missing & sample.rows_inside).any() and not na_rm:
        raise Fault(
            "survey.missing",
            ", ".join([name, *names]),
            f"{int((missing & sample.rows_inside).sum())} rows have a missing value; say na_rm = true",
        )
    narrow = sample.subset(~missing) if missing.any() else sample
    check_base(narrow, name)
    x, labels = _matrix(narrow, terms)
    return _regression(narrow, answer, x, labels, family, link, name)


def compare_means(sample: Sample, y: str, group: str, levels: Sequence[Level], *, na_rm: bool = False) -> Difference:
    """t test of the means of two groups: the regression of y on the second level, among rows of the two."""
    column = sample.table[group]
    codes = [column.code_of(level) for level in levels]
    if len(codes) != 2 or codes[0] == codes[1]:
        raise Fault("survey.ttest", "levels", "are two different levels of the group, the first the one to compare with")
    if -1 in codes:
        raise Fault("survey.ttest", f"{group} = {levels[codes.index(-1)]}", "no row has this level")
    other = ~np.isin(column.codes, codes) & ~column.missing
    two = sample.subset(~other) if other.any() else sample
    missing = two.table.missing_in([y, group]) & two.rows_inside
    if missing.any() and not na_rm:
        raise Fault("survey.missing", f"{y}, {group}", f"{int(missing.sum())} rows have a missing value; say na_rm = true")
    narrow = two.subset(~missing) if missing.any() else two
    narrow.need_margin(f"difference of {y}")
    check_base(narrow, y)
    second = (column.codes == codes[1]).astype(np.float64)
    x = np.column_stack([np.ones(sample.rows), second])
    fit = _regression(
        narrow,
        np.nan_to_num(sample.table[y].numbers),
        x,
        [Label("(Intercept)"), Label(group, levels[1])],
        "gaussian",
        "identity",
        y,
    )
    found, df = fit.coefficients, fit.df_residual
    t = float(found.estimate[1] / found.se[1])
    half = t_quantile(0.95, df) * float(found.se[1])
    from scipy.special import stdtr

    return Difference(
        y,
        float(found.estimate[1]),
        float(found.se[1]),
        float(found.estimate[1]) - half,
        float(found.estimate[1]) + half,
        t,
        df,
        float(2 * stdtr(df, -abs(t))),
        int(narrow.rows_inside.sum()),
    )


def _answer(sample: Sample, y: str | Mapping[str, Any]) -> tuple[Floats, str, Bools]:
    if isinstance(y, str):
        y = {"column": y}
    if "column" in y:
        column = sample.table[y["column"]]
        return np.nan_to_num(column.numbers, nan=0.0), column.name, column.missing
    values = indicator(sample.table, y["where"], missing=y["missing"])
    return np.nan_to_num(values, nan=0.0), " and ".join(str(part["column"]) for part in y["where"]), np.isnan(values)


def _matrix(sample: Sample, terms: Sequence[Mapping[str, Any]]) -> tuple[Floats, list[Label]]:
    """Model matrix (n, p), and its labels; a categorical term by its levels in the domain, without the reference."""
    columns: list[AnyArray] = [np.ones(sample.rows)]
    labels = [Label("(Intercept)")]
    for term in terms:
        column = sample.table[term["columns"][0]]
        if not term["categorical"]:
            columns.append(np.nan_to_num(column.numbers, nan=0.0))
            labels.append(Label(column.name))
            continue
        reference = column.code_of(term["reference"])
        seen = np.bincount(column.codes[sample.rows_inside & ~column.missing], minlength=len(column.levels)) > 0
        if reference < 0 or not seen[reference]:
            raise Fault("survey.glm", f"{column.name} = {term['reference']}", "no row has the reference level")
        for code, level in enumerate(column.levels):
            if code != reference and seen[code]:
                columns.append((column.codes == code).astype(np.float64))
                labels.append(Label(column.name, level))
    return np.column_stack(columns), labels


def _regression(sample: Sample, y: Floats, x: Floats, labels: list[Label], family: str, link: str, name: str) -> Regression:
    kept = sample.rows_inside & (sample.weights > 0)
    weights = np.where(kept, sample.weights, 0.0)
    if family == "quasibinomial" and ((y[kept] < 0) | (y[kept] > 1)).any():
        raise Fault("survey.glm", name, "quasibinomial answers lie between 0 and 1")
    if family == "quasipoisson" and (y[kept] < 0).any():
        raise Fault("survey.glm", name, "quasipoisson answers are 0 or more")
    beta, iterations = fit(x[kept], y[kept], weights[kept], family, link, [_name(label) for label in labels])
    if sample.replicates is not None:
        inside = np.flatnonzero(kept)
        every = sample.replicates.weights()[inside]
        replicated = np.column_stack(
            [
                fit(x[inside], y[inside], every[:, r], family, link, [_name(label) for label in labels], beta)[0]
                for r in range(every.shape[1])
            ]
        )
        cov = sample.replicates.covariance(replicated, beta)
    else:
        cov = linear_covariance(sample, _influence(x, y, np.where(kept, 1.0, 0.0), weights, beta, family, link))
    n, n_psu = bases(sample, [sample.rows_inside])
    df = sample.df + 1 - len(beta)
    found = Estimates("glm", tuple(labels), beta, cov, df, df, np.repeat(n, len(beta)), np.repeat(n_psu, len(beta)), sample.rows)
    return Regression(found, family, link, iterations)


def fit(
    x: Floats, y: Floats, weights: Floats, family: str, link: str, names: Sequence[str], start: Floats | None = None
) -> tuple[Floats, int]:
    """Coefficients (p,) and iterations of a weighted generalised linear model."""
    spread, (to_eta, to_mu, slope) = FAMILIES[family], LINKS[link]
    scaled = x * np.sqrt(weights)[:, None]
    if np.linalg.matrix_rank(scaled / np.maximum(np.linalg.norm(scaled, axis=0), 1e-300)) < x.shape[1]:
        raise Fault(
            "survey.glm", ", ".join(names), "the terms determine each other (or there are fewer rows than terms); leave one out"
        )
    if start is None:
        centre = float(weights @ y / weights.sum())
        mu = {"gaussian": y, "quasibinomial": (y + centre) / 2, "quasipoisson": (y + centre) / 2 + 1e-3}[family]
        mu = np.clip(mu, 1e-8, 1 - 1e-8) if link == "logit" else np.maximum(mu, 1e-8) if link == "log" else mu
        eta = to_eta(mu)
    else:
        eta = x @ start
    beta: Floats = np.zeros(x.shape[1]) if start is None else start
    for iteration in range(1, MOST_ITERATIONS + 1):
        mu, d = to_mu(eta), slope(eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = weights * d**2 / spread(mu)
            working = eta + (y - mu) / d
        if not (np.isfinite(inner).all() and np.isfinite(working).all()):
            break
        root = np.sqrt(inner)
        new: Floats = np.asarray(np.linalg.lstsq(x * root[:, None], working * root, rcond=None)[0], dtype=np.float64)
        moved = np.abs(x @ new - eta).max()
        beta, eta = new, x @ new
        if moved <= 1e-11 * (1 + np.abs(eta).max()) or (family == "gaussian" and link == "identity"):
            return np.asarray(beta), iteration
    raise Fault(
        "survey.no_convergence",
        ", ".join(names),
        f"the {family} model does not converge: a term may separate the answers wholly; leave it out or merge levels",
    )


def _influence(x: Floats, y: Floats, kept: Floats, weights: Floats, beta: Floats, family: str, link: str) -> Floats:
    """Influence values (n, p), without the weight; 0 outside the domain."""
    spread, (_, to_mu, slope) = FAMILIES[family], LINKS[link]
    eta = np.where(kept > 0, x @ beta, float(x[kept > 0][0] @ beta))
    mu, d = to_mu(eta), slope(eta)
    information = (x * (weights * d**2 / spread(mu))[:, None]).T @ x
    scores = x * (kept * (y - mu) * d / spread(mu))[:, None]
    return np.asarray(np.linalg.solve(information, scores.T).T)


def _name(label: Label) -> str:
    return label.variable if label.level is None else f"{label.variable} = {label.level}"
