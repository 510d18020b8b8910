"""Small SVG charts that carry their uncertainty, the same in a page and in a document. No third-party package is needed.

    drawing = weeks([Week("42", 3, 4), Week("46", 11, 14)], label="…", top=18)
    drawing.svg()                    # for a page: classes, coloured by the style sheet, dark mode included
    drawing.svg(standalone=True)     # for a document: literal colours and fonts

Every function takes final words: `label` is the text alternative and states the finding with its figures. Kinds of evidence have
their own shapes and never share an axis: squares, circles and reaches for what was heard in the field (never an interval), a
round dot with a solid interval for a survey, a diamond with a dashed interval for a model.
"""

from nghe.charts.estimates import Estimate, intervals, ratio, waves
from nghe.charts.field import Area, Bar, Reach, Week, areas, bars, parts, reaches, squares, weeks
from nghe.charts.marks import Drawing
from nghe.charts.shares import share, share_axis, top_of, way
from nghe.charts.tiles import Tile, tiles
from nghe.charts.trend import trend

__all__ = [
    "Area",
    "Bar",
    "Drawing",
    "Estimate",
    "Reach",
    "Tile",
    "Week",
    "areas",
    "bars",
    "intervals",
    "parts",
    "ratio",
    "reaches",
    "share",
    "share_axis",
    "squares",
    "tiles",
    "top_of",
    "trend",
    "waves",
    "way",
    "weeks",
]
