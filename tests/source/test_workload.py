"""What kind of work functions do."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.work import Work, Workload
from tests.source.conftest import MakeProject, expression, module_of

HEAD = "import time, json, zlib, threading, math\nLOCK = threading.Lock()\n"

BRIEF = {
    "arithmetic": "def f(x): return x * x + 1",
    "a call of a brief one": "def g(x): return -x\ndef f(x): return g(x)",
    "a loop of few turns": "def f(x):\n    for i in (1, 2, 3):\n        x += i\n    return x",
    "builtins": "def f(x): return str(abs(x)).zfill(3)",
    "making an object": "class P:\n    def __init__(self, x):\n        self.x = x\ndef f(x): return P(x)",
    "making an object without __init__": "class P: pass\ndef f(x): return P()",
    "the larger of two": "def f(x): return max(x, 3)",
    "a small power": "def f(x): return x ** 2",
    "a static method": "class C:\n    @staticmethod\n    def g(x): return x + 1\ndef f(x): return C.g(x)",
}
COMPUTES = {
    "a loop": "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t",
    "a while loop": "def f(n):\n    while n > 1:\n        n //= 2\n    return n",
    "a comprehension": "def f(xs): return [x * 2 + 1 for x in xs]",
    "recursion": "def f(n): return 1 if n < 2 else f(n - 1) * n",
    "recursion through another": "def g(n): return f(n - 1)\ndef f(n): return n and g(n)",
    "a helper's loop": "def g(xs): return sum(x * x for x in xs)\ndef f(xs): return g(xs) + 1",
    "sorting": "def f(xs): return sorted(xs)",
    "parsing": "def f(text): return json.loads(text)",
    "nested loops of known size": "def f(x):\n    return [a * b for a in range(100) for b in range(100)]",
    "a large list": "def f(x): return list(range(10 ** 8))",
    "a product of large numbers": "def f(x): return math.factorial(x)",
    "a generator's turns": "def g(n):\n    for i in range(n):\n        yield i * i\ndef f(n): return [i + 1 for i in g(n)]",
    "recursion over a tree": "def f(n): return [f(c) for c in n]",
}
WAITS = {
    "sleep": "def f(n): time.sleep(n)",
    "a file": "def f(path):\n    with open(path) as file:\n        return file.read()",
    "a loop of waits": "def f(n):\n    for _ in range(n):\n        time.sleep(n * 2)",
    "a helper's wait": "def g(n): time.sleep(n)\ndef f(n):\n    g(n)\n    return n + 1",
}
UNKNOWN = {
    "code from elsewhere": "import elsewhere\ndef f(x): return elsewhere.go(x)",
    "a parameter": "def f(g): return g()",
    "a method of anything": "def f(x): return x.go()",
    "a lock": "def f(x):\n    with LOCK:\n        return x",
    "a wait and a loop": "def f(xs):\n    time.sleep(1)\n    return [x * 2 + 1 for x in xs]",
    "a light loop": "def f(xs): return [x for x in xs]",
    "a call of itself without end in sight": "def f(x, deep=True): return f(x, False) if deep else x",
    "native code": "def f(xs): return [zlib.compress(x) for x in xs]",
    "a decorator": "def d(f): return f\n@d\ndef f(x): return x",
    "a coroutine": "async def f(x): return x",
    "printing only": "def f(x): print(x)",
    "neither few turns nor many": "def f(x):\n    for i in range(500):\n        x += i\n    return x",
    "a power that may be large": "def f(x): return x ** x",
    "numbers that may be arrays": "import numpy\ndef f(x): return [x * x for _ in range(10 ** 6)]",
    "an object of a foreign class": "from elsewhere import Base\nclass P(Base): pass\ndef f(x): return P()",
    "a loop that prints": "def f(xs):\n    for x in xs:\n        print(x)",
}


def work_of(make_project: MakeProject, code: str) -> Workload:
    """The work of the function named `f`."""
    project = make_project(HEAD + code)
    function = next(f for f in module_of(project).functions if f.name == "f")
    return project.workloads.of(function)


CASES = [
    *((Work.BRIEF, name, code) for name, code in BRIEF.items()),
    *((Work.COMPUTES, name, code) for name, code in COMPUTES.items()),
    *((Work.WAITS, name, code) for name, code in WAITS.items()),
    *((Work.UNKNOWN, name, code) for name, code in UNKNOWN.items()),
]


@pytest.mark.parametrize(("work", "name", "code"), CASES, ids=[f"{work.value}: {name}" for work, name, _ in CASES])
def test_kind_of_work(make_project: MakeProject, work: Work, name: str, code: str) -> None:
    """Each function is put where it surely belongs, and anything doubtful is unknown."""
    assert work_of(make_project, code).work is work, name


def test_evidence_is_named(make_project: MakeProject) -> None:
    """The node that shows the work is told with the function it stands in, which may be one that is called."""
    found = work_of(make_project, "def g(xs):\n    for x in xs:\n        xs += x * 2\ndef f(xs):\n    return g(xs)")
    assert isinstance(found.node, ast.For)
    assert found.function is not None
    assert found.function.name == "g"
    assert work_of(make_project, "def f(n): time.sleep(n)").name == "time.sleep"


def test_cycles_are_answered_alike_from_each_side(make_project: MakeProject) -> None:
    """Functions that call each other get their answer whoever is asked first."""
    code = HEAD + "def a(n): return b(n)\ndef b(n):\n    time.sleep(1)\n    return a(n)\n"
    forward, backward = make_project(code), make_project(code)
    first = {f.name: forward.workloads.of(f).work for f in module_of(forward).functions}
    second = {f.name: backward.workloads.of(f).work for f in reversed(module_of(backward).functions)}
    assert first == second == {"a": Work.UNKNOWN, "b": Work.UNKNOWN}


def test_long_ways_are_unknown(make_project: MakeProject) -> None:
    """Farther down than six calls nothing is looked at."""
    code = "".join(f"def f{n}(x): return f{n + 1}(x)\n" for n in range(8)) + "def f8(x): return x\n"
    project = make_project(code)
    works = {f.name: project.workloads.of(f).work for f in reversed(module_of(project).functions) if f.name in ("f0", "f4")}
    assert works == {"f0": Work.UNKNOWN, "f4": Work.BRIEF}


def test_callables_of_all_kinds(make_project: MakeProject) -> None:
    """Builtins, partials, bound methods and lambdas have work too; what may be two kinds of work has none."""
    code = """
        import functools
        import time
        class C:
            def go(self, n):
                return [i * i for i in range(n)]
        one = sorted
        two = functools.partial(time.sleep, 1)
        three = C().go
        four = lambda n: n + 1
        five = time.sleep if one else len
        six = [].append
        print(one, two, three, four, five, six)
    """
    project = make_project(code)
    module = module_of(project)
    works = [project.workloads.of_callable(expression(module, name), module).work for name in ("one", "two", "three", "four", "five")]
    assert works == [Work.COMPUTES, Work.WAITS, Work.COMPUTES, Work.BRIEF, Work.UNKNOWN]
