"""Where functions are called from, also where inference does not follow."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.project import Project
from tests.source.conftest import MakeProject, module_of


def sites(project: Project, name: str) -> list[tuple[str, str]]:
    """In which function, and how, the function of app.py with that name is called."""
    [function] = [function for function in module_of(project).functions if function.name == name]
    found = []
    for node, module in project.call_sites.of(function):
        around = module.function_around(node)
        found.append((around.name if around is not None else module.path, ast.unparse(node)))
    return sorted(found)


def test_plain_calls_are_found(make_project: MakeProject) -> None:
    """A call that inference follows is a call site, whatever else has a method of that name."""
    project = make_project(
        """
        import threading

        class A:
            def push_item(self, item): pass

        class B:
            def push_item(self, item): pass

        def use(unknown):
            A().push_item(1)
            unknown.push_item(2)
        """
    )
    module = module_of(project)
    found = [[ast.unparse(node) for node, _ in project.call_sites.of(f)] for f in module.functions if f.name == "push_item"]
    assert found == [["A().push_item(1)"], []]


def test_a_table_of_handlers_calls_what_is_in_it(make_project: MakeProject) -> None:
    """Looking a handler up by its key counts as calling it; so does the default of `get`, but not putting it in or deleting it."""
    project = make_project(
        """
        import threading

        class Session:
            def __init__(self):
                self.handlers = {1: self.first, 2: (self.second, True)}
                self.handlers[3] = self.third
                local: dict = {4: self.fourth}
                local[4](0)
                del self.handlers[1]

            def run(self, kind):
                self.handlers[kind](kind)
                self.handlers.get(kind, self.other)(kind)

            def first(self, body): pass
            def second(self, body): pass
            def third(self, body): pass
            def fourth(self, body): pass
            def other(self, body): pass
        """
    )
    looked_up = [("run", "self.handlers.get(kind, self.other)"), ("run", "self.handlers[kind]")]
    assert sites(project, "first") == sites(project, "second") == sites(project, "third") == looked_up
    assert sites(project, "fourth") == [("__init__", "local[4]")]
    assert sites(project, "other") == looked_up[:1]


def test_a_name_that_is_put_together_calls_all_that_begin_so(make_project: MakeProject) -> None:
    """`getattr(self, "do_" + name)` in any spelling calls the methods of the class whose names begin so."""
    project = make_project(
        """
        import threading

        class Commands:
            def run(self, name):
                getattr(self, "do_" + name)()
                getattr(self, f"handle_{name}")()
                getattr(self, "tell_%s" % name)()
                getattr(self, "show_{}".format(name))()
                getattr(self, name)()

            def do_print(self): pass
            def handle_print(self): pass
            def tell_print(self): pass
            def show_print(self): pass
            def other(self): pass

        class Others:
            def do_nothing(self): pass
        """
    )
    assert sites(project, "do_print") == [("run", "getattr(self, 'do_' + name)")]
    assert sites(project, "handle_print") == [("run", "getattr(self, f'handle_{name}')")]
    assert sites(project, "tell_print") == [("run", "getattr(self, 'tell_%s' % name)")]
    assert sites(project, "show_print") == [("run", "getattr(self, 'show_{}'.format(name))")]
    assert sites(project, "other") == sites(project, "do_nothing") == []


def test_callbacks_are_called_where_they_were_handed_to(make_project: MakeProject) -> None:
    """A function that is an argument is called wherever the parameter is, and the attribute that keeps it."""
    project = make_project(
        """
        import threading

        class Connection:
            def __init__(self, deliver, fail=None):
                self._deliver = deliver
                fail(0)

            def read(self):
                self._deliver(1)

        class Client:
            def __init__(self):
                self.connection = Connection(self.put_away, fail=self.give_up)
                print(self.put_away)

            def put_away(self, data): pass
            def give_up(self, error): pass

        def repeat(action):
            while True:
                action()

        def main():
            def poll(): pass
            repeat(poll)
        """
    )
    assert sites(project, "put_away") == [("read", "self._deliver(1)")]
    assert sites(project, "give_up") == [("__init__", "fail(0)")]
    assert sites(project, "poll") == [("repeat", "action()")]


def test_the_name_tells_where_only_one_class_has_it(make_project: MakeProject) -> None:
    """A method that nobody is seen to call is called by its name, unless objects from anywhere have such a method."""
    project = make_project(
        """
        import threading

        class Subscription:
            def send_event(self, event): pass
            def send(self, event): pass
            def __len__(self): return 0

        def handle(registry, names, send_event):
            registry.find(1).send_event(2)
            registry.find(1).send(2)
            names = "".join(names).send_event(3)
            send_event(4)
        """
    )
    assert sites(project, "send_event") == [("handle", "''.join(names).send_event(3)"), ("handle", "registry.find(1).send_event(2)")]
    assert sites(project, "send") == sites(project, "__len__") == []
