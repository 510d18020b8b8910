"""A table that came by the upload page: read beside the server, shown before anything is taken in, taken in by a second step.

What waits is scrubbed; the file itself is deleted as soon as it has been read. A folder of `staging` belongs to one person.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import shutil
import threading
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import get_language, override
from django_scopes import scope

from langnghe.common.errors import Refusal
from langnghe.intake.domain.import_rows import read_lines
from langnghe.intake.domain.imports import Account, replace_account, stage_file, take_in
from langnghe.intake.sheets.mapping import Mapping
from langnghe.network.models import Unit

KEPT_FOR = dt.timedelta(hours=12)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """`state`: reading, refused, ready, taken; `rows`: read so far."""

    token: str
    folder: Path
    state: str
    rows: int
    account: Account | None
    refusal: dict[str, Any]
    on_hit: str


def start_upload(file: Path, mapping: Mapping, *, name: str, unit: Unit, on_hit: str, by: Any, at: dt.datetime,
                 beside: bool = True) -> str:
    """Begin to read the file, in a thread of its own; answers the token under which to ask how far it is."""
    sweep(at)
    token = secrets.token_urlsafe(18)
    folder = base() / token
    folder.mkdir(mode=0o700)
    save(folder, "owner", {"user": by.pk, "unit": unit.pk, "on_hit": on_hit, "at": at.isoformat()})
    save(folder, "state", {"state": "reading"})
    read = threading.Thread(target=read_upload, args=(folder, file, mapping, name, unit, on_hit, at, get_language()), daemon=True)
    if beside:
        read.start()
    else:
        read.run()
    return token


def read_upload(folder: Path, file: Path, mapping: Mapping, name: str, unit: Unit, on_hit: str, at: dt.datetime,
                language: str | None) -> None:
    try:
        with scope(network=unit.network), override(language):
            account = stage_file(file, folder, mapping, unit=unit, on_hit=on_hit, name=name, at=at)
        save(folder, "state", {"state": "taken" if account.again else "ready", "account": account.as_dict()})
    except Refusal as refusal:
        save(folder, "state", {"state": "refused", "refusal": refusal.as_dict()})
    except Exception:
        logging.getLogger("langnghe").exception("a table could not be read")
        save(folder, "state", {"state": "refused", "refusal": {"code": "import.crash", "message": "", "todo": ""}})
        raise
    finally:
        file.unlink(missing_ok=True)
        if threading.current_thread() is not threading.main_thread():
            close_old_connections()


def find_upload(token: str, *, by: Any) -> Upload | None:
    """The upload of this person, or none: a token of somebody else's opens nothing."""
    folder = base() / token
    if "/" in token or token.startswith(".") or not (folder / "owner.json").is_file():
        return None
    owner, state = load(folder, "owner"), load(folder, "state")
    if owner["user"] != by.pk:
        return None
    progress = folder / "progress"
    rows = int(progress.read_text(encoding="utf-8") or 0) if progress.exists() else 0
    account = Account(**state["account"]) if "account" in state else None
    return Upload(token, folder, state["state"], rows, account, state.get("refusal", {}), owner["on_hit"])


def first_rows(upload: Upload) -> list[dict[str, Any]]:
    return list(islice(read_lines(upload.folder / "rows.jsonl"), SHOWN)) if (upload.folder / "rows.jsonl").exists() else []


def take_upload(upload: Upload, *, unit: Unit, by: Any, at: dt.datetime) -> Upload:
    """The second step: what was shown goes in. Again, it changes nothing."""
    if upload.state != "ready" or upload.account is None:
        return upload
    account = take_in(upload.account, upload.folder, unit=unit, on_hit=upload.on_hit, by=by, at=at)
    save(upload.folder, "state", {"state": "taken", "account": replace_account(account).as_dict()})
    for name in ("rows.jsonl", "spool"):
        (upload.folder / name).unlink(missing_ok=True)
    taken = find_upload(upload.token, by=by)
    assert taken is not None, "the folder was here a moment ago"
    return taken


def drop_upload(upload: Upload) -> None:
    shutil.rmtree(upload.folder, ignore_errors=True)


def base() -> Path:
    folder = Path(settings.DATA) / "staging"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def sweep(at: dt.datetime) -> None:
    """Remove what nobody took in."""
    for folder in base().iterdir():
        owner = folder / "owner.json"
        if owner.is_file() and at - dt.datetime.fromisoformat(load(folder, "owner")["at"]) > KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)


def save(folder: Path, name: str, record: dict[str, Any]) -> None:
    """Whole or not at all: the page may read while this writes."""
    part = folder / f"{name}.part"
    part.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    part.replace(folder / f"{name}.json")


def load(folder: Path, name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return record
