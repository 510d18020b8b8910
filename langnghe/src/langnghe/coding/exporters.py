"""Tables of this room as CSV: UTF-8 with a mark that spreadsheets know, cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from langnghe.common.safe_csv import safe_row


def write_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Numbers with four decimals and a point, whatever the reader's language; what is not known is empty."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow(head)
    writer.writerows(safe_row(round(cell, 4) if isinstance(cell, float) else cell for cell in row) for row in rows)
    return answer
