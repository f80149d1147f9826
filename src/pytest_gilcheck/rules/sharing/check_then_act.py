"""GIL402 check-then-act."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.sharing.advice import lock_advice, meeting_words
from pytest_gilcheck.rules.sharing.checks import Check, checks_in, recheck_under_lock
from pytest_gilcheck.rules.sharing.examples import check_then_act as examples
from pytest_gilcheck.rules.sharing.harm import is_said_once, matters
from pytest_gilcheck.rules.sharing.late_locks import lock_taken_too_late
from pytest_gilcheck.rules.sharing.outside_callers import beside_itself, is_worth_a_look, signs_of, why_checked_at_once
from pytest_gilcheck.rules.sharing.rest_of_program import why_beside_the_rest
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.sharing import Access, Meeting
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.updates import same

# Names of what is held open, or asked for once.
_HELD = re.compile(r"session|conn|client|pool|socket|channel|transport|token|lock|task$", re.IGNORECASE)
_BROAD = frozenset({"Exception", "BaseException"})
_EXPECTED = {
    "take": frozenset({"IndexError", "KeyError", "Empty", "LookupError"}) | _BROAD,
    "put": frozenset({"Full"}) | _BROAD,
    "remove": frozenset({"KeyError", "ValueError", "LookupError", "IndexError"}) | _BROAD,
    "create": frozenset({"FileExistsError", "OSError", "IOError", "EnvironmentError"}) | _BROAD,
    "delete": frozenset({"FileNotFoundError", "OSError", "IOError", "EnvironmentError"}) | _BROAD,
}
_CONSEQUENCE = {
    "insert": "both find it missing, and the second overwrites what the first put there",
    "remove": "both find it there, and the second fails",
    "set": "both pass the check, and the second overwrites what the first has set",
    "take": "both see the last element, and the one that takes second fails because nothing is left",
    "put": "both see the last free place, and the second finds none",
    "create": "both find it missing, and both create it",
    "delete": "both find it there, and the second fails",
}
_DONE = {
    "insert": "filled",
    "remove": "removed",
    "set": "set",
    "take": "taken from",
    "put": "put into",
    "create": "created",
    "delete": "deleted",
}
_INSTEAD = {
    "insert": "Use one step, such as `setdefault`, which keeps what is there already. ",
    "remove": "Use one step that may fail quietly, such as `pop(key, None)` or `discard`. ",
    "set": "",
    "take": "Take without a check and catch the exception (`IndexError` for a list or deque, `KeyError` for a set, `queue.Empty`). ",
    "put": "Put without a check and catch `queue.Full`. ",
    "create": 'Create in one step (`exist_ok=True`, mode `"x"`) and handle FileExistsError. ',
    "delete": "Delete in one step (`missing_ok=True`) or handle FileNotFoundError. ",
}


class CheckThenAct(SourceRule):
    """Checks of shared things whose outcome another worker may have changed before the act."""

    code = "GIL402"
    name = "check-then-act"
    fails_from = Evidence.PROVED
    page = Page(
        what="""\
A worker looks at something that it shares with other workers, and then acts on what it saw, with no lock held over both. The
forms are `if key not in d: d[key] = …`, `if x is None: x = make()`, `if q: q.pop()`, `if not q.empty(): q.get_nowait()`,
`if not exists(path): open(path, "w")`, and `try: d[key]` with `except KeyError: d[key] = …`. A lock that is taken only after
the check (`if x is None: with lock: x = make()`) doesn't help.""",
        why="""\
Between the check and the act another thread can do the same: two connections where one was meant, an entry that is overwritten,
an IndexError from a list that was just seen to have an element. It happens with the GIL too, whenever a call stands in
between.""",
        instead="""\
Do it in one step: `setdefault`, `pop(key, None)`, `exist_ok=True`, `try: q.get_nowait()` with `except queue.Empty`. Or hold one
lock around check and act. A check without the lock is fine if it is made again under the lock.""",
        observed="Not observed while tests run in this version: the finding rests on the source, and is a warning.",
        limits="""\
What two threads share is told as for GIL401 (unlocked-counter), by signs as well, but then only where a second lock, thread,
connection, identity or other thing with a state would be made, where something that was just filled would be replaced, or where
the second one fails. A thing that is made for threads (a lock, a pool, an object that starts a thread) and made on demand is
told wherever it is; so are singletons of a project that starts threads, and checks before a lock that are not made again
under it. Some of these are harmless, because making the thing twice costs only time; the source doesn't tell, so this stays a
warning. Properties and methods of the same object are followed one step, other functions in which the act stands are not. Tasks
of asyncio are told only where an `await` stands between check and act.""",
        references=(
            "[CWE-367: Time-of-check Time-of-use Race Condition](https://cwe.mitre.org/data/definitions/367.html)",
            "[EAFP in the Python glossary](https://docs.python.org/3/glossary.html#term-EAFP)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Checks of shared things in this module."""
        sharing = module.project.sharing
        promised = is_worth_a_look(module)
        if not promised and not sharing.concerns(module):
            return
        found = checks_in(module, sharing.concerns_node, also_outside=promised)
        checks = [check for check in found if not _is_handled(check)]
        told: set[ast.AST] = set()
        for check in checks:
            if recheck_under_lock(check) or _is_counted_elsewhere(check) or is_said_once(check):
                continue
            if _stores_what_it_compares(check):
                if promised and check.node not in told and (lock := _late(check)) is not None:
                    yield _too_late(check, lock)
                    told.add(check.node)
                continue
            access = _access(check)
            kinds = _kinds(check)
            rivals = [_access(other) for other in checks if other is not check and other.node is not check.node]
            meeting = sharing.meeting(access, rivals, *kinds)
            if meeting is not None and _is_worth_of_tasks(check, meeting):
                yield self._suspicion(check, access, meeting)
                told.add(check.node)
            elif promised and check.node not in told and (outside := self._elsewhere(check, access)) is not None:
                yield outside
                told.add(check.node)

    def _elsewhere(self, check: Check, access: Access) -> Suspicion | None:
        """Where nothing in sight starts the threads, but the code says that there are some."""
        if (lock := _late(check)) is not None:
            return _too_late(check, lock)
        why = why_checked_at_once(check)
        if why is None and check.wanted.doing in ("insert", "set"):
            why = beside_itself(access, WorkerKind.THREAD) or (why_beside_the_rest(access) if matters(check) else None)
        return self._outside(check, why) if why is not None else None

    def _outside(self, check: Check, why: str) -> Suspicion:
        function = check.module.function_around(check.node)
        name = function.qualname if function is not None else "<module>"
        doing, act = check.wanted.doing, getattr(check.act.node, "lineno", 0)
        target, consequence, instead = check.wanted.target, _CONSEQUENCE[doing], _INSTEAD[doing]
        if isinstance(check.act.node, ast.Call) and last_name(check.act.node) == "append":
            target, consequence, instead = check.wanted.container, "both find it missing, and it is there twice", ""
        message = (
            f"`{ast.unparse(target)}` is checked here and {_DONE[doing]} in line {act} with no lock held over both; {why}. "
            f"If two threads are in `{name}` at once, {consequence}."
        )
        advice = f"old one lock around the check and line {act} together, or make the check again under the lock."
        advice = f"{instead}Or h{advice}" if instead else f"H{advice}"
        return Suspicion(check.node, message, advice)

    def _suspicion(self, check: Check, access: Access, meeting: Meeting) -> Suspicion:
        doing, target = check.wanted.doing, check.wanted.target
        act = getattr(check.act.node, "lineno", 0)
        locked = bool(check.module.project.locks.held(check.act.node, check.module))
        lock = "under a lock that is not held at the check" if locked else "with no lock held over both"
        words = meeting_words(meeting, access)
        message = (
            f"`{ast.unparse(target)}` is checked here and {_DONE[doing]} in line {act}, {lock}. "
            f"{words[0].upper()}{words[1:]}: {_CONSEQUENCE[doing]}."
        )
        if locked:
            advice = f"Make the check again under the lock, right before line {act}."
        else:
            advice = lock_advice(target, access, meeting, what=f"the check and line {act} together")
            if _INSTEAD[doing]:
                advice = f"{_INSTEAD[doing]}Or {advice[0].lower()}{advice[1:]}"
        return Suspicion(check.node, message, advice, None, (f"{meeting.reach.start.place} starts {meeting.reach.describe()}",))


def _kinds(check: Check) -> tuple[WorkerKind, ...]:
    """In which workers another one may come between check and act."""
    if check.wanted.doing in ("create", "delete"):
        return (WorkerKind.THREAD, WorkerKind.PROCESS)
    module, function = check.module, check.module.function_around(check.node)
    if function is None or not function.is_async:
        return (WorkerKind.THREAD,)
    between = any(module.function_around(node) is function and _is_between(node, check) for node in module.nodes(ast.Await))
    return (WorkerKind.THREAD, WorkerKind.TASK) if between else (WorkerKind.THREAD,)


def _is_worth_of_tasks(check: Check, meeting: Meeting) -> bool:
    """Whether tasks are made at once in one place, and make something of which one is wanted; looking a value up twice costs time."""
    if meeting.reach.start.kind is not WorkerKind.TASK:
        return True
    one_place = meeting.repetition is not None and meeting.repetition.frame == 0
    return one_place and (matters(check) or (check.wanted.doing == "set" and _HELD.search(last_name(check.target)) is not None))


def _is_between(node: ast.Await, check: Check) -> bool:
    """Whether the coroutine comes by the `await` on its way from the check to the act."""
    first, act = getattr(check.node, "lineno", 0), check.act.node
    if not first <= node.lineno <= getattr(act, "end_lineno", 0):
        return False
    branches = (check.node.body, check.node.orelse) if isinstance(check.node, ast.If) else ()
    around = [branch for branch in branches if any(check.module.is_within(node, one) for one in branch)]
    return all(any(check.module.is_within(act, one) for one in branch) for branch in around)


def _late(check: Check) -> str | None:
    """The lock that is taken between check and act, where more than one thread may come there."""
    function = check.module.function_around(check.node)
    lock = lock_taken_too_late(check)
    if lock is None or function is None or signs_of(check.module.project).is_for_one_thread(function):
        return None
    return lock


def _too_late(check: Check, lock: str) -> Suspicion:
    act = getattr(check.act.node, "lineno", 0)
    message = (
        f"`{ast.unparse(check.target)}` is checked here, before `{lock}` is taken, and {_DONE[check.wanted.doing]} in line {act} under it. "
        "Two threads can both pass the check; the second waits for the lock and then does it all again."
    )
    return Suspicion(check.node, message, f"Make the check again under `{lock}`, before line {act}.")


def _access(check: Check) -> Access:
    return Access(check.node, check.target, check.module, check.wanted.inside)


def _is_counted_elsewhere(check: Check) -> bool:
    """An update in the same line is GIL401's."""
    return isinstance(check.act.node, ast.AugAssign) and check.act.node.lineno == getattr(check.node, "lineno", 0)


def _stores_what_it_compares(check: Check) -> bool:
    """`if self.host != host: self.host = host`: who comes second stores the same."""
    test, act = getattr(check.node, "test", None), check.act.node
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotEq | ast.IsNot) or not isinstance(act, ast.Assign):
        return False
    sides = (test.left, test.comparators[0])
    return any(same(act.value, side) for side in sides) and any(same(act.targets[0], side) for side in sides)


def _is_handled(check: Check) -> bool:
    """Whether the code expects to come second, and handles it."""
    expected = _EXPECTED.get(check.wanted.doing)
    if expected is None:
        return False
    child: ast.AST = check.act.node
    for above in check.module.ancestors(child):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try | ast.TryStar) and child in above.body:
            caught = set().union(*(_names(handler.type) if handler.type is not None else _BROAD for handler in above.handlers))
        else:
            caught = _suppressed(above) if isinstance(above, ast.With) else set()
        if caught & expected:
            return True
        child = above
    return False


def _suppressed(statement: ast.With) -> set[str]:
    calls = (item.context_expr for item in statement.items if last_name(item.context_expr) in ("suppress", "raises"))
    return {name for call in calls if isinstance(call, ast.Call) for arg in call.args for name in _names(arg)}


def _names(node: ast.expr) -> set[str]:
    return {last_name(part) for part in (node.elts if isinstance(node, ast.Tuple) else [node])}
