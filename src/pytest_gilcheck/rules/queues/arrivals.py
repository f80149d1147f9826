"""Callbacks that hand out a task each time that something happens, without a loop of their own."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.rules.queues.brakes import is_guarded, is_waited_for, limits_itself
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import carries_parameter, controls_flow, is_event_callback, is_of_one_kind
from pytest_gilcheck.source.module import Module

_HANDING = frozenset({"submit", "apply_async", "run_in_executor", "create_task", "ensure_future"})
_ENDING = re.compile(r"clos|stop|disconnect|shutdown|cancel|terminat|error|fail|exit|start|init|reset|put$", re.IGNORECASE)
_POOL = re.compile(r"Pool|Executor")
_HOLDING = frozenset({"acquire", "wait", "result", "join", "throttle"})


def callback_handing_out(call: ast.Call, module: Module) -> Function | None:
    """The callback for each event that hands out the call's task, made of that event, where nothing holds it back."""
    function = module.function_around(call)
    if function is None or module.is_test or last_name(call) not in _HANDING or not is_event_callback(function):
        return None
    if function.cls is not None and _POOL.search(function.cls.name):
        return None  # it is asked for each task itself
    if not carries_parameter(call, function) or _ENDING.search(_work(call)) or controls_flow(module):
        return None
    if is_of_one_kind(call, function) or is_guarded(call, module) or is_waited_for(call, module) or limits_itself(call, module):
        return None
    if any(last_name(other) in _HOLDING for other in function.calls):
        return None
    return function


def _work(call: ast.Call) -> str:
    """What the task is called: `store` of `pool.submit(self.store, data)` and of `create_task(self.store(data))`."""
    position = 1 if last_name(call) == "run_in_executor" else 0
    return last_name(call.args[position]) if len(call.args) > position else ""
