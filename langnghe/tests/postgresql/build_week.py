"""Run alone: fill the database that the environment names, with evidence from before its last change, and build a week from it.

    python build_week.py OUT     # the files of the report; carried.json: what became of the row from before
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OLD = {"zeta": 1, "rows": {"total": {"places": 3, "n": 4}, "a": {"b": 1.5, "ab": None}}, "id": "E99"}


def load_conftest() -> Any:
    spec = importlib.util.spec_from_file_location("reports_conftest", HERE.parent / "reports" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def migrate(*to: str) -> Any:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    nodes = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "reports"]
    executor.migrate([*nodes, ("reports", *to)])
    return MigrationExecutor(connection).loader.project_state([("reports", *to)]).apps


def write_old_row(apps: Any, week: Any) -> Any:
    """A row as it was kept before; gives its record in the order that a reader had then."""
    network = apps.get_model("network", "Network").objects.create(code="OLD", name="OLD")
    unit = apps.get_model("network", "Unit").objects.create(network=network, code="OLD", name_vi="OLD", path="OLD/", depth=0,
                                                            level="province", opened="2025-07-01")
    report = apps.get_model("reports", "Report").objects.create(
        unit=unit, kind="weekly", period="2026-W40", period_rule="thu-wed", first_day="2026-09-24", last_day="2026-09-30",
        made_at=week.AFTER)
    rows = apps.get_model("reports", "Evidence").objects
    rows.create(report=report, label="E99", kind="DocumentCount", record=OLD, hash="0", frozen_at=week.AFTER)
    return rows.values_list("record", flat=True).get()


def main(out: Path) -> None:
    import django

    django.setup()
    from django.db import IntegrityError
    from django_scopes import scope, scopes_disabled

    from langnghe.reports.domain.build import build_weekly
    from langnghe.reports.domain.files import write_files
    from langnghe.reports.models import Evidence
    from langnghe.testing import build_house

    week = load_conftest()
    before = write_old_row(migrate("0006_omissions_and_scores"), week)
    migrate("0007_kept_order")
    with scopes_disabled():
        after = Evidence.objects.get(label="E99").record
        try:
            Evidence.objects.filter(label="E99").update(record={})
            guarded = False
        except IntegrityError:
            guarded = True
    house = build_house(week.NOW)
    with scope(network=house.network):
        week.hear_a_week(week.Heard(house))
        report = build_weekly(house.unit, period=week.WEEK, by=None, at=week.AFTER, judgements=week.JUDGEMENTS)
        write_files(report, out=out)
    carried = {"same": json.dumps(before) == json.dumps(after), "whole": after == OLD, "guarded": guarded}
    (out / "carried.json").write_text(json.dumps(carried))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.web.settings")
    main(Path(sys.argv[1]))
