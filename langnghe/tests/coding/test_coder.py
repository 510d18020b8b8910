"""A model file in the slot for coders."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from langnghe.coding.domain.coder import coder_from_file
from nghe.errors import Fault
from nghe.text.modelfile import save_coder
from nghe.text.training import train_coder

TEXTS = [f"{what} {n}" for n in "abcdefghijklmnopqrst" for what in ("giá xăng tăng cao", "đường làng ngập nước")]
TOPICS = [("price",), ("road",)] * 20


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "coder.nghe"
    return path, save_coder(train_coder(TEXTS, TOPICS)[0], path)


def test_a_damaged_file_and_another_model_are_refused(model, tmp_path: Path):
    path, digest = model
    with pytest.raises(Fault, match="not 000000"):
        coder_from_file(path, digest="0" * 64)
    broken = tmp_path / "broken.nghe"
    broken.write_bytes(path.read_bytes()[:200])
    with pytest.raises(Fault, match="damaged"):
        coder_from_file(broken, digest=digest)


def test_without_the_text_extra_there_is_no_coder(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "nghe.text.modelfile", None)
    assert coder_from_file(*model[:1], digest=model[1]) is None


def test_notes_get_topic_version_and_words_and_unknown_words_nothing(model):
    path, digest = model
    coder = coder_from_file(path, digest=digest)
    rows = coder(None, [SimpleNamespace(text="giá xăng tăng cao"), SimpleNamespace(text="zzzz qqqq")])
    assert [[one.topic for one in row] for row in rows] == [["price"], []]
    assert digest.startswith(rows[0][0].version.removeprefix("nghe.text "))
    assert any("xăng" in words for words in rows[0][0].why)
