"""What becomes of an error in a handler, and which errors nobody has to hear of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from pytest_gilcheck.rules.exceptions.prints import CONVERSIONS, ERROR_NAME, is_print, mentions_error, prints
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import LOOPS, TRIES, Module
from pytest_gilcheck.source.scopes import FUNCTIONS, names_in
from pytest_gilcheck.source.values import External


class Silence(IntEnum):
    """How much of an error a handler keeps to itself."""

    NONE = 0  # it tells somebody, or does something about it
    LOGGED = 1  # the log says that something failed, without the error
    PARTIAL = 2  # something shows that there was a failure, but not which
    FULL = 3  # afterwards nothing differs from success


_WAITS = frozenset({"sleep", "task_done", "collect", "nothing"})
_ENDS_ALL = frozenset({"_exit", "exit", "abort", "kill", "interrupt_main"})  # the program or its exit code tells
_TIDIES = re.compile(
    r"_*(?:a?clos|stop|shut|kill|term|clean|remov|delet|unlink|rm|releas|disconnect|cancel|dispos|abort|free|reset|join|wait|flush|quit"
    r"|logout|rollback|unregister|deregister|tear|exit|destroy|detach|discard|clear|drain|interrupt|unsubscrib|send_signal|uninstall"
    r"|__(?:a?exit|del)__|task_done|finali|finish)",
    re.IGNORECASE,
)
# What a handler may call without anybody hearing of the error.
_UNDOES = frozenset({"rollback", "close", "aclose", "release", "disconnect", "cleanup", "unlink", "abandon", "requeue", "nack"})
_TELLS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "print", "print_exc", "write", "emit"}
)
_MENTIONS = frozenset({"debug", "info", "warning", "warn", "log"})  # an error in the log is an alarm, even without its cause
_LOGGER = re.compile(r"log(?:ger|ging)?$", re.IGNORECASE)
_STARTS = frozenset({"submit", "apply_async", "call_later", "call_soon", "call_soon_threadsafe", "Timer", "run_in_executor", "schedule"})
# Modules that not every platform has, or allows to do what they are for: using one is a wish.
_OPTIONAL = frozenset({"resource", "prctl", "setproctitle", "ctypes", "faulthandler", "readline", "msvcrt", "fcntl", "winreg"})
_CONSOLE = re.compile(r"std(?:err|out)|log|console|terminal", re.IGNORECASE)
_COMMENT = re.compile(r"#+\s*(?P<text>.*)")
# Comments that speak to tools, or say themselves that this is wrong, argue for nothing.
_NO_ARGUMENT = re.compile(
    r"(?:GIL\d|noqa|nosec|pylint|pragma|type:|mypy|pyright|ruff|flake8|lint|noinspection|gilcheck|fmt:|bad\b|bug\b|wrong\b|todo|fixme|xxx"
    r"|hack|oops|pitfall|silent(?:ly)?\b|swallow(?:s|ed|ing)?(?: (?:the |every |all )?(?:errors?|exceptions?|failures?))?\W*$"
    r"|(?:the )?(?:error|exception|failure)s? (?:is|are|gets?) (?:lost|swallowed|hidden|gone)|(?:[A-Z]{1,4}\d{3,4}\b)"
    r"|[a-z_]\w*(?:\.\w+)+:?\W*$|\W*$)",
    re.IGNORECASE,
)

_ALLOWS = re.compile(
    r"ignor|(?:may|might|can|could|will|is allowed to) fail|best.?effort|don't care|do not care|doesn't matter|does not matter|harmless"
    r"|swallow|not fatal|suppress|safe to|safely|expected|never (?:break|block|let|fail)|must not|should not",
    re.IGNORECASE,
)


def silence_of(handler: ast.ExceptHandler, module: Module) -> Silence:
    """What the handler does with the error, as far as its own statements show."""
    if handler.name in names_in(*handler.body):
        return Silence.NONE
    kinds = [(statement, _silence(statement, module)) for statement in handler.body]
    if any(is_print(statement, module) for statement, _ in kinds):
        # Who shows a text that leaves the error out has told what there is to tell; a counter beside it adds nothing.
        kinds = [(statement, kind) for statement, kind in kinds if not isinstance(statement, ast.AugAssign)]
    return min((kind for _, kind in kinds), default=Silence.FULL)


def _silence(statement: ast.stmt, module: Module) -> Silence:
    match statement:
        case ast.Pass() | ast.Continue():
            return Silence.FULL
        case ast.Break():
            return Silence.PARTIAL
        case ast.Expr(value=ast.Constant()):
            return Silence.FULL
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return _silence_of_call(call, module)
        case ast.Return(value=value):
            return _silence_of_result(value, module.loop_around(statement) is not None)
        case ast.If():
            return min((_silence(part, module) for part in (*statement.body, *statement.orelse)), default=Silence.FULL)
        case _:
            return Silence.NONE


def _silence_of_call(call: ast.Call, module: Module) -> Silence:
    name = last_name(call)
    if _logs_without_error(call) or _starts_itself_again(call, module):
        return Silence.LOGGED
    if name in _ENDS_ALL:
        return Silence.NONE
    if name == "task_done":
        return Silence.FULL
    if name in _WAITS or name in _UNDOES:
        return Silence.PARTIAL
    if prints(call, module) and not mentions_error(call):
        return Silence.PARTIAL
    return Silence.NONE


def _logs_without_error(call: ast.Call) -> bool:
    if last_name(call) not in _MENTIONS or not isinstance(call.func, ast.Attribute):
        return False
    receiver = call.func.value
    if not isinstance(receiver, ast.Name | ast.Attribute) or not _LOGGER.search(last_name(receiver)):
        return False
    given = [node for argument in (*call.args, *call.keywords) for node in ast.walk(argument)]
    names = {node.id for node in given if isinstance(node, ast.Name)} | {node.attr for node in given if isinstance(node, ast.Attribute)}
    names |= {keyword.arg or "exc_info" for keyword in call.keywords}
    return bool(call.args) and not any(ERROR_NAME.search(name) for name in names)


def _starts_itself_again(call: ast.Call, module: Module) -> bool:
    """`pool.submit(self._connect)` in `_connect`: one more try, which tells nobody."""
    function = module.function_around(call)
    if function is None or last_name(call) not in _STARTS:
        return False
    return any(isinstance(argument, ast.Name | ast.Attribute) and last_name(argument) == function.name for argument in call.args)


def _silence_of_result(value: ast.expr | None, ends_loop: bool) -> Silence:
    match value:
        case None:
            return Silence.PARTIAL if ends_loop else Silence.FULL
        case ast.Constant(value=None):
            return Silence.FULL
        case ast.Constant(value=constant):
            # A word or a number other than zero speaks of the failure.
            return Silence.NONE if constant else Silence.PARTIAL
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return Silence.PARTIAL
        case _:
            return Silence.NONE


def is_argued(first: int, last: int, module: Module) -> bool:
    """Whether a comment in these lines (or alone in the line above) gives a reason for the silence."""
    numbers = list(range(first, last + 1))
    above = module.line(first - 1).strip()
    lines = [module.line(number) for number in numbers] + ([above] if above.startswith("#") else [])
    indent = len(module.line(first)) - len(module.line(first).lstrip())
    for number in range(last + 1, last + 4):
        line = module.line(number)
        if not line.strip().startswith("#") or len(line) - len(line.lstrip()) <= indent:
            break
        lines.append(line)
    return any((found := _COMMENT.search(line)) is not None and not _NO_ARGUMENT.match(found["text"]) for line in lines)


def is_announced(statement: ast.stmt, body: Sequence[ast.stmt], module: Module) -> bool:
    """Whether a comment above the `try`, or at the top of its body, says that failing is fine."""
    first, last = statement.lineno, body[0].lineno
    numbers = [first - 1, *range(first, last)]
    comments = [found["text"] for number in numbers if (found := _COMMENT.search(module.line(number))) is not None]
    return any(_ALLOWS.search(comment) is not None for comment in comments)


def allows_failure(node: ast.expr, module: Module) -> bool:
    """Whether a comment above the statement, or behind it, says that failing is fine."""
    statement = module.statement_of(node)
    above = module.line(statement.lineno - 1).strip()
    lines = [above if above.startswith("#") else "", *(module.line(n) for n in range(statement.lineno, (statement.end_lineno or 0) + 1))]
    return any((found := _COMMENT.search(line)) is not None and _ALLOWS.search(found["text"]) is not None for line in lines)


def is_harmless(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing that fails in these statements is worth a word: tidying up, telling, importing."""
    if all(isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass | ast.Delete) for statement in body):
        return True
    if _is_wish(body):
        return True
    calls = [call for statement in body for call in _calls(statement)]
    if not calls:
        return all(isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Await) for statement in body)  # a cancelled task
    return all(_TIDIES.match(last_name(call)) or _tells_somebody(call) for call in calls)


def _is_wish(body: Sequence[ast.stmt]) -> bool:
    """Whether it imports a module that not every platform has, and uses nothing else: `resource.setrlimit(…)`."""
    first, *rest = body
    if not isinstance(first, ast.Import) or not rest or not all(alias.name in _OPTIONAL for alias in first.names):
        return False
    names = {alias.asname or alias.name for alias in first.names}
    return all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) and names_in(s.value.func) & names for s in rest)


def _tells_somebody(call: ast.Call) -> bool:
    name = last_name(call)
    if name == "write" and isinstance(call.func, ast.Attribute):
        return _CONSOLE.search(last_name(call.func.value)) is not None  # to anything else, writing is the work itself
    return name in _TELLS


def is_plain(body: Sequence[ast.stmt], module: Module) -> bool:
    """Whether it is one statement that looks something up or converts it."""
    statement, *more = body
    if more:
        return False
    calls = list(_calls(statement))
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return):
        return False
    if any(isinstance(node, ast.Await | ast.Yield | ast.YieldFrom) for node in ast.walk(statement)):
        return False
    return all(last_name(call) in CONVERSIONS and not _is_of_project(call, module) for call in calls)


def _is_of_project(call: ast.Call, module: Module) -> bool:
    return any(not isinstance(value, External) for value in module.project.values(call.func, module)) and isinstance(call.func, ast.Name)


def is_tidying(node: ast.AST, module: Module) -> bool:
    """Whether the node stands in a `finally`, in a handler, or in a function whose name says that it tidies up."""
    child = node
    for above in module.ancestors(node):
        if isinstance(above, ast.ExceptHandler) and child in above.body:
            return True
        if isinstance(above, TRIES) and child in getattr(above, "finalbody", ()):
            return True
        if isinstance(above, FUNCTIONS):
            return not isinstance(above, ast.Lambda) and _TIDIES.match(above.name) is not None and "flush" not in above.name
        child = above
    return False


def is_told_later(statement: ast.stmt, module: Module) -> bool:
    """Whether the code behind the `try` tells of the failure: retry loops that raise at the end, flags that the body sets."""
    for loop in module.ancestors(statement):
        if isinstance(loop, FUNCTIONS):
            break
        if isinstance(loop, LOOPS):
            after = [*getattr(loop, "orelse", ()), *_following(loop, module)]
            if _leaves_when_done(statement) and any(_tells(part) for part in after):
                return True
    return _sets_flag(statement)


def _leaves_when_done(statement: ast.stmt) -> bool:
    """Whether the `try` leaves its loop when the body succeeds."""
    parts = [*getattr(statement, "body", ()), *getattr(statement, "orelse", ())]
    return any(isinstance(node, ast.Return | ast.Break) for part in parts for node in ast.walk(part))


def _tells(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Raise | ast.Call) or (isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value))
        for node in ast.walk(statement)
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _sets_flag(statement: ast.stmt) -> bool:
    """Whether the body or the `else` of the `try` notes its success in a variable."""
    parts = [*getattr(statement, "body", ()), *getattr(statement, "orelse", ())]
    return any(isinstance(part, ast.Assign) and _is_truth(part.value) for part in parts)


def _is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _following(statement: ast.AST, module: Module) -> Iterator[ast.stmt]:
    """Statements behind this one in its block."""
    assert isinstance(statement, ast.stmt), "loops are statements"
    block = list(module.block_of(statement))
    yield from block[block.index(statement) + 1 :]


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            yield node
