"""Queues of a project: where each is made, and who puts into it, takes from it or asks how full it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.events import is_registration
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

# Class -> position and keyword of its bound; `None` for one that can't have a bound.
BOUND_AT: dict[str, tuple[int, str] | None] = {
    "queue.Queue": (0, "maxsize"),
    "queue.LifoQueue": (0, "maxsize"),
    "queue.PriorityQueue": (0, "maxsize"),
    "queue.SimpleQueue": None,
    "asyncio.Queue": (0, "maxsize"),
    "asyncio.LifoQueue": (0, "maxsize"),
    "asyncio.PriorityQueue": (0, "maxsize"),
    "tornado.queues.Queue": (0, "maxsize"),
    "tornado.queues.LifoQueue": (0, "maxsize"),
    "tornado.queues.PriorityQueue": (0, "maxsize"),
    "multiprocessing.Queue": (0, "maxsize"),
    "multiprocessing.JoinableQueue": (0, "maxsize"),
    "multiprocessing.managers.Queue": (0, "maxsize"),
    "collections.deque": (1, "maxlen"),
}
_FACTORY_KEYWORDS = ("default_factory", "factory")
# What a subclass can't define without changing how it grows, and methods that may hand on what they are given.
_CHANGES_SIZE = frozenset({"_init", "_put", "_qsize", "full", "maxsize"})
_HANDS_ON = frozenset({"__init__", "put", "append"})

Deed = Literal["put", "take", "ask", "join"]
_QUEUE_DEEDS: dict[str, Deed] = {
    "put": "put", "put_nowait": "put", "get": "take", "get_nowait": "take", "qsize": "ask", "full": "ask", "empty": "ask", "join": "join",
}  # fmt: skip
_DEQUE_DEEDS: dict[str, Deed] = {
    "append": "put", "appendleft": "put", "extend": "put", "extendleft": "put", "pop": "take", "popleft": "take", "clear": "take",
}  # fmt: skip
# Calls that make a number of sizes which may be compared.
_COMPARING = frozenset({"len", "max", "min", "int", "bool", "sum", "any", "all", "abs"})
# Calls that run the method they are given.
_RUNNERS = frozenset(
    {"call_soon_threadsafe", "call_soon", "call_later", "run_in_executor", "to_thread", "submit", "run_sync", "run", "iter", "partial"}
)


@dataclass(frozen=True, slots=True, eq=False)
class QueueUse:
    """One thing done with a queue.

    `node` is the call that does it (the call it is handed to, for `call_soon_threadsafe(queue.put_nowait, item)`), `item` what
    is put, as far as it is written there.
    """

    deed: Deed
    node: ast.expr
    receiver: ast.expr
    module: Module
    item: ast.expr | None = None

    @property
    def function(self) -> Function | None:
        """The function that does it; `None` at module level."""
        return self.module.function_around(self.node)

    @property
    def line(self) -> int:
        """Its line, counted from 1."""
        return self.node.lineno

    @property
    def place(self) -> str:
        """`path:line`, for messages."""
        return f"{self.module.path}:{self.line}"


class Queues:
    """The queues of one project; a queue is told by the expression that makes it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        project.workers  # parameters of workers have values only then  # noqa: B018
        reached = {function.module.path: function.module for function in project.workers.reached_functions()}
        self._modules = tuple({**{module.path: module for module in project.modules}, **reached}.values())
        self._uses: dict[ast.AST, list[QueueUse]] = defaultdict(list)
        for module in self._modules:
            for use, maker in self._uses_in(module):
                self._uses[maker].append(use)

    def uses(self, maker: ast.AST, *deeds: Deed) -> list[QueueUse]:
        """What is done with the queue that this expression makes, anywhere in the project."""
        return [use for use in self._uses.get(maker, ()) if not deeds or use.deed in deeds]

    def made_by(self, node: ast.expr, module: Module) -> Iterator[ast.AST]:
        """The expressions that make the queues which `node` can be."""
        for value in self._project.values(node, module):
            if isinstance(value, Instance) and value.call is not None and queue_class(value, self._project) is not None:
                yield value.call

    def _uses_in(self, module: Module) -> Iterator[tuple[QueueUse, ast.AST]]:
        # A deque can only be told from a list where one is made or imported, or its left end is used.
        deeds = {**_QUEUE_DEEDS, **(_DEQUE_DEEDS if "deque" in module.text or "popleft" in module.text else {})}
        receivers: set[str] = set()
        for name, deed in deeds.items():
            for attribute in module.attribute_nodes(name):
                if not isinstance(attribute.ctx, ast.Load) or _is_of_others(attribute, module.parent(attribute)):
                    continue
                makers = list(self.made_by(attribute.value, module))
                if makers:
                    receivers.add(last_name(attribute.value))
                for call in _runs(attribute, module) if makers else ():
                    if deed == "ask" and _is_told(call, module):
                        continue
                    use = QueueUse(deed, call, attribute.value, module, _item(call, attribute))
                    yield from ((use, maker) for maker in makers)
        for call in module.calls_to("len") if receivers else ():
            if len(call.args) == 1 and last_name(call.args[0]) in receivers and not _is_told(call, module):
                yield from ((QueueUse("ask", call, call.args[0], module), maker) for maker in self.made_by(call.args[0], module))


def _is_of_others(method: ast.Attribute, above: ast.AST | None) -> bool:
    """Whether the arguments show, before anything is inferred, that no queue is meant: `options.get(key)`, `", ".join(words)`."""
    if not isinstance(above, ast.Call) or above.func is not method or not above.args:
        return False
    if method.attr == "get":
        return not (isinstance(above.args[0], ast.Constant) and isinstance(above.args[0].value, bool))
    return method.attr in ("join", "pop")


def _is_told(ask: ast.AST, module: Module) -> bool:
    """Whether the size only goes into a text or to a log: nothing is decided by it."""
    below = ask
    for above in module.ancestors(ask):
        match above:
            case ast.JoinedStr():
                return True
            case ast.Call() if below is not above.func and last_name(above) not in _COMPARING:
                return True
            case ast.Compare() | ast.stmt():
                return False
            case _:
                below = above
    return False


def is_asynchronous(cls: str) -> bool:
    """Whether tasks of an event loop use the queues of this class, rather than threads or processes."""
    return cls.startswith(("asyncio.", "tornado."))


def queue_class(value: Instance, project: Project) -> str | None:
    """The known queue class that the object is of; a subclass counts if it leaves the size alone."""
    if isinstance(value.type, str):
        return value.type if value.type in BOUND_AT else None
    found = None
    for cls in project.inference.mro(value.type):
        if isinstance(cls, Class):
            if _CHANGES_SIZE & cls.attributes.keys() or not all(
                _hands_on(cls.methods[name]) if name in cls.methods else name not in cls.attributes for name in _HANDS_ON
            ):
                return None
        elif cls in BOUND_AT:
            found = found or cls
    return found


def _hands_on(method: Function) -> bool:
    """Whether the method gives all its arguments to the one it overrides, whatever it counts besides."""
    extra = method.node.args.vararg
    if extra is None:
        return False
    handed = [
        call
        for call in method.calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == method.name
        and any(isinstance(arg, ast.Starred) and last_name(arg.value) == extra.arg for arg in call.args)
    ]
    return bool(handed) and not any(keyword.arg == "maxsize" for call in handed for keyword in call.keywords)


def is_unbounded(value: Instance, project: Project) -> bool:
    """Whether the queue is made without a bound for sure: none is given, or a constant that means none."""
    cls = queue_class(value, project)
    if cls is None or not isinstance(value.call, ast.Call):
        return False
    at = BOUND_AT[cls]
    if at is None:
        return True
    if any(keyword.arg in _FACTORY_KEYWORDS for keyword in value.call.keywords):
        return True
    if any(isinstance(arg, ast.Starred) for arg in value.call.args) or any(keyword.arg is None for keyword in value.call.keywords):
        return False
    match argument(value.call, *at):
        case None:
            return True
        case ast.Constant(value=bound):
            return bound is None or (isinstance(bound, int) and bound <= 0 and at[1] == "maxsize")
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case _:
            return False


def queues_made_in(module: Module) -> Iterator[tuple[ast.Call, Instance]]:
    """Every expression of the module that makes a queue, with the queue."""
    names = {name.rpartition(".")[2] for name in BOUND_AT} | {"field", "ib", "attrib"} | _local_names(module)
    for call in module.calls_to(*sorted(names & module.called_names)):
        values = module.project.values(call, module)
        # What may as well be something else (a mock, a bounded one) is not for sure a queue without a bound.
        made = [value for value in values if isinstance(value, Instance) and value.call is call and queue_class(value, module.project)]
        if made and len(made) == len(values):
            yield call, made[0]


def _local_names(module: Module) -> set[str]:
    """Names that queue classes may have in this file: what is imported, aliases and subclasses."""
    names = module.other_names(name for name in module.aliases if _is_queue_name(name))
    names |= {cls.name for cls in module.classes if any(_is_queue_name(last_name(base)) for base in cls.bases)}
    names |= {alias.name for node in module.nodes(ast.ImportFrom) for alias in node.names if _is_queue_name(alias.name)}
    return names


def _is_queue_name(name: str) -> bool:
    return name.endswith("Queue") or name == "deque"


def _runs(method: ast.Attribute, module: Module) -> Iterator[ast.Call]:
    """Calls of the bound method: there, through a call that is handed it, or through a local name for it."""
    above = module.parent(method)
    if isinstance(above, ast.Call):
        if above.func is method or last_name(above) in _RUNNERS or is_registration(method, module):
            yield above
    elif isinstance(above, ast.keyword):
        if is_registration(method, module) and isinstance(call := module.parent(above), ast.Call):
            yield call
    elif isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        name = above.targets[0].id
        owner = module.scope_at(above).owner(name)
        for use in owner.uses(name) if owner is not None else ():
            call = module.parent(use)
            if isinstance(call, ast.Call) and (call.func is use or last_name(call) in _RUNNERS):
                yield call


def _item(call: ast.Call, method: ast.Attribute) -> ast.expr | None:
    args = call.args
    if any(keyword.value is method for keyword in call.keywords):
        return None
    if any(arg is method for arg in args):
        args = args[[arg is method for arg in args].index(True) + 1 :]
    return args[0] if args and not isinstance(args[0], ast.Starred) else None
