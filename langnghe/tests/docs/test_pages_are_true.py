"""What the documentation lists is what the code has: refusals, audit actions, settings, commands, rules."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import langnghe
import langnghe.web.urls  # the rooms name their actions when they are loaded
from langnghe.audit.domain import ACTIONS

SOURCE = Path(langnghe.__file__).parent
DOCS = Path(__file__).resolve().parents[3] / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def refusals() -> Iterator[str]:
    """The first argument of every `Refusal(...)`; what is filled in at run time stands as `*`."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value)
                elif isinstance(code, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in code.values)


def codes_listed(table: str) -> list[str]:
    """The codes of the first column; a line may hold several."""
    return [code for row in re.findall(r"^\| (`[^|]+)\|", table, re.MULTILINE) for code in re.findall(r"`([a-z_.]+)`", row)]


@pytest.mark.parametrize("code", sorted(set(refusals())))
def test_refusal_is_documented(code: str) -> None:
    listed = codes_listed(page("errors.md").partition("## Actions")[0])
    wanted = re.compile(re.escape(code).replace(r"\*", "[a-z_]+"))
    assert any(wanted.fullmatch(one) or one == code for one in listed), f"docs/errors.md: add a line for `{code}`"


def test_every_refusal_that_is_documented_exists() -> None:
    patterns = [re.compile(re.escape(code).replace(r"\*", "[a-z_]+")) for code in refusals()]
    listed = codes_listed(page("errors.md").partition("## Actions")[0])
    assert [code for code in listed if not any(pattern.fullmatch(code) for pattern in patterns)] == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_action_of_the_audit_log_is_documented(action: str) -> None:
    assert action in codes_listed(page("errors.md").partition("## Actions")[2])


def test_settings_are_documented_and_exist() -> None:
    texts = [file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"LANGNGHE_[A-Z_]+[A-Z]", text)}
    used |= {"LANGNGHE_SECRET_KEY", "LANGNGHE_AUDIT_KEY"}
    listed = set(re.findall(r"`(LANGNGHE_[A-Z_]+)`", page("operate.md").partition("## Settings")[2].partition("\n## ")[0]))
    assert used == listed


def commands(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                deeper = list(commands(part, f"{before} {name}"))
                yield from deeper or [f"{before} {name}"]


def test_commands_are_documented_and_show_an_example() -> None:
    from langnghe.web.commands import parser

    pages = page("operate.md") + page("use.md")
    for command in commands(parser(), "langnghe"):
        assert command in pages, f"docs/operate.md or docs/use.md: say what `{command}` does"


@pytest.mark.parametrize("rule", [f"R{number}" for number in range(1, 18)])
def test_rule_leads_to_code_and_to_a_test_that_exist(rule: str) -> None:
    """A rule that is kept names its code and its test; one that a later step brings is marked, and fails closed."""
    rows = [line for line in page("ethics.md").splitlines() if line.startswith(f"| {rule} |")]
    assert len(rows) == 1, f"docs/ethics.md needs one row for {rule}"
    code, test = (re.findall(r"`([^`]+)`", cell) for cell in rows[0].split("|")[3:5])
    assert code
    assert test
    root = DOCS.parent
    for name in (*code, *test):
        path, _, word = name.partition("::")
        found = [root / folder / path for folder in ("", "langnghe/src/langnghe", "nghe/src/nghe", "langnghe/tests")]
        file = next((one for one in found if one.exists()), None)
        assert file is not None, f"{rule}: {path} does not exist"
        assert not word or word in file.read_text(encoding="utf-8"), f"{rule}: no {word} in {path}"
