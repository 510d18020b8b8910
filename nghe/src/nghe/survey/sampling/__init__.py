"""Sampling: frames, draws that are documents, allocation, quotas, and how many to ask."""

from nghe.survey.sampling.allocate import allocate
from nghe.survey.sampling.draw import Draw, Drawn
from nghe.survey.sampling.frame import Frame
from nghe.survey.sampling.pps import draw_next_stage, draw_pps
from nghe.survey.sampling.quota import Comparison, compare_with_census, plan_quotas
from nghe.survey.sampling.simple import draw_srs, draw_stratified, draw_systematic
from nghe.survey.sampling.size import (
    design_effect,
    expected_margin,
    minimum_detectable_change,
    sample_size,
    sample_size_for_change,
    sample_size_of_mean,
)
from nghe.survey.sampling.verify import verify_draw

__all__ = [
    "Comparison",
    "Draw",
    "Drawn",
    "Frame",
    "allocate",
    "compare_with_census",
    "design_effect",
    "draw_next_stage",
    "draw_pps",
    "draw_srs",
    "draw_stratified",
    "draw_systematic",
    "expected_margin",
    "minimum_detectable_change",
    "plan_quotas",
    "sample_size",
    "sample_size_for_change",
    "sample_size_of_mean",
    "verify_draw",
]
