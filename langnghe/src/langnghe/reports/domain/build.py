"""Build a weekly report: count, freeze the evidence, write the sentences, refuse what is not earned, store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.network.models import Duty, Unit
from langnghe.reports.domain import sentences
from langnghe.reports.domain.facts import WEEKS_BEFORE, Week, split_weeks
from langnghe.reports.domain.files import KEPT, seal
from langnghe.reports.domain.freeze import week_evidence
from langnghe.reports.domain.matters import leave_out, matters_record, say_matters
from langnghe.reports.domain.names import names_of
from langnghe.reports.domain.outlooks import outlook_record, say_outlook
from langnghe.reports.models import Evidence, Recommendation, Report, ReportTemplate, Statement
from langnghe.reports.queries import coverages, notes_heard
from nghe.errors import Fault
from nghe.evidence import Evidence as Frozen
from nghe.wording import Statement as Sentence
from nghe.wording import default_scale, render

register_actions(report__built="A draft report was built from what was heard.")


def build_weekly(unit: Unit, *, period: str, by: Any, at: dt.datetime,
                 judgements: Iterable[dict[str, Any]] = ()) -> Report:
    """A new draft for this unit and week; an earlier draft stays as the version before it.

    `judgements` are the outlook and the recommendations: `{"slot": "outlook", "vi", "en"}` and
    `{"slot": "recommendation", "vi", "en", "addressee", "due_on"}`; the newest draft's are taken over where none are given.

    Refuses a week that is not over, a week that is signed, and a sentence that its evidence does not earn (R6).
    """
    weeks = read_weeks(unit, period_of(unit, period))
    week = weeks[-1].period
    check_may_build(unit, week, at=at)
    with transaction.atomic():
        last = Report.objects.filter(unit=unit, kind="weekly", period=week.code).order_by("-version").first()
        report = Report.objects.create(
            unit=unit, kind="weekly", period=week.code, period_rule=week.rule, first_day=week.first_day, last_day=week.last_day,
            version=last.version + 1 if last else 1, made_at=at, template=ReportTemplate.objects.filter(unit=unit).first(),
        )
        given = list(judgements) or (judgements_of(last) if last else [])
        recommendations = write_recommendations(report, given)
        evidence = week_evidence(unit, weeks, recommendations=recommendations, at=at)
        names, stored = names_of(unit), write_evidence(report, evidence.records, at=at)
        more = list(beside_the_week(report, week, names, at=at))
        stored |= write_evidence(report, [record for record, _draft in more], at=at)
        write_statements(report, list(all_sentences(evidence, names, given, [draft for _record, draft in more])), stored)
        seal(report)
        enter("report.built", f"report:{report.pk}", by=by, at=at, network=unit.network_id, digest=report.digest)
    return report


def period_of(unit: Unit, code: str) -> Period:
    duty = Duty.objects.filter(unit=unit, kind="weekly", closed=None).first()
    try:
        return Period.week(code, duty.period_rule if duty else unit.network.week_rule)
    except ValueError as fault:
        raise Refusal("report.period", _("“%(code)s” names no week.") % {"code": code},
                      todo=_("Write the year and the week, for example 2026-W46.")) from fault


def read_weeks(unit: Unit, period: Period) -> list[Week]:
    """This week and the four before it, with what was heard and who reported."""
    periods = [period]
    while len(periods) <= WEEKS_BEFORE:
        periods.insert(0, periods[0].before())
    return split_weeks(periods, coverages(unit, periods), notes_heard(unit, periods[0].first_day, period.last_day))


def check_may_build(unit: Unit, period: Period, *, at: dt.datetime) -> None:
    from langnghe.common.clock import today

    if today(at) <= period.last_day:
        raise Refusal("report.week_open", _("Week %(code)s is not over yet.") % {"code": period.code},
                      todo=_("Build it after its last day, or take the week before."))
    if signed_weekly(unit, period=period.code):
        raise Refusal("report.signed", _("The report of week %(code)s is signed and does not change any more.")
                      % {"code": period.code}, todo=_("Correct it in the report of the next week."), status=409)


def signed_weekly(unit: Unit, *, period: str) -> Report | None:
    """The report of this unit and week that is signed, and so is its stored files."""
    return Report.objects.filter(unit=unit, kind="weekly", period=period, state__in=KEPT).first()


def judgements_of(report: Report) -> list[dict[str, Any]]:
    outlook = [{"slot": row.slot, "vi": row.text_vi, "en": row.text_en}
               for row in report.statements.filter(slot="outlook", replaced_by=None)]
    asked = [
        {"slot": "recommendation", "vi": row.text_vi, "en": row.text_en, "addressee": row.addressee, "due_on": row.due_on}
        for row in report.recommendations.all()
    ]
    return outlook + asked


def write_recommendations(report: Report, given: Sequence[dict[str, Any]]) -> list[Recommendation]:
    asked = [row for row in given if row["slot"] == "recommendation"]
    return Recommendation.objects.bulk_create(
        Recommendation(report=report, code=f"KN-{report.period[-2:]}-{number:02}", text_vi=row["vi"], text_en=row.get("en", ""),
                       addressee=row["addressee"], due_on=row["due_on"])
        for number, row in enumerate(asked, 1)
    )


def beside_the_week(report: Report, week: Period, names: sentences.Names, *,
                    at: dt.datetime) -> Iterator[tuple[dict[str, Any], sentences.Draft]]:
    """What reports below name and this one does not, and how the last outlook turned out; each with its sentence."""
    number = len(report.evidence.all())
    below, left = leave_out(report, at=at)
    if below:
        number += 1
        record = matters_record(report, week, below, left, number=number, at=at)
        yield record, say_matters(record["id"], record["rows"], names)
    if last := outlook_record(report.unit, report.kind, week, number=number + 1, at=at):
        yield last, say_outlook(last["id"])


def all_sentences(evidence: Any, names: sentences.Names, given: Sequence[dict[str, Any]],
                  more: Sequence[sentences.Draft]) -> Iterable[sentences.Draft]:
    """Every sentence of the report, in the order in which it is read; `more` stand at the end of what was left out, or before the
    outlook.
    """
    duties, fate, fields, method = (record["id"] for record in (evidence.duties, evidence.fate, evidence.fields, evidence.method))
    register = evidence.register["id"] if evidence.register else ""
    yield from sentences.week_in_lines(evidence.items, duties=duties, register=register)
    yield sentences.strip(duties)
    for number, item in enumerate(evidence.items, 1):
        yield from sentences.salient(item, number, names)
    yield from sentences.by_field(fields, evidence.fields["rows"])
    yield from sentences.silence(duties, evidence.duties["rows"])
    yield from sentences.left_out(fate, evidence.fate["rows"], names)
    yield from more
    for row in given:
        if row["slot"] == "outlook":
            yield sentences.Draft("outlook", row["vi"], row.get("en", ""), (), judgement=True)
    yield from sentences.methods(method, evidence.method["rows"])


def write_evidence(report: Report, records: Sequence[dict[str, Any]], *, at: dt.datetime) -> dict[str, Evidence]:
    rows = [Evidence(report=report, label=frozen.id, kind=frozen.kind, uncertainty=frozen.uncertainty["type"], hash=frozen.hash,
                     record=frozen.to_dict(), frozen_at=at)
            for frozen in map(Frozen.from_dict, records)]
    Evidence.objects.bulk_create(rows)
    return {row.label: row for row in rows}


def write_statements(report: Report, drafts: Sequence[sentences.Draft], evidence: dict[str, Evidence]) -> None:
    """Number the sentences C01, C02, ... and store them, each rendered once in every language to see that it is earned."""
    scale = default_scale()
    known = {label: Frozen.from_dict(row.record) for label, row in evidence.items()}
    for number, draft in enumerate(drafts, 1):
        texts = {"vi": draft.vi, "en": draft.en} if draft.en else {"vi": draft.vi}
        try:
            said = Sentence(f"C{number:02}", draft.slot, texts, draft.evidence, scale.version, judgement=draft.judgement)
            for language in texts:
                render(said, known, language, scale=scale)
        except Fault as fault:
            raise Refusal("report.statement", _("Sentence %(label)s is not earned by its evidence: %(why)s")
                          % {"label": f"C{number:02}", "why": str(fault)},
                          todo=_("Write it again from its evidence, or take it out.")) from fault
        row = Statement.objects.create(report=report, label=said.id, slot=said.slot, order=number, text_vi=draft.vi,
                                       text_en=draft.en, words=list(said.words), rule_version=said.rule_version,
                                       judgement=draft.judgement)
        row.evidence.set([evidence[label] for label in draft.evidence])
