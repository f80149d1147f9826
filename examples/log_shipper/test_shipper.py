from __future__ import annotations

import io
from collections.abc import Callable
from typing import TextIO

import pytest
import shipper
import shipper_in_a_pool
import shipper_unbounded


@pytest.mark.parametrize("ship", [shipper.ship, shipper_unbounded.ship, shipper_in_a_pool.ship], ids=["bounded", "unbounded", "in a pool"])
def test_every_line_arrives_in_order(ship: Callable[[TextIO, Callable[[str], None]], None]) -> None:
    arrived: list[str] = []
    ship(io.StringIO("start\nlisten\nstop\n"), arrived.append)
    assert arrived == ["start\n", "listen\n", "stop\n"]
