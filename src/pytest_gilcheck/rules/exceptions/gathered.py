"""`gather(return_exceptions=True)` whose result nobody looks into."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.exceptions.outcomes import CLEANING_UP, is_asked_elsewhere, is_cleaning_up
from pytest_gilcheck.rules.exceptions.silence import allows_failure
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.handling import cannot_fail
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import Suspicion
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import UseKind
from pytest_gilcheck.source.values import External

# Giving up work that belongs to somebody else is work itself, and its failure news.
_ABANDONS = re.compile(r"_*abort", re.IGNORECASE)


def _abandons(call: ast.Call) -> bool:
    return any(isinstance(node, ast.Call) and node is not call and _ABANDONS.match(last_name(node)) for node in ast.walk(call))


def gathered(call: ast.Call, module: Module) -> Iterator[Suspicion]:
    """What GIL204 says of one call of a function named gather; in tests, where failing on purpose is common, it is a warning."""
    flag = argument(call, len(call.args), "return_exceptions")
    if not (isinstance(flag, ast.Constant) and flag.value is True):
        return
    if not any(isinstance(v, External) and v.name == "asyncio.gather" for v in module.project.values(call.func, module)):
        return
    awaited = waiting_around(call, module)
    if awaited is None:
        return  # a future that others await
    uses = uses_of(awaited, module, depth=1)
    if (name := _filtered(awaited, module)) is not None and not module.is_test:
        yield Suspicion(
            call,
            f"`gather(return_exceptions=True)` puts exceptions into the list that it returns, and all that is taken of `{name}` are the "
            "items that are none: nobody sees the exceptions.",
            "Log each item that is an exception before it is left out.",
            Level.WARNING,
        )
        return
    if any(use.kind not in (UseKind.DROPPED, UseKind.BOUND) and use.name not in ("builtins.len", "builtins.bool") for use in uses):
        return
    if (
        is_cleaning_up(call, module)
        or _is_about_cancelled(call, module)
        or not _may_fail(call, module)
        or _is_told_by_callbacks(call, module)
        or allows_failure(call, module)
    ):
        return
    kept = next((use.name for use in uses if use.kind is UseKind.BOUND), None)
    what = "this list is thrown away" if kept is None else f"nobody looks into it (`{kept}`)"
    yield Suspicion(
        call,
        f"`gather(return_exceptions=True)` raises nothing: it puts exceptions into the list that it returns, and {what}. Nobody sees them.",
        "Leave `return_exceptions` out, so that the first exception is raised; or go through the list and log each item that is an "
        "exception (`isinstance(item, BaseException)`).",
        Level.WARNING if module.is_test or _abandons(call) or isinstance(awaited, ast.Call) else None,
    )


def _filtered(awaited: ast.expr, module: Module) -> str | None:
    """The variable that holds the results, if all that is done with it is to take those that are no exceptions."""
    statement = module.parent(awaited)
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    owner = module.scope_at(target).owner(target.id) if isinstance(target, ast.Name) else None
    if not isinstance(target, ast.Name) or owner is None or owner.parent is None:
        return None
    reads = list(owner.uses(target.id))
    filters = [_filter_over(read, module) for read in reads]
    taken = [found for found in filters if found is not None]
    if not taken:
        return None
    again = min((getattr(found, "lineno", 0) for found in taken if _is_bound_again(found, target, module)), default=None)
    others = [read for read, found in zip(reads, filters, strict=True) if found is None and (again is None or read.lineno <= again)]
    return None if others else target.id


def _filter_over(read: ast.Name, module: Module) -> ast.AST | None:
    """The comprehension `[x for x in results if not isinstance(x, Exception)]` over the name."""
    loop = module.parent(read)
    if not isinstance(loop, ast.comprehension) or loop.iter is not read or len(loop.ifs) != 1:
        return None
    test = loop.ifs[0]
    excluded = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else None
    if not isinstance(excluded, ast.Call) or last_name(excluded) != "isinstance" or len(excluded.args) != 2:
        return None
    return module.parent(loop) if last_name(excluded.args[1]) in ("Exception", "BaseException") else None


def _is_bound_again(comprehension: ast.AST, target: ast.Name, module: Module) -> bool:
    """Whether what is left goes by the same name from there on."""
    statement = module.parent(comprehension)
    return isinstance(statement, ast.Assign) and any(isinstance(t, ast.Name) and t.id == target.id for t in statement.targets)


def waiting_around(call: ast.Call, module: Module) -> ast.expr | None:
    """What waits for the awaitable that the call gives, and has its result: an `await` or `run_until_complete`; `None` if neither."""
    at: ast.AST | None = module.parent(call)
    if isinstance(at, ast.Call) and last_name(at) in ("wait_for", "shield"):
        at = module.parent(at)
    return at if isinstance(at, ast.Await) or (isinstance(at, ast.Call) and last_name(at) == "run_until_complete") else None


def _is_about_cancelled(call: ast.Call, module: Module) -> bool:
    """Whether the tasks were given up before, so that this only waits for their end, or are asked somewhere else."""
    function = module.function_around(call)
    if function is not None and any(last_name(c) == "cancel" or "cancel" in last_name(c).lower() for c in function.calls):
        return True
    for part in call.args:
        inner = part.value if isinstance(part, ast.Starred) else part
        if not isinstance(inner, ast.ListComp | ast.GeneratorExp) and is_asked_elsewhere(part, module, call):
            return True
    return False


def _is_told_by_callbacks(call: ast.Call, module: Module) -> bool:
    """Whether the tasks were collected from functions that give each of them a done callback."""
    function = module.function_around(call)
    names = {part.value.id for part in call.args if isinstance(part, ast.Starred) and isinstance(part.value, ast.Name)}
    makers = [
        made.args[0]
        for made in (function.calls if function is not None else ())
        if last_name(made) in ("append", "extend")
        and isinstance(made.func, ast.Attribute)
        and last_name(made.func.value) in names
        and made.args
    ]
    return bool(makers) and all(
        isinstance(maker, ast.Call)
        and any(
            last_name(inner) == "add_done_callback" for found in module.project.functions_called(maker, module) for inner in found.calls
        )
        for maker in makers
    )


def _may_fail(call: ast.Call, module: Module) -> bool:
    """Whether any of the coroutines may raise something that it doesn't deal with by itself."""
    for part in call.args:
        inner: ast.expr = part.value if isinstance(part, ast.Starred) else part
        if isinstance(inner, ast.Name):
            owner = module.scope_at(inner).owner(inner.id)
            bound = [b.value for b in module.bindings(owner, inner.id)] if owner is not None else []
            inner = bound[0] if len(bound) == 1 and bound[0] is not None else inner
        if isinstance(inner, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            inner = inner.elt
        if not isinstance(inner, ast.Call):
            return True
        if CLEANING_UP.search(last_name(inner)) and not _ABANDONS.match(last_name(inner)):
            continue
        values = module.project.values(inner.func, module)
        if not values or not all(cannot_fail(value, module.project) for value in values):
            return True
    return False
