"""`langnghe setup`: found the network of a real office from a file, and let its administrator in."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

from langnghe.web.commands import BadInput, add_command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "setup",
        help="Found a network from a file (docs/operate.md), and print the administrators' links.",
        example="langnghe --data /srv/langnghe setup office.toml --address https://nghe.example.vn",
    )
    command.add_argument("file", type=Path, metavar="OFFICE.toml")
    command.add_argument("--address", default="http://localhost:8000", help="where the pages are reached, for the links")
    command.add_argument("--json", action="store_true", help="answer as JSON: the network, and each administrator's link")
    command.set_defaults(work=work)


def work(words: argparse.Namespace) -> int:
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from django.db import IntegrityError, transaction
    from django_scopes import scope, scopes_disabled

    from langnghe.accounts.domain import start_enrolment
    from langnghe.accounts.models import Enrolment
    from langnghe.common.clock import now
    from langnghe.network.models import Membership, Network
    from langnghe.web.commands.serve import refuse_faulty_sqlite
    from langnghe.web.founding import found_network

    data = read(words.file)
    refuse_faulty_sqlite()
    call_command("migrate", verbosity=0)
    with scopes_disabled():
        if Network.objects.exists():
            raise BadInput("This installation has a network already. Its administrators go on from its pages.")
    try:
        with transaction.atomic():
            network = found_network(data, at=now())
            with scope(network=network):
                administrators = list(Membership.objects.filter(role="administrator").select_related("user"))
                links = [
                    (
                        member.user,
                        start_enrolment(member.user, by=None, at=now(), network=network.pk, kind=Enrolment.Kind.PASSWORD),
                    )
                    for member in administrators
                ]
    except KeyError as missing:
        raise BadInput(f"{words.file}: {missing.args[0]!r} is missing. docs/operate.md shows a whole file.") from missing
    except (IntegrityError, ValidationError, TypeError, ValueError) as fault:
        raise BadInput(f"{words.file}: {fault}. Nothing was founded; mend the file and run it again.") from fault
    address = words.address.rstrip("/")
    show(words, network.name, [(user.username, user.display_name, f"{address}/enrol/{code}/") for user, code in links])
    return 0


def show(words: argparse.Namespace, network: str, links: list[tuple[str, str, str]]) -> None:
    if words.json:
        told = [{"username": username, "name": name, "link": link} for username, name, link in links]
        print(json.dumps({"network": network, "links": told}, ensure_ascii=False, indent=1))
        return
    print(f"✓ {network} is founded. Each link works once, for three days; hand it over in person:")
    for username, name, link in links:
        print(f"  {name} ({username}): {link}")


def read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadInput(f"{file} is no TOML: {fault}.") from fault
    for part in ("network", "unit", "province", "area", "place", "basis", "component", "channel", "duty", "staff"):
        if part not in data:
            raise BadInput(f"{file}: the part [{part}] is missing. docs/operate.md shows a whole file.")
    if not any(row.get("role") == "administrator" for row in data["staff"]):
        raise BadInput(f'{file}: no one in [[staff]] has the role "administrator"; nobody could let the others in.')
    return data
