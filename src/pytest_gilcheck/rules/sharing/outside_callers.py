"""Accesses that the threads of callers outside of the project make at once: what says so, and whether it would matter."""

from __future__ import annotations

import ast
import re
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.sharing.callbacks import may_call_back
from pytest_gilcheck.rules.sharing.checks import PER_ITEM, Check
from pytest_gilcheck.rules.sharing.harm import flag_used_as_lock, matters
from pytest_gilcheck.rules.sharing.made_for_threads import ASYNC, is_called_by_coroutines, what_is_made
from pytest_gilcheck.rules.sharing.readers import reader_of
from pytest_gilcheck.rules.sharing.served import may_serve, why_served
from pytest_gilcheck.rules.sharing.signs import Sign, Signs
from pytest_gilcheck.rules.sharing.singletons import why_asked_by_threads
from pytest_gilcheck.rules.sharing.thread_identity import asks_who_runs
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.scopes import Scope
from pytest_gilcheck.source.sharing import Access
from pytest_gilcheck.source.starts import WorkerKind, has_one_worker
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.waits import waits, waits_at_once
from pytest_gilcheck.source.workers import Reach

_SUBMITS = frozenset({"submit", "apply_async", "run_in_executor", "to_thread", "map_async", "Thread"})
_RUNS_ALONE = re.compile(r"^_*(?:run|loop|main|work|start|stop|close|shutdown|join|terminate)(?:_|$)", re.IGNORECASE)
_SETS_UP = re.compile(r"(?:^|_)(?:init|start|open|connect|begin|launch|run|set_?up|load|configure|main)", re.IGNORECASE)
# Of an object, these are made in the wrong place by two threads only; other things may well be for the one thread that has it.
_FOR_OBJECTS = ("a lock", "a second thread", "each")
_TOP = 4_000  # where imports stand
_BEGINS = re.compile(r"^_*(?:__init__$|init|start|open|connect|begin|launch|run|setup)", re.IGNORECASE)
_SIGNS: WeakKeyDictionary[Project, Signs] = WeakKeyDictionary()


def signs_of(project: Project) -> Signs:
    """Those of the project, found once."""
    found = _SIGNS.get(project)
    if found is None:
        found = _SIGNS[project] = Signs(project)
    return found


def is_worth_a_look(module: Module) -> bool:
    """Whether the module speaks of threads, locks or shared memory at all, or of servers that have threads."""
    return not module.is_test and (
        "thread" in module.text or "Thread" in module.text or "Lock" in module.text or "multiprocess" in module.text or may_serve(module)
        or may_call_back(module) or "_instance" in module.text
    )  # fmt: skip


def why_updated_at_once(update: Update, access: Access) -> str | None:
    """What says that two threads may make the update at once, where none of them is started in sight; `None` if nothing does."""
    module = update.module
    if not update.plain or _is_text(update.value) or access.function is None:
        return None
    sum_of = update.node if isinstance(update.node, ast.AugAssign) else update.value
    counts = isinstance(sum_of, ast.AugAssign | ast.BinOp) and isinstance(sum_of.op, ast.Add | ast.Sub)
    if not (counts or update.is_split) or any(isinstance(part, ast.List | ast.ListComp) for part in ast.walk(update.value)):
        return None  # setting a bit, a maximum, a longer list
    sign = signs_of(module.project).of(update.node, update.target, module)
    if sign is None or not sign.firm or (update.is_split and module.project.locks.held(update.read, module)):
        return None
    is_public = not update.name.startswith("_")  # may be read by those who use the object
    return sign.words if is_public or reader_of(update) is not None else None


def why_checked_at_once(check: Check) -> str | None:
    """As for updates, of a check whose act would make a second thing of a kind of which one is wanted, or fail."""
    module = check.module
    if check.wanted.doing in ("create", "delete") or module.project.locks.held(check.act.node, module):
        return None
    if (why := why_asked_by_threads(check) or why_locked_by_flag(check)) is not None:
        return why
    if not matters(check):
        decides = isinstance(check.act.node, ast.AugAssign) or _refuses_second(check)
        return why_made_lazily(check) or (why_served(check.node, check.target, module) if decides else None)
    sign = signs_of(module.project).of(check.node, check.wanted.target, module)
    if sign is not None and _is_enough(sign, check):
        return sign.words
    return why_made_lazily(check) or why_served(check.node, check.target, module)


def _refuses_second(check: Check) -> bool:
    """`if name in self.users: raise Taken(name)`: whoever comes second is to be turned away."""
    return check.wanted.doing == "insert" and isinstance(check.node, ast.If) and isinstance(check.node.body[-1], ast.Raise)


def _is_enough(sign: Sign, check: Check) -> bool:
    """One thread alone may well empty what others fill under the lock: there, a lock says too little."""
    if check.wanted.doing in ("insert", "set"):
        return True
    if not sign.firm or not sign.by_lock:
        return sign.firm
    function = check.module.function_around(check.node)
    return check.wanted.doing == "remove" and function is not None and PER_ITEM.search(function.name) is not None


def why_locked_by_flag(check: Check) -> str | None:
    """What says that a flag is used as a lock, by a class that has threads."""
    function = check.module.function_around(check.node)
    end = flag_used_as_lock(check)
    if end is None or function is None or function.is_async or function.cls is None or check.module.is_test:
        return None
    if signs_of(check.module.project).is_for_one_thread(function):
        return None
    for reach in check.module.project.workers.reaching(function, WorkerKind.THREAD):
        start = reach.start
        return f"it is used as a lock until line {end}, and `{reach.chain[0].qualname}` runs it in a thread ({start.how} at {start.place})"
    return None


def why_made_lazily(check: Check) -> str | None:
    """What says that the thing which is made where it is missing is for several threads."""
    module, act = check.module, check.act.store or check.act.node
    if (
        check.wanted.doing not in ("insert", "set")
        or not isinstance(act, ast.Assign | ast.AnnAssign)
        or not isinstance(act.value, ast.Call)
    ):
        return None
    function = module.function_around(check.node)
    if function is None or function.is_async or module.is_test or _SETS_UP.search(function.name):
        return None
    what = what_is_made(act.value, module)
    if what is None or not _outlives(check.target, function, module) or is_called_by_coroutines(function):
        return None
    of_object = _is_of_object(check.target, function)
    if of_object and not what.startswith(_FOR_OBJECTS):
        return None
    if (of_object or not what.startswith(_FOR_OBJECTS)) and ASYNC.search(module.text, 0, _TOP):
        return None
    return None if signs_of(module.project).is_kept_apart(check.node, function, module) else what


def _outlives(target: ast.expr, function: Function, module: Module) -> bool:
    """Whether it is a variable of the module, or hangs on the object or class."""
    owner = _owner(target, module)
    if owner is None or not owner.is_function:
        return owner is not None
    return not isinstance(target, ast.Name) and (_is_of_object(target, function) or function.takes_class)


def _owner(target: ast.expr, module: Module) -> Scope | None:
    root = root_name(target)
    return module.scope_at(root).owner(root.id) if root is not None else None


def _is_of_object(target: ast.expr, function: Function) -> bool:
    """Whether it hangs on one object, not on the class or module."""
    root = root_name(target)
    return root is not None and root.id == function.self_name and not function.takes_class


def beside_itself(access: Access, *kinds: WorkerKind) -> str | None:
    """How a worker of an object and callers of the object's methods come to the same place; `None` if they don't."""
    project = access.module.project
    function = access.function
    if function is None or access.module.is_test or asks_who_runs(access.node, access.module):
        return None
    for reach, thing in project.sharing.ways(access, *kinds):
        if project.sharing.locks(access, reach) or not thing.key.startswith("self "):
            continue
        starter = reach.start.module.function_around(reach.start.node)
        if starter is None or starter.cls is None or reach.chain[0].cls is None or waits(starter) or function.cls is not starter.cls:
            continue
        if starter in reach.chain or waits_at_once(reach.start.node, reach.start.module) or _is_timer_chain(reach):
            continue  # a coroutine that waits for its thread; a timer that is made anew each time
        start = f"`{reach.chain[0].qualname}` ({reach.start.how} at {reach.start.place})"
        if _is_given_to_pool(reach.start.node, reach.start.pool, starter):
            return f"`{starter.qualname}` gives {start} to a pool of several threads each time it is called"
        for index, passed in enumerate(reach.chain):
            user = _user_of(passed, index, starter, access)
            if user is not None:
                return f"{start} runs in a thread of its own, while others {user}"
    return None


def _is_timer_chain(reach: Reach) -> bool:
    """Whether what the timer runs starts the next one."""
    if reach.start.how != "Timer":
        return False
    starts = [start for function in reach.chain for start in function.module.project.workers.starts_in(function.module)]
    return any(start.how == "Timer" and start.module.function_around(start.node) in reach.chain for start in starts)


def _is_given_to_pool(node: ast.AST, pool: object, starter: Function) -> bool:
    """`self.pool.submit(self.handle, connection)`: the method hands on what it is given, to a pool that outlives it."""
    if not isinstance(node, ast.Call) or last_name(node) not in ("submit", "apply_async") or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    if not (isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name) and owner.value.id == starter.self_name):
        return False
    if isinstance(pool, Instance) and isinstance(pool.call, ast.Call) and has_one_worker(pool.call):
        return False
    given = {part.id for argument in node.args[1:] for part in ast.walk(argument) if isinstance(part, ast.Name)}
    return bool(given & (set(starter.parameters) - {starter.self_name}))


def _user_of(passed: Function, index: int, starter: Function, access: Access) -> str | None:
    """Who calls a function of the worker's way without being in the worker."""
    if passed.cls is None or passed.cls is not starter.cls or _RUNS_ALONE.search(passed.name):
        return None
    project = access.module.project
    if index > 0 and not passed.name.startswith("_") and not passed.is_async and _BEGINS.search(starter.name):
        callers = [module.function_around(call) for call, module in project.callers(passed)]
        inside = [one for one in callers if one is not None and one.cls is passed.cls and project.workers.reaching(one, WorkerKind.THREAD)]
        return f"may call `{passed.name}`" if len(inside) < len(callers) or not callers else None
    if index > 0:
        return None
    module = passed.module
    starts = {id(start.node) for start in project.workers.starts}
    for use in module.attribute_nodes(passed.name):
        around = module.function_around(use)
        if around is None or around.cls is not passed.cls or not isinstance(use.ctx, ast.Load):
            continue
        if any(id(above) in starts for above in module.ancestors(use)) or project.workers.reaching(around, WorkerKind.THREAD):
            continue
        call = module.parent(use)
        if isinstance(call, ast.Call) and use in call.args and last_name(call) not in _SUBMITS and last_name(call)[:1].isupper():
            return f"come to it through `{last_name(call)}` (line {use.lineno})"
        if not isinstance(call, ast.Call) or call.func is not use or around is starter or around.name == "__init__":
            continue
        if not _RUNS_ALONE.search(around.name):
            return f"call `{around.name}`, which does the same (line {use.lineno})"
    return None


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr | ast.List | ast.Tuple | ast.Dict) or (
        isinstance(value, ast.Constant) and not isinstance(value.value, int | float)
    )
