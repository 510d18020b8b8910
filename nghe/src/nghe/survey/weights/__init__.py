"""Weighting: non-response, post-stratification, raking, calibration, trimming, and what became of the weights."""
