"""Edit a draft: names, new lines, one topic or code taken into another. What is or was in use is never touched."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.frames.domain.files import CODE, LONG_CODE
from langnghe.frames.models import Code, CodingFrame, Field, Topic

register_actions(frame__edited="A draft of the coding frame was edited.")


def add_field(frame: CodingFrame, *, code: str, name_vi: str, name_en: str = "", province_only: bool = False, by: Any,
              at: dt.datetime) -> Field:
    check_draft(frame)
    check_names(code, name_vi, name_en, CODE)
    check_free(Field.objects.filter(frame=frame, code=code), code)
    with transaction.atomic():
        field = Field.objects.create(frame=frame, code=code, name_vi=name_vi.strip(), name_en=name_en.strip(),
                                     province_only=province_only, order=frame.fields.count())
        note_edit(frame, "field added", code, by=by, at=at)
    return field


def change_field(field: Field, *, name_vi: str, name_en: str, province_only: bool, by: Any, at: dt.datetime) -> Field:
    """New names; a field that becomes province-only takes all its topics along (R17)."""
    check_draft(field.frame)
    check_names(field.code, name_vi, name_en, CODE)
    with transaction.atomic():
        if province_only and not field.province_only:
            field.topics.update(province_only=True)
        field.name_vi, field.name_en, field.province_only = name_vi.strip(), name_en.strip(), province_only
        field.save()
        note_edit(field.frame, "field changed", field.code, by=by, at=at)
    return field


def add_topic(field: Field, *, code: str, name_vi: str, name_en: str = "", province_only: bool | None = None, by: Any,
              at: dt.datetime) -> Topic:
    """A new topic at the end of its field; without a word of its own it is shown as its field is (R17)."""
    check_draft(field.frame)
    check_names(code, name_vi, name_en, CODE)
    check_free(Topic.objects.filter(field__frame=field.frame, code=code), code)
    with transaction.atomic():
        topic = Topic.objects.create(field=field, code=code, name_vi=name_vi.strip(), name_en=name_en.strip(),
                                     order=next_order(field.topics),
                                     province_only=field.province_only if province_only is None else province_only)
        note_edit(field.frame, "topic added", code, by=by, at=at)
    return topic


def change_topic(topic: Topic, *, field: Field, name_vi: str, name_en: str, province_only: bool, by: Any,
                 at: dt.datetime) -> Topic:
    """New names, or another field of the same draft. Its code stays: codes are stable."""
    check_draft(topic.field.frame)
    check_names(topic.code, name_vi, name_en, CODE)
    if field.frame_id != topic.field.frame_id:
        raise Refusal("frame.elsewhere", _("The field %(code)s belongs to another version.") % {"code": field.code},
                      todo=_("Choose a field of this draft."))
    with transaction.atomic():
        if field.pk != topic.field_id:
            topic.order = next_order(field.topics)
        topic.field, topic.name_vi, topic.name_en = field, name_vi.strip(), name_en.strip()
        topic.province_only = province_only
        topic.save()
        note_edit(field.frame, "topic changed", topic.code, by=by, at=at)
    return topic


def add_code(topic: Topic, *, code: str, name_vi: str, name_en: str = "", by: Any, at: dt.datetime) -> Code:
    check_draft(topic.field.frame)
    check_names(code, name_vi, name_en, LONG_CODE)
    check_free(Code.objects.filter(topic__field__frame=topic.field.frame, code=code), code)
    with transaction.atomic():
        row = Code.objects.create(topic=topic, code=code, name_vi=name_vi.strip(), name_en=name_en.strip(),
                                  order=next_order(topic.codes))
        note_edit(topic.field.frame, "code added", code, by=by, at=at)
    return row


def merge_topic(topic: Topic, *, into: Topic, by: Any, at: dt.datetime) -> Topic:
    """Take a topic into another: its notes go there when the version is put to use, its codes move along."""
    frame = topic.field.frame
    check_draft(frame)
    check_pair(topic, into, same=into.field.frame_id == frame.pk)
    with transaction.atomic():
        topic.takes_over.update(new=into)
        for code in topic.codes.order_by("order"):
            code.topic, code.order = into, next_order(into.codes)
            code.save(update_fields=["topic", "order"])
        note_edit(frame, "topic merged", topic.code, into=into.code, by=by, at=at)
        topic.delete()
    return into


def merge_code(code: Code, *, into: Code | None, by: Any, at: dt.datetime) -> None:
    """Take a code into another of its topic, or away: then its notes keep the topic alone."""
    frame = code.topic.field.frame
    check_draft(frame)
    if into is not None:
        check_pair(code, into, same=into.topic_id == code.topic_id)
    with transaction.atomic():
        if into is not None:
            code.takes_over.update(new=into)
        note_edit(frame, "code merged", code.code, into=into.code if into else "", by=by, at=at)
        code.delete()


def choose_heir(frame: CodingFrame, old: Topic, *, new: Topic, by: Any, at: dt.datetime) -> None:
    """Say which topic of the draft takes over the notes of a topic that the draft no longer has."""
    check_draft(frame)
    if old.field.frame_id != frame.based_on_id or new.field.frame_id != frame.pk:
        raise Refusal("frame.elsewhere", _("The topic %(code)s belongs to another version.") % {"code": new.code},
                      todo=_("Choose a topic of this draft."))
    with transaction.atomic():
        frame.topic_heirs.update_or_create(old=old, defaults={"new": new})
        note_edit(frame, "heir chosen", old.code, into=new.code, by=by, at=at)


def check_draft(frame: CodingFrame) -> None:
    if not frame.is_draft:
        raise Refusal("frame.in_use", _("Version %(version)s has been in use and is not edited.") % {"version": frame.version},
                      todo=_("Begin the next version and edit that."), status=409)


def check_names(code: str, name_vi: str, name_en: str, shape: re.Pattern[str]) -> None:
    if not shape.match(code):
        raise Refusal("frame.code", _("“%(code)s” is no code.") % {"code": code},
                      todo=_("Use letters, digits, dots and hyphens, no blanks."))
    if not name_vi.strip() or len(name_vi) > 200 or len(name_en) > 200:
        raise Refusal("frame.name", _("%(code)s needs a Vietnamese name of at most 200 letters.") % {"code": code},
                      todo=_("Write the name."))


def check_free(rows: Any, code: str) -> None:
    if rows.exists():
        raise Refusal("frame.code_taken", _("The code %(code)s is taken in this version.") % {"code": code},
                      todo=_("Use the next free number."), status=409)


def check_pair(one: Topic | Code, into: Topic | Code, *, same: bool) -> None:
    if one.pk == into.pk or not same:
        raise Refusal("frame.merge", _("%(code)s cannot be taken into %(into)s.") % {"code": one.code, "into": into.code},
                      todo=_("Choose another one of the same draft."))


def next_order(rows: Any) -> int:
    last = rows.order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else int(last) + 1


def note_edit(frame: CodingFrame, what: str, code: str, *, by: Any, at: dt.datetime, **more: str) -> None:
    enter("frame.edited", f"frame:{frame.pk}", by=by, at=at, network=frame.network_id, what=what, code=code, **more)
