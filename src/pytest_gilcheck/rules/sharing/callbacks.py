"""Methods that a library calls from a thread of its own, beside those that the object's users call."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import Instance

# Packages that call back from threads: what an import of one says.
_LIBRARIES = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(paho|watchdog|kazoo|pynput|keyboard|mouse|RPi|gpiozero|pigpio|sounddevice|pyaudio|serial\.threaded"
    r"|zeroconf|pychromecast|soco|stomp|can|websocket|apscheduler|pystray|rtmidi|mido|vlc|etcd3|opcua|telebot|pulsar|boto3|s3transfer"
    r"|signalrcore|socketio|picamera\d?)\b",
    re.MULTILINE,
)
# Those that have a thread of their own only where they are told to.
_NEEDS = {"paho": "loop_start", "apscheduler": "BackgroundScheduler", "can": "Notifier(", "websocket": "Thread(", "stomp": "listener"}
_TOP = 4_000  # where imports stand
_ONE_LOOP = re.compile(r"\b(?:import|from)[ \t]+(?:asyncio|tkinter|PyQt\d|PySide\d|wx|gi|twisted|tornado|kivy|trio|anyio)\b|\basync def\b")
_REGISTERS = re.compile(
    r"listen|subscri|observ|callback|handler|(?:^|_)(?:add_job|add_event_detect|watch|on|bind|register|schedule)(?:_|$)|Watch$|Listener$"
    r"|InputStream$|OutputStream$|WebSocketApp$|ServiceBrowser$|Notifier$"
)
_SLOT = re.compile(r"^on_?[a-z]\w*$|^when_\w+|callback|_cb$|watch|listener|handler|^Callback$|^function$|^func$|^job$")
_NOT_THREADS = frozenset({"Thread", "Process", "submit", "map", "partial", "signal", "sorted", "atexit", "finalize", "setattr", "iter"})
_LISTENERS = (
    (re.compile(r"EventHandler$"), re.compile(r"on_\w+$|dispatch$")),
    (re.compile(r"^(?:ServiceListener)$"), re.compile(r"(?:add|update|remove)_service$")),
    (re.compile(r"^ConnectionListener$"), re.compile(r"on_\w+$")),
    (re.compile(r"^Listener$"), re.compile(r"on_\w+$|__call__$")),
)
_ALONE = re.compile(r"^(?:__init__|__enter__|__exit__|__del__|setUp|tearDown)$|^_*(?:reset|clear|close|stop|shutdown)")

_RIVALS: WeakKeyDictionary[Module, dict[Update, str]] = WeakKeyDictionary()


def may_call_back(module: Module) -> bool:
    """Whether the file uses a library that is known to call back from threads."""
    libraries = (library.group(1) for library in _LIBRARIES.finditer(module.text, 0, _TOP))
    return any(library not in _NEEDS or _NEEDS[library] in module.text for library in libraries)


def why_called_back(update: Update) -> str | None:
    """Which method a library's thread calls, and which other changes the same variable; `None` if there is no such pair."""
    module = update.module
    if module.is_test:
        return None
    found = _RIVALS.get(module)
    if found is None:
        found = _RIVALS[module] = dict(_find(module))
    return found.get(update)


def _find(module: Module) -> Iterator[tuple[Update, str]]:
    library = may_call_back(module)
    futures = "add_done_callback" in module.text or "apply_async" in module.text
    if not (library or futures) or _ONE_LOOP.search(module.text):
        return
    updates: dict[Class, dict[str, list[Update]]] = defaultdict(lambda: defaultdict(list))
    for update in module.project.sharing.updates_of(module):
        function, root = module.function_around(update.node), root_name(update.target)
        if function is not None and function.cls is not None and root is not None and root.id == function.self_name and update.plain:
            updates[function.cls][ast.unparse(update.target)].append(update)
    for cls, variables in updates.items():
        callbacks = dict(_callbacks(cls, module, of_library=library))
        if not callbacks:
            continue
        reached = _reached(cls, callbacks)
        for places in variables.values():
            yield from _meetings(places, reached, module)


def _meetings(places: list[Update], reached: dict[str, tuple[str, int]], module: Module) -> Iterator[tuple[Update, str]]:
    around = [(update, module.function_around(update.node)) for update in places]
    free = [(update, function) for update, function in around if function is not None and not _is_locked(update, function)]
    back = [(update, function.name) for update, function in free if function.name in reached]
    others = [(update, function.name) for update, function in free if function.name not in reached and not _ALONE.search(function.name)]
    if not back or not others:
        return
    name, line = reached[back[0][1]]
    thread = f"a thread of the library calls `{name}` (given in line {line})"
    other, user = others[0]
    for update, _ in back:
        yield update, f"{thread}, and `{user}` changes it too (line {other.node.lineno})"
    for update, _ in others:
        yield update, f"{thread}, which changes it too (line {back[0][0].node.lineno})"


def _is_locked(update: Update, function: Function) -> bool:
    project = update.module.project
    return bool(project.locks.held(update.node, update.module) or project.lock_order.acquisitions.on_entry(function))


def _callbacks(cls: Class, module: Module, *, of_library: bool) -> Iterator[tuple[str, int]]:
    """Methods of the class that are handed out to be called back, and the line where."""
    names = [base if isinstance(base, str) else base.name for base in module.project.inference.mro(cls)][1:]
    names += [last_name(base) for base in cls.bases]
    for name, method in cls.methods.items():
        if of_library and any(
            base.search(given.rpartition(".")[2]) and methods.match(name) for given in names for base, methods in _LISTENERS
        ):
            yield name, method.node.lineno
            continue
        for use in module.attribute_nodes(name):
            around = module.function_around(use)
            of_self = around is not None and around.cls is cls and isinstance(use.value, ast.Name) and use.value.id == around.self_name
            if of_self and isinstance(use.ctx, ast.Load) and _is_handed_out(use, module, of_library=of_library):
                yield name, use.lineno
                break


def _is_handed_out(use: ast.Attribute, module: Module, *, of_library: bool) -> bool:
    above = module.parent(use)
    if isinstance(above, ast.Assign):
        return of_library and any(isinstance(target, ast.Attribute) and _SLOT.search(target.attr) for target in above.targets)
    slot = above.arg if isinstance(above, ast.keyword) else None
    call = module.parent(above) if isinstance(above, ast.keyword) else above
    if not isinstance(call, ast.Call) or call.func is use:
        return False
    name = last_name(call)
    if name == "add_done_callback":
        return isinstance(call.func, ast.Attribute) and any(
            isinstance(value, Instance) and module.project.inference.is_a(value, known.FUTURE)
            for value in module.project.values(call.func.value, module)
        )
    if name in ("apply_async", "map_async"):
        return slot in ("callback", "error_callback")
    if not of_library or name in _NOT_THREADS:
        return False
    return _SLOT.search(slot) is not None if slot is not None else _REGISTERS.search(name) is not None


def _reached(cls: Class, callbacks: dict[str, int]) -> dict[str, tuple[str, int]]:
    """Methods that a callback leads to, by calls of the object's own methods, each with the callback; those only that nobody else calls."""
    calls: dict[str, set[str]] = {
        name: {
            call.func.attr
            for call in method.calls
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == method.self_name
        }
        for name, method in cls.methods.items()
    }
    found = {name: (name, line) for name, line in callbacks.items()}
    todo = list(found)
    while todo:
        name = todo.pop()
        for callee in calls.get(name, ()):
            if callee in cls.methods and callee not in found:
                found[callee] = found[name]
                todo.append(callee)
    return found
