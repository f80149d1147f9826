"""GIL405 inconsistent-lock."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.bare_reads import spoiling_reads
from pytest_gilcheck.rules.locks.decisions import bare_decisions
from pytest_gilcheck.rules.locks.examples import inconsistent_lock as examples
from pytest_gilcheck.rules.locks.reread import read_again
from pytest_gilcheck.source.bare_touches import BareTouch
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.touches import Touch


class InconsistentLock(SourceRule):
    """Attributes and variables that are guarded by a lock in most places, and changed without it in one."""

    code = "GIL405"
    name = "inconsistent-lock"
    fails_from = None
    page = Page(
        what="""\
An attribute of a class, or a variable of a module, is read and changed under a lock in most places, and changed without it (or with
another lock held) in one that runs beside them. Also found: a loop over a container that others change under the lock (`sum`, `deepcopy`
and `json.dumps` of it, too); a value that is changed under the lock and read again behind it, for the result or a decision; one that is
read bare and then reset under the lock; an object that is used bare while others set it to None under the lock; a look-up in a cache that
isn't thread-safe (`cachetools`, `sortedcontainers`); and a decision that rests on two values which others change together.""",
        why="""\
A lock protects only if everybody takes it. The one bare change can come between the steps of a guarded one: an update is lost, an
invariant that the lock keeps breaks, or a loop fails with "changed size during iteration".""",
        instead="""\
Take the same lock in the bare place too. Where the caller holds it already, say so in the name (`_reset_locked`) or in the
docstring. For a loop, copy the container under the lock and loop over the copy.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
At least two accesses under one lock, in two functions, and twice as many as bare changes make a variable a guarded one; or one `with`
that does nothing else than to change it. Where nothing starts a thread, functions of a class or module that has a lock of its own count
as run by several. Other bare reads are left alone: most of them want a snapshot, such as `list(self.names)`, or a number for a report.
So are single stores where nobody computes the value from its old one, what half of the callers or more guard, `__init__`, what runs
before the first thread starts or after the last one is joined, flags that are set to True or False, private functions whose callers all
hold the lock or that nobody calls, what is used in a `try` that is ready for None, and places whose name, docstring or comment speaks of
the lock. Two objects of a class count as one.""",
        references=(
            "[CWE-820: Missing Synchronization](https://cwe.mitre.org/data/definitions/820.html)",
            "[RacerD: inconsistent locking](https://fbinfer.com/docs/checker-racerd)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Bare changes of guarded variables in this module."""
        if module.is_test and not module.project.sharing.concerns(module):
            return
        spots, guarded = module.project.lock_order.spots, module.project.lock_order.guarded
        for variables in guarded.of(module):
            yield from bare_decisions(variables.touches, variables.locks, module, spots)
            for touches in variables.touches.values():
                yield from read_again(touches, variables.locks, module)
                yield from spoiling_reads(touches, variables.locks, module, spots)
        for bare in guarded.bare(module):
            yield _suspicion(bare)


def _suspicion(bare: BareTouch) -> Suspicion:
    touch, known, others = bare.touch, bare.known, bare.others
    variable = ast.unparse(touch.node)
    lock = known.lock.rpartition(" ")[2]
    statement = ast.unparse(touch.module.statement_of(touch.node)).partition("\n")[0]
    sites: dict[Function, Touch] = {}
    for place in sorted(known.places, key=lambda p: (p.module.path, p.node.lineno)):
        sites.setdefault(place.function, place)
    told = ", ".join(f"`{function.name}` line {p.node.lineno}" for function, p in list(sites.items())[:3])
    more = f" and {len(sites) - 3} more" if len(sites) > 3 else ""
    own = isinstance(touch.node, ast.Attribute)
    base = f"{ast.unparse(touch.node.value)}." if isinstance(touch.node, ast.Attribute) and known.lock.startswith("attribute") else ""
    if touch.how == "loop":
        does, risk = "loops over", "can change it during the loop, which then skips items or raises RuntimeError"
    else:
        does, risk = "changes", "can run at the same time under that lock, and sees it change in the middle of its work"
    instead = f"with `{min(touch.held).rpartition(' ')[2]}` held and not `{base}{lock}`" if touch.held else f"without `{base}{lock}`"
    message = (
        f"`{statement}` {does} `{variable}` {instead}, which guards it elsewhere ({told}{more}). `{others[0].function.qualname}` {risk}."
    )
    if touch.how == "loop":
        advice = f"Copy it under the lock (`with {base}{lock}:`) and loop over the copy."
    else:
        advice = f"Hold the lock here too: `with {base}{lock}:`."
    if own and touch.function.name.startswith("_"):
        advice += " If every caller holds it, say so in the function's name or docstring."
    return Suspicion(touch.module.statement_of(touch.node), message, advice)
