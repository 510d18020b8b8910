"""Keep each room's Vietnamese catalogue in step with its code.

    python tools/messages.py            add new messages, drop unused ones, compile
    python tools/messages.py ROOM ...   the same for these rooms alone
    python tools/messages.py --check    say what is missing or untranslated, change nothing (exit 1)

Reads Python and templates with Babel, so no gettext programs are needed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "langnghe/src/langnghe"
KEYWORDS = {
    name: spec
    for names, spec in {
        ("_", "gettext", "gettext_lazy", "gettext_noop"): None,
        ("ngettext", "ngettext_lazy"): (1, 2),
        ("pgettext", "pgettext_lazy"): ((1, "c"), 2),
        ("npgettext", "npgettext_lazy"): ((1, "c"), 2, 3),
    }.items()
    for name in names
}


def messages_of(path: Path) -> Iterator[tuple[object, object]]:
    """(message or (singular, plural), context) of one file."""
    from django.utils.translation.template import templatize

    body = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        body = "\n".join(line.strip() for line in templatize(body, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", io.BytesIO(body.encode()), keywords=KEYWORDS):
        yield message, context


def rooms() -> list[Path]:
    chosen = {word for word in sys.argv[1:] if not word.startswith("-")}
    every = sorted(path for path in ROOMS.iterdir() if path.is_dir() and not path.name.startswith("__"))
    return [room for room in every if not chosen or room.name in chosen]


def wanted(room: Path) -> Catalog:
    catalogue = Catalog(locale="vi", project="langnghe", charset="utf-8")
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.html")]):
        if "migrations" in path.parts:
            continue
        for message, context in messages_of(path):
            key = tuple(message) if isinstance(message, (list, tuple)) else message
            if key and (not isinstance(key, tuple) or all(key)):
                catalogue.add(key, context=context, locations=[])
    return catalogue


def known(room: Path) -> tuple[Path, Catalog]:
    path = room / "locale/vi/LC_MESSAGES/django.po"
    if not path.exists():
        return path, Catalog(locale="vi", charset="utf-8")
    with path.open("rb") as file:
        return path, read_po(file, locale="vi")


def is_translated(message: object) -> bool:
    text = message.string  # type: ignore[attr-defined]
    return all(text) if isinstance(text, (list, tuple)) else bool(text)


def check() -> list[str]:
    """What is not translated, and what two rooms translate differently: Django shows one of the two in both."""
    faults = []
    said: dict[object, tuple[object, Path]] = {}
    for room in rooms():
        path, have = known(room)
        for message in wanted(room):
            if not message.id:
                continue
            found = have.get(message.id, message.context)
            if found is None or not is_translated(found) or found.fuzzy:
                faults.append(f"{path.relative_to(ROOT)}: no Vietnamese for {message.id!r}")
                continue
            other, where = said.setdefault((message.id, message.context), (found.string, path))
            if other != found.string:
                faults.append(f"{path.relative_to(ROOT)}: {message.id!r} is {found.string!r}, in {where.relative_to(ROOT)}"
                              f" {other!r}: say one, or tell them apart by a context")
    return faults


def write() -> None:
    for room in rooms():
        path, have = known(room)
        want = wanted(room)
        if not any(message.id for message in want):
            continue
        for message in want:
            if message.id and (found := have.get(message.id, message.context)) is not None and not found.fuzzy:
                message.string = found.string
        want.fuzzy = False
        path.parent.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        write_po(out, want, omit_header=False, sort_output=True, width=120, no_location=True)
        lines = [line for line in out.getvalue().decode().splitlines() if not line.startswith(('"POT-Creation', '"PO-Revision'))]
        path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        with path.with_suffix(".mo").open("wb") as file, path.open("rb") as source:
            write_mo(file, read_po(source))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.web.settings")
    os.environ.setdefault("LANGNGHE_SECRET_KEY", "messages")
    os.environ.setdefault("LANGNGHE_AUDIT_KEY", "messages")
    if "--check" not in sys.argv:
        write()
    found = check()
    print("\n".join(found))
    sys.exit(1 if found else 0)
