"""Writes the rules' pages and their index: `python docs/generate_rules.py`. A test compares what is checked in with this."""

from __future__ import annotations

from pathlib import Path

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.reports.page import markdown
from pytest_gilcheck.rules import all_rules

FOLDER = Path(__file__).parent / "rules"

GROUPS = {
    "GIL0": "About the check itself",
    "GIL1": "Processes",
    "GIL2": "Exceptions that nobody sees",
    "GIL3": "Backpressure",
    "GIL4": "Shared state",
    "GIL5": "Pools",
    "GIL6": "The right tool",
    "GIL7": "asyncio",
}

INTRODUCTION = """\
# Rules

One pitfall is one rule. Its page says what it flags, why that is bad, what to write instead, and where it is known to be wrong;
the examples on it are tested, so what they show is what the rule does. `gilcheck --explain CODE` prints a page in the terminal.

*Fails from* is the weakest [evidence](../index.md) at which a finding makes the run fail, unless `gilcheck_fail_on` says otherwise; a dash
means that findings are only listed.
"""


def pages() -> dict[str, str]:
    """The text of each file in `docs/rules`, by file name."""
    rules = all_rules()
    return {"index.md": _index(rules), **{f"{rule.code}.md": markdown(rule) for rule in rules}}


def write() -> None:
    """Write the files, and remove those of rules that are gone."""
    wanted = pages()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


def _index(rules: tuple[type[Rule], ...]) -> str:
    sections = [INTRODUCTION]
    for prefix, title in GROUPS.items():
        rows = [_row(rule) for rule in rules if rule.code.startswith(prefix)]
        if rows:
            sections.append("\n".join([f"## {title}\n", "| code | name | in short | fails from |", "|---|---|---|---|", *rows, ""]))
    toctree = "\n".join(["```{toctree}", ":hidden:", "", *(rule.code for rule in rules), "```", ""])
    return "\n".join([*sections, toctree])


def _row(rule: type[Rule]) -> str:
    fails = next((f"`{evidence.value}`" for evidence in Evidence if rule.level_at(evidence) is Level.ERROR), "-")
    summary = rule.summary().replace("|", "\\|")
    return f"| [{rule.code}]({rule.code}.md) | {rule.name} | {summary} | {fails} |"


if __name__ == "__main__":
    write()
