"""GIL402 check-then-act."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.sharing.advice import lock_advice, meeting_words
from pytest_gilcheck.rules.sharing.checks import Check, checks_in, recheck_under_lock
from pytest_gilcheck.rules.sharing.examples import check_then_act as examples
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.sharing import Access, Meeting
from pytest_gilcheck.source.starts import WorkerKind

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
    "set": "both pass the check, and both act",
    "take": "both see the last element, and the second finds nothing",
    "put": "both see the last free place, and the second finds none",
    "create": "both find it missing, and both create it",
    "delete": "both find it there, and the second fails",
}
_INSTEAD = {
    "insert": "Use one step, such as `setdefault` or `functools.lru_cache`. ",
    "remove": "Use one step that may fail quietly, such as `pop(key, None)` or `discard`. ",
    "set": "",
    "take": "Take at once and handle the empty case (`except IndexError`, `except queue.Empty`). ",
    "put": "Put at once and handle the full case (`except queue.Full`). ",
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
`if not exists(path): open(path, "w")`, and `try: d[key]` with `except KeyError: d[key] = …`.""",
        why="""\
Between the check and the act another thread can do the same: two connections where one was meant, an entry that is overwritten,
an IndexError from a list that was just seen to have an element. It happens with the GIL too, whenever a call stands in
between.""",
        instead="""\
Do it in one step: `setdefault`, `pop(key, None)`, `exist_ok=True`, `try: q.get_nowait()` with `except queue.Empty`. Or hold one
lock around check and act. A check without the lock is fine if it is made again under the lock.""",
        observed="Not observed while tests run in this version: the finding rests on the source, and is a warning.",
        limits="""\
What two threads share is told as for GIL401 (unlocked-counter). Some of these are harmless, because making the thing twice costs
only time; the source doesn't tell, so this stays a warning. Checks whose act stands in another function are not followed.""",
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
        if not sharing.concerns(module):
            return
        checks = [check for check in checks_in(module, sharing.concerns_node) if not _is_handled(check)]
        for check in checks:
            if recheck_under_lock(check) or _is_counted_elsewhere(check):
                continue
            access = _access(check)
            kinds = (WorkerKind.THREAD, WorkerKind.PROCESS) if check.wanted.doing in ("create", "delete") else (WorkerKind.THREAD,)
            rivals = [_access(other) for other in checks if other is not check and other.node is not check.node]
            meeting = sharing.meeting(access, rivals, *kinds)
            if meeting is not None:
                yield self._suspicion(check, access, meeting)

    def _suspicion(self, check: Check, access: Access, meeting: Meeting) -> Suspicion:
        doing, target = check.wanted.doing, check.wanted.target
        act = getattr(check.act.node, "lineno", 0)
        locked = bool(check.module.project.locks.held(check.act.node, check.module))
        lock = f"the lock is only taken for the act in line {act}" if locked else "no lock is held over both"
        message = (
            f"`{ast.unparse(target)}` is checked here and acted on in line {act}, but {meeting_words(meeting, access)}, and {lock}: "
            f"{_CONSEQUENCE[doing]}."
        )
        if locked:
            advice = "Make the check again under the lock, before the act."
        else:
            advice = _INSTEAD[doing] + lock_advice(target, access, meeting, what="check and act together")
        return Suspicion(check.node, message, advice, None, (f"{meeting.reach.start.place} starts {meeting.reach.describe()}",))


def _access(check: Check) -> Access:
    return Access(check.node, check.target, check.module, check.wanted.inside)


def _is_counted_elsewhere(check: Check) -> bool:
    """An update in the same line is GIL401's."""
    return isinstance(check.act.node, ast.AugAssign) and check.act.node.lineno == getattr(check.node, "lineno", 0)


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
