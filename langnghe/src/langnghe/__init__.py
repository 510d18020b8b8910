"""langnghe: the application, for people, offices and days."""

__version__ = "0.1.0"
