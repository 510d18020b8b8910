"""Model files and the command line: what is written, what is read again, and what is refused."""

import csv
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nghe.cli import run
from nghe.errors import Fault
from nghe.text.coder import Coder, predict
from nghe.text.modelfile import EPOCH, MANIFEST, digest_of, load_coder, save_coder
from nghe.text.tables import read_table
from nghe.text.training import train_coder

CODED = Path(__file__).parent / "data" / "coded.csv"


@pytest.fixture(scope="module")
def coder() -> Coder:
    table = read_table(CODED)
    return train_coder(table.texts(), table.codes(""))[0]


@pytest.fixture(scope="module")
def kept(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "fields.model"
    save_coder(coder, path)
    return path


@pytest.fixture
def model(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(kept, tmp_path / "fields.model"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rebuild(path: Path, changes: dict[str, bytes], *, honest: bool) -> None:
    """Write the archive again with changed parts; `honest` puts their right hashes into the manifest and the comment."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        comment = archive.comment
    parts |= changes
    if honest:
        manifest = json.loads(parts[MANIFEST])
        manifest["parts"] |= {name: hashlib.sha256(data).hexdigest() for name, data in changes.items() if name != MANIFEST}
        parts[MANIFEST] = json.dumps(manifest).encode()
        comment = hashlib.sha256(parts[MANIFEST]).hexdigest().encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
        archive.comment = comment


# Model files


def test_model_read_again_says_the_same(coder: Coder, model: Path) -> None:
    texts = [row["text"] for row in rows_of(CODED)]
    again = load_coder(model, digest=digest_of(model))
    assert np.array_equal(predict(again, texts).probabilities, predict(coder, texts).probabilities)
    assert again.quality == coder.quality


def test_the_same_coder_gives_the_same_bytes(coder: Coder, model: Path, tmp_path: Path) -> None:
    assert save_coder(coder, tmp_path / "again.model") == digest_of(model)
    assert (tmp_path / "again.model").read_bytes() == model.read_bytes()


def test_model_holds_nothing_that_runs(model: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"json", "npy"}
        for name in archive.namelist():
            if name.endswith(".npy"):
                np.load(io.BytesIO(archive.read(name)), allow_pickle=False)


def refused(path: Path, **more: str) -> str:
    with pytest.raises(Fault) as fault:
        load_coder(path, **more)
    assert path.name in str(fault.value)
    return fault.value.code


def test_tampered_part_is_refused(model: Path) -> None:
    rebuild(model, {"words.idf.npy": b"\x93NUMPY" + b"0" * 200}, honest=False)
    assert refused(model) == "text.model_tampered"


def test_tampered_manifest_is_refused(model: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    manifest["codes"][0] = "XX"
    rebuild(model, {MANIFEST: json.dumps(manifest).encode()}, honest=False)
    assert refused(model) == "text.model_tampered"


def test_other_version_is_refused(model: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        manifest = json.loads(archive.read(MANIFEST)) | {"format": "nghe-coder/99"}
    rebuild(model, {MANIFEST: json.dumps(manifest).encode()}, honest=True)
    assert refused(model) == "text.model_format"


def test_replaced_model_is_refused_by_its_digest(model: Path, coder: Coder) -> None:
    known = digest_of(model)
    with zipfile.ZipFile(model) as archive:
        said = json.loads(archive.read("words.json")) | {"rarest": 1.0}
    rebuild(model, {"words.json": json.dumps(said).encode()}, honest=True)
    load_coder(model)
    assert refused(model, digest=known) == "text.model_other"


def _npy(array: np.ndarray) -> bytes:  # type: ignore[type-arg]
    out = io.BytesIO()
    np.save(out, array, allow_pickle=array.dtype == object)
    return out.getvalue()


@pytest.mark.parametrize("array", [
    np.zeros(3), np.full(4, np.nan), np.array([{}] * 4, dtype=object), np.zeros(4, dtype=np.int64),
])
def test_arrays_that_do_not_fit_are_refused(model: Path, array: np.ndarray) -> None:  # type: ignore[type-arg]
    rebuild(model, {"marked.biases.npy": _npy(array)}, honest=True)
    assert refused(model) == "text.model_format"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x80\x04\x95pickle", b"text,label\n"])
def test_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.model"
    path.write_bytes(content)
    assert refused(path) == "text.model_format"


def test_part_that_is_missing_is_refused(model: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "bare.weights.npy"}
        comment = archive.comment
    with zipfile.ZipFile(model, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.comment = comment
    assert refused(model) == "text.model_format"


# The command line


def test_train_predict_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = tmp_path / "m", tmp_path / "out.csv"
    assert run(["text", "train", str(CODED), "--model", str(model)]) == 0
    assert "digest" in capsys.readouterr().out
    assert run(["text", "predict", str(CODED), "--model", str(model), "--out", str(out)]) == 0
    given, found = rows_of(CODED), rows_of(out)
    assert list(found[0]) == ["text", "label", "predicted", "confidence"]
    assert [(row["text"], row["label"]) for row in found] == [(row["text"], row["label"]) for row in given]
    assert all(0 <= float(row["confidence"]) <= 1 for row in found)
    capsys.readouterr()
    assert run(["text", "evaluate", str(CODED), "--model", str(model), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["accuracy"] == pytest.approx(np.mean([row["label"] == row["predicted"] for row in found]))
    assert {"weighted_f1", "macro_f1", "micro_f1", "calibration_error", "codes", "confident"} <= set(scores)


@pytest.mark.parametrize("place", ["missing/m", "folder"])
def test_a_place_where_no_model_can_be_written_is_refused_before_training(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    (tmp_path / "folder").mkdir()
    table = write(tmp_path / "t.csv", "text,label", "một,a")  # training would refuse it, too
    assert run(["text", "train", str(table), "--model", str(tmp_path / place)]) == 2
    assert "older" in capsys.readouterr().err


def test_rare_codes_are_left_out_on_demand_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f'"{row["text"]}",{row["label"]}' for row in rows_of(CODED)]
    table = write(tmp_path / "t.csv", "text,label", *rows, "một việc khác,hiếm")
    assert run(["text", "train", str(table), "--model", str(tmp_path / "m"), "--least", "2"]) == 0
    assert "left out: 1 codes that fewer than 2 texts carry (hiếm), and 1 texts" in capsys.readouterr().out
    assert load_coder(tmp_path / "m").codes == ("GD", "GT", "MT", "YT")


def test_several_codes_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f'"{row["text"]}","{row["label"]}{";X" if number % 2 else ""}"' for number, row in enumerate(rows_of(CODED))]
    table = write(tmp_path / "t.csv", "text,label", *rows)
    assert run(["text", "train", str(table), "--model", str(tmp_path / "m"), "--multi", ";", "--json"]) == 0
    assert "X" in json.loads(capsys.readouterr().out)["quality"]["codes"]
    assert run(["text", "predict", str(table), "--model", str(tmp_path / "m"), "--out", str(tmp_path / "o.csv")]) == 0
    assert any(";" in row["predicted"] for row in rows_of(tmp_path / "o.csv"))
    assert run(["text", "evaluate", str(table), "--model", str(tmp_path / "m")]) == 0


def test_odd_rows_in_are_rows_out(model: Path, tmp_path: Path) -> None:
    texts = ["", "😡", "nước", "привет", "a" * 300_000, 'có "ngoặc", phẩy\nvà dòng mới']
    with (tmp_path / "in.csv").open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    words = ["--model", str(model), "--out", str(tmp_path / "out.csv"), "--why"]
    assert run(["text", "predict", str(tmp_path / "in.csv"), *words]) == 0
    csv.field_size_limit(10**6)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines, delimiter=";"))
    assert [row["text"] for row in found] == texts
    assert [row["silent_because"] for row in found[:2]] == ["no_words", "no_words"]
    assert found[2]["predicted"] == "MT"
    assert (found[0]["predicted"], found[0]["confidence"]) == ("", "0.0000")


def test_renamed_codes_are_read_as_their_new_ones(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = write(tmp_path / "changes.csv", "from,to", "GD,XH", "YT,XH")
    words = ["--rename", str(changes)]
    assert run(["text", "predict", str(CODED), "--model", str(model), "--out", str(tmp_path / "o.csv"), *words]) == 0
    assert {row["predicted"] for row in rows_of(tmp_path / "o.csv")} == {"GT", "MT", "XH"}
    capsys.readouterr()
    assert run(["text", "evaluate", str(CODED), "--model", str(model), "--json", *words]) == 0
    assert set(json.loads(capsys.readouterr().out)["codes"]) == {"GT", "MT", "XH"}


def test_confidences_of_merged_codes_are_added_up(model: Path, tmp_path: Path) -> None:
    changes = write(tmp_path / "changes.csv", "from,to", "GD,XH", "YT,XH", "GT,XH", "MT,XH")
    table = write(tmp_path / "t.csv", "Text,place", "nước hay đường hay trường,A")
    words = ["text", "predict", str(table), "--model", str(model), "--out", str(tmp_path / "o.csv")]
    assert run(words) == 0
    assert float(rows_of(tmp_path / "o.csv")[0]["confidence"]) < 1
    assert run([*words, "--rename", str(changes)]) == 0
    assert rows_of(tmp_path / "o.csv") == [{"Text": "nước hay đường hay trường", "place": "A", "predicted": "XH",
                                            "confidence": "1.0000"}]


def test_evaluate_counts_codes_never_learnt(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "t.csv", "text,label", "nước máy đục,MT", "bò sang xóm bên,NN")
    assert run(["text", "evaluate", str(table), "--model", str(model), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["unknown_codes"] == ["NN"]
    assert scores["codes"]["NN"]["f1"] == 0


def test_duplicates_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "in.csv", "text,place,channel", "Nước máy đục ba hôm nay rồi,A,direct",
                  "Đường hỏng chưa sửa,A,direct", "NUOC MAY DUC BA HOM NAY ROI,B,letter")
    assert run(["text", "duplicates", str(table), "--out", str(tmp_path / "g.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 3, "stories": 2, "told_more_than_once": 1, "notes_in_them": 2}
    found = rows_of(tmp_path / "g.csv")
    assert [row["group"] for row in found] == ["1", "2", "1"]
    assert [row["heard"] for row in found] == ["2", "1", "2"]
    assert (found[0]["places"], found[0]["channels"]) == ("2", "2")


@pytest.mark.parametrize(("content", "code"), [
    ("text\nnước\n", "text.column"),
    ("text,label,label\nnước,MT,MT\n", "text.column"),
    ("note,label\nnước,MT\n", "text.column"),
    ("text,label\n", "text.no_rows"),
    ("", "text.no_rows"),
    ("text,label\nnước, đục,MT\n", "text.csv"),
    ("text,label\nnước,MT\nđục,\n", "text.no_code"),
    ("text,label\nnước,MT\n", "text.few_texts"),
])
def test_bad_tables_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, code: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert run(["text", "train", str(tmp_path / "t.csv"), "--model", str(tmp_path / "m"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["fault"]["code"] == code
    assert not (tmp_path / "m").exists()


def test_table_in_another_encoding_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_bytes("text,label\nnước,MT\n".encode("utf-16"))
    assert run(["text", "train", str(tmp_path / "t.csv"), "--model", str(tmp_path / "m"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["fault"]["code"] == "text.encoding"


def test_columns_are_not_overwritten(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "t.csv", "text,predicted", "nước,MT")
    assert run(["text", "predict", str(table), "--model", str(model), "--out", str(tmp_path / "o.csv")]) == 2
    assert not (tmp_path / "o.csv").exists()
    assert run(["text", "predict", str(tmp_path / "none.csv"), "--model", str(model), "--out", str(tmp_path / "o.csv")]) == 2
