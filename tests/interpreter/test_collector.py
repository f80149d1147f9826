"""The garbage collector's switch."""

from __future__ import annotations

import gc

import pytest

from pytest_gilcheck.interpreter.collector import collector_paused


def _fail_while_paused() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError


@pytest.mark.parametrize("enabled", [True, False])
def test_the_switch_is_put_back_as_it_was(enabled: bool) -> None:
    """Also after an exception and when nested."""
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(KeyError):
            _fail_while_paused()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
