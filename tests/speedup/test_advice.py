"""Advice for callables whose cost is made up, on a clock that moves when they run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pytest_gilcheck.model.speedup import Advice
from pytest_gilcheck.speedup.advice import Nature, Situation, advise, advise_from, choose, classify, decide
from pytest_gilcheck.speedup.trial import Instruments, Trial, process_start_s, run_together, try_out


def echo(item: Any) -> Any:
    """Give back what was given; at the top of a module, so it can be pickled."""
    return item


def fail(item: Any) -> Any:
    """Raise what was given."""
    raise item


@dataclass
class Laboratory:
    """A call that takes `call_s`, `share` of it on a CPU, and holds the lock (or not); two at once on so many CPUs.

    The machine keeps a call waiting for a CPU for `queued_share` of its time besides.
    """

    call_s: float
    share: float = 1.0
    holds: bool = True
    cpus: float = 2.0
    queued_share: float = 0.0
    now: float = 50.0
    cpu: float = 3.0
    queued: float = 0.0
    calls: list[Any] = field(default_factory=list)
    together_calls: int = 0
    _in_pair: bool = False

    def call(self, item: Any) -> Any:
        if self._in_pair:
            self.together_calls += 1
            return item
        self.calls.append(item)
        self.now += self.call_s * (1 + self.queued_share)
        self.cpu += self.call_s * self.share
        self.queued += self.call_s * self.queued_share
        return item

    def together(self, first: Callable[[], None], second: Callable[[], None]) -> None:
        self._in_pair, before = True, self.together_calls
        first()
        second()
        self._in_pair = False
        repeats = (self.together_calls - before) / 2
        cpu_s = 2 * self.call_s * self.share * repeats
        at_once = 1.0 if self.holds else min(2.0, self.cpus)
        self.now += max(self.call_s * repeats, cpu_s / at_once)
        self.cpu += cpu_s

    def instruments(self) -> Instruments:
        return Instruments(lambda: self.now, lambda: self.cpu, lambda: self.queued, self.together)

    def advise(self, items: list[Any], **situation: Any) -> Advice:
        """Advice for this call. It can be pickled: what it does is looked up here."""
        trial = try_out(self.call, items, 10.0, self.instruments())
        trial = Trial(trial.items, trial.durations_s, trial.cpus_s, trial.pair_cpus, situation.pop("pickle_s", 1e-5), 100)
        return decide(trial, self.situation(**situation))

    def situation(self, **changed: Any) -> Situation:
        return replace(Situation(2, self.cpus, True, start_s=lambda: 0.1), **changed)

    def nature(self, **changed: Any) -> Nature:
        return classify(try_out(self.call, list(range(20)), 10.0, self.instruments()), self.situation(**changed))


def test_waiting() -> None:
    """A call that hardly needs a CPU waits: threads, as many at once as there are workers; no process is started to find out."""
    advice = Laboratory(0.1, share=0.01).advise(list(range(32)), workers=8, start_s=lambda: pytest.fail("not asked"))
    assert advice.tool == "threads"
    assert advice.predicted["threads"] == pytest.approx(8.0, rel=0.02)
    assert str(advice) == "A call takes 100 ms, 1% of it on a CPU, so it waits: use threads, for about 8.0× over 32 items."
    assert Laboratory(0.1, share=0.01).advise(list(range(32))).measured["workers"] == 6


def test_computing_with_the_lock() -> None:
    """Two calls at once that use one CPU together hold the GIL: processes, with their start taken off."""
    advice = Laboratory(0.1).advise(list(range(40)))
    assert advice.tool == "processes"
    assert advice.predicted["processes"] == pytest.approx(1.9, abs=0.02)
    assert advice.predicted["processes, started already"] == pytest.approx(2.0, abs=0.02)
    assert advice.predicted["threads"] == pytest.approx(1.0, abs=0.01)
    assert "two at once in threads used 1 CPU, so they hold the GIL: use processes" in advice.sentence
    assert "100 ms for starting a process included" in advice.sentence


def test_computing_without_the_lock() -> None:
    """Two calls at once that use two CPUs let go of the GIL: threads, which cost less than processes."""
    advice = Laboratory(0.1, holds=False).advise(list(range(40)))
    assert advice.tool == "threads"
    assert advice.predicted["threads"] == pytest.approx(2.0, abs=0.02)
    assert "so they let go of the GIL" in advice.sentence


def test_a_build_without_the_lock() -> None:
    """Where there is no GIL, threads compute."""
    advice = Laboratory(0.1).advise(list(range(40)), gil=False)
    assert advice.tool == "threads"
    assert "this build has no GIL" in advice.sentence


def test_short_work() -> None:
    """Ten quick calls are done before a process has started: nothing is the best tool, and a kept pool is named if it would help."""
    advice = Laboratory(0.0005).advise(list(range(10)))
    assert advice.tool == "sequential"
    assert "because starting a process takes 100 ms. A pool that is kept would give about" in advice.sentence
    quickest = Laboratory(1e-6).advise(list(range(10)))
    assert quickest.tool == "sequential"
    assert "no tool makes it faster, run it as it is: threads 0.0×, processes 0.0×" in quickest.sentence


def test_tiny_calls() -> None:
    """Very many tiny calls go to processes in batches, and the batch has a size."""
    advice = Laboratory(20e-6).advise(list(range(200_000)))
    assert advice.tool == "batches"
    assert advice.predicted["processes"] < 1
    assert advice.predicted["batches"] > 1.5
    assert "use processes, with 73 items in a task (chunksize=73), for about 1.5× over 200000 items" in advice.sentence


def test_what_cannot_be_pickled() -> None:
    """A call that can't be sent to a process is not advised to go there."""
    advice = Laboratory(0.1).advise(list(range(40)), pickle_s=None)
    assert advice.tool == "sequential"
    assert "processes" not in advice.predicted
    assert advice.sentence.endswith("threads 1.0×, and it can't be pickled for processes.")
    assert "pickle_s" not in advice.measured


def test_large_arguments() -> None:
    """Calls whose data takes longer to send than to compute stay where they are."""
    assert Laboratory(0.01).advise(list(range(400)), pickle_s=0.05).tool == "sequential"


@pytest.mark.parametrize(
    ("laboratory", "changed", "nature"),
    [
        (Laboratory(0.1, share=0.3), {}, Nature.WAITING),
        (Laboratory(0.1), {}, Nature.COMPUTING),
        (Laboratory(0.1, share=0.8), {}, Nature.COMPUTING),
        (Laboratory(0.1, holds=False), {}, Nature.RELEASING),
        (Laboratory(0.1, share=0.8, holds=False), {}, Nature.RELEASING),
        (Laboratory(0.1, holds=False, cpus=1.4), {}, Nature.RELEASING),
        (Laboratory(0.1, cpus=1.0), {}, Nature.UNKNOWN),
        (Laboratory(0.1, holds=False, cpus=1.0), {"cpus": 1}, Nature.UNKNOWN),
        (Laboratory(4.0), {}, Nature.UNKNOWN),
        (Laboratory(0.1, queued_share=1.5), {}, Nature.COMPUTING),
        (Laboratory(0.1), {"gil": False}, Nature.RELEASING),
    ],
)
def test_nature(laboratory: Laboratory, changed: dict[str, Any], nature: Nature) -> None:
    """Waiting or computing, with the lock or without: also when the machine is busy, and unknown when one CPU can't show it."""
    assert laboratory.nature(**changed) is nature


def test_half_of_the_time_with_the_lock() -> None:
    """A call that holds the lock for a part of its time is predicted to gain from threads what the trial showed."""
    trial = Trial(20, (0.1,) * 5, (0.1,) * 5, 1.6, 1e-5, 100)
    advice = decide(trial, Situation(4, 4.0, True, start_s=lambda: 0.1))
    assert advice.predicted["threads"] == pytest.approx(1.6, abs=0.02)
    assert advice.tool == "processes"


def test_reasons_for_not_knowing() -> None:
    """What could not be found out is said, with why."""
    busy = decide(Trial(20, (0.1,) * 5, (0.1,) * 5, 0.5, 1e-5, 100), Situation(2, 2.0, True, start_s=lambda: 0.1))
    assert "two at once had only 0.5 CPUs, because the machine is busy with something else" in busy.sentence
    assert "two at once were not tried" in Laboratory(4.0).advise([1, 2]).sentence
    assert "the machine gives only 1 CPU" in Laboratory(0.1, cpus=1.0).advise([1, 2]).sentence


@pytest.mark.parametrize("call_s", [1e-6, 1e-3, 0.1, 0.9, 1.1, 2.0, 3.3, 9.0, 20.0])
@pytest.mark.parametrize("holds", [True, False])
def test_a_trial_keeps_to_its_time(call_s: float, holds: bool) -> None:
    """All calls together take ten seconds at most, or one call's time where that is longer; short ones are tried several times."""
    laboratory = Laboratory(call_s, holds=holds)
    trial = try_out(laboratory.call, list(range(1000)), 10.0, laboratory.instruments())
    assert laboratory.now - 50 <= max(10.0, call_s) + 1e-6
    assert trial.items == 1000
    assert len(trial.durations_s) >= (5 if call_s < 0.2 else 1)


def test_a_trial_of_one_item() -> None:
    """A single item is tried alone, and beside itself."""
    laboratory = Laboratory(0.1)
    trial = try_out(laboratory.call, ["x"], 10.0, laboratory.instruments())
    assert laboratory.calls == ["x", "x"]
    assert trial.pair_cpus == pytest.approx(1.0)


def test_pickling_is_measured() -> None:
    """A function at the top of a module can be sent with its item and its result; one inside a function can't."""
    laboratory = Laboratory(0.1)
    sent = try_out(echo, [b"x" * 10_000], 0.2, laboratory.instruments())
    assert sent.pickled_bytes > 20_000
    assert sent.pickle_s == pytest.approx(sent.pickled_bytes * 1e-9)
    unsent = try_out(lambda item: item, [1], 0.2, laboratory.instruments())
    assert (unsent.pickle_s, unsent.pickled_bytes) == (None, 0)


def test_choose() -> None:
    """The simplest tool within a tenth of the best one, and none for a gain below a tenth."""
    assert choose({"sequential": 1.0, "threads": 1.85, "processes": 2.0}) == "threads"
    assert choose({"sequential": 1.0, "threads": 1.0, "processes": 2.0}) == "processes"
    assert choose({"sequential": 1.0, "processes": 1.2, "batches": 1.9}) == "batches"
    assert choose({"sequential": 1.0, "asyncio": 8.0}) == "asyncio"
    assert choose({"sequential": 1.0, "threads": 1.05}) == "sequential"


def test_two_at_once() -> None:
    """Both functions run in threads at the same time, and what one raises is raised here."""
    barrier = threading.Barrier(2, timeout=5)

    def meet() -> None:
        barrier.wait()

    run_together(meet, meet)
    with pytest.raises(LookupError, match="gone"):
        run_together(lambda: None, lambda: fail(LookupError("gone")))


def test_starting_a_process_is_timed() -> None:
    """A real interpreter is started between two readings of the clock."""
    times = iter([1.0, 1.25])
    assert process_start_s(lambda: next(times)) == 0.25


def test_no_items() -> None:
    """Without an item there is nothing to try."""
    with pytest.raises(ValueError, match="at least one item"):
        advise(echo, [])


def test_exceptions_pass_through() -> None:
    """What the callable raises is its own."""
    with pytest.raises(LookupError, match="gone"):
        advise(fail, [LookupError("gone")])


async def nap(item: float) -> float:
    """Wait for so many seconds."""
    await asyncio.sleep(item)
    return item


def test_no_loop_within_a_loop() -> None:
    """A coroutine function can't be tried where an event loop runs already, and that is said before anything is run."""

    async def ask() -> Advice:
        return advise(nap, [0.001])

    with pytest.raises(RuntimeError, match="call it where none is running"):
        asyncio.run(ask())


def test_for_real() -> None:
    """The plain function wires the real clock and threads: a call that sleeps waits, awaited or not."""
    slept = advise(time.sleep, iter([0.002] * 40), workers=4, max_seconds=0.2)
    assert slept.tool == "threads"
    awaited = advise(nap, [0.002] * 40, max_seconds=0.2)
    assert awaited.tool == "asyncio"
    assert set(awaited.predicted) == {"sequential", "asyncio"}


def test_advise_from_wires_trial_and_decision() -> None:
    """What is tried is what is decided on."""
    laboratory = Laboratory(0.1, share=0.0)
    advice = advise_from(laboratory.call, [1, 2, 3], laboratory.situation(), max_seconds=10.0, instruments=laboratory.instruments())
    assert (advice.tool, advice.measured["items"], advice.measured["tried"]) == ("threads", 3.0, 3.0)
