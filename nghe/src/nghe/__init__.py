"""nghe: numbers and text of public opinion work, and nothing of the web."""

__version__ = "0.1.0"
