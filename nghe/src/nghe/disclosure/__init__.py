"""Small cells: what is too small to show is merged with its next smallest, and its words are kept (R4)."""

from nghe.disclosure.primary import (
    K_INSIDE,
    K_PUBLISHED,
    MIN_PLACES,
    Group,
    Suppressed,
    floor_of,
    presentable,
    presentable_share,
    suppress,
)

__all__ = [
    "K_INSIDE",
    "K_PUBLISHED",
    "MIN_PLACES",
    "Group",
    "Suppressed",
    "floor_of",
    "presentable",
    "presentable_share",
    "suppress",
]
