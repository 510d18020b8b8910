"""Words for how many, sentences over evidence, the document of claims, and the linter of edited documents.

    rendered = render(statement, evidence, "vi")        # text and the span of each claim; a `Fault` refuses what is not earned
    document = build_claims(report=..., unit=..., period=..., statements=..., evidence=..., built_with=...)
    verify_claims(load_claims("claims.json"))           # every Difference
    default_scale().places_word(Coverage(11, 15, 18))   # "places_many"
"""

from nghe.wording.build import build_claims
from nghe.wording.claims import claims_bytes, load_claims
from nghe.wording.derive import decided_change, history_of
from nghe.wording.earn import Cell
from nghe.wording.figures import format_figure, glue_intervals
from nghe.wording.scale import Scale, Week, Word, default_scale, read_scale
from nghe.wording.sentence import Rendered, Span, Statement, render, render_own
from nghe.wording.verify import Difference, verify_claims, verify_files

__all__ = [
    "Cell",
    "Difference",
    "Rendered",
    "Scale",
    "Span",
    "Statement",
    "Week",
    "Word",
    "build_claims",
    "claims_bytes",
    "decided_change",
    "default_scale",
    "format_figure",
    "glue_intervals",
    "history_of",
    "load_claims",
    "read_scale",
    "render",
    "render_own",
    "verify_claims",
    "verify_files",
]
