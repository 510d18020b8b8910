"""Response rates by AAPOR's Standard Definitions."""

from nghe.survey.response.codes import OUTCOMES, classify
from nghe.survey.response.rates import Dispositions, Rates, eligibility, response_rates

__all__ = ["OUTCOMES", "Dispositions", "Rates", "classify", "eligibility", "response_rates"]
