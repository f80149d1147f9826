"""GIL102: a task that can't be pickled, sent to another process."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.processes.examples.unpicklable_task import BAD, GOOD
from pytest_gilcheck.rules.processes.obstacles import Obstacle
from pytest_gilcheck.rules.processes.pickling import each_obstacle, obstacle, of_attributes
from pytest_gilcheck.source import known, start_methods
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart, kind_of_pool
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.waits import variables_of

# With one of these imported, more can be pickled than the standard library's pickle can.
_PICKLES_MORE = frozenset({"cloudpickle", "loky", "pathos", "dill", "multiprocess"})
_EXPECTED = re.compile(r"pickl|serializ", re.IGNORECASE)
_PROCESS_MAP = "tqdm.contrib.concurrent.process_map"


class UnpicklableTask(SourceRule):
    """What is given to another process must be pickled, and this can't be."""

    code = "GIL102"
    name = "unpicklable-task"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
Flags tasks that can't be pickled and are sent to another process. A task is the function and all its arguments. It knows
lambdas (also those with a name), functions and classes defined inside a function, generators, open files, database
connections, modules, locks, queues, threads and pools, and bound methods of objects that hold one of these; in `partial`, in
tuples, in a list that is mapped.

Tasks of a process pool are pickled whatever the start method is, so there it is an error. What a `Process` or an initializer
is given is pickled with `spawn` and `forkserver` only: an error where the source asks for one of these, silence where it
asks for `fork`, and a warning where it asks for none, because then the platform and the version of Python decide.""",
        why="""\
Another process has no access to the objects of this one: it gets a copy by pickle, and pickle stores a function or class by
the name that it can be imported by. A lambda has no such name, and a lock or an open file is worth nothing as a copy, so
pickle refuses. A pool says so only when the result is asked for; if nobody asks (`apply_async` without `get`), the task is
silently not done. A `Process` that works on Linux today fails on macOS and Windows, and on Linux with Python 3.14, where
`fork` is no longer the default.""",
        instead="""\
Give the pool a function defined at module level, and give it values as arguments (`functools.partial` of such a function is
fine). Open the file and make the connection in the worker. Give locks and queues of `multiprocessing` through `initializer=`
and `initargs=`, or use a `Manager`'s. For methods, move what can't be pickled out of the object, or drop it in
`__getstate__`.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
Silent where `cloudpickle`, `dill`, `loky`, `pathos` or `multiprocess` is imported, which pickle lambdas too. Sockets are not
flagged, because multiprocessing sends them along. What an object holds is known from what its class assigns; attributes that
are given from outside are not followed.""",
        references=(
            "https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled",
            "https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Starts of process workers in this module, and what they are given."""
        starts = [s for s in module.project.workers.starts_in(module) if s.kind is WorkerKind.PROCESS and isinstance(s.node, ast.Call)]
        maps = [call for call in module.calls_to("process_map") if module.project.callee_name(call, module) == _PROCESS_MAP]
        if (not starts and not maps) or _pickles_more(module):
            return
        for call in maps:
            found = obstacle(call.args[0], module) if call.args else None
            if found is not None:
                yield _suspicion(call, "process_map", found, None if found.sure else Level.WARNING, module, is_task=True)
        told: set[ast.AST] = set()
        for start in starts:  # a call that may mean two things is in there twice
            for suspicion in _at_start(start, module) if start.node not in told else ():
                told.add(start.node)
                yield suspicion


def _at_start(start: WorkerStart, module: Module) -> Iterator[Suspicion]:
    assert isinstance(start.node, ast.Call), "filtered by the caller"
    if start.how == "joblib" or (start.pool is not None and module.project.inference.is_a(start.pool, known.OTHER_PROCESS_POOL)):
        return  # they pickle by means of their own
    is_task = start.pool is not None
    methods = start_methods.of(start.node, module)
    forked = "fork" in methods and not methods & start_methods.IMPORTING  # where there is a fork at all
    if not is_task and (forked or _is_never_started(start.node, module)):
        return
    found = next((one for one in _obstacles(start, module) if is_task or not one.inherited), None)
    if found is None or _is_expected(start.node, module):
        return
    sure = found.sure and (_is_process_pool(start, module) if is_task else methods <= start_methods.IMPORTING)
    yield _suspicion(start.node, start.how, found, None if sure else Level.WARNING, module, is_task=is_task)


def _obstacles(start: WorkerStart, module: Module) -> Iterator[Obstacle]:
    """Everything that is known to keep the task from being pickled."""
    parts = [start.target, *(keyword.value for keyword in start.keywords if not start.each)]
    if start.how == "apply_async" or start.how == "apply":
        assert isinstance(start.node, ast.Call), "filtered by the caller"
        parts.append(argument(start.node, 2, "kwds"))
    for part in parts:
        if (found := obstacle(part, module)) is not None:
            yield found
    for given in start.arguments:
        found = each_obstacle(given, module) if start.each else obstacle(given, module)
        if found is not None:
            yield found
    if start.own and start.target is None:
        for function in start.functions:
            if function.cls is not None and (held := _held_by_process(function.cls)) is not None:
                yield held


def _held_by_process(cls: Class) -> Obstacle | None:
    """A process object is pickled as a whole; its own locks and queues go along while it is started."""
    found = of_attributes(cls)
    return None if found is None or found.inherited else found


def _is_process_pool(start: WorkerStart, module: Module) -> bool:
    """Whether the pool can be nothing but a process pool."""
    if start.pool_node is None:
        return True
    is_a = module.project.inference.is_a
    for pool in module.project.values(start.pool_node, module):
        if isinstance(pool, Instance) and isinstance(pool.type, str) and kind_of_pool(pool.type) is not WorkerKind.PROCESS:
            return False
        if isinstance(pool, Instance) and is_a(pool, known.THREAD_EXECUTOR, known.THREAD_POOL):
            return False
    return True


def _pickles_more(module: Module) -> bool:
    names = [alias.name for statement in module.nodes(ast.Import) for alias in statement.names]
    names += [statement.module or "" for statement in module.nodes(ast.ImportFrom)]
    return any(name.partition(".")[0] in _PICKLES_MORE for name in names)


def _is_never_started(call: ast.Call, module: Module) -> bool:
    """Whether a process is made that nobody starts, as far as its function shows."""
    if isinstance(module.parent(call), ast.Expr):
        return True
    function, names = module.function_around(call), variables_of(call, module)
    if function is None or len(names) != 1 or last_name(call) == "Pool":
        return False
    name = next(iter(names))
    if function.scope.owner(name) is not function.scope:
        return False
    uses = [module.parent(use) for use in function.scope.uses(name)]
    return all(
        (isinstance(use, ast.Attribute) and use.attr not in ("start", "run"))
        or (isinstance(use, ast.Call) and last_name(use) in ("print", "repr", "str", "len"))
        for use in uses
    )


def _is_expected(call: ast.Call, module: Module) -> bool:
    """Whether the error is what the code is after: in a test of it, or caught by its name."""
    for above in module.ancestors(call):
        if isinstance(above, ast.With) and any("raises" in last_name(item.context_expr).lower() for item in above.items):
            return True
        if isinstance(above, TRIES):
            handlers = getattr(above, "handlers", ())
            if any(handler.type is not None and "Pickl" in ast.unparse(handler.type) for handler in handlers):
                return True
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and module.is_test:
            if _EXPECTED.search(above.name):
                return True
            if any(_asserts_raise(item.context_expr) for w in ast.walk(above) if isinstance(w, ast.With) for item in w.items):
                return True
    return False


def _asserts_raise(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and "raises" in last_name(node).lower()


def _suspicion(call: ast.Call, how: str, found: Obstacle, level: Level | None, module: Module, *, is_task: bool) -> Suspicion:
    called = ast.unparse(call.func).partition("\n")[0]
    if is_task:
        outcome = "a process pool pickles each task, and this one raises when its result is asked for"
    elif level is None:
        outcome = "with the start method set here it is pickled, and `start` raises"
    else:
        outcome = (
            "that works where processes are forked; with `spawn` (macOS, Windows) or `forkserver` (Linux from Python 3.14 on) "
            "`start` raises, because this can't be pickled"
        )
    verb = "sends" if is_task else "sends to the new process:"
    return Suspicion(call, f"`{called}` {verb} {found.what}; {outcome}.", _advice(found, is_task), level)


def _advice(found: Obstacle, is_task: bool) -> str:
    what = found.what
    if found.inherited:
        if what.startswith(("a `", "an `")):
            return "Give it to the workers by `initializer=` and `initargs=` of the pool, or use one made by `multiprocessing.Manager()`."
        return "Leave it out of the object that is sent: make the task a function at module level that gets plain values."
    if "whose `" in what or "` of " in what or "test case" in what:
        return "Make the task a function at module level (or a `staticmethod`) that gets plain values instead of the whole object."
    if "lambda" in what:
        return "Write it as a function at module level and pass that, with `functools.partial` for fixed arguments."
    if "defined inside" in what:
        return "Move it to module level, and pass what it uses of the function around it as arguments (these must be picklable too)."
    if "name now means" in what:
        return "Give the function itself another name that can be imported (`def _work(): …`), and send that one."
    if "generator" in what:
        return "Pass a list of the values, or make the generator in the worker."
    if "lock" in what or "threading" in what:
        return "Use a lock of `multiprocessing`" + (", given by `initializer=` and `initargs=`." if is_task else " instead.")
    return "Pass what it takes to open or make it (a path, an address), and do so in the worker."
