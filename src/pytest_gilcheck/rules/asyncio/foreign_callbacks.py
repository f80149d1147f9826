"""Functions that somebody else calls, in a thread of theirs: the garbage collector, and libraries that have their own threads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.asyncio.loop_threads import runs_on_the_loop
from pytest_gilcheck.source.branches import is_dead
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.imports import roots_imported
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.values import External, Instance, Value

_COLLECTOR = "the garbage collector calls it in whichever thread lets go of the object last"
_EVENTS = r"on_any_event|on_created|on_modified|on_deleted|on_moved|on_closed|on_opened|dispatch"
# Base class -> its methods that the library calls, and in which thread.
_HANDLERS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("watchdog.events.FileSystemEventHandler", re.compile(_EVENTS), "watchdog calls it in the thread of its observer"),
    ("watchdog.events.PatternMatchingEventHandler", re.compile(_EVENTS), "watchdog calls it in the thread of its observer"),
    ("watchdog.events.RegexMatchingEventHandler", re.compile(_EVENTS), "watchdog calls it in the thread of its observer"),
    ("logging.Handler", re.compile(r"emit|handle"), "logging calls it in whichever thread writes to the log"),
    ("stomp.ConnectionListener", re.compile(r"on_\w+"), "stomp.py calls it in the thread that receives"),
    ("serial.threaded.Protocol", re.compile(r"data_received|connection_\w+|handle_\w+"), "pyserial calls it in the thread that reads"),
    ("serial.threaded.LineReader", re.compile(r"data_received|connection_\w+|handle_\w+"), "pyserial calls it in the thread that reads"),
)
_BASES = frozenset(base.partition(".")[0] for base, _, _ in _HANDLERS)
# Class -> attributes that hold a callback of its objects.
_ATTRIBUTES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("paho.mqtt.client.Client", re.compile(r"on_\w+"), "paho calls it in the thread of its network loop"),
    ("gpiozero.Button", re.compile(r"when_\w+"), "gpiozero calls it in a thread of its own"),
    ("gpiozero.MotionSensor", re.compile(r"when_\w+"), "gpiozero calls it in a thread of its own"),
)
# Name of what is called -> keywords and positions of callbacks.
_GIVEN: dict[str, tuple[tuple[str | int, ...], str]] = {
    "pynput.keyboard.Listener": (("on_press", "on_release", 0, 1), "pynput calls it in the thread of its listener"),
    "pynput.mouse.Listener": (("on_move", "on_click", "on_scroll", 0, 1, 2), "pynput calls it in the thread of its listener"),
    "keyboard.add_hotkey": ((1, "callback"), "keyboard calls it in a thread of its own"),
    "keyboard.on_press": ((0, "callback"), "keyboard calls it in a thread of its own"),
    "keyboard.on_release": ((0, "callback"), "keyboard calls it in a thread of its own"),
    "keyboard.hook": ((0, "callback"), "keyboard calls it in a thread of its own"),
    **{
        f"sounddevice.{name}": (("callback", "finished_callback"), "sounddevice calls it in the thread of the audio device")
        for name in ("InputStream", "OutputStream", "Stream", "RawInputStream", "RawOutputStream", "RawStream")
    },
    "websocket.WebSocketApp": (
        ("on_open", "on_message", "on_error", "on_close", "on_data", "on_ping", "on_pong"),
        "websocket-client calls it in the thread that runs `run_forever`",
    ),
    "RPi.GPIO.add_event_detect": (("callback",), "RPi.GPIO calls it in a thread of its own"),
}
# Class and method -> the same for methods of its objects.
_METHODS: dict[str, tuple[str, tuple[str | int, ...], str]] = {
    "message_callback_add": ("paho.mqtt.client.Client", (1, "callback"), "paho calls it in the thread of its network loop"),
    "subscribe": ("google.cloud.pubsub_v1.SubscriberClient", ("callback", 1), "pubsub calls it in a thread of its own"),
    "listen_in_background": ("speech_recognition.Recognizer", (1, "callback"), "speech_recognition calls it in a thread of its own"),
    "upload_fileobj": ("boto3.client", ("Callback",), "boto3 calls it in a thread of its transfer"),
    "add_listener": ("kazoo.client.KazooClient", (0, "listener"), "kazoo calls it in the thread of its connection"),
    "open": ("pyaudio.PyAudio", ("stream_callback",), "PyAudio calls it in the thread of the audio device"),
}
_HERE = re.compile(r"current_loop|running_loop|get_ident|current_thread|main_thread|_thread_id|in_loop|own_loop")
LOOP_METHODS = frozenset(
    {
        "call_soon", "call_later", "call_at", "create_task", "stop", "add_reader", "remove_reader", "add_writer", "remove_writer",
        "add_signal_handler",
    }
)  # fmt: skip
_DRIVEN = frozenset({"loop_read", "loop_write", "loop_misc"})  # of paho, whose network loop the program drives itself
_NEAR = 2  # functions from the callback's own to the call


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """That a function runs in a thread of somebody else: `why` in words, `by` the callback that leads to it."""

    why: str
    by: Function


_found: WeakKeyDictionary[Project, dict[str, list[tuple[Function, Foreign]]]] = WeakKeyDictionary()


def foreign_ways(project: Project) -> dict[str, list[tuple[Function, Foreign]]]:
    """By path: what the garbage collector and libraries call in threads of their own, and what that calls."""
    if project not in _found:
        ways: dict[Function, Foreign] = {}
        callbacks = [found for module in project.modules for found in _callbacks(module)]
        todo = [(function, Foreign(why, function), 1) for function, why in callbacks]
        for function, way, depth in todo:
            if function in ways or function.is_async:
                continue
            ways[function] = way
            if depth < _NEAR:
                todo.extend((callee, way, depth + 1) for callee in _called_by(function))
        by_path: dict[str, list[tuple[Function, Foreign]]] = {}
        for function, way in ways.items():
            by_path.setdefault(function.module.path, []).append((function, way))
        _found[project] = by_path
    return _found[project]


def _called_by(function: Function) -> Iterator[Function]:
    """Other methods of the same object that the function calls, and functions beside it, without looking far."""
    methods = function.cls.methods if function.cls is not None else {}
    for call in function.calls:
        match call.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == function.self_name and name in methods:
                yield methods[name]
            case ast.Name():
                yield from function.module.project.functions_called(call, function.module)
            case _:
                continue


def _callbacks(module: Module) -> Iterator[tuple[Function, str]]:
    imported = roots_imported(module)
    for cls in module.classes:
        if "__del__" in cls.scope.stores and "__del__" in cls.methods:
            yield cls.methods["__del__"], _COLLECTOR
        if cls.bases and imported & _BASES:
            yield from _handlers(cls, imported, module)
    if "weakref" in imported:
        for call in module.calls_to("finalize", "ref", "WeakMethod"):
            if len(call.args) > 1 and any(isinstance(v, External) and v.name.startswith("weakref.") for v in _values(call.func, module)):
                yield from ((function, _COLLECTOR) for function in _functions(call.args[1], module))
    for call in module.calls_to(*(name.rpartition(".")[2] for name in _GIVEN if name.partition(".")[0] in imported)):
        for value in _values(call.func, module):
            if isinstance(value, External) and value.name in _GIVEN:
                yield from _given(call, *_GIVEN[value.name], module)
    for name, (cls_name, places, why) in _METHODS.items():
        if cls_name.partition(".")[0] in imported:
            for call in module.calls_to(name):
                owners = _values(call.func.value, module) if isinstance(call.func, ast.Attribute) else ()
                if any(isinstance(owner, Instance) and module.project.inference.is_a(owner, cls_name) for owner in owners):
                    yield from _given(call, places, why, module)
    wanted = [(cls_name, names, why) for cls_name, names, why in _ATTRIBUTES if cls_name.partition(".")[0] in imported]
    if wanted and not module.called_names & _DRIVEN:
        yield from _assigned(wanted, module)


def _handlers(cls: Class, imported: frozenset[str], module: Module) -> Iterator[tuple[Function, str]]:
    if not any(last_name(base).endswith(("Handler", "Listener", "Protocol", "Reader")) for base in cls.bases):
        return
    for base, methods, why in _HANDLERS:
        if base.partition(".")[0] in imported and module.project.inference.is_a(cls, base):
            yield from ((method, why) for name, method in cls.methods.items() if methods.fullmatch(name))


def _given(call: ast.Call, places: tuple[str | int, ...], why: str, module: Module) -> Iterator[tuple[Function, str]]:
    for place in places:
        given = argument(call, 99, place) if isinstance(place, str) else argument(call, place, "")
        parts = given.elts if isinstance(given, ast.List | ast.Tuple) else [given] if given is not None else []
        yield from ((function, why) for part in parts for function in _functions(part, module))


def _assigned(wanted: Sequence[tuple[str, re.Pattern[str], str]], module: Module) -> Iterator[tuple[Function, str]]:
    """`client.on_message = handle`."""
    for statement in module.nodes(ast.Assign):
        target = statement.targets[0]
        if not isinstance(target, ast.Attribute):
            continue
        for cls, names, why in wanted:
            if names.fullmatch(target.attr) and any(
                isinstance(owner, Instance) and module.project.inference.is_a(owner, cls) for owner in _values(target.value, module)
            ):
                yield from ((function, why) for function in _functions(statement.value, module))


def _functions(node: ast.expr, module: Module) -> Iterator[Function]:
    for value in _values(node, module):
        yield from module.project.functions_of(value)


def _values(node: ast.expr, module: Module) -> tuple[Value, ...]:
    return module.project.values(node, module)


def in_callbacks(names: AbstractSet[str], module: Module) -> Iterator[tuple[ast.Call, Foreign]]:
    """Calls of these names that run in a thread of the garbage collector's or of a library's choice."""
    for function, way in foreign_ways(module.project).get(module.path, ()):
        if not names & {last_name(call) for call in function.calls} or runs_on_the_loop(function):
            continue
        for call in function.calls:
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in names:
                continue
            if way.why == _COLLECTOR and call.func.attr not in LOOP_METHODS:
                continue  # giving up what the object itself has started is what its end is for
            if not (_is_loop_of_here(call.func.value, module) or _compares_threads(call, module) or is_dead(call, module)):
                yield call, way


def _is_loop_of_here(node: ast.expr, module: Module) -> bool:
    """Whether it is a loop that the function has asked for: the one of its own thread."""
    function = module.function_around(node)
    return any(
        isinstance(value, Instance) and value.call is not None and value.module is module and module.function_around(value.call) is function
        for value in module.project.values(node, module)
    )


def _compares_threads(call: ast.Call, module: Module) -> bool:
    """Whether a test in the way of the call asks which thread or loop this is."""
    asked = (part for test, _ in conditions_of(call, module) for part in ast.walk(test))
    return any(isinstance(part, ast.Name | ast.Attribute | ast.Call) and _HERE.search(last_name(part)) for part in asked)
