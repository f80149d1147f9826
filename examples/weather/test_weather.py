from __future__ import annotations

from pathlib import Path

import weather
import weather_pool_per_day


def days(folder: Path) -> list[list[Path]]:
    for name, degrees in {"coast": "8.0", "hills": "4.0"}.items():
        (folder / name).write_text(degrees)
    return [[folder / "coast", folder / "hills"], [folder / "coast"]]


def test_daily_means(tmp_path: Path) -> None:
    assert list(weather.daily_means(days(tmp_path))) == [6.0, 8.0]


def test_daily_means_with_a_pool_for_each_day(tmp_path: Path) -> None:
    assert list(weather_pool_per_day.daily_means(days(tmp_path))) == [6.0, 8.0]
