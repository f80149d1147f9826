"""What is said to become of a value."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.usage import uses_of, uses_of_variable
from pytest_gilcheck.source.uses import Use
from tests.source.conftest import MakeProject, expression, module_of

HEADER = "import threading, asyncio\nfrom concurrent.futures import wait, as_completed\n"


def words(uses: tuple[Use, ...]) -> str:
    """Kinds of use in order, each with its name: `bound x, method result`."""
    return ", ".join(f"{use.kind.value} {use.name}".strip() for use in uses)


USES = [
    ("def f():\n    d = {made(): 1}\n    d[key]", "contained, bound d, looked at"),
    ("def f():\n    d = {made(): x for x in y}\n    d.pop(key).go()", "contained, bound d, looked at"),
    ("def f():\n    d = {}\n    d[made()] = 1\n    d.values()", "contained d, looked at, looked at"),
    ("def f():\n    d = {made(): 1}\n    list(d)[0].result()", "contained, bound d, passed builtins.list, method result"),
    ("def f():\n    d = {}\n    x = made()\n    d.pop(x)", "bound x, looked at"),
    ("made()", "dropped"),
    ("_ = made()", "ignored _"),
    ("unused_result = made()", "ignored unused_result"),
    ("def f():\n    for _ in [made()]:\n        _.result()", "contained, bound _, method result"),
    ("def f():\n    a, b = made(), other()\n    b.close()", "bound a"),
    ("def f():\n    a, b = made(), other()\n    a.close()", "bound a, method close"),
    ("def f():\n    a, *b = made(), other()\n    b.close()", "contained, bound a, bound b, other close"),
    ("_ignored = made()", "ignored _ignored"),
    ("def f():\n    x = made()", "bound x"),
    ("def f():\n    x = made()\n    x.result()", "bound x, method result"),
    ("def f():\n    x: object = made()\n    x.done", "bound x, method done"),
    ("def f():\n    return (x := made())", "bound x, returned"),
    ("def f():\n    yield made()", "yielded"),
    ("async def f():\n    await made()", "awaited"),
    ("f = lambda: made()", "lambda"),
    ("def f():\n    for x in made(): use(x)", "iterated"),
    ("def f():\n    a, b = made()", "iterated"),
    ("def f():\n    use(*made())", "iterated"),
    ("def f():\n    use(made())", "passed use"),
    ("def f():\n    use(key=made())", "passed use"),
    ("class A(base=made()): pass", "other"),
    ("def f():\n    len(made())", "passed builtins.len"),
    ("def f():\n    if made() or other: pass", "looked at"),
    ("def f():\n    x = made() if y else None\n    assert x == 1", "bound x, looked at"),
    ("def f():\n    return 1 if made() else 2", "looked at"),
    ("def f():\n    return [y for y in ys if made()]", "looked at"),
    ("def f():\n    made()[0]", "other"),
    ("def f():\n    made().x = 1", "method x"),
    ("def f():\n    with made(): pass", "other"),
    ("def f():\n    made() + 1", "other"),
    ("def f():\n    xs = None\n    xs = []\n    xs += [1]\n    xs.append(made())", "contained xs"),
    ("class A:\n    def f(self):\n        self._x[1].append(made())", "bound self._x"),
    ("def f(xs):\n    xs.append(made())", "stored xs"),
    ("def f(d):\n    d[1] = made()", "stored d"),
    ("def f(d):\n    d[made()] = 1", "stored d"),
    ("def f(d):\n    make().x[1] = made()", "stored x"),
    ("def f(d):\n    make()[1] = made()", "stored"),
    ("def f(d):\n    d[made()]", "looked at"),
    ("def f():\n    xs = {}\n    xs.setdefault(1, []).append(made())", "contained xs"),
    ("def f():\n    xs = []\n    xs[0].append(made())", "contained xs"),
    ("def f():\n    x.y = made()", "stored y"),
    ("class A:\n    x = made()", "bound x, stored x"),
    ("class A:\n    def f(self):\n        self.x = made()", "stored x"),
    ("class A:\n    def f(self):\n        self._x = made()\n    def g(self): self._x.get()", "bound self._x, method get"),
    ("class A:\n    def f(self):\n        def g():\n            self._x = made()", "bound self._x"),
]


@pytest.mark.parametrize(("code", "expected"), USES)
def test_a_value_is_followed_to_its_uses(make_project: MakeProject, code: str, expected: str) -> None:
    """Each use of a value is told, in reading order, with the name concerned."""
    module = module_of(make_project(HEADER + code))
    assert words(uses_of(expression(module, "made()"), module)) == expected


THROUGH_CONTAINERS = [
    ("xs = [made() for _ in y]\nfor x in xs: x.result()", "bound x, method result"),
    ("xs = {made(): 1 for _ in y}\nfor x in as_completed(xs): x.result()", "futures.as_completed, bound x, method result"),
    ("done, rest = wait([made()])\nfor x in done: x.result()", "bound x, method result"),
    ("for x in wait([made()]).done: x.result()", "bound x, method result"),
    ("xs = []\nxs.append(made())\nxs.pop().result()", "contained xs, method result"),
    ("xs = []\nxs += [made()]\n[x.result() for x in xs]", "method result"),
    ("xs = []\nxs.extend([made()])\nxs[0].result()", "method result"),
    ("xs = dict()\nxs[1] = made()\nfor k, x in xs.items(): x.result()", "method result"),
    ("xs = dict()\nxs[1] = made()\nfor x in xs.values(): x.result()", "method result"),
    ("for i, x in enumerate([made()]): x.result(); use(i)", "bound x, method result"),
    ("for a, x in zip(y, [made()]): x.result(); use(a)", "bound x, method result"),
    ("for pair in enumerate([made()]): pair[1].result()", "method result"),
    ("x, *rest = [made(), *more]\nrest[0].result()", "method result"),
    ("xs = [*[made()]]\nnext(iter(xs)).result()", "method result"),
    ("xs = [made()] + more\nxs[1:][0].result()", "method result"),
    ("for x in tqdm([made()], total=1): x.result()", "passed tqdm, bound x, method result"),
    ("xs = [made()]\nuse(*xs)", "passed use"),
    ("xs = [made()]\nxs.frobnicate()", "other frobnicate"),
    ("xs = [made()]\ndel xs[0]", "looked at"),
    ("xs = [made()]\nreturn xs", "returned"),
]


@pytest.mark.parametrize(("code", "expected"), THROUGH_CONTAINERS)
def test_a_value_is_followed_through_containers(make_project: MakeProject, code: str, expected: str) -> None:
    """Lists, dicts, loops and calls that give elements on don't hide what becomes of one of them."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    module = module_of(make_project(f"{HEADER}def f(y, more):\n{body}"))
    assert expected in words(uses_of(expression(module, "made()"), module))


def test_asyncio_wait_gives_its_tasks_back_when_awaited(make_project: MakeProject) -> None:
    """`await` in between is no end of the trace if the value is inside of what is awaited."""
    code = "async def f():\n    done, rest = await asyncio.wait([made()])\n    for x in done: x.result()"
    module = module_of(make_project(HEADER + code))
    assert words(uses_of(expression(module, "made()"), module)).startswith(
        "contained, passed asyncio.wait, bound done, bound x, method result"
    )


def test_a_container_that_is_put_into_itself_ends_the_trace(make_project: MakeProject) -> None:
    """Beyond a few containers around the value, anything may be done with it."""
    module = module_of(make_project(HEADER + "def f():\n    x = []\n    x.append(made())\n    x = [x]\n"))
    assert words(uses_of(expression(module, "made()"), module)).endswith("bound x, contained, other")


def test_containers_that_are_only_changed_are_not_read(make_project: MakeProject) -> None:
    """Adding, removing and clearing ask nothing of what is inside."""
    code = "def f():\n    xs = []\n    xs.append(made())\n    xs.append(1)\n    xs.remove(2)\n    xs.clear()"
    module = module_of(make_project(HEADER + code))
    assert words(uses_of(expression(module, "made()"), module)) == "contained xs"


def test_parameters_of_the_projects_functions_are_followed(make_project: MakeProject) -> None:
    """Passing a value to a function of the project is what that function does with it."""
    code = "def f():\n    count([made()])\ndef count(xs):\n    return len(xs)\n"
    module = module_of(make_project(HEADER + code))
    assert words(uses_of(expression(module, "made()"), module)) == "contained, passed builtins.len"


def test_a_parameter_that_is_not_read_may_be_read_by_an_override(make_project: MakeProject) -> None:
    """A hook with an empty body counts as unknown code."""
    code = "class A:\n    def f(self):\n        self.hook(made())\n    def hook(self, x):\n        pass\n"
    module = module_of(make_project(HEADER + code))
    assert words(uses_of(expression(module, "made()"), module)) == "passed hook"


def test_globals_are_followed_in_their_module_alone_unless_others_name_them(make_project: MakeProject) -> None:
    """A global that another module imports, or has as an attribute, counts as stored."""
    code = "import threading\nX = made()\n"
    alone = module_of(make_project({"app.py": code, "other.py": "import threading\n"}))
    assert words(uses_of(expression(alone, "made()"), alone)) == "bound X"
    named = module_of(make_project({"app.py": code, "other.py": "import threading\nfrom app import X\n"}))
    assert words(uses_of(expression(named, "made()"), named)) == "bound X, stored X"


def test_private_attributes_are_followed_into_other_modules(make_project: MakeProject) -> None:
    """A subclass in another file may read what the base class stores."""
    files = {
        "app.py": "import threading\nclass A:\n    def f(self): self._x = made()\n",
        "sub.py": "import threading\nfrom app import A\nclass B(A):\n    def g(self): return self._x\n",
    }
    module = module_of(make_project(files))
    assert words(uses_of(expression(module, "made()"), module)) == "bound self._x, returned"


def test_uses_of_a_variable_are_those_of_all_its_loads(make_project: MakeProject) -> None:
    """The question can start at a name or attribute; other expressions have no variable."""
    code = "def f(xs):\n    for x in xs: x.cancel()\n    use(xs)\nclass A:\n    def g(self): self._y; self._y.get()\n"
    module = module_of(make_project(HEADER + code))
    assert words(uses_of_variable(expression(module, "xs"), module, depth=1)) == "bound x, method cancel, passed use"
    assert words(uses_of_variable(expression(module, "self._y"), module)) == "bound self._y, dropped, method get"
    assert uses_of_variable(expression(module, "use(xs)"), module) == ()
