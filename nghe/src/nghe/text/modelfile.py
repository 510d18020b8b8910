"""Keep a coder in a file: plain data with its hashes, nothing that could run.

A ZIP of JSON (terms, quality, how the views are brought together) and NumPy arrays (read without pickles). The manifest names the
format and the SHA-256 of every part; the archive's comment is the SHA-256 of the manifest, which is the *digest* of the model.
The same coder gives the same bytes. The hashes find damage and careless editing; who replaces a file on purpose can replace its
hashes too, so whoever keeps models keeps their digest beside them and gives it to `load_coder`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, cast

import numpy as np

from nghe.errors import Fault
from nghe.text.blend import Blend
from nghe.text.coder import Coder, Route, RouteName, View
from nghe.text.linear import Lines
from nghe.text.quality import Quality
from nghe.text.terms import Terms
from nghe.text.views import PLAIN_VIEWS, VIEWS
from nghe.text.whole import whole_file

FORMAT = "nghe-coder/1"
LARGEST_PART = 512 * 2**20
EPOCH = (1980, 1, 1, 0, 0, 0)
ROUTES: dict[RouteName, tuple[str, ...]] = {"marked": VIEWS, "plain": PLAIN_VIEWS}
MANIFEST = "manifest.json"


def save_coder(coder: Coder, path: Path) -> str:
    """Write the file, whole or not at all; returns the digest (64 hexadecimal signs)."""
    parts = _parts(coder)
    manifest = _json({"format": FORMAT, "codes": coder.codes, "several": coder.several, "separator": coder.separator,
                      "at_least_one": coder.at_least_one, "parts": {name: _sha256(data) for name, data in parts.items()}})
    with whole_file(path) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for part, data in {MANIFEST: manifest, **parts}.items():
            archive.writestr(zipfile.ZipInfo(part, EPOCH), data, zipfile.ZIP_DEFLATED)
        archive.comment = _sha256(manifest).encode()
    return _sha256(manifest)


def load_coder(path: Path, *, digest: str = "") -> Coder:
    """Read a coder, every part against its hash; with `digest`, only that very model.

    Faults: `text.model_format` (no model file, or of another version), `text.model_tampered` (a part is not what was written),
    `text.model_other` (not the model that was asked for).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _part(archive, MANIFEST, path)
            found = _manifest(manifest, path)
            if archive.comment.decode(errors="replace") != _sha256(manifest):
                raise Fault("text.model_tampered", path.name, "the manifest is not what was written; train or fetch it again")
            if digest and digest != _sha256(manifest):
                raise Fault("text.model_other", path.name, f"is the model {_sha256(manifest)[:12]}…, not {digest[:12]}…")
            parts = {name: _checked(archive, name, expected, path) for name, expected in found["parts"].items()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise Fault("text.model_format", path.name, f"is no model file, or a damaged one ({error}); train it again") from error
    try:
        return _coder(found, parts)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Fault("text.model_format", path.name, f"does not hold what a model holds ({error}); train it again") from error


def digest_of(path: Path) -> str:
    """The digest of a model file, without reading the rest. Fault as in `load_coder`."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _sha256(_part(archive, MANIFEST, path))
    except zipfile.BadZipFile as error:
        raise Fault("text.model_format", path.name, f"is no model file ({error}); train it again") from error


def _parts(coder: Coder) -> dict[str, bytes]:
    parts = {"quality.json": _json(coder.quality.as_dict())}
    for name, view in coder.views.items():
        terms = sorted(view.terms.columns, key=view.terms.columns.__getitem__)
        parts[f"{name}.json"] = _json({"rarest": view.terms.rarest, "terms": terms})
        parts[f"{name}.idf.npy"] = _npy(view.terms.idf)
        parts[f"{name}.weights.npy"] = _npy(view.lines.weights)
        parts[f"{name}.intercepts.npy"] = _npy(view.lines.intercepts)
    for route, way in coder.routes.items():
        parts[f"{route}.json"] = _json({"cut": way.cut})
        parts[f"{route}.slopes.npy"] = _npy(way.blend.slopes)
        parts[f"{route}.biases.npy"] = _npy(way.blend.biases)
        parts[f"{route}.lean.npy"] = _npy(way.lean)
    return parts


def _coder(found: dict[str, Any], parts: dict[str, bytes]) -> Coder:
    codes, several = tuple(str(code) for code in found["codes"]), bool(found["several"])
    views = {}
    for name in VIEWS:
        said = json.loads(parts[f"{name}.json"])
        columns = {str(term): at for at, term in enumerate(said["terms"])}
        idf = _array(parts, f"{name}.idf.npy", (len(columns),))
        lines = Lines(_array(parts, f"{name}.weights.npy", (len(columns), len(codes))),
                      _array(parts, f"{name}.intercepts.npy", (len(codes),)))
        views[name] = View(Terms(name, columns, idf, float(said["rarest"])), lines)
    routes: dict[RouteName, Route] = {}
    for route, of in ROUTES.items():
        blend = Blend(_array(parts, f"{route}.slopes.npy", (len(of) * len(codes), len(codes))),
                      _array(parts, f"{route}.biases.npy", (len(codes),)), several)
        cut = float(json.loads(parts[f"{route}.json"])["cut"])
        routes[route] = Route(of, blend, _array(parts, f"{route}.lean.npy", (len(codes),)).astype(np.float64), cut)
    return Coder(codes, several, str(found["separator"]), bool(found["at_least_one"]), views, routes,
                 Quality.from_dict(json.loads(parts["quality.json"])))


def _manifest(data: bytes, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Fault("text.model_tampered", path.name, f"the manifest cannot be read ({error}); train it again") from error
    version = found.get("format") if isinstance(found, dict) else None
    if version != FORMAT:
        raise Fault("text.model_format", path.name, f"is of format {version!r}, this program reads {FORMAT!r}; train it again")
    if not isinstance(found.get("parts"), dict):
        raise Fault("text.model_format", path.name, "names no parts; train it again")
    return cast(dict[str, Any], found)


def _checked(archive: zipfile.ZipFile, name: str, expected: str, path: Path) -> bytes:
    data = _part(archive, name, path)
    if _sha256(data) != expected:
        raise Fault("text.model_tampered", path.name, f"{name} is not what was written; train or fetch it again")
    return data


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise Fault("text.model_format", path.name, f"holds no {name}; it is no model file, or a damaged one") from error
    if info.file_size > LARGEST_PART:
        raise Fault("text.model_format", path.name, f"{name} is larger than {LARGEST_PART // 2**20} MB")
    return archive.read(info)


def _array(parts: dict[str, bytes], name: str, shape: tuple[int, ...]) -> Any:
    array = np.load(io.BytesIO(parts[name]), allow_pickle=False)
    if array.shape != shape or array.dtype.kind != "f" or not np.isfinite(array).all():
        raise ValueError(f"{name} is no finite array of {shape}")
    return array


def _npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
