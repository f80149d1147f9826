"""Check the links of a page: a link that fails is reported, and the others are still checked."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.request import urlopen


def status(url: str) -> int:
    """The HTTP status of a link. Raises OSError when it can't be reached."""
    with urlopen(url, timeout=5) as answer:
        return int(answer.status)


def check(urls: Iterable[str]) -> tuple[dict[str, int], dict[str, str]]:
    """The status of each link that answered, the error of each that did not."""
    statuses: dict[str, int] = {}
    errors: dict[str, str] = {}
    with ThreadPoolExecutor(max_workers=8) as pool:
        links = {pool.submit(status, url): url for url in urls}
        for future in as_completed(links):
            url = links[future]
            try:
                statuses[url] = future.result()
            except OSError as error:
                errors[url] = str(error)
    return statuses, errors
