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


def _is_young(thing: object) -> bool:
    return any(young is thing for young in gc.get_objects(generation=0))


def test_what_was_made_meanwhile_is_not_looked_through() -> None:
    """It has left the youngest generation afterwards, and nothing stays frozen."""
    with collector_paused():
        made: list[object] = []
        assert _is_young(made)
    assert not _is_young(made)
    assert gc.get_freeze_count() < 1_000


def test_frozen_objects_stay_frozen() -> None:
    """They are somebody's own."""
    gc.freeze()
    try:
        with collector_paused():
            pass
        assert gc.get_freeze_count() > 1_000
    finally:
        gc.unfreeze()
