"""Which accesses to an attribute or module variable are made under which lock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.touches import Touch, way_of
from pytest_gilcheck.source.values import External, Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

LOCK_MAKERS = frozenset({"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "allocate_lock"})
_SAFE_BY_THEMSELVES = frozenset(
    {
        "threading.local", "threading.Event", "threading.Thread", "threading.Timer", "threading.Barrier", "queue.Queue", "queue.LifoQueue",
        "queue.PriorityQueue", "queue.SimpleQueue", "asyncio.Queue", "asyncio.Event", "multiprocessing.Queue", "multiprocessing.Event",
        "contextvars.ContextVar", "itertools.count", "concurrent.futures.ThreadPoolExecutor", "logging.Logger",
    }
) | known.LOCKS | known.SEMAPHORES  # fmt: skip


_LOCKISH = re.compile(r"lock|mutex|cond|_cv$|sem", re.IGNORECASE)
_FIELDS = frozenset({"field", "Field", "ib", "attrib", "PrivateAttr"})
_CALLS_HELD = frozenset({"wait_for", "partial", "super"})


class Guards:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def locks_of(self, cls: Class) -> frozenset[str]:
        """Keys of the locks for threads that an object of the class, or the class, has."""
        found: set[str] = set()
        for base in self._classes(cls):
            for bindings in base.attributes.values():
                for binding in bindings:
                    if isinstance(binding.node, ast.Attribute | ast.Name) and self._makes_lock(binding.value, base.module):
                        found.add(self._project.locks.key(binding.node, base.module))
        return frozenset(found)

    def locks_in(self, module: Module) -> frozenset[str]:
        """Keys of the locks for threads among the variables of a module."""
        return frozenset(
            self._project.locks.key(binding.node, module)
            for name in module.scope.stores
            for binding in module.bindings(module.scope, name)
            if isinstance(binding.node, ast.Name) and self._makes_lock(binding.value, module)
        )

    def _makes_lock(self, value: ast.expr | None, module: Module) -> bool:
        if isinstance(value, ast.Call) and last_name(value) in _FIELDS:
            makers = (keyword.value for keyword in value.keywords if keyword.arg in ("default_factory", "factory"))
            return any(isinstance(v, External) and v.name in known.THREAD_LOCKS for m in makers for v in self._project.values(m, module))
        if isinstance(value, ast.Call):
            if last_name(value) not in LOCK_MAKERS and last_name(value) not in module.other_names(LOCK_MAKERS):
                return False
        elif not (isinstance(value, ast.Name | ast.Attribute | ast.BoolOp) and may_be_lock(_last_of(value))):
            return False
        found = any(isinstance(v, Instance) and v.type in known.THREAD_LOCKS for v in self._project.values(value, module))
        return found and self._project.locks.is_lock(value, module)

    def _classes(self, cls: Class) -> list[Class]:
        return [base for base in self._project.inference.mro(cls) if isinstance(base, Class)]

    def of_class(self, cls: Class, locks: frozenset[str]) -> dict[str, list[Touch]]:
        """Accesses to each attribute of `self` that changes after `__init__`, in the methods of the class and of its bases.

        Only of attributes that one of the methods touches with one of these locks in its own hands.
        """
        nodes: dict[str, list[tuple[ast.Attribute, Module]]] = {}
        changed: set[str] = set()
        seen: set[str] = set()
        for base in self._classes(cls):
            for name, method in base.methods.items():
                if method.self_name is None or name in seen:
                    continue
                seen.add(name)  # overridden ones are never run on this class, but for `super()`
                for node in _attributes_of_self(method):
                    if node.attr not in cls.methods:
                        nodes.setdefault(node.attr, []).append((node, base.module))
                        if name != "__init__" and way_of(node, base.module) != "read":
                            changed.add(node.attr)
        found: dict[str, list[Touch]] = {}
        for name, places in nodes.items():
            if name not in changed or not self._is_guarded(places, locks):
                continue
            touches = [touch for node, module in places if (touch := self._touch(node, name, module)) is not None]
            if touches and not self._is_safe(touches[0]):
                found[name] = sorted(touches, key=lambda touch: (touch.module.path, touch.node.lineno))
        return found

    def of_module(self, module: Module, locks: frozenset[str]) -> dict[str, list[Touch]]:
        """Accesses to each variable of the module, in its functions; only of those that one touches with one of these locks held."""
        found: dict[str, list[Touch]] = {}
        for name in module.scope.stores:
            if any(binding.kind not in ("assign", "augmented") for binding in module.bindings(module.scope, name)):
                continue
            nodes = [*module.scope.uses(name), *(node for node in module.scope.all_stores(name) if isinstance(node, ast.Name))]
            if not self._is_guarded([(node, module) for node in nodes], locks):
                continue
            touches = [touch for node in nodes if (touch := self._touch(node, name, module)) is not None]
            if touches and not self._is_safe(touches[0]):
                found[name] = sorted(touches, key=lambda touch: touch.node.lineno)
        return found

    def _is_guarded(self, places: Sequence[tuple[ast.Attribute | ast.Name, Module]], locks: frozenset[str]) -> bool:
        return any(self._project.locks.held(node, module) & locks for node, module in places)

    def _is_safe(self, touch: Touch) -> bool:
        values = self._project.values(touch.node, touch.module)
        return any(isinstance(value, Instance) and self._project.inference.is_a(value, *_SAFE_BY_THEMSELVES) for value in values)

    def from_outside(self, module: Module, name: str, cls: Class) -> Iterator[Touch]:
        """Accesses to the attribute of an object of the class, or of the class, in other code of the module: `account.balance -= 1`."""
        for node in module.attribute_nodes(name):
            around = module.class_around(node)
            if around is None or cls not in self._classes(around):
                for value in self._project.values(node.value, module):
                    owner = value.type if isinstance(value, Instance) else value
                    if isinstance(owner, Class) and cls in self._classes(owner):
                        touch = self._touch(node, name, module)
                        if touch is not None:
                            yield touch
                        break

    def _held_around(self, function: Function) -> frozenset[str]:
        around = self._project.lock_order.acquisitions.on_entry(function)
        return frozenset() if around and is_handed_out(function) else around

    def _touch(self, node: ast.Attribute | ast.Name, name: str, module: Module) -> Touch | None:
        function = module.function_around(node)
        if function is None:
            return None
        held = self._project.locks.held(node, module) or self._held_around(function)
        return Touch(node, name, way_of(node, module), function, module, held)


def may_be_lock(name: str) -> bool:
    """Whether a variable of that name may hold a lock."""
    return _LOCKISH.search(name) is not None


def _last_of(value: ast.expr) -> str:
    return last_name(value.values[0]) if isinstance(value, ast.BoolOp) else last_name(value)


def is_handed_out(function: Function) -> bool:
    """Whether a method is given to other code that calls it, and that knows nothing of the lock held when it is given."""
    module = function.module
    for node in module.attribute_nodes(function.name) if function.cls is not None else ():
        above = module.parent(node)
        if isinstance(above, ast.keyword):
            above = module.parent(above)
        if not isinstance(node.ctx, ast.Load) or not isinstance(above, ast.Call) or above.func is node:
            continue
        if last_name(above) not in _CALLS_HELD and not module.project.locks.held(node, module):
            return True
    return False


def _attributes_of_self(method: Function) -> Iterator[ast.Attribute]:
    for scope in method.scope.family():
        for load in scope.loads.get(method.self_name or "", ()):
            above = method.module.parent(load)
            if isinstance(above, ast.Attribute) and scope.owner(load.id) is method.scope:
                yield above
