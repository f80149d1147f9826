"""Which files are asked when a rule says that nobody does something."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_gilcheck.source.project import Project

CONTENTS = {
    "dot": "box.made.run()\n",
    "plain": "made = 1\n",
    "longer": "box.made_up = remade\n",
    "damaged": "made = (\n",
    "größe": "größe = 1\n",
}


@pytest.mark.parametrize(("name", "found"), [("made", ["dot", "plain"]), (".made", ["dot"]), ("größe", ["größe"]), ("nobody", [])])
def test_files_with_the_whole_name_are_found(tmp_path: Path, name: str, found: list[str]) -> None:
    """Files without a word of concurrency are parsed for it; longer names, and files that can't be parsed, are left out."""
    for stem, text in CONTENTS.items():
        (tmp_path / f"{stem}.py").write_text(text, encoding="utf-8")
    project = Project({f"{stem}.py": tmp_path / f"{stem}.py" for stem in CONTENTS})
    assert [module.path.removesuffix(".py") for module in project.naming(name)] == found
