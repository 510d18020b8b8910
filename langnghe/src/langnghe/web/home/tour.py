"""The seven steps of the tour: who to be, where to go, what to do, what will be seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    """`who` signs in with one click (demo data only) and lands on `address`."""

    title: Promise
    do: Promise
    see: Promise
    who: str
    address: str
    button: Promise


STEPS = (
    Step(
        _("Note what you heard"),
        _("Be collaborator 01. Write what somebody said, and put a phone number into it, such as 0912 345 678. Save."),
        _("The save stops, quotes the number and marks it. One tap takes it out; then the note is saved. The number was never stored."),
        "ctv01", "phone_capture", _("Write a note as collaborator 01"),
    ),
    Step(
        _("The same without a network"),
        _("Stay collaborator 01. Switch the network of your phone or browser off, write another note, save, reload the page, switch it on."),
        _("The note waits in the outbox, survives the reload, and arrives once."),
        "ctv01", "phone_home", _("Open the phone's first page"),
    ),
    Step(
        _("Sort the notes"),
        _("Be the analyst. Press / and search for a word of your note. J and K move, Enter confirms, E chooses another topic."),
        _("Who wrote a note is nowhere to be found: not on the page, not in the database."),
        "phantich", "triage", _("Open the notes as the analyst"),
    ),
    Step(
        _("Read the weekly report"),
        _("Be the leader. Click on a sentence of last week's report, or on the sign beside it."),
        _("Under each sentence: what was counted, out of how many, by which method, and what is unsure."),
        "lanhdao", "report_latest", _("Open the report as the leader"),
    ),
    Step(
        _("Who did not report"),
        _("Look at the duties: who sent, who said “nothing to report”, who could not, who is silent."),
        _("“Nothing to report” is a report and counts as on time. Silence is shown as silence."),
        "phantich", "duties", _("Open the duties"),
    ),
    Step(
        _("What became of the note"),
        _("Be collaborator 01 again and look at your last notes."),
        _("Received, coded, in report so-and-so, or set aside and why. Only the phone that wrote a note can ask."),
        "ctv01", "phone_home", _("Look at what became of it"),
    ),
    Step(
        _("Check the report yourself"),
        _("Download the PDF of the report and run: langnghe report verify FILE"),
        _("Every figure and every word of how many is computed again from the evidence inside the file. Change one and it says so."),
        "lanhdao", "report_latest", _("Download the report"),
    ),
)
