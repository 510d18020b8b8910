"""Words for how many, sentences over evidence, the document of claims, and the linter of edited documents.

    rendered = render(statement, evidence, "vi")        # text and the span of each claim; a `Fault` refuses what is not earned
    default_scale().places_word(Coverage(11, 15, 18))   # "places_many"
"""

from nghe.wording.derive import decided_change, history_of
from nghe.wording.earn import Cell
from nghe.wording.figures import format_figure, glue_intervals
from nghe.wording.scale import Scale, Week, Word, default_scale, read_scale
from nghe.wording.sentence import Rendered, Span, Statement, render, render_own

__all__ = [
    "Cell",
    "Rendered",
    "Scale",
    "Span",
    "Statement",
    "Week",
    "Word",
    "decided_change",
    "default_scale",
    "format_figure",
    "glue_intervals",
    "history_of",
    "read_scale",
    "render",
    "render_own",
]
