"""The fixed words of a printed report: heads of tables, names of annexes, how to read it and how to check it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from langnghe.reports.models import Report


def labels_of(report: Report) -> dict[str, str]:
    """A text for each of `rendering.document.LABELS`, in the language that is active."""
    return {
        "number": _("No."),
        "judgement": _("judgement"),
        "evidence_under": _("Evidence under this sentence"),
        "recipients": _("Recipients:"),
        "annex": _("ANNEX"),
        "annex_of": _("to the report of week %(number)s of %(year)s") % {"number": report.period[6:], "year": report.period[:4]},
        "scale": _("Words and their rules"),
        "evidence": _("Evidence"),
        "proof_id": _("Code"),
        "proof_title": _("What was counted"),
        "cited": _("Figures of the sentence"),
        "rule": _("Words with a rule"),
        "proof_base": _("Base"),
        "proof_method": _("Method"),
        "proof_uncertainty": _("Unsure"),
        "proof_suppressed": _("Merged because small"),
        "proof_used": _("Cited by"),
        "proof_hash": "SHA-256",
        "row": _("Row"),
        "digest": _("Digest of the report"),
        "audit_root": _("Root of the audit log, the day before"),
        "how_to_read": _("A click on a sentence opens its evidence."),
        "replaced": _("Characters that no font has, replaced by “?”:"),
        "sentences": _("Sentences"),
        "sentence": _("Sentence"),
        "section": _("Section"),
        "kind": _("Kind"),
        "scale_word": _("Word"),
        "scale_rule": _("Rule"),
        "how_to_check": _("This file can be checked alone: langnghe report verify FILE"),
    }
