"""Count the votes of several polling stations in processes: each returns its count, and the parent adds them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def votes(station: Path) -> Counter[str]:
    return Counter(station.read_text().split())


def total(stations: Iterable[Path]) -> Counter[str]:
    counted: Counter[str] = Counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        for of_station in pool.map(votes, stations):
            counted += of_station
    return counted
