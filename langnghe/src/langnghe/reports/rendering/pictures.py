"""Drawings as pictures, for documents that cannot hold SVG. Set by typst with the shipped fonts: same SVG, same bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
DOTS_PER_INCH = 288.0


@lru_cache(maxsize=256)
def png_of(svg: str) -> bytes:
    """One drawing at three times the size of a screen."""
    import typst

    source = f"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes({quoted(svg)}), format: \"svg\")"
    compiler = typst.Compiler(input=source.encode(), font_paths=[FONTS], ignore_system_fonts=True)
    made = compiler.compile(format="png", ppi=DOTS_PER_INCH)
    assert isinstance(made, bytes), "one page"
    return made


def quoted(text: str) -> str:
    """As a string of typst's language."""
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{body}"'
