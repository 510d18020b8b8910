import argparse
import json
from pathlib import Path

import pytest

from nghe.errors import Fault
from nghe.privacy import commands, files
from nghe.privacy.files import scrub_file

GOOD = '{"id": "a", "text": "Gọi 0912 345 687 nhé"}\n'


@pytest.mark.parametrize(("second", "code", "words"), [
    (b"not json\n", "privacy.no_json", "line 2"),
    (b"[1, 2]\n", "privacy.no_json", "line 2"),
    (b"[" * 100_000 + b"\n", "privacy.no_json", "line 2"),
    (b'{"id": "b"}\n', "privacy.missing", '"text"'),
    (b'{"text": "x"}\n', "privacy.missing", '"id"'),
    (b'{"id": "b", "text": 7}\n', "privacy.missing", "line 2"),
    (b'{"id": ["b"], "text": "x"}\n', "privacy.missing", "line 2"),
    (b'{"id": "b", "text": "x\\u0000"}\n', "privacy.broken_text", "line 2"),
    (b'{"id": "b", "text": "x\x00"}\n', "privacy.no_json", "line 2"),
    (b'{"id": "b", "text": "x\\ud83d"}\n', "privacy.broken_text", "line 2"),
    ('{"id": "b", "text": "đơn"}\n'.encode("windows-1258"), "privacy.encoding", "line 2"),
])
def test_scrub_file_refuses_a_bad_line_and_leaves_nothing(tmp_path: Path, second: bytes, code: str, words: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(GOOD.encode() + second)
    with pytest.raises(Fault, match=words) as fault:
        scrub_file(source, target)
    assert fault.value.code == code
    assert list(tmp_path.iterdir()) == [source]


def test_scrub_file_refuses_utf16(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(Fault, match="UTF-16"):
        scrub_file(source, tmp_path / "out.jsonl")


def test_scrub_file_refuses_a_huge_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 1000)
    source = tmp_path / "in.jsonl"
    source.write_text(GOOD + json.dumps({"id": "b", "text": "a" * 1000}))
    with pytest.raises(Fault, match="line 2"):
        scrub_file(source, tmp_path / "out.jsonl")


def test_scrub_file_refuses_to_overwrite_its_source(tmp_path: Path) -> None:
    source, link = tmp_path / "in.jsonl", tmp_path / "link.jsonl"
    source.write_text(GOOD)
    link.symlink_to(source)
    for target in (source, link):
        with pytest.raises(Fault, match="another file"):
            scrub_file(source, target)
    assert source.read_text() == GOOD


def test_scrub_file_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"in\.jsonl"):
        scrub_file(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    (tmp_path / "in.jsonl").write_text(GOOD)
    with pytest.raises(Fault, match="nowhere"):
        scrub_file(tmp_path / "in.jsonl", tmp_path / "nowhere" / "out.jsonl")


def test_scrub_file_keeps_the_old_result_when_it_fails(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(GOOD + "x")
    target.write_text("old")
    with pytest.raises(Fault):
        scrub_file(source, target)
    assert target.read_text() == "old"


def test_scrub_file_writes_a_record_for_each_record(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\ufeff" + GOOD + '\n{"id": 2, "text": "", "extra": "0912345678"}\r\n')
    account = scrub_file(source, target)
    assert [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()] == [
        {"id": "a", "text": "Gọi [PHONE] nhé", "hits": [{"start": 4, "end": 16, "type": "PHONE"}]},
        {"id": 2, "text": "", "hits": []},
    ]
    assert (account.records, account.with_hits, dict(account.hits)) == (2, 1, {"PHONE": 1})


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    return parser.parse_args(["privacy", *words])


def test_scrub_command_prints_the_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.jsonl").write_text(GOOD)
    args = parse("scrub", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), "--json")
    assert args.run(args) == 0
    assert json.loads(capsys.readouterr().out)["hits"] == {"PHONE": 1}


@pytest.mark.parametrize(("text", "status"), [("Nước đục.", 0), ("Gọi 0912 345 687 nhé", 1)])
def test_explain_command_answers_by_its_status(text: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    args = parse("explain", text, "--lang", "en")
    assert args.run(args) == status
    assert ("a mobile phone number" in capsys.readouterr().out) is bool(status)
