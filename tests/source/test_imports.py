"""What the import statements of a file name, and what can be asked of those modules without parsing them."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.imports import name_imported_from, roots_imported
from tests.source.conftest import MakeProject, module_of


def test_roots_are_first_names(make_project: MakeProject) -> None:
    """Each package counts once, by its first name; relative imports name none."""
    project = make_project("import a.b, c as d\nfrom e.f import g\nfrom . import h\nfrom .i import j\ndef k():\n    import a.l\n")
    assert roots_imported(module_of(project)) == {"a", "c", "e"}


def test_dots_are_resolved(make_project: MakeProject) -> None:
    """Leading dots of a `from … import` start at the file's own package."""
    project = make_project(
        {"p/__init__.py": "", "p/q/__init__.py": "", "p/q/r.py": "from ..s import t\nfrom . import u\nfrom v import w\n"}
    )
    module = module_of(project, "p/q/r.py")
    assert {name_imported_from(statement, module) for statement in module.nodes(ast.ImportFrom)} == {"p.s", "p.q", "v"}


def test_text_of_a_module_is_its_bytes(make_project: MakeProject) -> None:
    """The bytes come by dotted name, also of a file that can't be parsed; none for a module from elsewhere."""
    project = make_project({"p/__init__.py": "", "p/store.py": "import boto3\nthis is no Python\n", "app.py": "from p import store\n"})
    module = module_of(project)
    assert project.text_of("p.store", module).startswith(b"import boto3")
    assert project.text_of("json", module) == b""
    assert project.text_of("p.other", module) == b""
