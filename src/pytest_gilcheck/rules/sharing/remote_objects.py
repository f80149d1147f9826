"""Objects that Pyro and RPyC serve to clients: each client's calls come in a thread of their own, all of them to the same object."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Instance

_PYRO = re.compile(r"^[ \t]*(?:import|from)[ \t]+Pyro\d?\b", re.MULTILINE)
_RPYC = re.compile(r"^[ \t]*(?:import|from)[ \t]+rpyc\b", re.MULTILINE)
_IN_ONE_THREAD = re.compile(r"""SERVERTYPE\s*=\s*["']multiplex["']""")
_IN_THREADS = re.compile(r"""SERVERTYPE\s*=\s*["']thread["']""")
_PLAIN_BASES = frozenset({"object", "builtins.object", "abc.ABC"})
_SERVE = ("register", "serve", "ThreadedServer", "ThreadPoolServer")


def is_exposed(function: Function) -> bool:
    """Whether clients may call the method: `@expose` on the class, or RPyC's `exposed_…`."""
    cls, module = function.cls, function.module
    if cls is None or function.name.startswith("_"):
        return False
    if _PYRO.search(module.text) is not None:
        alone = _IN_ONE_THREAD.search(module.text) is not None and _IN_THREADS.search(module.text) is None
        if alone or _is_hook(function, cls):
            return False
        return any(last_name(decorator) == "expose" for decorator in cls.node.decorator_list)
    return function.name.startswith("exposed_") and _RPYC.search(module.text) is not None


def is_one_object(cls: Class) -> bool:
    """Whether all clients get the same object: Pyro's instance mode "single", or an object that is registered where it is made once."""
    if _PYRO.search(cls.module.text) is None and _RPYC.search(cls.module.text) is None:
        return False
    for decorator in cls.node.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator) == "behavior":
            mode = argument(decorator, 0, "instance_mode")
            return isinstance(mode, ast.Constant) and mode.value == "single"
    modules = {module.path: module for name in _SERVE for module in cls.module.project.naming(name)}
    return any(_is_served_in(module, cls) for module in modules.values())


def _is_hook(function: Function, cls: Class) -> bool:
    """Whether a class that it derives from has a method of that name, or may have: it calls it whenever and wherever it likes."""
    project = cls.module.project
    if any(not project.values(base, cls.module) and last_name(base) != "object" for base in cls.bases):
        return True
    above = project.inference.mro(cls)[1:]
    return any(function.name in base.methods if isinstance(base, Class) else base not in _PLAIN_BASES for base in above)


def _is_served_in(module: Module, cls: Class) -> bool:
    if "Proxy(" in module.text:
        return False  # a client: what it registers is called back by the one server
    for name in _SERVE:
        for call in module.calls_to(name):
            if not call.args or module.loop_around(call) is not None or "_pyroDaemon" in ast.unparse(call.func):
                continue
            first = call.args[0]
            for served in first.keys if isinstance(first, ast.Dict) else [first]:
                if served is None:
                    continue
                values = module.project.values(served, module)
                if any(isinstance(value, Instance) and value.type is cls for value in values):
                    return True
    return False
