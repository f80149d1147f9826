from __future__ import annotations

from types import ModuleType

import crawl_locked
import crawl_merged
import crawl_unlocked
import pytest

URLS = [f"http://{host}.example/{page}" for host in "abc" for page in range(20)]


@pytest.mark.parametrize("crawler", [crawl_unlocked, crawl_locked, crawl_merged])
def test_every_page_is_counted(crawler: ModuleType) -> None:
    crawl = crawler.Crawl()
    assert crawl.run(URLS) == 60
    assert crawl.by_host == {"a.example": 20, "b.example": 20, "c.example": 20}
