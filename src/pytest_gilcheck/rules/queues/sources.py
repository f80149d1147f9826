"""Whether the head of a loop gives it an end: a finite collection, or a source or flag that goes on as long as the world does."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Elements, External, Instance, Method, Value

_MAX_STEPS = 6  # wrappers and aliases between a loop and its source

_ENDLESS = frozenset({"itertools.count", "itertools.cycle", "fileinput.input"})
_OPENING = frozenset({"builtins.open", "io.open", "os.fdopen", "gzip.open", "bz2.open", "lzma.open", "codecs.open", "os.popen"})
_WRAPPING = frozenset(
    {"enumerate", "map", "filter", "iter", "reader", "DictReader", "tqdm", "chain", "from_iterable", "closing", "iter_lines", "starmap"}
)  # as long as what they wrap
_STREAMING = frozenset(
    {
        "iter_content",
        "iter_lines",
        "iter_raw",
        "iter_bytes",
        "iter_text",
        "iterdump",
        "listen",
        "watch",
        "stream",
        "tail",
        "follow",
        "consume",
        "read_loop",
        "makefile",
    }
)
_FLAG = re.compile(
    r"run|alive|activ|stop|clos|open|shut|done|quit|exit|connect|started|finish|terminat|cancel|keep|abort|enabled|listening|ready|ended|interrupt|kill|eof",
    re.IGNORECASE,
)
_STREAM_TYPE = re.compile(
    r"(?:^builtins\.file$|TextIO(?:Wrapper)?$|BinaryIO$|\.IO$|\.(?:Async)?(?:Iterator|Generator)$|(?:Consumer|Subscriber|Listener|Stream(?:Reader)?)$)"
)
_STREAM_NAME = re.compile(r"^_*(?:stdin|stdout|stderr)$")
_LIKELY_STREAM_NAME = re.compile(
    r"^_*(?:stream|pipe|sock|socket|consumer|subscription|feed|websocket|ws|fh|infile|log_?file|cursor|sensor|camera"
    r"|generator|gen|iterator|rpc|call|response_(?:iterator|stream))$"
)


def goes_on(node: ast.expr, module: Module, steps: int = _MAX_STEPS) -> bool:
    """Whether iterating over the expression has no end that the program sets: a file, a socket, a count, an endless generator."""
    if steps == 0:
        return False
    match node:
        case ast.Call():
            return _call_goes_on(node, module, steps - 1)
        case ast.GeneratorExp():
            return goes_on(node.generators[0].iter, module, steps - 1)
        case ast.Name() | ast.Attribute():
            return _named_goes_on(node, module, steps - 1)
        case _:
            return False


def has_way_out(source: ast.expr, module: Module) -> bool:
    """Whether it is a generator of the project that ends at some point, for all its `while True`."""
    return isinstance(source, ast.Call) and any(
        isinstance(node, ast.Return | ast.Break | ast.Raise)
        for function in module.project.functions_called(source, module)
        for node in ast.walk(function.node)
    )


def keeps_on(test: ast.expr, module: Module) -> bool:
    """Whether a `while` with this test runs until somebody says stop: always, until a flag is set, while there is something to read."""
    match test:
        case ast.Constant():
            return bool(test.value)
        case ast.UnaryOp(op=ast.Not()):
            return _is_flag(test.operand, module)
        case ast.BoolOp():
            answers = [keeps_on(part, module) for part in test.values]
            return all(answers) if isinstance(test.op, ast.And) else any(answers)
        case ast.NamedExpr(value=ast.Call() | ast.Await()):
            return True
        case ast.Compare(left=ast.NamedExpr(value=ast.Call() | ast.Await())):
            return True
        case _:
            return _is_flag(test, module)


def _is_flag(node: ast.expr, module: Module) -> bool:
    """Whether the expression is a switch that somebody turns, rather than a count or a container that empties."""
    match node:
        case ast.Call():
            return last_name(node) in ("is_set", "isSet", "wait") or _FLAG.search(last_name(node)) is not None
        case ast.Name():
            owner = module.scope_at(node).owner(node.id)
            return _FLAG.search(node.id) is not None or any(
                isinstance(binding.value, ast.Constant) and isinstance(binding.value.value, bool)
                for binding in (module.bindings(owner, node.id) if owner is not None else ())
            )
        case ast.Attribute():
            if _FLAG.search(node.attr):
                return True
            return any(isinstance(v, Instance) and v.type == "builtins.bool" for v in module.project.values(node, module))
        case _:
            return False


def taken_from(node: ast.expr) -> ast.expr | None:
    """The queue of `iter(queue.get, None)`: a loop over it lasts as long as somebody puts."""
    if isinstance(node, ast.Call) and last_name(node.func) == "iter" and len(node.args) == 2:
        method = node.args[0]
        if isinstance(method, ast.Call) and last_name(method) == "partial" and method.args:
            method = method.args[0]
        if isinstance(method, ast.Attribute) and method.attr in ("get", "get_nowait"):
            return method.value
    return None


def _call_goes_on(node: ast.Call, module: Module, steps: int) -> bool:
    name = last_name(node.func)
    if name == "iter" and len(node.args) == 2:
        return taken_from(node) is None
    if name in ("sorted", "list", "tuple", "set", "reversed"):
        return False  # has read it all
    if name == "zip":
        return bool(node.args) and all(goes_on(arg, module, steps) for arg in node.args)
    if name == "repeat":
        return (
            len(node.args) == 1
            and not node.keywords
            and any(_is(value, "itertools.repeat") for value in module.project.values(node.func, module))
        )
    if name in _WRAPPING and node.args:
        return any(goes_on(arg, module, steps) for arg in node.args)
    values = module.project.values(node.func, module)
    for value in values:
        if isinstance(value, External) and (value.name in _ENDLESS or value.name in _OPENING):
            return True
        function = value.function if isinstance(value, Method) else value
        if isinstance(function, Function):
            return _generates_on(function, steps)
    if any(_object_goes_on(value, steps) for value in module.project.values(node, module)):
        return True
    return (
        name in _STREAMING
        and isinstance(node.func, ast.Attribute)
        and not any(isinstance(value, Method) and value.function for value in values)
    )


def _is(value: Value, name: str) -> bool:
    return isinstance(value, External) and value.name == name


def _named_goes_on(node: ast.Name | ast.Attribute, module: Module, steps: int) -> bool:
    if _STREAM_NAME.match(last_name(node)):
        return True
    values = module.project.values(node, module)
    if values:
        return any(_object_goes_on(value, steps) for value in values) and not any(isinstance(value, Elements) for value in values)
    if isinstance(node, ast.Name) and (owner := module.scope_at(node).owner(node.id)) is not None:
        bound = [binding for binding in module.bindings(owner, node.id) if binding.kind == "assign" and binding.value is not None]
        if bound:
            return any(binding.value is not None and goes_on(binding.value, module, steps) for binding in bound)
    return not module.is_test and _LIKELY_STREAM_NAME.match(last_name(node)) is not None


def _object_goes_on(value: Value, steps: int) -> bool:
    if isinstance(value, External):
        return value.name == "sys.stdin"
    if not isinstance(value, Instance):
        return False
    if isinstance(value.type, Class):
        method = value.type.methods.get("__next__") or value.type.methods.get("__iter__") or value.type.methods.get("__anext__")
        if method is None:
            return False
        if method.name == "__iter__":
            return _generates_on(method, steps)
        return not any(isinstance(node, ast.Raise) for node in ast.walk(method.node))
    return _STREAM_TYPE.search(value.type) is not None


def _generates_on(function: Function, steps: int) -> bool:
    """Whether a generator function yields for as long as the world goes on."""
    if steps == 0 or not function.is_generator:
        return False
    module = function.module
    for result in function.scope.results:
        if isinstance(result, ast.YieldFrom) and goes_on(result.value, module, steps):
            return True
        loop = module.loop_around(result) if isinstance(result, ast.Yield) else None
        while loop is not None:
            if isinstance(loop, ast.While) and keeps_on(loop.test, module):
                return True
            if isinstance(loop, ast.For | ast.AsyncFor) and (isinstance(loop, ast.AsyncFor) or goes_on(loop.iter, module, steps)):
                return True
            loop = module.loop_around(loop)
    return False
