"""The documentation shows what the tool really does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import generate_rules, run_commands
from pytest_gilcheck.model.options import OPTIONS, Option
from pytest_gilcheck.rules import all_rules

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", sorted(generate_rules.pages()))
def test_rule_page_is_the_generated_one(name: str) -> None:
    """A page says what its rule says; after a change, `python docs/generate_rules.py` writes it."""
    assert (generate_rules.FOLDER / name).read_text(encoding="utf-8") == generate_rules.pages()[name]


def test_no_page_of_a_rule_that_is_gone() -> None:
    """The folder holds the generated pages and nothing else."""
    assert {path.name for path in generate_rules.FOLDER.iterdir()} == set(generate_rules.pages())


def test_every_group_of_rules_is_in_the_index() -> None:
    """The index lists every rule, whatever its first digit."""
    index = generate_rules.pages()["index.md"]
    assert [rule.code for rule in all_rules() if f"| [{rule.code}]" not in index] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", run_commands.PAGES, ids=lambda page: page.name)
def test_shown_output_is_what_the_command_prints(page: Path, tmp_path: Path) -> None:
    """Every command of a page prints what the page shows; after a change, `python docs/run_commands.py` writes it."""
    steps = list(run_commands.replay(page.read_text(encoding="utf-8"), tmp_path))
    assert steps
    for command, output in steps:
        assert command.shown.strip("\n") == output, command.words


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_option_is_documented(option: Option) -> None:
    """The page of options has every flag and every ini key."""
    text = (DOCS / "options.md").read_text(encoding="utf-8")
    assert not option.cli or f"`{option.flag}" in text
    assert not option.ini or f"`{option.key}`" in text


@pytest.mark.slow
def test_house_rule_works_as_shown(tmp_path: Path) -> None:
    """The rule of the page on writing one passes its own tests, and enters a run by the hook."""
    folder = DOCS / "house_rules"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    tests = subprocess.run([*command, "--rootdir", str(folder), str(folder)], cwd=folder, capture_output=True, text=True, check=False)
    assert "1 passed" in tests.stdout, tests.stdout + tests.stderr

    (tmp_path / "test_feed.py").write_text("from threading import Thread\n\ndef test_feed():\n    Thread(target=print).start()\n")
    arguments = ["-p", "house_rules", "--gilcheck", "--rootdir", str(tmp_path), str(tmp_path)]
    run = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert "test_feed.py:4:5" in run.stdout, run.stdout + run.stderr
    assert "GIL901 unnamed-thread" in run.stdout


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "examples" / "README.md"], ids=lambda page: page.parent.name
)
def test_links_lead_somewhere(page: Path) -> None:
    """Links between files of the repository name files that exist; Sphinx sees to those between its own pages."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []
