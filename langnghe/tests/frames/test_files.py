"""A frame goes out as TOML or CSV and comes back the same; a file that is wrong is refused with every place."""

from __future__ import annotations

import datetime as dt

import pytest

from langnghe.common.errors import Refusal
from langnghe.frames.domain import (
    outline_from_csv,
    outline_from_toml,
    outline_of,
    outline_to_csv,
    outline_to_toml,
    topics_without_heir,
    write_draft,
)
from langnghe.frames.domain.versions import GENERAL
from langnghe.frames.models import CodingFrame, Topic
from langnghe.testing import House

SMALL = """code = "nho"
version = "1"
[[field]]
code = "A"
name_vi = "Một"
[[field.topic]]
code = "A1"
name_vi = "Điều một"
"""


def test_general_frame_survives_both_formats() -> None:
    outline = outline_from_toml(GENERAL.read_bytes())
    assert len(outline.fields) > 15
    assert outline_from_toml(outline_to_toml(outline).encode()) == outline
    assert outline_from_csv(outline_to_csv(outline).encode(), code=outline.code, version=outline.version) == outline


def test_frame_of_the_database_is_the_frame_of_the_file(house: House) -> None:
    assert outline_of(CodingFrame.objects.get()) == outline_from_toml(GENERAL.read_bytes())


def test_names_with_quotes_lines_and_formulas_survive() -> None:
    nasty = SMALL.replace("Điều một", '=1+1 \\"x\\" \\\\ \\u0007')
    outline = outline_from_toml(nasty.encode())
    assert outline.fields[0].topics[0].name_vi == '=1+1 "x" \\ \x07'
    assert outline_from_toml(outline_to_toml(outline).encode()) == outline
    table = outline_to_csv(outline)
    assert ",'=1+1" in table or ',"\'=1+1' in table
    assert outline_from_csv(table.encode(), code="nho", version="1").fields[0].topics[0].name_vi == '=1+1 "x" \\ \x07'


@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe\x00", b"[[field", b"a\0b", b"a" * (1024 * 1024 + 1), b"a = " + b"[" * 5000, b"code = 1\nfield = 3",
], ids=["empty", "no UTF-8", "cut off", "NUL", "large", "deep", "other shape"])
def test_file_that_is_no_toml_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        outline_from_toml(body)
    assert caught.value.code == "frame.file"
    assert caught.value.todo


def test_every_wrong_place_of_a_file_is_named() -> None:
    more = '[[field.topic]]\ncode = "A2"\nname_vi = ""\n[[field.topic]]\ncode = "A2"\nname_vi = "Hai"\n'
    wrong = SMALL.replace('"A1"', '"A 1"') + more
    with pytest.raises(Refusal) as caught:
        outline_from_toml(wrong.encode())
    assert [row["where"] for row in caught.value.details] == ["A 1", "A2", "A2"]


@pytest.mark.parametrize(("text", "where"), [
    ("field,topic,code,name_vi\n,A1,,Một\n", "2"),
    ("field,topic,code,name_vi\nA,A1,,Một\n", "2"),
    ("field,topic,code,name_vi\nA,,,Một\nA,,,Một\nA,A1,,Một\n", "3"),
    ("field,topic,code,name_vi\nA,,,Một\nA,A1,,Một\nA,A2,A2.1,Một\n", "4"),
])
def test_rows_of_a_table_that_hang_in_the_air_are_named(text: str, where: str) -> None:
    with pytest.raises(Refusal) as caught:
        outline_from_csv(text.encode(), code="nho", version="1")
    assert any(where in row["where"] for row in caught.value.details)


def test_table_without_its_columns_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        outline_from_csv("lĩnh vực;tên\n".encode(), code="nho", version="1")
    assert caught.value.code == "frame.file"


def test_file_that_drops_a_topic_must_say_what_replaces_it(house: House, now: dt.datetime) -> None:
    used = CodingFrame.objects.get()
    table = [line for line in outline_to_csv(outline_of(used)).splitlines() if ",KT1," not in line]
    lost = outline_from_csv("\n".join(table).encode(), code="general", version="2026.2")
    draft = write_draft(house.network, lost, based_on=used, by=None, at=now)
    assert [topic.code for topic in topics_without_heir(draft)] == ["KT1"]
    told = "\n".join(line + "KT1" if line.startswith("KT,KT2,,") else line for line in table)
    outline = outline_from_csv(told.encode(), code="general", version="2026.3")
    named = write_draft(house.network, outline, based_on=used, by=None, at=now)
    assert topics_without_heir(named) == []
    assert named.topic_heirs.get(old__code="KT1").new == Topic.objects.get(field__frame=named, code="KT2")
