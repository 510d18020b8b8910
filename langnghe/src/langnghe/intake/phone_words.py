"""What the scripts of the phone say, and hits in words. A script holds no words of its own: it reads these from the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def hit_words(counts: Mapping[str, int]) -> str:
    """“1 phone number, 2 names”."""
    return ", ".join(one_kind(kind, number) for kind, number in counts.items())


def one_kind(kind: str, n: int) -> str:
    words = {
        "PERSON": ngettext("%(n)d name of a person", "%(n)d names of persons", n),
        "PHONE": ngettext("%(n)d phone number", "%(n)d phone numbers", n),
        "NATIONAL_ID": ngettext("%(n)d identity number", "%(n)d identity numbers", n),
        "EMAIL": ngettext("%(n)d e-mail address", "%(n)d e-mail addresses", n),
        "ADDRESS": ngettext("%(n)d address of a house", "%(n)d addresses of houses", n),
        "PLATE": ngettext("%(n)d number plate", "%(n)d number plates", n),
        "BANK": ngettext("%(n)d bank account", "%(n)d bank accounts", n),
        "HANDLE": ngettext("%(n)d account of a social network", "%(n)d accounts of social networks", n),
        "URL": ngettext("%(n)d link", "%(n)d links", n),
        "DOB": ngettext("%(n)d date of birth", "%(n)d dates of birth", n),
    }
    return words.get(kind, ngettext("%(n)d number that points at somebody", "%(n)d numbers that point at somebody", n)) % {"n": n}


def phone_words() -> dict[str, str]:
    """`{n}` and the like are filled in by the script."""
    kinds = ("PERSON", "PHONE", "NATIONAL_ID", "EMAIL", "ADDRESS", "PLATE", "BANK", "HANDLE", "URL", "DOB", "OTHER_ID")
    return {
        **{f"hit.{kind}": one_kind(kind, 1).replace("1", "{n}") for kind in kinds},
        "resident": _("a resident"),
        "stopped": _("Not saved yet"),
        "holds": _("The note holds {what}. Take it out and save again. What you wrote is still here."),
        "remove.PERSON": _("Put “a resident”"),
        "remove.number": _("Take this out"),
        "remove.all": _("Mend all {n}"),
        "mend.own": _("I mend it myself"),
        "contact": _("Does somebody want to be contacted? Tell them to call the commune's office for receiving citizens."),
        "public": _("It is a public case"),
        "waiting": _("{n} notes waiting to be sent"),
        "waiting.offline": _("Offline, {n} notes waiting to be sent"),
        "waiting.sign_in": _("{n} notes wait until you sign in"),
        "show": _("Show {n} notes"),
        "written": _("written at {time}"),
        "rewrite": _("Needs rewriting"),
        "refused": _("Was not taken"),
        "edit": _("Rewrite…"),
        "discard": _("Throw away…"),
        "discard.sure": _("Throw this note away? It cannot be had back."),
        "nothing": _("Nothing to report, week {week}"),
        "could_not": _("Could not, week {week}"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "draft": _("Draft kept on this phone at {time}"),
        "saved.here": _("Kept on this phone"),
        "saved.sent": _("Sent"),
        "saved.wait": _("No network yet. The note is sent by itself when there is one; you need do nothing more."),
        "saved.done": _("The office has it. The receipt is kept on this phone."),
        "saved.removed": _("{what}. It is kept nowhere."),
        "no_longer": _("This phone may no longer send to this office. Ask the office."),
        "no_receipts": _("Nothing was sent from this phone yet."),
        "no_answer": _("The server did not answer. Try again later."),
        "handover": _("This may belong in other hands"),
        "handover.todo": _("It is not kept here. Take it to one of these, never to the body accused:"),
        "handover.general": _("It is a general matter"),
        "day_sure": _("The day is right"),
        "all": _("All {n}"),
        "answered": _("Your answer was sent."),
        "long": _("{n} letters too many"),
    }
