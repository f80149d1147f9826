"""What must agree across the whole package: codes, pages, examples, public names."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

import pytest_gilcheck
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.check import Checker
from pytest_gilcheck.source.rule import SourceRule

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "pytest_gilcheck"
MARK = re.compile(r"# GIL\d{3}\b")

RULES = all_rules()
every_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])
every_source_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES if issubclass(rule, SourceRule)])


def modules() -> list[str]:
    """Every module of the package, by dotted name."""
    names = []
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC.parent).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def test_modules_import_without_a_warning() -> None:
    """Each module can be imported, and none of them makes Python warn."""
    code = "import importlib, json, sys\nfor name in json.load(sys.stdin): importlib.import_module(name)"
    names = [name for name in modules() if not name.endswith(".__main__")]  # importing it runs the command
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], input=json.dumps(names), capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""


@pytest.mark.parametrize("name", pytest_gilcheck.__all__)
def test_public_name_is_documented(name: str) -> None:
    """Every public name resolves, and has a docstring of its own."""
    value = getattr(pytest_gilcheck, name)
    documentation = (vars(value).get("__doc__") if isinstance(value, type) else value.__doc__) or ""
    # A dataclass without one gets its signature as a docstring.
    assert documentation.strip()
    assert not documentation.startswith(f"{name}(")


def test_public_names_are_sorted_and_listed() -> None:
    """`dir` shows the public names, and the list is in order."""
    assert sorted(pytest_gilcheck.__all__) == pytest_gilcheck.__all__
    assert set(pytest_gilcheck.__all__) <= set(dir(pytest_gilcheck))


def test_unknown_public_name_is_an_attribute_error() -> None:
    """A slip in a public name reads like Python's own."""
    with pytest.raises(AttributeError, match="module 'pytest_gilcheck' has no attribute 'Fnding'"):
        _ = pytest_gilcheck.Fnding


def test_package_is_marked_as_typed() -> None:
    """Type checkers of other projects read our annotations."""
    assert (SRC / "py.typed").is_file()


def test_codes_and_names_are_unique() -> None:
    """One pitfall, one code, one name."""
    counts = Counter(word for rule in RULES for word in (rule.code, rule.name))
    assert [word for word, count in counts.items() if count > 1] == []


@every_rule
def test_code_name_and_file_agree(rule: type[Rule]) -> None:
    """A rule is found by its name: `unbounded-queue` lives in `unbounded_queue.py`."""
    assert re.fullmatch(r"GIL\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.__module__.rpartition(".")[2] == rule.name.replace("-", "_")


@every_rule
def test_page_is_complete(rule: type[Rule]) -> None:
    """Each section says something, and the first sentence of the first one stands alone."""
    page = rule.page
    assert all(text.strip() for text in (page.what, page.why, page.instead, page.observed, page.limits))
    assert rule.summary().endswith(".")
    assert all(reference.strip() for reference in page.references)


@every_rule
def test_codes_of_other_linters_look_like_codes(rule: type[Rule]) -> None:
    """`equals` are what people write after `# noqa:`."""
    assert all(re.fullmatch(r"[A-Z]+\d+", code) for code in rule.equals)


@every_source_rule
def test_rule_has_examples(rule: type[SourceRule]) -> None:
    """A rule shows what it flags and what it leaves alone, under titles that are unique in the rule."""
    assert rule.bad
    assert rule.good
    titles = Counter(example.title for example in (*rule.bad, *rule.good))
    assert [title for title, count in titles.items() if count > 1] == []


@every_source_rule
def test_examples_mark_what_is_flagged(rule: type[SourceRule]) -> None:
    """Each bad example marks a line with the rule's own code, no good example marks any."""
    for example in rule.bad:
        code = "\n".join([example.code, *(text for _, text in example.others)])
        assert f"# {rule.code}" in code, example.title
    for example in rule.good:
        code = "\n".join([example.code, *(text for _, text in example.others)])
        assert not MARK.search(code), example.title


@every_source_rule
def test_examples_are_python(rule: type[SourceRule]) -> None:
    """Examples compile, so that a slip in one can't pass for a look-alike."""
    for example in (*rule.bad, *rule.good):
        for path, code in ((example.path, example.code), *example.others):
            compile(textwrap.dedent(code), path, "exec", dont_inherit=True)


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_tests_state_their_promise(path: Path) -> None:
    """Each test has a docstring that says what it promises."""
    tests = [
        node for node in ast.walk(ast.parse(path.read_bytes(), path)) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert tests, "a test file without a test"
    assert [f"{path}:{node.lineno} {node.name}" for node in tests if not ast.get_docstring(node)] == []


@every_rule
def test_rule_is_documented_where_users_look(rule: type[Rule]) -> None:
    """The class says in a docstring what it is, and the changelog names the code."""
    assert inspect.getdoc(rule)
    fragments = [path.read_text(encoding="utf-8") for path in (ROOT / "changelog.d").glob("*.md")]
    assert rule.code in "\n".join([*fragments, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")])


@pytest.mark.slow
def test_our_own_code_has_no_finding() -> None:
    """We keep our own rules: source and tests give no finding, suppressed ones aside."""
    folders = (SRC, ROOT / "tests", ROOT / "docs", ROOT / "benchmarks")
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    checker = Checker(Settings(root=ROOT), RULES, files)
    assert [f"{f.site.path}:{f.site.line} {f.rule} {f.message}" for path in files for f in checker.findings(path) if f.active] == []
