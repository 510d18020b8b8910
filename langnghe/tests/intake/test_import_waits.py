"""A phone that sends a note while a table goes in waits no longer than a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = r"""
import datetime as dt, json, os, sys, threading, time, uuid
from pathlib import Path

AT = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
MAPPING = b'unit="ST"\nby="bob"\n[columns]\ntext="text"\nday="day"\nplace="place"\n[defaults]\nchannel="meeting"'


def main(rows):
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django_scopes import scope
    from langnghe.intake.domain import Heard, receive_note
    from langnghe.intake.domain.imports import import_observations
    from langnghe.intake.sheets.mapping import read_mapping
    from langnghe.testing import build_house

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    house = build_house(AT)
    table = Path(os.environ["LANGNGHE_DATA"]) / "t.csv"
    with table.open("w", encoding="utf-8") as file:
        file.write("text,day,place\n")
        file.writelines(f"Nước đục ở xóm {n} từ hôm mưa,2026-11-0{n % 9 + 1},AT\n" for n in range(rows))
    waits, done = [], threading.Event()

    def phone():
        with scope(network=house.network):
            while not done.is_set():
                heard = Heard(id=uuid.uuid4(), text="Chợ vắng.", day=AT.date(), place="AT", channel="direct")
                began = time.monotonic()
                receive_note(heard, member=house.members["alice"], at=AT)
                waits.append(time.monotonic() - began)
                time.sleep(0.01)
        connection.close()

    beside = threading.Thread(target=phone)
    beside.start()
    account = import_observations(table, read_mapping(MAPPING, name="m"), on_hit="stop", dry_run=False, at=AT)
    done.set()
    beside.join()
    print(json.dumps({"rows": account.rows, "taken": account.taken, "notes": len(waits), "longest": max(waits)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
"""


def run(rows: int, folder: Path) -> dict[str, float]:
    (folder / "data").mkdir()
    script = folder / "program.py"
    script.write_text(PROGRAM, encoding="utf-8")
    given = {**os.environ, "LANGNGHE_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "langnghe.web.settings"}
    given.pop("LANGNGHE_POSTGRES", None)
    answer = subprocess.run([sys.executable, str(script), str(rows)], env=given, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def test_a_phone_waits_at_most_a_second_while_a_table_goes_in(tmp_path: Path) -> None:
    found = run(5000, tmp_path)
    assert (found["rows"], found["taken"]) == (5000, 5000)
    assert found["notes"] > 5, "the phone was writing meanwhile"
    assert found["longest"] <= 1.0
