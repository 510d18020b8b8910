"""Rows of evidence as CSV that a spreadsheet cannot be tricked by."""

from __future__ import annotations

import csv
import io

from langnghe.common.safe_csv import safe_row
from langnghe.reports.models import Evidence


def evidence_as_csv(evidence: Evidence) -> str:
    """UTF-8 with a byte-order mark, one line a row; text that looks like a formula is quoted."""
    rows = evidence.record["rows"]
    columns = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["row", *columns])
    writer.writerows(safe_row([name, *[cells.get(column, "") for column in columns]]) for name, cells in rows.items())
    return out.getvalue()
