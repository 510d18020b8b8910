"""A backup is whole or it is none; what is damaged is refused, and nothing is ever overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite


def langnghe(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE")}
    return subprocess.run(
        [sys.executable, "-m", "langnghe", "--data", str(data), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation: its tables, its secrets, no network."""
    data = tmp_path_factory.mktemp("installation")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE")},
        "LANGNGHE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "langnghe.web.settings",
    }
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True, env=environment)
    return data


@pytest.fixture(scope="module")
def archive(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("away") / "backup.zip"
    done = langnghe(installation, "backup", str(file), "--with-keys", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "langnghe.backup/1"
    return file


def test_what_was_backed_up_is_put_back_whole(archive: Path, tmp_path: Path) -> None:
    done = langnghe(tmp_path / "new", "restore", str(archive))
    assert done.returncode == 0, done.stderr
    found = langnghe(tmp_path / "new", "doctor")
    assert found.returncode == 0, found.stdout


def test_a_backup_without_keys_says_what_is_missing(installation: Path, tmp_path: Path) -> None:
    done = langnghe(installation, "backup", str(tmp_path / "b.zip"))
    assert "audit_key.txt" in done.stdout
    assert zipfile.ZipFile(tmp_path / "b.zip").namelist() == ["langnghe.sqlite3", "manifest.json"]


def test_an_older_backup_is_not_overwritten(installation: Path, archive: Path) -> None:
    before = archive.read_bytes()
    done = langnghe(installation, "backup", str(archive))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert archive.read_bytes() == before


def test_an_installation_is_not_overwritten(installation: Path, archive: Path) -> None:
    done = langnghe(installation, "restore", str(archive))
    assert done.returncode == 2
    assert "holds an installation already" in done.stderr


@pytest.mark.parametrize("damage", ["cut", "byte", "text", "empty", "stranger"])
def test_a_damaged_archive_is_refused_and_leaves_nothing(archive: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "damaged.zip"
    whole = archive.read_bytes()
    file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "byte": whole[:5000] + bytes([whole[5000] ^ 255]) + whole[5001:],
            "text": b"no",
            "empty": b"",
            "stranger": whole,
        }[damage]
    )
    if damage == "stranger":
        with zipfile.ZipFile(archive) as source, zipfile.ZipFile(file, "w") as target:
            manifest = json.loads(source.read("manifest.json"))
            manifest["files"]["../escape.txt"] = "0"
            target.writestr("manifest.json", json.dumps(manifest))
    done = langnghe(tmp_path / "new", "restore", str(file))
    assert done.returncode == 2, done.stdout
    assert "Take another archive" in done.stderr
    assert not (tmp_path / "new" / "langnghe.sqlite3").exists()
    assert not (tmp_path / "escape.txt").exists()


def test_an_archive_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = langnghe(tmp_path / "new", "restore", str(tmp_path / "none.zip"))
    assert done.returncode == 2
    assert "There is no file" in done.stderr
