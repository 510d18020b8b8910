"""The clock, in one place, so that domain functions can take the time as an argument."""

from __future__ import annotations

import datetime as dt
import os
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present moment, or the fixed one that LANGNGHE_CLOCK names (ISO 8601; demo pictures and tests)."""
    fixed = os.environ.get("LANGNGHE_CLOCK")
    if fixed:
        moment = dt.datetime.fromisoformat(fixed)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return dt.datetime.now(dt.UTC)


def today(at: dt.datetime | None = None) -> dt.date:
    """The day in Vietnam of that moment."""
    return (at or now()).astimezone(ZONE).date()
