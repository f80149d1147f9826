"""Where queues are made, and who does what with them."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.queues import is_unbounded, queues_made_in
from tests.source.conftest import MakeProject, module_of

HEAD = """
import asyncio, multiprocessing as mp, queue, threading
from collections import deque
from dataclasses import dataclass, field
from queue import Queue as Q
class Sub(queue.Queue): pass
class Bounded(queue.Queue):
    def __init__(self): super().__init__(5)
class Own:
    def put(self, item): pass
"""

MADE = [
    ("queue.Queue()", True),
    ("Q()", True),
    ("Sub()", True),
    ("queue.SimpleQueue()", True),
    ("queue.LifoQueue(0)", True),
    ("queue.PriorityQueue(maxsize=-1)", True),
    ("queue.Queue(maxsize=None)", True),
    ("mp.Queue()", True),
    ("mp.get_context('spawn').JoinableQueue()", True),
    ("mp.Manager().Queue()", True),
    ("asyncio.Queue()", True),
    ("deque()", True),
    ("deque([1])", True),
    ("deque([], None)", True),
    ("field(default_factory=queue.Queue)", True),
    ("queue.Queue(5)", False),
    ("queue.Queue(limit)", False),
    ("queue.Queue(maxsize=settings.LIMIT)", False),
    ("queue.Queue(*args)", False),
    ("queue.Queue(**options)", False),
    ("deque(maxlen=0)", False),
    ("deque([], 5)", False),
    ("deque([], limit)", False),
]


@pytest.mark.parametrize(("maker", "unbounded"), MADE, ids=[maker for maker, _ in MADE])
def test_a_bound_is_read_from_what_makes_the_queue(make_project: MakeProject, maker: str, unbounded: bool) -> None:
    """No argument, or a constant that means none, is no bound; anything else may be one."""
    project = make_project(f"{HEAD}q = {maker}\n")
    found = [
        value for _, value in queues_made_in(module_of(project)) if value.call is not None and value.call.lineno == HEAD.count("\n") + 1
    ]
    assert [is_unbounded(value, project) for value in found] == [unbounded]


@pytest.mark.parametrize("maker", ["Bounded()", "Own()", "mp.SimpleQueue()", "unknown.Queue()", "field(default=1)"])
def test_what_is_no_known_queue_is_not_one(make_project: MakeProject, maker: str) -> None:
    """Classes that size themselves, the project's own, pipes and unknown names are left out."""
    module = module_of(make_project(f"{HEAD}q = {maker}\n"))
    assert [call.lineno for call, _ in queues_made_in(module) if call.lineno == HEAD.count("\n") + 1] == []


def uses(project: Project) -> list[tuple[str, int]]:
    """What is done with the only queue of app.py, and in which line."""
    [(maker, _)] = queues_made_in(module_of(project))
    return sorted((use.deed, use.line) for use in project.queues.uses(maker))


def test_uses_are_found_through_parameters_names_and_attributes(make_project: MakeProject) -> None:
    """Who puts, takes and asks is told wherever the queue goes."""
    project = make_project(
        {
            "app.py": """
                import queue, threading
                import other

                class Box:
                    def __init__(self):
                        self.items = queue.Queue()
                        threading.Thread(target=other.fill, args=(self.items,)).start()

                    def drain(self):
                        get = self.items.get
                        print(get(), self.items.qsize() > 5, 5 < len(self.items))
                """,
            "other.py": "def fill(target):\n    target.put(1)\n    target.join()\n",
        }
    )
    assert uses(project) == [("ask", 12), ("ask", 12), ("join", 3), ("put", 2), ("take", 12)]


def test_a_size_that_is_only_told_decides_nothing(make_project: MakeProject) -> None:
    """What goes into a log or a text is no look at the size; what is compared, returned or kept may be."""
    project = make_project(
        """
        import queue
        items = queue.Queue()

        def tell(log):
            log.debug("%d wait", items.qsize())
            log.debug(f"{items.qsize()} of {len(items)} wait")
            log.debug("%s", max(items.qsize(), len(items)))

        def size(log):
            log.debug("full", items.qsize() > 5)
            kept = items.qsize()
            return items.full() or max(len(items), kept)
        """
    )
    assert uses(project) == [("ask", 11), ("ask", 12), ("ask", 13), ("ask", 13)]


def test_a_subclass_that_hands_on_its_arguments_grows_as_its_base(make_project: MakeProject) -> None:
    """Counting what is put changes no bound; setting one does, and so does a `put` that decides."""
    project = make_project(
        """
        import queue

        class Counted(queue.Queue):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)

            def put(self, *args, **kwargs):
                super().put(*args, **kwargs)

        class Bounded(queue.Queue):
            def __init__(self, *args):
                super().__init__(*args, maxsize=5)

        class Dropping(queue.Queue):
            def put(self, item):
                if self.qsize() < 5:
                    super().put(item)

        class Silent(queue.Queue):
            def put(self, *args):
                print(args)

        made = [Counted(), Counted(7), Bounded(), Dropping(), Silent()]
        """
    )
    found = {ast.unparse(call): is_unbounded(queue, project) for call, queue in queues_made_in(module_of(project))}
    assert found == {"Counted()": True, "Counted(7)": False}


def test_a_method_that_is_handed_over_is_used_where_it_is_handed_over(make_project: MakeProject) -> None:
    """`call_soon_threadsafe(queue.put_nowait, item)` puts, `iter(queue.get, None)` takes; a mere mention does nothing."""
    project = make_project(
        """
        import asyncio

        async def main(loop):
            items = asyncio.Queue()
            loop.call_soon_threadsafe(items.put_nowait, 1)
            for item in iter(items.get_nowait, None):
                print(item, items.put)
        """
    )
    assert uses(project) == [("put", 6), ("take", 7)]
    [(maker, _)] = queues_made_in(module_of(project))
    [put] = project.queues.uses(maker, "put")
    assert put.item is not None
    assert put.place == "app.py:6"
    assert put.function is not None
    assert put.function.name == "main"


def test_both_ends_of_a_deque_are_uses(make_project: MakeProject) -> None:
    """A deque is filled and emptied by methods of its own."""
    project = make_project(
        "from collections import deque\nimport threading\nd = deque()\nd.append(1)\nd.extendleft([2])\nd.popleft()\nd.clear()\n"
    )
    assert uses(project) == [("put", 4), ("put", 5), ("take", 6), ("take", 7)]
