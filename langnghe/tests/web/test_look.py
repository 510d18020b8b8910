"""The shared look: small, free of inline style and script, and drawn with signs that exist."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

import langnghe.web

WEB = Path(langnghe.web.__file__).parent
SHEETS = [WEB / "static/web/css" / f"{name}.css" for name in ("tokens", "base", "components", "screens")]
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def draw(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_style_sheets_together_stay_under_15_kb_gzipped() -> None:
    assert sum(len(gzip.compress(sheet.read_bytes(), 9)) for sheet in SHEETS) < 15_000


def test_style_sheets_fill_one_layer_each_after_the_first_line_orders_them() -> None:
    first = re.search(r"@layer [^;{]+;", SHEETS[0].read_text(encoding="utf-8"))
    assert first is not None
    assert first.group() == "@layer tokens, base, components, screens;"
    for sheet in SHEETS:
        assert f"@layer {sheet.stem} {{" in sheet.read_text(encoding="utf-8")


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for sheet in SHEETS:
        for address in re.findall(r"url\(\"?([^\")]+)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address).resolve().is_file(), address


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", source)
    for tag in re.findall(r"<script[^>]*>", source):
        assert "src=" in tag or 'type="application/json"' in tag
    get_template(str(path.relative_to(WEB / "templates")))


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_page_says_what_to_do_in_both_languages_without_a_request(name: str, language: str) -> None:
    with translation.override(language):
        page = render_to_string(name)
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    assert 'class="btn main" href="/"' in page
    assert ("Về trang đầu" in page) == (language == "vi")


def test_language_switch_names_each_language_in_its_own_words() -> None:
    request = RequestFactory().get("/somewhere?a=1")
    with translation.override("vi"):
        page = render_to_string("web/components/language.html", {}, request)
    assert '<button class="btn plain" type="submit" name="language" value="en" lang="en">English</button>' in page
    assert 'name="next" value="/somewhere?a=1"' in page


def test_icon_that_is_not_in_the_sprite_is_a_mistake_in_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no sign 'dnoe'"):
        draw('{% icon "dnoe" %}')


def test_state_has_a_shape_and_a_word() -> None:
    assert draw('{% state "late" "quá hạn" "red" %}').strip() == (
        '<span class="st red"><svg class="i" aria-hidden="true"><use href="/static/web/icons.svg#late"/></svg>quá hạn</span>'
    )


def test_words_of_people_are_escaped() -> None:
    assert "<b>" not in draw('{% state "late" word %}{% icon "late" word %}', word='"<b>')


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("{{ 1206|num }}", "1.206", "1,206"),
        ("{{ 2.7|num }}", "2,7", "2.7"),
        ("{{ None|num }}", "", ""),
        ("{{ 0.345|pct:1 }}", "34,5%", "34.5%"),
        ("{{ 1.7|upto:4.2 }}", "1,7\u2060–\u20604,2", "1.7\u2060–\u20604.2"),
    ],
)
def test_numbers_are_written_in_the_readers_language(source: str, vi: str, en: str) -> None:
    with translation.override("vi"):
        assert draw(source) == vi
    with translation.override("en"):
        assert draw(source) == en
