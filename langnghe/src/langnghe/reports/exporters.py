"""Rows of evidence, and what was left out, as CSV that a spreadsheet cannot be tricked by."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from langnghe.common.safe_csv import safe_row
from langnghe.reports.domain.matters import LeftMatter
from langnghe.reports.domain.omission_shares import Shares
from langnghe.reports.domain.omissions import LeftOut
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


def left_out_as_csv(left: LeftOut) -> str:
    """One line an office and reason: what was heard, what was left out, its share. The last lines are all offices together."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["office", "name", "reason", "notes", "left_out", "heard", "share_of_left_out"])
    for row in left.units:
        for reason, number in sorted(row.reasons.items()):
            writer.writerow(safe_row([row.unit.code, row.unit.name, reason, number, row.left_out, row.heard,
                                      round(number / row.left_out, 4)]))
    for one in left.reasons:
        writer.writerow(["", "", one.reason, one.today, left.today, left.heard, round(one.share, 4)])
    return out.getvalue()


def shares_as_csv(shares: Shares) -> str:
    """One line a group: notes heard, notes left out, the share and its interval (0 to 1), and if it lies above the common one."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["by", "group", "heard", "left_out", "share", "low", "high", "common_share", "above"])
    for one in shares.breakdowns:
        for row in one.shares:
            writer.writerow(safe_row([one.by, row.name, row.heard, row.left, round(row.share, 4), round(row.low, 4),
                                      round(row.high, 4), round(shares.common, 4), int(row.strong)]))
    return out.getvalue()


def matters_as_csv(matters: Sequence[LeftMatter]) -> str:
    """One line a matter: who left it out, whose it is, what the report below printed of it, why, and if it has a row here."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["left_out_by", "of_office", "topic", "name", "places", "reported", "notes", "reason", "kept",
                     "counted_apart"])
    for row in matters:
        one, below = row.omission, row.below
        writer.writerow(safe_row([one.report.unit.code, one.lower.unit.code, one.topic.code, one.topic.name, below.places,
                                  below.reported, below.notes, one.reason, one.kept.code if one.kept else "", int(row.counted)]))
    return out.getvalue()
