"""Forms of a draft: a line of the frame, where it is taken to, a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.frames.models import Code, CodingFrame, Field, Topic


class VersionForm(forms.Form):
    version = forms.CharField(label=_("Number of the next version"), max_length=20, help_text=_("For example 2026.2"))


class FrameFileForm(VersionForm):
    file = forms.FileField(label=_("Frame as TOML or CSV"), allow_empty_file=True,
                           widget=forms.FileInput(attrs={"accept": ".toml,.csv"}),
                           help_text=_("Take a version as a file, change it, bring it back. A topic that goes must be named "
                                       "under “replaces” of the one that takes over."))


class LineForm(forms.Form):
    """What a field, a topic and a code have in common."""

    code = forms.CharField(label=_("Code"), max_length=16)
    name_vi = forms.CharField(label=_("Vietnamese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)


class FieldForm(LineForm):
    province_only = forms.BooleanField(label=_("Shown for the whole province only, never by place"), required=False)


class TopicForm(LineForm):
    field: Any = forms.ModelChoiceField(Field.objects.none(), label=_("Field"))
    province_only = forms.BooleanField(label=_("Shown for the whole province only, never by place"), required=False)

    def __init__(self, *args: Any, frame: CodingFrame, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["field"].queryset = Field.objects.filter(frame=frame)


class ChangeTopicForm(TopicForm):
    """A topic keeps its code for ever."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        del self.fields["code"]


class ChangeFieldForm(FieldForm):
    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        del self.fields["code"]


class IntoForm(forms.Form):
    """The topic of the draft that takes another in."""

    into: Any = forms.ModelChoiceField(Topic.objects.none(), label=_("Take it into"))

    def __init__(self, *args: Any, frame: CodingFrame, but: Topic | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        topics = Topic.objects.filter(field__frame=frame).select_related("field").order_by("field__order", "order")
        self.fields["into"].queryset = topics.exclude(pk=but.pk) if but else topics
        self.fields["into"].label_from_instance = lambda topic: f"{topic.code} {topic.name}"


class CodeIntoForm(forms.Form):
    into: Any = forms.ModelChoiceField(Code.objects.none(), label=_("Take it into"), required=False,
                                  empty_label=_("none: its notes keep the topic alone"))

    def __init__(self, *args: Any, code: Code, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["into"].queryset = Code.objects.filter(topic=code.topic).exclude(pk=code.pk)
        self.fields["into"].label_from_instance = lambda row: f"{row.code} {row.name}"
