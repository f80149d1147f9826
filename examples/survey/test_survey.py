from __future__ import annotations

from pathlib import Path

import pytest
import survey
import survey_in_a_global


@pytest.fixture
def stations(tmp_path: Path) -> list[Path]:
    for name, votes in {"school": "yes no yes", "library": "no yes"}.items():
        (tmp_path / name).write_text(votes)
    return sorted(tmp_path.iterdir())


def test_total(stations: list[Path]) -> None:
    assert survey.total(stations) == {"yes": 3, "no": 2}


def test_total_in_a_global(stations: list[Path]) -> None:
    """Nobody who only looks at the parent sees a vote."""
    assert survey_in_a_global.total(stations) == {}
