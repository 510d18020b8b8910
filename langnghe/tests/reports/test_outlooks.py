"""How the last outlook turned out: judged by its office, counted in the next report; only what was signed is judged."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from langnghe.common.errors import Refusal
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.editing import withdraw_statement
from langnghe.reports.domain.likelihood import LIKELIHOODS, likelihood_of
from langnghe.reports.domain.scoring import score_outlook
from langnghe.reports.models import OutlookScore, Report, Statement

if TYPE_CHECKING:
    from conftest import Heard  # type: ignore[import-not-found]

AT = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
NEXT = dt.datetime.fromisoformat("2026-11-20T09:00+07:00")
OUTLOOKS = [
    {"slot": "outlook", "vi": "*Có khả năng.* Chuyện nước còn được nói tới. *Sai nếu:* không nơi nào ghi nhận.",
     "en": "*Likely.* Water stays a matter. *Wrong if:* no place records it."},
    {"slot": "outlook", "vi": "*Rất có khả năng.* Rác được dọn. *Sai nếu:* còn nơi ghi nhận.", "en": ""},
]


@pytest.fixture
def before(heard: Heard) -> Report:
    """The signed report of the week before, with two outlooks."""
    report = build_weekly(heard.house.unit, period="2026-W46", by=None, at=AT, judgements=OUTLOOKS)
    Report.objects.filter(pk=report.pk).update(state="signed", number="1/BC", signed_by=heard.house.people["carol"], signed_at=AT)
    return report


@pytest.fixture
def draft(heard: Heard, before: Report) -> Report:
    return build_weekly(heard.house.unit, period="2026-W47", by=None, at=NEXT)


def outlooks(report: Report) -> list[Statement]:
    return list(report.statements.filter(slot="outlook", replaced_by=None))


def counted(report: Report) -> dict[str, Any]:
    said = report.statements.get(slot="outlook.before", replaced_by=None)
    return dict(said.evidence.get().record["rows"])


@pytest.mark.parametrize("word", LIKELIHOODS, ids=lambda word: word.key)
def test_each_word_is_read_back_from_the_sentence_it_begins(word: Any) -> None:
    """“gần như chắc chắn” and “gần như không”, “có khả năng” and “rất có khả năng” begin alike or hold each other."""
    assert likelihood_of(f"*{word.vi.capitalize()}.* Chuyện gì đó.") == word
    assert likelihood_of(f"*{word.en.capitalize()}.* Something.") == word


def test_what_was_not_judged_is_open(draft: Report) -> None:
    rows = counted(draft)
    assert rows["total"] == {"week": 46, "stated": 2, "right": 0, "wrong": 0, "open": 2}
    assert (rows["o-01"]["word"], rows["o-01"]["low"], rows["o-02"]["low"]) == ("có khả năng", 55, 80)


def test_a_draft_that_was_never_signed_is_not_judged(heard: Heard) -> None:
    build_weekly(heard.house.unit, period="2026-W46", by=None, at=AT, judgements=OUTLOOKS)
    report = build_weekly(heard.house.unit, period="2026-W47", by=None, at=NEXT)
    assert not report.statements.filter(slot="outlook.before").exists()


def test_what_the_office_says_is_counted_and_printed(heard: Heard, before: Report, draft: Report, client: Client) -> None:
    first, second = outlooks(before)
    client.force_login(heard.house.people["bob"])
    address = f"/reports/{draft.pk}/outlook/last/"
    assert address in client.get(f"/reports/{draft.pk}/").content.decode()
    assert "Rác được dọn" in client.get(address).content.decode()
    for row, outcome in ((first, "right"), (second, "right"), (second, "wrong")):
        assert client.post(address, {"statement": row.pk, "outcome": outcome}).status_code == 302
    rows = counted(draft)
    assert rows["total"] == {"week": 46, "stated": 2, "right": 1, "wrong": 1, "open": 0}, "the newest word counts"
    assert (rows["l-likely"]["judged"], rows["l-likely"]["right"]) == (1, 1)
    assert (rows["l-highly_likely"]["judged"], rows["l-highly_likely"]["right"]) == (1, 0)
    page = client.get(f"/reports/{draft.pk}/").content.decode()
    assert "Dự báo tuần" in page
    assert [row.outcome for row in OutlookScore.objects.order_by("pk")] == ["right", "right", "wrong"]
    with pytest.raises(IntegrityError), transaction.atomic():
        OutlookScore.objects.all().delete()


@pytest.mark.parametrize(("statement", "outcome", "code"), [
    ("1", "perhaps", "report.outcome"), ("999999", "right", "report.no_outlook"), ("x", "right", "report.no_outlook"),
    ("٣", "right", "report.no_outlook"), ("9" * 40, "right", "report.no_outlook"),
])
def test_what_cannot_be_judged_is_refused(heard: Heard, draft: Report, client: Client, statement: str, outcome: str,
                                          code: str) -> None:
    client.force_login(heard.house.people["bob"])
    answer = client.post(f"/reports/{draft.pk}/outlook/last/", {"statement": statement, "outcome": outcome})
    assert (answer.status_code in (404, 422), code in answer.content.decode()) == (True, True)
    assert not OutlookScore.objects.exists()


def test_others_cannot_judge_and_none_takes_the_count_out(heard: Heard, before: Report, draft: Report, client: Client) -> None:
    for who in ("dan", "mallory", "oscar", "alice"):
        client.force_login(heard.house.people[who])
        answer = client.post(f"/reports/{draft.pk}/outlook/last/", {"statement": outlooks(before)[0].pk, "outcome": "right"})
        assert answer.status_code in (403, 404)
    with pytest.raises(Refusal) as refused:
        score_outlook(before, outlooks(before)[0].pk, outcome="right", by=heard.house.people["bob"], at=NEXT)
    assert refused.value.code == "report.no_draft"
    with pytest.raises(Refusal) as refused:
        withdraw_statement(draft, draft.statements.get(slot="outlook.before").label, by=heard.house.people["bob"], at=NEXT)
    assert refused.value.code == "report.kept"
