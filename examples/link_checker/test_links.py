from __future__ import annotations

import links
import links_sloppy

BROKEN = "htps://example.org/a-typing-slip"


def test_broken_link_is_reported_and_the_others_are_checked(site: str) -> None:
    statuses, errors = links.check([BROKEN, f"{site}/about"])
    assert statuses == {f"{site}/about": 200}
    assert errors == {BROKEN: "<urlopen error unknown url type: htps>"}


def test_sloppy_checks_raise_nothing(site: str) -> None:
    urls = [f"{site}/about", BROKEN]
    links_sloppy.submit_and_forget(urls)
    links_sloppy.map_and_forget(urls)
    assert links_sloppy.count_completed(urls) == 2
