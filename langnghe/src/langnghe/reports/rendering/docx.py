"""The DOCX, the form that is signed: a template file filled in by docxtpl.

A template comes from an office, so it is filled in a child process with bounds on memory and time, in jinja's sandbox, with
autoescape and StrictUndefined: an unknown field, a strange tag, an endless loop end with a `Fault` that names it. The finished
file is zipped again with sorted names and fixed dates: the same document and template give the same bytes.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from langnghe.common.limited import Limits, OverLimit, run_limited
from langnghe.reports.rendering.document import Exhibit, ReportDocument, Table
from nghe.errors import Fault

TEMPLATE = Path(__file__).parent / "report.docx"
LIMITS = Limits(memory_mb=700, cpu_seconds=20, wall_seconds=60)
LARGEST_TEMPLATE = 5 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
LONGEST_RANGE = 10_000
NAMESPACE = "urn:langnghe:claims:1"
ITEM = "{8C1B7A52-6E0B-4F0E-9C53-2F1E6D0B1A01}"
"""The identity of the part that carries the claims; Word keeps it when it saves the file."""
CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
CUSTOM_PROPS = f"{CUSTOM_XML}Props"
PROPS_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
PX = 25.4 / 96
"""Millimetres of one px of a drawing."""
NARROW, NARROW_MM, WIDE_MM = 200, 51, 120
"""Up to this width in px three drawings stand side by side, each at most so many millimetres wide; others stand alone."""
IN_TABLE_MM = 34
"""The width of a drawing in a column of a table."""


def shipped_template() -> bytes:
    return TEMPLATE.read_bytes()


def render_docx(document: ReportDocument, template: bytes | None = None, *, limits: Limits = LIMITS) -> bytes:
    """The report as DOCX; a `Fault` that says what is wrong with the template."""
    template = template or shipped_template()
    check_template(template)
    try:
        return bytes(run_limited(fill_template, document, template, limits=limits))
    except OverLimit as over:
        told = {"memory": "asks for more memory than a report may take", "time": "does not come to an end",
                "crash": "ended the program that filled it in"}[over.what]
        raise Fault("template.limits", "template", f"{told}; look for a loop or a text that is repeated very often") from over


def check_template(content: bytes) -> None:
    """Is it a Word document of a sane size, without macros? Raises `Fault` otherwise."""
    if len(content) > LARGEST_TEMPLATE:
        raise Fault("template.size", "template", f"has {len(content)} bytes; at most {LARGEST_TEMPLATE} are taken")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise Fault("template.size", "template", f"unpacks to more than {LARGEST_UNPACKED} bytes")
    except zipfile.BadZipFile as fault:
        raise Fault("template.kind", "template", "is no DOCX file") from fault
    if "word/document.xml" not in names:
        raise Fault("template.kind", "template", "is no Word document (word/document.xml is missing)")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Fault("template.macros", "template", "holds macros; save it as DOCX, which has none")


def fill_template(document: ReportDocument, template: bytes) -> bytes:
    """Runs in the child process."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    filled = DocxTemplate(io.BytesIO(template))
    try:
        filled.render(context_of(document, filled), jinja_env=sandbox(StrictUndefined), autoescape=True)
    except UndefinedError as fault:
        raise Fault("template.field", "template", f"uses a field that there is not: {fault.message}") from None
    except SecurityError as fault:
        raise Fault("template.unsafe", "template", f"may not do this: {fault.message}") from None
    except TemplateSyntaxError as fault:
        raise Fault("template.code", "template", f"has code that is not understood: {fault.message}{near(fault)}") from None
    except TemplateError as fault:
        raise Fault("template.code", "template", str(fault.message)) from None
    except (TypeError, ValueError, OverflowError, ZeroDivisionError, RecursionError, KeyError, AttributeError) as fault:
        raise Fault("template.code", "template", f"has code that fails: {type(fault).__name__}: {fault}") from None
    describe_pictures(filled.docx, {picture(exhibit): exhibit.alt for exhibit in exhibits_of(document)})
    attach_claims(filled.docx, document.claims)
    core = filled.docx.core_properties
    core.created = core.modified = document.made_at.replace(tzinfo=None, microsecond=0)
    core.language = document.language
    out = io.BytesIO()
    filled.save(out)
    return packed(out.getvalue())


def sandbox(undefined: Any) -> Any:
    """Jinja's sandbox for immutable values, with a short range; everything printed is escaped."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=undefined, autoescape=True)
    environment.globals.pop("lipsum")
    environment.globals["range"] = short_range
    return environment


def short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > LONGEST_RANGE:
        raise OverflowError(f"range() gives at most {LONGEST_RANGE} numbers")
    return made


def near(fault: Any) -> str:
    """The words around the place, where docxtpl knows them."""
    lines = [line.strip() for line in getattr(fault, "docx_context", ()) if line.strip()]
    return f" (near: {' / '.join(lines)[:200]})" if lines else ""


# ---- what a template may use --------------------------------------------------------------------------------------------


def context_of(document: ReportDocument, filled: Any) -> dict[str, Any]:
    """Plain values by name; docs/use.md lists them for offices."""
    from dataclasses import asdict

    used = {proof.id: [said.code for said in document.every_said() if proof.id in said.evidence] for proof in document.evidence}
    scale = [{"word": word, "rule": rule} for word, rule in document.scale]
    return {
        "head": asdict(document.letterhead), "labels": dict(document.labels),
        "sections": [
            {
                "name": section.name, "title": section.title, "level": section.level, "note": section.note,
                "lines": [
                    {"code": said.code, "number": number, "label": said.label, "judgement": said.judgement, "text": said.text,
                     "parts": [{"text": part.text, "kind": part.kind} for part in said.parts]}
                    for number, said in enumerate(section.said, 1)
                ],
                "drawings": [drawing(exhibit, filled) for exhibit in section.exhibits if exhibit.width <= NARROW],
                "wide_drawings": [drawing(exhibit, filled) for exhibit in section.exhibits if exhibit.width > NARROW],
                "table": table_values(section.table, filled) if section.table else None,
            }
            for section in document.sections
        ],
        "scale": scale, "scale_rows": side_by_side(scale), "scale_title": document.scale_title,
        "evidence": [
            {"id": proof.id, "kind_name": proof.kind_name, "title": proof.title, "base": proof.base, "method": proof.method,
             "uncertainty": proof.uncertainty, "suppressed": proof.suppressed, "hash": proof.hash,
             "short_hash": proof.short_hash, "used": " ".join(used[proof.id])}
            for proof in document.evidence
        ],
        "signer": document.signer, "signed_by": document.signed_by, "recipients": list(document.recipients),
        "digest": document.digest, "footer": document.footer,
        "audit_root": document.audit_root,
    }


def table_values(table: Table, filled: Any) -> dict[str, Any]:
    """`rows` are the texts alone; `drawn` are the same rows, each with its drawing, under the `axis`; "" where there is none."""
    axis, *drawings = [drawing(exhibit, filled, most=IN_TABLE_MM)["image"] for exhibit in table.drawings] or [""]
    rows = [list(row) for row in table.rows]
    drawn = [{"cells": cells, "image": image, "strong": strong} for cells, image, strong in
             zip(rows, drawings or [""] * len(rows), table.strong or [False] * len(rows), strict=True)]
    return {"head": list(table.head), "rows": rows, "axis": axis, "drawn": drawn, "caption": table.caption}


def side_by_side(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Two columns, read downwards; the last one on the right may be empty."""
    half = (len(rows) + 1) // 2
    right = [*rows[half:], {"word": "", "rule": ""}]
    return list(zip(rows[:half], right[:half], strict=True))


def exhibits_of(document: ReportDocument) -> list[Exhibit]:
    return [exhibit for section in document.sections
            for exhibit in (*section.exhibits, *(section.table.drawings if section.table else ()))]


def drawing(exhibit: Exhibit, filled: Any, *, most: float = 0) -> dict[str, Any]:
    """A drawing with its texts; at most so many millimetres wide, else as wide as its place allows."""
    from docx.shared import Mm
    from docxtpl import InlineImage

    wide = min(exhibit.width * PX, most or (NARROW_MM if exhibit.width <= NARROW else WIDE_MM))
    return {"title": exhibit.title, "caption": exhibit.caption, "alt": exhibit.alt,
            "image": InlineImage(filled, io.BytesIO(picture(exhibit)), width=Mm(wide))}


def picture(exhibit: Exhibit) -> bytes:
    from langnghe.reports.rendering.pictures import png_of

    return png_of(exhibit.svg)


def describe_pictures(docx: Any, alts: dict[bytes, str]) -> None:
    """Each picture gets the text that stands in for it, and no margin (LibreOffice takes an unsaid one for 3 mm)."""
    from docx.oxml.ns import qn

    for frame in docx.element.body.iter(qn("wp:inline"), qn("wp:anchor")):
        for side in "TBLR":
            frame.set(f"dist{side}", frame.get(f"dist{side}", "0"))
        shown = next(frame.iter(qn("a:blip")), None)
        if shown is not None:
            alt = alts.get(docx.part.related_parts[shown.get(qn("r:embed"))].blob, "")
            for name in (qn("wp:docPr"), qn("pic:cNvPr")):
                for properties in frame.iter(name):
                    properties.set("descr", alt)


def attach_claims(docx: Any, claims: bytes) -> None:
    """The claims as a part of the file that Word keeps."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    body = base64.b64encode(zlib.compress(claims, 9)).decode()
    item = f'<?xml version="1.0" encoding="UTF-8"?><claims xmlns="{NAMESPACE}" encoding="zlib+base64">{body}</claims>'
    props = (f'<?xml version="1.0" encoding="UTF-8"?><ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/'
             f'2006/customXml" ds:itemID="{ITEM}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs>'
             "</ds:datastoreItem>")
    part = Part(PackURI("/customXml/item77.xml"), "application/xml", item.encode(), docx.part.package)
    part.relate_to(Part(PackURI("/customXml/itemProps77.xml"), PROPS_TYPE, props.encode(), docx.part.package), CUSTOM_PROPS)
    docx.part.relate_to(part, CUSTOM_XML)


def packed(content: bytes) -> bytes:
    """The same parts, sorted, with the first date that a zip can hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(part, steady(name, old.read(name)), compresslevel=9)
    return out.getvalue()


def steady(name: str, body: bytes) -> bytes:
    """Without what Word's parts hold of chance: identities of revisions."""
    return re.sub(rb' w:rsid\w*="[0-9A-F]{8}"', b"", body) if name == "word/document.xml" else body
