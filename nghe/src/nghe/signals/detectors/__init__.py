"""Detectors of unusually high counts: each takes a matrix of counts (periods x series) and judges some of its periods."""
