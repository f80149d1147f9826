"""What the code says of a place without the lock: that it is meant so, or that nobody else can be there yet."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.guards import LOCK_MAKERS, is_handed_out
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.touches import Touch

_ALONE = frozenset(
    {"__init__", "__new__", "__post_init__", "__setstate__", "__del__", "__init_subclass__", "setUp", "tearDown", "__copy__"}
)
# Names and words that say that the caller sees to the lock, or that none is wanted.
_SAYS_SO = re.compile(r"(?:un|no_?t?_?)?lock(?:ed|less|_held|_free)?(?:_|$)|unsafe|unguarded|unsync|nosync", re.IGNORECASE)
_TELLS = re.compile(
    r"(?:\b|_)r?lock|\btest suites?\b|\b(?:for|in) test(?:s|ing)\b|\batomic|\bGIL\b|\brac[ey]|thread[- ]?(?:safe|local)|threading|concurren"
    r"|\b(?:only|single|same|one|main|this|own|any|no|other|another|different|current|calling|callers?|its|multiple|between|by)"
    r" (?:\w+ )?threads?\b",
    re.IGNORECASE,
)
_SETS_UP = re.compile(r"^_*(?:re)?(?:configure|set_?up|init(?:iali[sz]e)?)(?:_|$|(?-i:[A-Z]))|_?fork(?:_|$)", re.IGNORECASE)
_COMMENT_LINES = 5  # above or below a statement, that may speak of it
_SHORT = 30  # lines of a function whose comments all speak of each of its statements
_MAX_CALLERS = 2  # from what ends things to what that calls
_POP_WITH_DEFAULT = 2  # arguments
_ENDS = re.compile(
    r"^_*(?:close(?!d)|stop(?!ped)|shutdown|terminate(?!d)|kill(?!ed)|exit(?!ed)|__a?exit__|dispose|cleanup|teardown|finali[sz]e)"
    r"(?!.*(?:idle|expired|stale|old|unused|dead|finished|done))",
    re.IGNORECASE,
)


def is_alone(function: Function, depth: int = 0) -> bool:
    """Whether nobody else can have the object yet: in `__init__`, and in what only that calls."""
    if function.name in _ALONE or _SETS_UP.search(function.name):
        return True
    if not function.name.startswith("_") or depth == 2:
        return False
    callers = function.module.project.callers(function)
    around = [module.function_around(call) for call, module in callers]
    return bool(around) and all(one is not None and one is not function and is_alone(one, depth + 1) for one in around)


def is_meant(touch: Touch, lock: str, *, flags: bool = False) -> bool:
    """Whether the name, the docstring or a comment says that this is right, or it only sets a flag."""
    function: Function | None = touch.function
    while function is not None:
        if _SAYS_SO.search(function.name):
            return True
        text = None if isinstance(function.node, ast.Lambda) else ast.get_docstring(function.node, clean=False)
        if text and _TELLS.search(text):
            return True
        function = function.module.function_around(function.node)
    if _comments_tell(touch) or _is_held_otherwise(touch, lock) or _base_tells(touch.function):
        return True
    if flags or not touch.writes:
        return False
    statement = touch.module.statement_of(touch.node)
    ends = bool(_ENDS.search(touch.function.name)) or _is_last_act(statement, touch.module)
    match statement:
        case ast.Assign(value=ast.Constant(value=bool() | 1)):
            return True
        case ast.Assign(value=ast.Constant(value=None) | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Call(args=[], keywords=[])):
            return ends
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="clear"))) | ast.Delete():
            return ends
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            return last_name(call) == "pop" and len(call.args) == _POP_WITH_DEFAULT  # one step, whoever comes between
        case _:
            return False


def is_ending(function: Function, depth: int = 0) -> bool:
    """Whether it ends the object, by its name, and only what ends things calls it."""
    if not _ENDS.search(function.name):
        return False
    callers = [home.function_around(call) for call, home in function.module.project.callers(function) if not home.is_test]
    return depth == _MAX_CALLERS or all(caller is None or caller is function or is_ending(caller, depth + 1) for caller in callers)


def _comments_tell(touch: Touch) -> bool:
    """Whether a comment at the statement, or in its function if that is short, speaks of the lock."""
    line, node = touch.node.lineno, touch.function.node
    last = node.end_lineno or line
    lines = range(node.lineno, last + 1) if last - node.lineno <= _SHORT else range(line - _COMMENT_LINES, line + _COMMENT_LINES + 1)
    return any("#" in (text := touch.module.line(number)) and _TELLS.search(text.partition("#")[2]) for number in lines)


def _base_tells(function: Function) -> bool:
    """Whether the method that it takes the place of says in a comment why it goes without the lock."""
    bases = function.module.project.inference.mro(function.cls)[1:] if function.cls is not None else ()
    replaced = (base.methods.get(function.name) for base in bases if isinstance(base, Class))
    return any(
        _TELLS.search(method.module.line(number).partition("#")[2]) is not None
        for method in replaced
        if method is not None
        for number in range(method.node.lineno, (method.node.end_lineno or method.node.lineno) + 1)
    )


def _is_held_otherwise(touch: Touch, lock: str) -> bool:
    """Whether the function lets go of a lock that it didn't take, makes its lock anew, or is called by most with the lock held."""
    function, module = touch.function, touch.module
    locks = module.project.locks
    taken = {locks.key(c.func.value, module) for c in function.calls if isinstance(c.func, ast.Attribute) and c.func.attr == "acquire"}
    for call in function.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "release" and call.lineno > touch.node.lineno:
            key = locks.key(call.func.value, module)
            if key == lock and key not in taken:
                return True
    if function.cls is not None and any(
        module.function_around(binding.node) is function and isinstance(binding.value, ast.Call) and last_name(binding.value) in LOCK_MAKERS
        for bindings in function.cls.attributes.values()
        for binding in bindings
    ):
        return True
    if not function.name.startswith("_"):
        return False
    callers = [
        (call, where)
        for call, where in module.project.callers(function)
        if last_name(call) == function.name and where.is_test <= module.is_test  # a test that tries it out has the object for itself
    ]
    holders = [call for call, where in callers if lock in locks.held(call, where)]
    return bool(holders) and 2 * len(holders) >= len(callers) and not is_handed_out(function)


def _is_last_act(statement: ast.stmt, module: Module) -> bool:
    """Whether it stands in a `finally`."""
    above = module.parent(statement)
    return isinstance(above, TRIES) and module.block_of(statement) is getattr(above, "finalbody", None)
