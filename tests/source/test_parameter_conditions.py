"""How tests on parameters come out for one call."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.parameter_conditions import decided, parameters_in
from tests.source.conftest import MakeProject, expression, module_of

CASES = [
    ("jobs", "jobs", "run(4)", True),
    ("jobs", "jobs", "run(0)", False),
    ("jobs=1", "jobs > 1", "run()", False),
    ("jobs=1", "jobs > 1", "run(jobs=8)", True),
    ("jobs=1", "jobs >= 1", "run()", True),
    ("jobs=1", "1 < jobs", "run()", False),
    ("jobs=1", "jobs <= 1", "run(2)", False),
    ("jobs=1", "jobs == 1", "run()", True),
    ("jobs=None", "jobs is not None", "run()", False),
    ("jobs=None", "jobs is None", "run(2)", False),
    ("jobs=None", "jobs != 2", "run(3)", True),
    ("*, parallel=False", "not parallel", "run()", True),
    ("a=True, b=False", "a and b", "run()", False),
    ("a=True, b=False", "a or b", "run(b=unknown)", True),
    ("a=True, b=False", "a and b", "run(b=unknown)", None),
    ("a=True, b=True", "a and b", "run()", True),
    ("jobs=None", "jobs > 1", "run()", None),
    ("jobs", "jobs in (1, 2)", "run(1)", None),
    ("jobs", "jobs > 1", "run(unknown)", None),
    ("jobs", "not jobs.any", "run(1)", None),
]


@pytest.mark.parametrize(("parameters", "test", "call", "expected"), CASES)
def test_literal_arguments_decide(make_project: MakeProject, parameters: str, test: str, call: str, expected: bool | None) -> None:
    """Literals and defaults settle a simple test; anything else leaves it open."""
    module = module_of(make_project(f"import threading\ndef run({parameters}):\n    if {test}:\n        target()\n{call}\n"))
    run = module.functions[0]
    tests = list(conditions_of(expression(module, "target()"), module))
    assert decided(run, expression(module, call), tests) is expected


def test_no_plain_call_passes_nothing(make_project: MakeProject) -> None:
    """A decorator gives no arguments that could be read."""
    module = module_of(make_project("import threading\ndef run(jobs=1):\n    if jobs:\n        target()\n@run\ndef other(): pass\n"))
    tests = list(conditions_of(expression(module, "target()"), module))
    assert decided(module.functions[0], ast.Name("run"), tests) is None


def test_parameters_that_a_test_reads(make_project: MakeProject) -> None:
    """`self` counts, other names don't."""
    module = module_of(
        make_project("import threading\nclass A:\n    def run(self, jobs, *, fast):\n        return self.x and jobs > limit\n")
    )
    assert parameters_in(expression(module, "self.x and jobs > limit"), module.functions[0]) == {"self", "jobs"}
