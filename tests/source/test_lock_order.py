"""Rings that locks form, and which threads can close them."""

from __future__ import annotations

import pytest

from tests.source.conftest import MakeProject, module_of

HEAD = """
import threading
a = threading.Lock()
b = threading.Lock()
c = threading.Lock()
def one():
    with a, b: pass
"""
RINGS = [
    "def two():\n    with b, a: pass",
    "def two():\n    with b: three()\ndef three():\n    with a: pass",
    "def two():\n    with b, c: pass\ndef three():\n    with c, a: pass",
    "def two():\n    b.acquire()\n    a.acquire()",
    "def two(x, y):\n    with x, y: pass\ndef call(): two(b, a)",
]
NONE = [
    "def two():\n    with a, b: pass",
    "def two():\n    with b: pass\n    with a: pass",
    "def two():\n    with b: a.acquire(timeout=1)",
    "def two():\n    with b, c: pass\ndef three():\n    with a, c: pass",
    "def two():\n    with b: three()\nasync def three():\n    with a: pass",
]


@pytest.mark.parametrize("code", RINGS)
def test_two_orders_form_a_ring(make_project: MakeProject, code: str) -> None:
    """Nested statements, calls, parameters and three locks can close a ring; it is told once at each place that is part of it."""
    project = make_project(HEAD + code)
    told = project.lock_order.inversions[module_of(project)]
    assert len({nesting.inner.node for _, nesting in told}) == len(told) == len(told[0][0].nestings)


@pytest.mark.parametrize("code", NONE)
def test_one_order_forms_none(make_project: MakeProject, code: str) -> None:
    """The same order, one lock after the other, and a lock that isn't waited for close nothing."""
    assert not make_project(HEAD + code).lock_order.inversions


def test_a_common_outer_lock_keeps_the_ring_open(make_project: MakeProject) -> None:
    """Two orders under one lock never meet, even if a caller holds that."""
    code = "def first():\n    with c: one()\ndef two():\n    with c:\n        with b, a: pass"
    assert not make_project(HEAD + code).lock_order.inversions
