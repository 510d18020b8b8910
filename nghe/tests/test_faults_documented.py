"""Every code of a Fault in the library stands in docs/errors-library.md, and the other way about."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "nghe" / "src" / "nghe").rglob("*.py"))
CODE = re.compile(r"`([a-z_]+\.[a-z_{}]+)`")


def code_of(argument: ast.expr) -> str | None:
    """A code as it is written: {name} for what is filled in; None where a fault is passed on."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{name}" for part in argument.values)
    assert ast.unparse(argument) == "fault.code", f"a code is a text: {ast.unparse(argument)}"
    return None


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Of all calls of Fault, and of super().__init__ in classes made of it."""
    heirs = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
             and any(isinstance(base, ast.Name) and base.id == "Fault" for base in node.bases)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fault"]
    calls += [node for heir in heirs for node in ast.walk(heir)
              if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"]
    for call in calls:
        code = code_of(call.args[0])
        if code is not None:
            yield code


def documented() -> list[str]:
    text = (ROOT / "docs" / "errors-library.md").read_text(encoding="utf-8")
    return [code for line in text.splitlines() if line.startswith("| `") for code in CODE.findall(line.split("|")[1])]


def test_every_code_is_documented_and_every_documented_code_is_raised() -> None:
    raised = {code for path in SOURCES for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    told = set(documented())
    assert sorted(raised - told) == [], "raised, but not in docs/errors-library.md"
    assert sorted(told - raised) == [], "in docs/errors-library.md, but never raised"


def test_no_code_stands_twice() -> None:
    told = documented()
    assert len(told) == len(set(told)) > 200


def test_codes_are_found_in_calls_patterns_and_heirs() -> None:
    source = '''
class Mine(Fault):
    def __init__(self): super().__init__("a.heir", "x", "y")
class Other(ValueError):
    def __init__(self): super().__init__("a.stranger")
def f(name, fault):
    if name: raise Fault(f"a.{name}", "x", "y")
    raise Fault(fault.code, "x", "y") from Fault("a.plain", "x", "y")
'''
    assert set(codes_in(ast.parse(source))) == {"a.heir", "a.{name}", "a.plain"}
