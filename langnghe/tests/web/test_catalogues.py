"""Every room's Vietnamese is in use: a catalogue that no setting names would leave its room in English, unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

import langnghe

ROOMS = sorted(path.parents[2] for path in Path(langnghe.__file__).parent.rglob("django.po"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.parent.name)
def test_words_of_a_room_are_translated(room: Path) -> None:
    with (room / "vi/LC_MESSAGES/django.po").open("rb") as file:
        plain = [entry for entry in read_po(file, locale="vi") if isinstance(entry.id, str) and entry.id and not entry.context]
    with override("vi"):
        lost = [entry.id for entry in plain if entry.string and entry.string != entry.id and gettext(entry.id) == entry.id]
    assert plain
    assert lost == []
