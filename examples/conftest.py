"""A web site on this machine, for the examples that need a network."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Pages(BaseHTTPRequestHandler):
    """Answers every path with the path."""

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests print enough."""


class SlowPages(Pages):
    """Thinks before it answers."""

    def do_GET(self) -> None:
        time.sleep(0.05)
        super().do_GET()


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a web site that runs until the test is over."""
    with served(Pages) as address:
        yield address


@pytest.fixture
def slow_site() -> Iterator[str]:
    """The same, where each answer takes a twentieth of a second."""
    with served(SlowPages) as address:
        yield address


@contextmanager
def served(pages: type[Pages]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
