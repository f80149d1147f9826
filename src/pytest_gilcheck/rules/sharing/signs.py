"""Signs in the source that an object or a module's variables are meant for several threads, wherever these are started."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from pytest_gilcheck.rules.sharing.said import is_meant, says_so
from pytest_gilcheck.rules.sharing.thread_identity import asks_who_runs
from pytest_gilcheck.source.branches import is_for_elsewhere
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.guards import LOCK_MAKERS, Guards
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.provenance import is_local_storage
from pytest_gilcheck.source.scopes import names_in

_ALONE = frozenset(
    {
        "__init__", "__new__", "__post_init__", "__setstate__", "__getstate__", "__del__", "__init_subclass__", "__copy__", "setUp",
        "tearDown",
    }
)  # fmt: skip
_SETS_UP = re.compile(
    r"^_*(?:re)?(?:configure|set_?up|init(?:iali[sz]e)?|clear|reset|run|start|stop|close|shutdown|terminate|main)(?:_|$)", re.IGNORECASE
)
# What a docstring says of something that threads share; "not thread-safe" says the contrary.
_PROMISE = re.compile(
    r"(?<!not )(?<!n't )(?<!isn't )(?<!non-)\bthread[- ]?safe"
    r"|\b(?:other|another|several|multiple|many|all|different|between|across|calling|concurrent|client|worker) threads?\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|n't|never|isn't|non)[- ](?:\w+ ){0,2}thread[- ]?safe|\bsingle[- ]thread|\bevent loop|ioloop", re.IGNORECASE)
# One thread at a time reads from a connection, and parses what came.
_READS = re.compile(r"(?:^|_)(?:read|recv|receive|poll|parse|feed|decode)|packet", re.IGNORECASE)
_TAKES = re.compile(r"acquire_?lock|lock_?acquire|imp_lock", re.IGNORECASE)
_OF_TASKS = re.compile(r"(?:^|_)async|(?:^|_)aio", re.IGNORECASE)
_ON_A_LOOP = re.compile(r"Aio|Async|Twisted|Tornado|Asyncio")
_IDENT = re.compile(r"(?:^|_)(?:get_(?:native_id|ident)|current_thread|currentThread|threading_ident)$")
_SLOT = re.compile(r"worker|thread|ident|(?:^|_)(?:tid|pid|rank|slot)$", re.IGNORECASE)
_FOR_ALL = frozenset({"settrace", "setprofile", "settrace_all_threads", "setprofile_all_threads"})
_OWN_BASES = (
    "threading.Thread", "threading.local", "logging.Handler", "multiprocessing.Process", "unittest.TestCase", "builtins.BaseException",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """Why several threads are to be expected, in words; `firm` where more than one place says so, `by_lock` where only locks do."""

    words: str
    firm: bool = True
    by_lock: bool = False


class Signs:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._guards = Guards(project)
        self._of_class: dict[Class, Sign | None] = {}
        self._of_module: dict[Module, Sign | None] = {}

    def of(self, node: ast.AST, target: ast.expr, module: Module) -> Sign | None:
        """Of the variable that the target names, where code may meet another thread that does the same; `None` if nothing says so."""
        function = module.function_around(node)
        root = root_name(target)
        if _is_slot(target) or not isinstance(_variable(target), ast.Name | ast.Attribute):
            return None
        if any(is_local_storage(part, module, self._project) for part in ast.walk(target) if isinstance(part, ast.Name | ast.Attribute)):
            return None
        if function is None or root is None or module.is_test or function.is_async:
            return None
        if self._is_kept_apart(node, function, module, of_module=isinstance(target, ast.Name)):
            return None
        method = method_around(function)
        if method is not None and root.id == method.self_name and method.cls is not None:
            if method is not function:
                return None  # who calls a function that a method makes, and under what lock, is not to be seen
            variable = _variable(target)
            if variable is not root and not (isinstance(variable, ast.Attribute) and variable.value is root):
                return None
            sign = self.of_class(method.cls) or self._of_method(method)
            return None if sign is not None and sign.by_lock and _READS.search(method.name) else sign
        owner = module.scope_at(root).owner(root.id)
        if owner is None or owner.parent is not None:
            return None
        return self.of_module(module) or self._by_attribute(target, module)

    def _by_attribute(self, target: ast.expr, module: Module) -> Sign | None:
        """`server.cache.hits` where one class of the module alone has `hits`."""
        variable = _variable(target)
        if not isinstance(variable, ast.Attribute):
            return None
        owners = [cls for cls in module.classes if variable.attr in cls.attributes]
        return self.of_class(owners[0]) if len(owners) == 1 else None

    def _of_method(self, method: Function) -> Sign | None:
        text = None if isinstance(method.node, ast.Lambda) else ast.get_docstring(method.node, clean=False)
        if text and _PROMISE.search(text) and not _DENIAL.search(text):
            return Sign(f"the docstring of `{method.qualname}` speaks of several threads")
        return None

    def is_kept_apart(self, node: ast.AST, function: Function, module: Module) -> bool:
        """Whether a lock is held at the place, only one thread can come there, or the code says that this is meant."""
        return self._is_kept_apart(node, function, module, of_module=True)

    def _is_kept_apart(self, node: ast.AST, function: Function, module: Module, *, of_module: bool) -> bool:
        """Whether a lock is held, only one thread can come here, or the code says that this is meant."""
        project = self._project
        if function.name in _ALONE or (not of_module and _SETS_UP.search(function.name)) or is_meant(node, function, module):
            return True
        if project.locks.held(node, module) or project.lock_order.acquisitions.on_entry(function) or self._callers_hold(function):
            return True
        if any(_TAKES.search(last_name(call)) and isinstance(call.func, ast.Name) for call in function.calls):
            return True  # a function takes the lock for it
        return asks_who_runs(node, module) or self.is_for_one_thread(function)

    def is_for_one_thread(self, function: Function) -> bool:
        """Whether only one thread comes to the function, as far as its callers tell."""
        project = self._project
        if project.workers.starts_of(function) and not self._is_used_elsewhere(function):
            return True  # a worker's own; what runs it several times at once is looked at by itself
        if not function.name.startswith("_"):
            return False
        around = [caller_module.function_around(call) for call, caller_module in project.callers(function) if not caller_module.is_test]
        if not around and function.cls is not None and not project.workers.starts_of(function):
            return not self._is_used_elsewhere(function) or self._is_named_by_one_thread(function)
        return bool(around) and all(one is not None and one is not function and self._is_one_thread(one) for one in around)

    def _is_named_by_one_thread(self, function: Function) -> bool:
        """Whether it hands itself on to be called again, and else only the object's own thread does, and what sets it up or ends it."""
        around = (function.module.function_around(use) for use in function.module.attribute_nodes(function.name))
        users = {one for one in around if one is not None}
        if function not in users:
            return False
        runs = self._project.workers.starts_of
        others = [user for user in users if user is not function and not (user.name in _ALONE or _SETS_UP.search(user.name))]
        return bool(others) and all(runs(user) for user in others)

    def _is_used_elsewhere(self, function: Function) -> bool:
        """Whether its object hands it on, or calls it, but for the starts of workers."""
        module = function.module
        starts = {id(start.node) for start in self._project.workers.starts_of(function)}
        return any(
            isinstance(use.value, ast.Name)
            and use.value.id in ("self", "cls")
            and not any(id(above) in starts for above in module.ancestors(use))
            for use in module.attribute_nodes(function.name)
        )

    def _is_one_thread(self, caller: Function) -> bool:
        """Whether it is run while nobody else has the object, by an event loop, or by a worker, of which more is known."""
        if caller.name in _ALONE or caller.is_async or _SETS_UP.search(caller.name):
            return True
        return bool(self._project.workers.reaching(caller)) and caller.name.startswith("_")

    def _callers_hold(self, function: Function, depth: int = 0) -> bool:
        """Whether whoever calls it, but tests, holds a lock."""
        callers = [(call, module) for call, module in self._project.callers(function) if not module.is_test]
        if depth == 3 or not callers:
            return False
        for call, module in callers:
            around = module.function_around(call)
            if around is None or around is function or is_for_elsewhere(call, module) or self._project.locks.held(call, module):
                continue
            if not says_so(around.name) and not self._callers_hold(around, depth + 1):
                return False
        return True

    def of_class(self, cls: Class) -> Sign | None:
        """Of the attributes of an object of the class."""
        if cls not in self._of_class:
            self._of_class[cls] = self._find_of_class(cls)
        return self._of_class[cls]

    def _find_of_class(self, cls: Class) -> Sign | None:
        project = self._project
        if cls.name.startswith("Test") or _ON_A_LOOP.search(cls.name) or project.inference.is_a(cls, *_OWN_BASES):
            return None
        bases = [base for base in project.inference.mro(cls) if isinstance(base, Class)]
        if any(isinstance(base, str) and base.startswith("logging.") for base in project.inference.mro(cls)):
            return None  # `emit` runs under the handler's own lock
        if any({"acquire", "release"} <= base.methods.keys() for base in bases):
            return None  # it is a lock, or has one that is taken by other names
        texts = [_texts(base) for base in bases]
        if any(_DENIAL.search(text) for text in texts):
            return None
        looped = any(method.is_async for base in bases for method in base.methods.values())
        for base, text in zip(bases, texts, strict=True):
            if _PROMISE.search(text) and not looped:
                return Sign(f"the docstring of `{base.name}` speaks of several threads")
        locks = self._guards.locks_of(cls)
        if locks and (sign := self._by_locks(bases, locks)) is not None:
            return sign
        for base in bases:
            for method in base.methods.values():
                for call in method.calls:
                    if not looped and _IDENT.search(last_name(call)) and _is_kept(call, base.module):
                        return Sign(f"the class asks which thread runs it (`{ast.unparse(call)}` in line {call.lineno})")
                    if last_name(call) in _FOR_ALL and "threading" in ast.unparse(call.func):
                        return Sign(f"the class installs itself in all threads (`{ast.unparse(call)}` in line {call.lineno})")
        return None

    def _by_locks(self, bases: list[Class], locks: frozenset[str]) -> Sign | None:
        """The first place where a method takes a lock of its object; how many methods do tells how sure it is."""
        takers: dict[Function, str] = {}
        for base in bases:
            for acquisition in self._project.lock_order.acquisitions.of_module(base.module):
                method, lock = method_around(acquisition.function), acquisition.lock
                if method is None or method.cls is not base or method.name in _ALONE or method.is_async:
                    continue
                if acquisition.key not in locks or not isinstance(lock, ast.Attribute) or _OF_TASKS.search(lock.attr):
                    continue
                if _is_of_object(lock, method, bases):
                    takers.setdefault(method, f"the class takes `{ast.unparse(lock)}` in `{method.name}` (line {acquisition.line})")
        told = [words for method, words in takers.items() if not _SETS_UP.search(method.name)]
        return Sign(told[0], firm=len(takers) > 1, by_lock=True) if told else None

    def of_module(self, module: Module) -> Sign | None:
        """Of the variables of a module."""
        if module not in self._of_module:
            self._of_module[module] = self._find_of_module(module)
        return self._of_module[module]

    def _find_of_module(self, module: Module) -> Sign | None:
        locks, first = self._guards.locks_in(module), None
        for acquisition in self._project.lock_order.acquisitions.of_module(module):
            if acquisition.function is None or acquisition.function.name in _ALONE:
                continue
            own = acquisition.key in locks
            if first is None or (own and not first.firm):
                lock = ast.unparse(acquisition.lock)
                first = Sign(f"this module takes `{lock}` in `{acquisition.function.name}` (line {acquisition.line})", firm=own)
        for call in sorted(module.calls, key=lambda call: call.lineno):
            name = last_name(call)
            if _IDENT.search(name) and _is_kept(call, module):
                return Sign(f"this module asks which thread runs it (`{ast.unparse(call)}` in line {call.lineno})")
            if name in LOCK_MAKERS and self._guards._makes_lock(call, module):
                first = first or Sign(f"this module makes locks for threads (line {call.lineno})", firm=False)
        return first


def _is_of_object(lock: ast.Attribute, method: Function, bases: list[Class]) -> bool:
    """Whether it is `self.lock`, made for each object; a lock of the class says nothing of the objects' own attributes."""
    if not (isinstance(lock.value, ast.Name) and lock.value.id == method.self_name):
        return False
    return any(isinstance(binding.node, ast.Attribute) for base in bases for binding in base.attributes.get(lock.attr, ()))


def _variable(target: ast.expr) -> ast.expr:
    """What holds the item, or the target itself."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def _is_slot(target: ast.expr) -> bool:
    """Whether it is an item that stands for one worker or thread."""
    while isinstance(target, ast.Subscript):
        if any(_SLOT.search(name) for name in names_in(target.slice) | {last_name(target.slice)}):
            return True
        target = target.value
    return False


def _is_kept(call: ast.Call, module: Module) -> bool:
    """Whether something is kept by the thread's identity, more than asked (`is main_thread()`) or told in a message."""
    return not isinstance(module.parent(call), ast.JoinedStr | ast.FormattedValue | ast.Compare | ast.Attribute | ast.Expr)


def _texts(cls: Class) -> str:
    """The docstrings of the class and of its attributes."""
    return "\n".join(
        part.value.value
        for part in cls.node.body
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)
    )


def method_around(function: Function | None) -> Function | None:
    """The method that the function is, or stands in."""
    while function is not None and function.cls is None:
        function = function.module.function_around(function.node)
    return function
