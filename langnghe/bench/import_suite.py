"""Bringing in a table: rows a second, memory of server and child, and how long a phone waits to write meanwhile.

Each size runs in a process and a data folder of its own; texts are drawn from the invented notes of the demonstration. Memory
must not grow with the file; a phone's longest wait is the aim (1 s).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

SIZES = (3_166, 11_426, 40_000)
AT = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
MAPPING = b'unit="ST"\nby="bob"\n[columns]\ntext="text"\nday="day"\nplace="place"\n[defaults]\nchannel="meeting"'


def main() -> None:
    print("    rows  form     MB  read s  rows/s  write s  CPU s  server MB  child MB  phone writes  longest wait s")
    for form in ("csv", "xlsx"):
        for rows in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                given = os.environ | {"LANGNGHE_DATA": folder, "DJANGO_SETTINGS_MODULE": "langnghe.web.settings"}
                answer = subprocess.run([sys.executable, __file__, str(rows), form], env=given, capture_output=True, text=True,
                                        check=False)
                if answer.returncode:
                    sys.exit(answer.stderr)
                found = json.loads(answer.stdout.splitlines()[-1])
            print("{rows:>8} {form:>5} {megabytes:>6.1f} {read:>7.1f} {speed:>7.0f} {write:>8.2f} {cpu:>6.1f} {server:>10.0f} "
                  "{child:>9.0f} {notes:>13} {longest:>15.2f}".format(**found), flush=True)


def one(rows: int, form: str) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django_scopes import scope

    from langnghe.intake.domain import Heard, imports, receive_note
    from langnghe.intake.sheets.mapping import read_mapping
    from langnghe.testing import build_house

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    house = build_house(AT)
    table = write_table(Path(settings.DATA), rows, form)
    waits: list[float] = []
    done = threading.Event()

    def phone() -> None:
        with scope(network=house.network):
            while not done.wait(0.02):
                heard = Heard(id=uuid.uuid4(), text="Chợ vắng.", day=AT.date(), place="AT", channel="direct")
                began = time.monotonic()
                receive_note(heard, member=house.members["alice"], at=AT)
                waits.append(time.monotonic() - began)
        connection.close()

    beside = threading.Thread(target=phone)
    mapping = read_mapping(MAPPING, name="m.toml")
    with scope(network=house.network), imports.staging() as folder:
        beside.start()
        began = time.monotonic()
        account = imports.stage_file(table, folder, mapping, unit=house.unit, on_hit="mask", name=table.name, at=AT)
        read = time.monotonic() - began
        began = time.monotonic()
        imports.take_in(account, folder, unit=house.unit, on_hit="mask", by=house.people["bob"], at=AT)
        write = time.monotonic() - began
    done.set()
    beside.join()
    server, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "rows": account.rows, "form": form, "megabytes": table.stat().st_size / 2**20, "read": read,
        "speed": account.rows / (read + write), "write": write,
        "cpu": server.ru_utime + server.ru_stime + child.ru_utime + child.ru_stime,
        "server": server.ru_maxrss / 1024, "child": child.ru_maxrss / 1024, "notes": len(waits), "longest": max(waits),
    }


def write_table(folder: Path, rows: int, form: str) -> Path:
    import langnghe

    notes = Path(langnghe.__file__).parent / "web" / "demo" / "notes.jsonl"
    texts = [json.loads(line)["text"] for line in notes.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = ([texts[n % len(texts)], f"2026-11-0{n % 9 + 1}", "AT"] for n in range(rows))
    table = folder / f"table.{form}"
    if form == "csv":
        import csv

        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text", "day", "place"], *lines])
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(str(table), {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for place, line in enumerate([["text", "day", "place"], *lines]):
                sheet.write_row(place, 0, line)
    return table


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(one(int(sys.argv[1]), sys.argv[2])))
    else:
        main()
