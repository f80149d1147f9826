"""GIL404 unprotected-acquire."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.candidates import held_from, is_asked_for, is_handler, is_kept, is_own_lock, is_work
from pytest_gilcheck.rules.locks.examples import unprotected_acquire as examples
from pytest_gilcheck.rules.locks.leaving import can_raise, goes_on
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.handling import catches_everything
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import same
from pytest_gilcheck.source.waits import calls_of

_TAKING_BY_DESIGN = frozenset({"acquire", "__enter__", "__aenter__", "lock", "wait", "_acquire", "_acquire_restore", "enter", "__call__"})

_OF_HANDLER = "logging.Handler"  # a kind of lock, so to speak
_OF_PROJECT = "Lock"


class UnprotectedAcquire(SourceRule):
    """Locks that stay locked when something between `acquire()` and `release()` raises."""

    code = "GIL404"
    name = "unprotected-acquire"
    fails_from = None
    page = Page(
        what="""\
A lock or semaphore is acquired, and its `release()` stands in no `finally`. If anything between the two raises, returns or is
cancelled, the lock stays locked.""",
        why="""\
The next thread that wants the lock waits for ever, far from the error that caused it, and the error itself may long be handled. In
asyncio the cancellation of a task at any `await` is enough.""",
        instead="""\
Write `with lock:` (`async with lock:` in asyncio). Where that can't be, put `try:` right behind the `acquire()` and the `release()`
into its `finally`.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
An `acquire` with a timeout, or one that doesn't block, is left alone where its answer is kept in a variable. So is a lock that
another function, a callback or a nested function releases, and one of a class of the project's own that is no lock by its name or
lacks `__enter__`. In tests only code that a worker runs is looked at, and locks of the tested code: the others are about the
lock itself.""",
        references=(
            "[Using locks in the with statement](https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement)",
            "[CWE-667: Improper Locking](https://cwe.mitre.org/data/definitions/667.html)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Unprotected acquisitions in this module."""
        if "acquire" in module.called_names:
            module.project.workers  # noqa: B018  # until they are known, nothing is known of what they are given
        for call in module.calls_to("acquire"):
            if not isinstance(call.func, ast.Attribute) or not (is_kept(call, module) or is_asked_for(call, module)):
                continue
            function = module.function_around(call)
            lock = call.func.value
            if module.is_test and not is_work(function, lock, module):
                continue
            kind = module.project.locks.type_of(lock, module)
            if kind is None and is_handler(lock, module):
                kind = _OF_HANDLER
            if kind is None and is_own_lock(lock, module):
                kind = _OF_PROJECT
            if kind is None or (kind == "" and call.args):
                continue
            found = _Acquisition(call, lock, function, module).suspicion(kind)
            if found is not None:
                yield found


class _Acquisition:
    """One call of `acquire` that holds the lock from there on."""

    def __init__(self, call: ast.Call, lock: ast.expr, function: Function | None, module: Module) -> None:
        self.call, self.lock, self.function, self.module = call, lock, function, module
        self.statement = module.statement_of(call)
        self.block, self.at = held_from(call, module)
        mine = [c for c in calls_of(function, module) if isinstance(c.func, ast.Attribute) and same(c.func.value, lock)]
        self.releases = sorted((c for c in mine if last_name(c) == "release"), key=lambda c: c.lineno)
        self.before = [c for c in mine if last_name(c) == "release" and c.lineno < call.lineno]
        self.taken = sorted(c.lineno for c in mine if last_name(c) == "acquire")

    def suspicion(self, kind: str) -> Suspicion | None:
        if any(c.lineno < self.taken[0] for c in self.before) or self._in_finally():
            return None  # its caller holds it: let go of for a while, and taken back
        lock = ast.unparse(self.lock)
        manager = "async with" if kind.startswith("asyncio.") else "with"
        if not self.releases:
            if kind not in ("", _OF_PROJECT) and is_kept(self.call, self.module) and self._is_left_locked():
                message = f"`{lock}` is acquired here, and no code that was read releases it: the next one that wants it waits for ever."
                return Suspicion(self.call, message, f"Use `{manager} {lock}:` around the code that it guards.")
            return None
        if not is_kept(self.call, self.module) and not self._is_given_back():
            return None  # whether it was taken decides on more than this block
        if self.module.loop_around(self.call) is None and all(c.lineno < self.call.lineno for c in self.releases):
            return None  # what is taken last stays taken on purpose
        if (
            self._is_let_go_of()
            or self._is_handed_over()
            or (self._released_elsewhere() and all(self._is_conditional(c) for c in self.releases))
        ):
            return None
        if kind == _OF_HANDLER or self.call.args or self.call.keywords:
            manager = ""
        release = next((c for c in self.releases if c.lineno > self.call.lineno), self.releases[-1])
        culprit = self._culprit(release)
        message = f"`{lock}` is acquired here and released at line {release.lineno}, but not in a `finally`: "
        if culprit is None:
            message += "if anything in between raises, "
        elif isinstance(culprit, ast.Match) or hasattr(culprit, "body"):
            several = culprit.end_lineno != culprit.lineno
            message += f"if anything in line{f's {culprit.lineno} to {culprit.end_lineno}' if several else f' {culprit.lineno}'} raises, "
        else:
            text = ast.unparse(culprit).partition("\n")[0]
            message += f"if `{text}` (line {culprit.lineno}) raises, "
        message += "the lock stays taken, and the next thread that wants it waits for ever."
        if kind.startswith("asyncio."):
            message = message.replace("the next thread", "the next task").replace(" raises, ", " raises or is cancelled, ")
        guard = "ut `try:` right after the `acquire`, and the `release` into its `finally`."
        advice = f"Use `{manager} {lock}:` instead of `acquire` and `release`; or p{guard}" if manager else f"P{guard}"
        return Suspicion(self.call, message, advice)

    def _is_given_back(self) -> bool:
        """Whether its block releases the lock, and never returns with it."""
        for statement in self.block[self.at + 1 :]:
            if self._is_release(statement):
                return True
            if any(isinstance(part, ast.Return) for part in ast.walk(statement)):
                return False
        return False

    def _in_finally(self) -> bool:
        child: ast.AST = self.call
        for above in self.module.ancestors(self.call):
            if isinstance(above, TRIES) and child in above.finalbody:  # type: ignore[attr-defined]  # of all kinds of try
                return True
            child = above
        return False

    def _is_let_go_of(self) -> bool:
        """Whether a `try` around the acquisition, or right behind it, lets go of the lock in any case."""
        child: ast.AST = self.call
        for above in self.module.ancestors(self.call):
            if isinstance(above, ast.Try | ast.TryStar) and child in above.body and self._releases(above):
                return True
            if isinstance(above, FUNCTIONS):
                break
            child = above
        block, position = self.block, self.at
        caught = breaks = False
        while True:
            above_statement = self.module.parent(block[0])
            behind = [*block[position + 1 :]]
            if isinstance(above_statement, ast.Try) and block is above_statement.body:
                behind += above_statement.orelse
            for following in behind:
                if isinstance(following, ast.Try | ast.TryStar):
                    if self._releases(following) or not goes_on(following):
                        return self._releases(following)
                    caught = True
                    continue
                if self._is_release(following):
                    return caught or following is behind[0] or breaks
                if self._breaks_to_release(following):
                    breaks = True
                elif can_raise(following) and not self._leaves_released(following):
                    return False
            if isinstance(above_statement, ast.ExceptHandler | ast.match_case):
                above_statement = self.module.parent(above_statement)
            if not isinstance(above_statement, ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.Match):
                return False
            block = self.module.block_of(above_statement)
            position = next(i for i, part in enumerate(block) if part is above_statement)

    def _breaks_to_release(self, statement: ast.stmt) -> bool:
        """`if ready: break`, with a `try` behind the loop that lets go of the lock."""
        loop = self.module.loop_around(statement)
        if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], ast.Break) or not isinstance(loop, ast.stmt):
            return False
        block = self.module.block_of(loop)
        behind = block[next(i for i, part in enumerate(block) if part is loop) + 1 :]
        return (
            not can_raise(statement)
            and bool(behind)
            and isinstance(behind[0], ast.Try | ast.TryStar)
            and self._in_block(behind[0].finalbody)
        )

    def _leaves_released(self, statement: ast.stmt) -> bool:
        """`if closed: lock.release(); raise Closed`."""
        if not isinstance(statement, ast.If) or can_raise(ast.copy_location(ast.Expr(statement.test), statement)):
            return False
        for branch in (statement.body, statement.orelse):
            for part in branch:
                if self._is_release(part):
                    break
                if can_raise(part):
                    return False
        return True

    def _is_handed_over(self) -> bool:
        """Whether the function releases the lock once more behind the release that is sure: somebody else took it then."""
        sure = [c for c in self.releases if self.module.block_of(self.module.statement_of(c)) is self.block and c.lineno > self.call.lineno]
        return bool(sure) and any(
            sure[0].lineno < later.lineno and not any(sure[0].lineno < c < later.lineno for c in self.taken) for later in self.releases
        )

    def _releases(self, statement: ast.Try | ast.TryStar) -> bool:
        if self._in_block(statement.finalbody):
            return True
        return any(catches_everything(handler) and self._in_block(handler.body) for handler in statement.handlers)

    def _in_block(self, block: Sequence[ast.stmt]) -> bool:
        looped = isinstance(self.module.loop_around(self.call), ast.For)
        for statement in block:
            for part in ast.walk(statement):
                if not isinstance(part, ast.Call):
                    continue
                if last_name(part) == "release" and isinstance(part.func, ast.Attribute) and (same(part.func.value, self.lock) or looped):
                    return True
                if any(self._is_released_in(callee) for callee in self.module.project.functions_called(part, self.module)):
                    return True
        return False

    def _is_released_in(self, function: Function) -> bool:
        return any(
            last_name(call) == "release" and isinstance(call.func, ast.Attribute) and last_name(call.func.value) == last_name(self.lock)
            for call in function.calls
        )

    def _is_release(self, statement: ast.stmt) -> bool:
        return isinstance(statement, ast.Expr) and statement.value in self.releases

    def _is_conditional(self, call: ast.Call) -> bool:
        asked = [above.test for above in self.module.ancestors(self.call) if isinstance(above, ast.If)]
        for above in self.module.ancestors(call):
            if isinstance(above, FUNCTIONS):
                return False
            if self.module.is_within(self.call, above):
                return False
            if isinstance(above, ast.If | ast.ExceptHandler):
                return not (isinstance(above, ast.If) and any(ast.unparse(above.test) == ast.unparse(test) for test in asked))
        return False

    def _released_elsewhere(self) -> bool:
        """Whether other code, a callback or a nested function releases a lock of that name."""
        name = last_name(self.lock)
        return any(
            node not in [c.func for c in self.releases] and last_name(node.value) == name
            for module in self.module.project.naming(f"{name}.release")
            for node in module.attribute_nodes("release")
        )

    def _is_left_locked(self) -> bool:
        """Whether the lock is one that only code which was read can reach, and none of it releases it."""
        function = self.function
        if self.module.is_test or function is None or function.name.strip("_") in {name.strip("_") for name in _TAKING_BY_DESIGN}:
            return False
        if not isinstance(self.lock, ast.Attribute) or self._released_elsewhere():
            return False
        if not (isinstance(self.lock.value, ast.Name) and self.lock.value.id == function.self_name):
            return False
        for module in self.module.project.naming(f".{self.lock.attr}"):
            for node in module.attribute_nodes(self.lock.attr):
                above = module.parent(node)
                if isinstance(node.ctx, ast.Load) and not isinstance(above, ast.Attribute | ast.withitem):
                    return False  # somebody else gets it
        return True

    def _culprit(self, release: ast.Call) -> ast.stmt | None:
        """The first statement between the two that can raise."""
        for statement in self.block:
            if self.call.lineno < statement.lineno <= release.lineno and not self._is_release(statement) and can_raise(statement):
                return statement
        return None
