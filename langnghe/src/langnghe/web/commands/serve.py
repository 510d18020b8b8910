"""`langnghe serve`: the web server; with --https, under a certificate authority of this installation's own."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import Any

from langnghe.web.commands import BadInput, add_command
from langnghe.web.commands.tick import start_ticking


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "serve", help="Serve the pages of this installation.",
                          example="langnghe --data /srv/langnghe serve --https --port 8443")
    add_serving(command)
    command.set_defaults(work=work)


def add_serving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=8000, help="default 8000")
    command.add_argument("--host", default=None, help="address to listen on (default 127.0.0.1; with --https all of them)")
    command.add_argument("--https", action="store_true", help="serve HTTPS and show a QR code, so that a phone can join")
    command.add_argument("--threads", type=int, default=8, help="requests answered at the same time (default 8)")


def work(words: argparse.Namespace) -> int:
    from django.core.management import call_command

    refuse_faulty_sqlite()
    call_command("migrate", verbosity=0)
    refresh_statistics()
    serve(words)
    return 0


def refresh_statistics() -> None:
    """SQLite plans by what it knows of its tables; PostgreSQL keeps that up itself."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize = 0x10002")
        connection.close()


def refuse_faulty_sqlite() -> None:
    from langnghe.web.commands.doctor import check_sqlite

    for finding in check_sqlite():
        raise BadInput(f"{finding['what']} {finding['todo']}")


def serve(words: argparse.Namespace) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    host = words.host or ("0.0.0.0" if words.https else "127.0.0.1")  # noqa: S104 - a phone must reach it, and it was asked for
    name = own_address() if words.https else "localhost"
    if not is_free(host, words.port):
        raise BadInput(f"Port {words.port} is in use. Choose another with --port.")
    files: dict[str, Any] = {}
    if words.https:
        from langnghe.web.certificates import certificate_for

        authority, certificate, key = certificate_for(name)
        files = {"ssl_cert": certificate, "ssl_key": key}
        os.environ["LANGNGHE_HTTPS"] = "1"
        os.environ["LANGNGHE_HOSTS"] = ",".join(["localhost", "127.0.0.1", name])
        show_way_in(f"https://{name}:{words.port}/", str(authority))
    print(f"Serving on {'https' if words.https else 'http'}://{name}:{words.port}/  (Ctrl+C stops it)", flush=True)
    start_ticking()
    server = Granian("langnghe.web.served:application", address=host, port=words.port, interface=Interfaces.WSGI, workers=1,
                     blocking_threads=words.threads, websockets=False, log_level=LogLevels.error, **files)
    try:
        server.serve()
    except SystemExit:
        if not server.interrupt_signal:  # a stop reaches the worker too, and may find it quicker: no failure
            raise


def show_way_in(address: str, authority: str) -> None:
    import segno

    print(f"\nOn the phone: install this installation's certificate authority once ({authority}),\nthen open {address}\n")
    segno.make(address, error="m").terminal(out=sys.stdout, compact=True)


def is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def own_address() -> str:
    """The address under which other machines of the local network reach this one; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
