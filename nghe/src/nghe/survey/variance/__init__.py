"""Variances from totals of sampled units, from replicates, and after weighting."""
