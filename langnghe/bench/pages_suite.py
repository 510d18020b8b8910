"""Pages over 100,000 notes: seconds to answer at the 50th and 99th percentile, on SQLite and on PostgreSQL, by the real server.

Each page is asked for 100 times, one after the other, over HTTP on the loopback; three rounds, the best of which is printed.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOTES, ASKED, ROUNDS = 100_000, 100, 3
PAGES = {
    "overview": ("lanhdao", "/overview/"),
    "triage": ("phantich", "/triage/"),
    "all weeks": ("phantich", "/triage/all/"),
    "duties": ("phantich", "/network/duties/"),
    "roster": ("phantich", "/network/"),
    "reports": ("lanhdao", "/reports/"),
    "report": ("lanhdao", "/reports/latest/"),
}


def fill(notes: int) -> dict[str, str]:
    """The invented province, with as many notes; the session keys of its people."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django_scopes import scope

    from langnghe.accounts.models import User
    from langnghe.coding.models import Coding, Placement
    from langnghe.common.clock import now
    from langnghe.intake.models import Mood, Observation
    from langnghe.network.models import Network
    from langnghe.web.demo.province import build_province

    call_command("migrate", verbosity=0)
    build_province(at=now(), out=Path(os.environ["LANGNGHE_DATA"]) / "reports")
    network = Network.objects.get(from_demo=True)
    chance = random.Random(7)
    with scope(network=network):
        patterns = list(
            Observation.objects.filter(placement__isnull=False).prefetch_related("moods").select_related("placement__coding")
        )
        for first in range(0, notes, 5000):
            copies, moods, codings = [], [], []
            for pattern in chance.choices(patterns, k=min(5000, notes - first)):
                moods_of = [mood.word for mood in pattern.moods.all()]
                coding = pattern.placement.coding
                copy = Observation(
                    **{field.attname: getattr(pattern, field.attname) for field in Observation._meta.concrete_fields}
                )
                copy.id = uuid.UUID(int=chance.getrandbits(128), version=4)
                copies.append(copy)
                moods += [Mood(observation=copy, word=word) for word in moods_of]
                codings.append(
                    Coding(
                        observation=copy,
                        topic_id=coding.topic_id,
                        code_id=coding.code_id,
                        source=coding.source,
                        by_id=coding.by_id,
                        at=coding.at,
                    )
                )
            Observation.objects.bulk_create(copies, batch_size=500)
            Mood.objects.bulk_create(moods, batch_size=2000)
            made = Coding.objects.bulk_create(codings, batch_size=1000)
            Placement.objects.bulk_create(
                (
                    Placement(
                        observation_id=coding.observation_id, coding=coding, topic_id=coding.topic_id, code_id=coding.code_id
                    )
                    for coding in made
                ),
                batch_size=1000,
            )
    keys = {}
    for name in {who for who, _path in PAGES.values()}:
        user = User.objects.get(username=name)
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.create()
        keys[name] = str(session.session_key)
    return keys


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(connection: http.client.HTTPConnection, path: str, key: str) -> tuple[float, int]:
    start = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": f"sessionid={key}", "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status == 302 and path.endswith("latest/"):
        return ask(connection, answer.headers["Location"], key)
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.headers.get('Location', '')}")
    return time.perf_counter() - start, len(body)


def measure(name: str, environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, __file__, "--fill"], env=environment, check=True, capture_output=True, text=True)
    keys = dict(line.split() for line in done.stdout.splitlines())
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "langnghe", "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            time.sleep(0.2)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for page, (who, path) in PAGES.items():
            best: tuple[float, float] | None = None
            for _ in range(ROUNDS):
                times = sorted(ask(connection, path, keys[who])[0] for _ in range(ASKED))
                found = (statistics.median(times), times[int(len(times) * 0.99) - 1])
                best = min(best, found) if best else found
            assert best is not None
            print(f"{name:<11} {page:<10} p50 {best[0] * 1000:7.1f} ms   p99 {best[1] * 1000:7.1f} ms", flush=True)
    finally:
        server.terminate()
        server.wait()


def postgres_server() -> object:
    spec = importlib.util.spec_from_file_location("postgresql_server", HERE.parent / "tests/postgresql/server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    print(f"{NOTES:,} notes of one year in 18 places; {ASKED} requests a page, best of {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", {**os.environ, "LANGNGHE_DATA": folder, "DJANGO_SETTINGS_MODULE": "langnghe.web.settings"})
    server = postgres_server()
    if server.find_programs() is None:  # type: ignore[attr-defined]
        print("PostgreSQL  skipped: not installed")
        return
    with tempfile.TemporaryDirectory() as folder, server.postgres(Path(folder) / "cluster", durable=True) as address:  # type: ignore[attr-defined]
        measure(
            "PostgreSQL",
            {
                **os.environ,
                "LANGNGHE_DATA": folder,
                "LANGNGHE_POSTGRES": address,
                "DJANGO_SETTINGS_MODULE": "langnghe.web.settings",
            },
        )


if __name__ == "__main__":
    if "--fill" in sys.argv:
        for person, session_key in fill(NOTES).items():
            print(person, session_key)
    else:
        main()
