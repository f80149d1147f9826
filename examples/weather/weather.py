"""Daily means of weather stations: one pool for all days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean


def read(station: Path) -> float:
    return float(station.read_text())


def daily_means(days: Iterable[list[Path]]) -> Iterator[float]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        for stations in days:
            yield mean(pool.map(read, stations))
