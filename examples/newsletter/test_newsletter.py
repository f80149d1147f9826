from __future__ import annotations

import newsletter
import newsletter_silent


def test_undeliverable_addresses_are_returned() -> None:
    assert newsletter.send_all(["ada@example.org", "nobody"]) == ["nobody"]


def test_silent_newsletter_raises_nothing() -> None:
    newsletter_silent.send_all(["ada@example.org", "nobody"])
