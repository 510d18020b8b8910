"""A street that is called like a person passes on the phone where it is on the list of the note's place."""

from __future__ import annotations

import sqlite3
from typing import Any

STREET = "Phạm Thị Bưởi"
KNOWS = """(street) => Object.values(JSON.parse(document.getElementById("capture-data").textContent).near).flat()
  .includes(street)"""
JAM = f"Sáng nào cũng kẹt cứng từ chợ tới {STREET}, đi làm trễ hoài."


def test_a_listed_street_passes_on_the_phone_and_at_the_door(phone: Any, heard: Any) -> None:
    phone.write(JAM)
    box = phone.page.get_by_role("alert")
    box.wait_for()
    assert box.locator("mark").inner_text() == STREET
    place = phone.page.locator("#id_place").input_value()
    base = sqlite3.connect(heard.server.data / "langnghe.sqlite3", timeout=30)
    with base:
        base.execute("INSERT INTO network_localname (place_id, name, folded) SELECT id, ?, ? FROM network_place WHERE code = ?",
                     (STREET, "pham thi buoi", place))
    base.close()
    phone.until(lambda: phone.page.goto("/phone/note/") and phone.page.evaluate(KNOWS, STREET),
                "the page knows the street, and is not one that was kept")
    phone.save(JAM)
    phone.sent()
    assert heard.texts() == [JAM]
