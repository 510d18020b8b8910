"""Build the invented province from its data files, with a year of history and the report of the last week."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django_scopes import scope

from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.network.models import Network, Unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.files import write_files
from langnghe.reports.models import Report
from langnghe.web.demo.history import write_history
from langnghe.web.founding import found_network

HERE = Path(__file__).parent


def build_province(*, at: dt.datetime, out: Path) -> list[Path]:
    """Make the province if it is not there yet, and the report of the last whole week. Returns the report's files."""
    data = tomllib.loads((HERE / "province.toml").read_text(encoding="utf-8"))
    network = Network.objects.filter(code=data["network"]["code"], from_demo=True).first()
    if network is None:
        with transaction.atomic():
            network = found_network(data, from_demo=True, at=at)
            with scope(network=network):
                write_history(network, at=at)
    with scope(network=network):
        unit = Unit.objects.get(code=data["unit"]["code"])
        period = Period.week_of(today(at), network.week_rule).before()
        report = Report.objects.filter(unit=unit, kind="weekly", period=period.code).first() or build_weekly(
            unit, period=period.code, by=None, at=at, judgements=judgements(data, at=at)
        )
        return write_files(report, out=out)


def judgements(data: dict[str, Any], *, at: dt.datetime) -> list[dict[str, Any]]:
    """Outlook and recommendations, due so many days after the day of the demonstration."""
    return [
        {**row, "due_on": today(at) + dt.timedelta(days=row["due_in_days"])} if "due_in_days" in row else row
        for row in data["judgement"]
    ]
