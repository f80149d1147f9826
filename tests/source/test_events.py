"""Which functions outsiders call again and again."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.events import carries_parameter, controls_flow, is_event_callback, is_handler, is_of_one_kind
from tests.source.conftest import MakeProject, module_of

CODE = """
import logging, queue
from flask import Flask

app = Flask(__name__)

@app.route("/")
def view(): pass

class Handler(logging.Handler):
    def emit(self, record): pass

class Signals:
    def emit(self, value): pass

class Client:
    def __init__(self, bus, driver, loop):
        bus.subscribe("topic", self.taken_in)
        bus.listen_once("topic", self.stored)
        bus.on("close", self.noted)
        driver.on_frame = self.framed
        driver.on_exit = self.left
        loop.add_callback(self.ran)
        driver.configure(event_callback=self.keyed)

    def on_message(self, message): pass
    def on_connect(self, client): pass
    def data_received(self, data): pass
    def on_tick(self): pass
    def taken_in(self, item): pass
    def stored(self, item): pass
    def noted(self, item): pass
    def framed(self, item): pass
    def left(self, item): pass
    def ran(self, item): pass
    def keyed(self, item): pass
"""
CALLBACKS = {
    "Handler.emit": True,
    "Signals.emit": False,
    "Client.on_message": True,
    "Client.on_connect": False,
    "Client.data_received": True,
    "Client.on_tick": False,
    "Client.taken_in": True,
    "Client.stored": False,
    "Client.noted": False,
    "Client.framed": True,
    "Client.left": False,
    "Client.ran": False,
    "Client.keyed": True,
}


@pytest.mark.parametrize(("name", "expected"), CALLBACKS.items())
def test_callbacks_are_told_by_name_or_registration(make_project: MakeProject, name: str, expected: bool) -> None:
    """A function counts if its name or the call that takes it speaks of events, and neither speaks of something that happens once."""
    module = module_of(make_project({"app.py": CODE}), "app.py")
    function = next(function for function in module.functions if function.qualname == name)
    assert is_event_callback(function) is expected


def test_a_route_is_a_handler(make_project: MakeProject) -> None:
    """A function that an application calls for each request is a handler, and others are not."""
    module = module_of(make_project({"app.py": CODE}), "app.py")
    assert {function.qualname for function in module.functions if is_handler(function)} == {"view"}


PUTS = """
def direct(item): q.put(item)
def made(item):
    text = str(item)
    for part in text.split():
        q.put(part)
def other(item): q.put(time())
def picked(item):
    if item["kind"] == "stop":
        q.put(item)
def rest(item):
    if item["kind"] == "stop":
        pass
    else:
        q.put(item)
"""


@pytest.mark.parametrize(("name", "expected"), [("direct", True), ("made", True), ("other", False), ("picked", True)])
def test_an_item_is_followed_to_the_parameter(make_project: MakeProject, name: str, expected: bool) -> None:
    """What is put counts as given by the caller if it was made of a parameter."""
    module = module_of(make_project({"app.py": PUTS}), "app.py")
    function = next(function for function in module.functions if function.name == name)
    put = next(call for call in module.calls_to("put") if module.function_around(call) is function)
    assert carries_parameter(put.args[0], function) is expected


@pytest.mark.parametrize(("name", "expected"), [("direct", False), ("picked", True), ("rest", False)])
def test_events_of_one_kind_are_told(make_project: MakeProject, name: str, expected: bool) -> None:
    """Only a put behind a comparison of the event's own key with a constant picks one kind."""
    module = module_of(make_project({"app.py": PUTS}), "app.py")
    function = next(function for function in module.functions if function.name == name)
    put = next(call for call in module.calls_to("put") if module.function_around(call) is function)
    assert is_of_one_kind(put, function) is expected


@pytest.mark.parametrize(("line", "expected"), [("transport.pause_reading()", True), ("paused = True", False)])
def test_pausing_the_sender_is_seen(make_project: MakeProject, line: str, expected: bool) -> None:
    """A file that pauses its transport controls the flow."""
    assert controls_flow(module_of(make_project({"app.py": f"import threading\n{line}\n"}), "app.py")) is expected
