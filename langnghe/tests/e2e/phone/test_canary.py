"""Nothing that names anybody is left behind, whichever way it came."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

CANARY_NUMBER, CANARY_NAME = "0987 654 329", "Nguyễn Thị Hoài Thương"


def test_a_canary_sent_through_every_way_in_is_found_nowhere(
    open_context: Callable[..., BrowserContext], server: Any, heard: Any, today: dt.date,
) -> None:
    text = f"Bà {CANARY_NAME} kể nước đục, gọi {CANARY_NUMBER}."
    context = open_context(base_url=server.url)
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.goto("/phone/note/")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    heads = {"X-CSRFToken": token, "Referer": server.url}
    body = {"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "text": text, "day": today.isoformat(),
            "place": "AT", "channel": "direct"}
    statuses = []

    def send(path: str, **more: Any) -> None:
        answer = context.request.post(path, headers=heads, **more)
        statuses.append(answer.status)

    send("/phone/send/note", data=body)
    send("/phone/send/note", data=body | {"owner": text})
    send("/phone/send/note", data=body | {"day": text})
    send("/phone/send/note", data=body | {"place": text, "text": "Nước đục."})
    send("/phone/send/note", data=body | {"topic": text, "setting": text})
    send("/phone/send/note", data=f'{{"text": "{text}"')
    send("/phone/send/answer", data={"receipt": text, "answer": text})
    send("/phone/send/nothing", data={"item": text, "state": text})
    send("/phone/fates", data={"receipts": [text]})
    send("/phone/note/", form={"text": text, "day": text, "csrfmiddlewaretoken": token})
    send("/phone/share/", multipart={"text": text})
    send("/phone/", form={"receipt": text, "csrfmiddlewaretoken": token})
    context.request.post("/phone/send/note", data=body)
    assert statuses == [422, 403, 400, 422, 422, 400, 404, 400, 200, 422, 200, 200]
    server.stop()
    found = [path.name for path in server.data.rglob("*") if path.is_file() and holds_canary(path)]
    assert found == []
    assert heard.rows("SELECT type, hits FROM intake_doorcount ORDER BY type") == [("PERSON", 1), ("PHONE", 1)]


def holds_canary(path: Path) -> bool:
    body = path.read_bytes()
    signs = [CANARY_NUMBER, CANARY_NUMBER.replace(" ", ""), CANARY_NAME, "Hoai Thuong", json.dumps(CANARY_NAME)[1:-1]]
    return any(sign.encode(coding) in body for sign in signs for coding in ("utf-8", "utf-16-le"))
