"""Estimates with their covariance: means, totals, shares, ratios, quantiles, tests, regressions, changes."""
