"""GIL403 lock-order-inversion."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.crossings import Crossing, crossings_in
from pytest_gilcheck.rules.locks.examples import lock_order_inversion as examples
from pytest_gilcheck.source.lock_order import Inversion, Nesting
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion


class LockOrderInversion(SourceRule):
    """Locks that are taken in one order here and in another there."""

    code = "GIL403"
    name = "lock-order-inversion"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""\
Two locks are taken in both orders: one piece of code holds A and takes B, another holds B and takes A (or more locks form such a
ring). The inner one may be taken in the same function, by a nested `with` or `acquire()`, or by a function that is called while
the outer one is held. The same happens with two objects of one class, in `transfer(a, b)` that takes the lock of `a` and then that
of `b`.""",
        why="""\
If one thread has A and waits for B while another has B and waits for A, both wait for ever, and with them everybody who wants
either lock. It takes a moment's coincidence, so tests rarely see it, and the program just stops.""",
        instead="""\
Take the locks in the same order everywhere. For objects that are alike, sort them by something that never changes before you lock
them. Or let one lock guard both, or leave the first before you take the second.""",
        observed="Not observed while tests run in this version: the finding rests on the source, and is a warning.",
        limits="""\
Locks are told by the variable or attribute they are kept in, so two objects of a class count as one lock unless both stand in one
function; where nothing tells the class of an object, its name does (`sensor.lock` for the class `Sensor`). Each place that belongs to
the ring is told, three of a kind at most. Locks that a function takes for its caller (`def take(): lock.acquire()`) are not seen. Calls
are followed over four functions. Silent where one lock is held around both orders, where only one thread comes to
both, and where the inner lock is taken with a timeout or without waiting.""",
        references=(
            "[CWE-833: Deadlock](https://cwe.mitre.org/data/definitions/833.html)",
            "[Lock order checking in Linux (lockdep)](https://docs.kernel.org/locking/lockdep-design.html)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Acquisitions in this module that stand in an order of which there is another."""
        order = module.project.lock_order
        if not order.acquisitions.of_module(module):
            return
        for inversion, shown in order.inversions.get(module, ()):
            yield _suspicion(inversion, shown)
        for crossing in crossings_in(module):
            yield _crossed(crossing)


def _suspicion(inversion: Inversion, shown: Nesting) -> Suspicion:
    others = [nesting for nesting in inversion.nestings if nesting is not shown]
    outer, inner = _short(shown.outer), _short(shown.inner_key)
    message = f"{_where(shown)} takes `{inner}` while it holds `{outer}`{_through(shown)}; "
    message += "; ".join(
        f"{_where(other)} takes `{_short(other.inner_key)}` while it holds `{_short(other.outer)}`{_through(other)} ({_place(other)})"
        for other in others
    )
    message += ". Each can have what the other waits for, and then none of them ever goes on."
    advice = f"Take `{outer}` and `{inner}` in one order everywhere, or leave the first before you take the second."
    if len(others) > 1:
        names = ", ".join(f"`{name}`" for name in sorted({_short(nesting.outer) for nesting in inversion.nestings}))
        advice = f"Take {names} in one order everywhere."
    return Suspicion(shown.inner.node, message, advice, None, tuple(f"{_place(o)} takes them the other way round" for o in others))


def _crossed(crossing: Crossing) -> Suspicion:
    first, second, function = crossing.outer, crossing.inner, crossing.function
    if crossing.ring:
        message = (
            f"`{function.qualname}` takes `{first}` and then `{second}`, which is somebody else's first one: "
            "when all of them have their first, each waits for the next, and none ever goes on."
        )
        advice = "Let each take the one with the smaller index first, or hold one lock around taking both."
    else:
        message = (
            f"`{function.qualname}` takes `{first}` and then `{second}`; called at the same time with the two objects the other way round, "
            "each call has the lock that the other waits for, and neither ever goes on."
        )
        advice = "Take the two locks in an order that doesn't depend on the caller: sort the objects by `id` or another fixed key first."
    return Suspicion(crossing.node, message, advice)


def _where(nesting: Nesting) -> str:
    return f"`{nesting.function.qualname}`" if nesting.function is not None else "The code of the module"


def _through(nesting: Nesting) -> str:
    return f" (in `{nesting.chain[-1].qualname}`, which it calls at line {getattr(nesting.place, 'lineno', 0)})" if nesting.chain else ""


def _place(nesting: Nesting) -> str:
    return f"{nesting.inner.module.path}:{nesting.inner.line}"


def _short(key: str) -> str:
    """The lock as a reader knows it: `Bank.lock` for an attribute, else its name."""
    kind, _, rest = key.partition(" ")
    owner, _, name = rest.rpartition(" ")
    return f"{owner.rpartition(':')[2].rpartition('.')[2]}.{name}" if kind == "attribute" else name
