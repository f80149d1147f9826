"""Why a speedup is what it is, and what would be better: the loss table, and one sentence of advice with a predicted figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pytest_gilcheck.model.speedup import Advice, where_it_went
from pytest_gilcheck.speedup import prediction
from pytest_gilcheck.speedup.figures import Figures
from pytest_gilcheck.speedup.losses import losses
from pytest_gilcheck.speedup.prediction import Costs
from pytest_gilcheck.speedup.recommendation import Case, recommend


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the speedup went. `ideal` is one for each worker; `losses` are in the unit of speedups, and add up to `ideal` - `measured`."""

    ideal: float
    measured: float
    losses: Mapping[str, float]
    advice: Advice

    def __str__(self) -> str:
        return where_it_went(self.ideal, self.losses)


def explain(figures: Figures, measured: float, costs: Costs | None = None, *, awaitable: bool = False) -> Explanation:
    """Explain a measured speedup by the figures of a typical round.

    `costs` are what pools cost on this machine, as far as that was measured; `awaitable` says that the tasks are made of coroutines.
    """
    predicted = predictions(figures, costs or Costs())
    lost = losses(figures, measured)
    advice = recommend(Case(figures, lost, predicted, awaitable))
    advice = replace(advice, predicted={**predicted, **advice.predicted}, measured=numbers(figures))
    return Explanation(float(figures.workers), measured, lost, advice)


def predictions(figures: Figures, costs: Costs) -> dict[str, float]:
    """The speedups of threads, processes and asyncio for these tasks; without tasks there are none."""
    if not figures.tasks or not figures.baseline.tasks:
        return {}
    pickled_s = sum(task.pickle_s for task in figures.parallel.tasks)
    costs = replace(costs, pickle_s=pickled_s / figures.tasks) if pickled_s else costs
    work, place = figures.work, figures.place
    return {
        "threads": prediction.threads(work, place, costs),
        "processes": prediction.processes(work, place, costs),
        "asyncio": prediction.asyncio(work, costs),
    }


def numbers(figures: Figures) -> dict[str, float]:
    """The figures that an explanation rests on, by name; the unit is the end of the name."""
    return {
        "tasks": float(figures.tasks),
        "task_s": figures.work.tasks_s / max(1, len(figures.baseline.tasks)),
        "cpu_share": figures.cpu_share,
        "cpus_used": figures.parallelism,
        "cpus_attainable": figures.attainable,
        "start_s": figures.start_s,
        "pickling_s": figures.pickling_s,
        "pickled_bytes": float(figures.pickled_bytes),
        "overhead_s": figures.overhead_s,
    }
