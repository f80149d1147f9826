"""Accesses that the threads of callers outside of the project make at once: what says so, and whether it would matter."""

from __future__ import annotations

import ast
import re
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.sharing.checks import Check
from pytest_gilcheck.rules.sharing.readers import reader_of
from pytest_gilcheck.rules.sharing.signs import Signs
from pytest_gilcheck.rules.sharing.thread_identity import asks_who_runs
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.sharing import Access
from pytest_gilcheck.source.starts import WorkerKind, has_one_worker
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import External, Instance
from pytest_gilcheck.source.waits import waits

_SUBMITS = frozenset({"submit", "apply_async", "run_in_executor", "to_thread", "map_async", "Thread"})
_RUNS_ALONE = re.compile(r"^_*(?:run|loop|main|work|start|stop|close|shutdown|join|terminate)(?:_|$)", re.IGNORECASE)
_BEGINS = re.compile(r"^_*(?:__init__$|init|start|open|connect|begin|launch|run|setup)", re.IGNORECASE)
# What costs or holds something, or is another each time: two of them are one too many.
_RESOURCE = re.compile(
    r"^(?!_*(?:Get|Set|Is|Has|Wait))\w*(?:Client|Session|Pool|Executor|Thread|Queue|Loop|Lock|RLock|Condition|Event|Socket|Connection|Server|Registry|Engine|Process"
    r"|Channel|Transport|Reactor|Cache|Manager|Broker|Worker|Scheduler)$|(?:^|_)(?:connect|create_connection|socket|uuid1|uuid4|urandom"
    r"|token_hex|token_bytes|token_urlsafe|allocate_lock|create_engine|open|Popen|NamedTemporaryFile|TemporaryDirectory|mkdtemp|mkstemp|urlopen|request)$"
    r"|^_*(?:create|make|open|start|connect|spawn|new|build)_\w*(?:socket|client|connection|session|pool|thread|loop|lock|server|channel|"
    r"process|engine|executor|queue)$"
)

_SIGNS: WeakKeyDictionary[Project, Signs] = WeakKeyDictionary()


def signs_of(project: Project) -> Signs:
    """Those of the project, found once."""
    found = _SIGNS.get(project)
    if found is None:
        found = _SIGNS[project] = Signs(project)
    return found


def is_worth_a_look(module: Module) -> bool:
    """Whether the module speaks of threads or locks at all."""
    return not module.is_test and ("thread" in module.text or "Lock" in module.text)


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


def why_checked_at_once(check: Check, access: Access) -> str | None:
    """As for updates, of a check whose act would make a second thing of a kind of which one is wanted."""
    module = check.module
    if check.wanted.doing not in ("insert", "set") or not _matters(check.act.node, check, module):
        return None
    if module.project.locks.held(check.act.node, module):
        return None
    sign = signs_of(module.project).of(check.node, check.wanted.target, module)
    return sign.words if sign is not None else None


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
        start = f"`{reach.chain[0].qualname}` ({reach.start.how} at {reach.start.place})"
        if _is_given_to_pool(reach.start.node, reach.start.pool, starter):
            return f"`{starter.qualname}` gives {start} to a pool of several threads each time it is called"
        for index, passed in enumerate(reach.chain):
            user = _user_of(passed, index, starter, access)
            if user is not None:
                return f"{start} runs in a thread of its own, while others {user}"
    return None


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
        return f"may call `{passed.name}`"
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


def _matters(act: ast.AST, check: Check, module: Module) -> bool:
    """Whether making the thing twice is more than lost time."""
    match act:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
            return _is_resource(value, module)
        case ast.Call(args=[*_, value]) if last_name(act) in ("__setitem__", "setattr"):
            return _is_resource(value, module)
        case _:
            return False


def _is_resource(value: ast.expr, module: Module, depth: int = 0) -> bool:
    if isinstance(value, ast.Name) and depth < 4:
        owner = module.scope_at(value).owner(value.id)
        if owner is None or owner.parent is None:
            return False
        bindings = [b for b in module.bindings(owner, value.id) if b.kind == "assign" and b.value is not None]
        return any(_is_resource(b.value, module, depth + 1) for b in bindings if b.value is not None)
    for part in ast.walk(value):
        if isinstance(part, ast.Call) and _makes_resource(part, module):
            return True
        inner = isinstance(part, ast.Name) and part is not value and not isinstance(module.parent(part), ast.Attribute)
        if depth < 3 and inner and isinstance(part, ast.Name) and _is_resource(part, module, depth + 1):
            return True
    return False


def _makes_resource(call: ast.Call, module: Module) -> bool:
    project = module.project
    values = project.values(call.func, module)
    for made in values:
        if isinstance(made, Class):
            return _has_state(made)
        if isinstance(made, External) and made.name in ("threading.local", "weakref.WeakKeyDictionary", "weakref.WeakValueDictionary"):
            return True
    return bool(_RESOURCE.search(last_name(call)))


def _has_state(cls: Class) -> bool:
    """Whether objects of the class change after they were made: then a second one is not as good as the first."""
    project = cls.module.project
    for base in project.inference.mro(cls):
        if not isinstance(base, Class):
            if base in ("builtins.dict", "builtins.list", "builtins.set", "collections.OrderedDict", "threading.Thread"):
                return True
            continue
        if any(
            b.value is not None and isinstance(b.value, ast.Call) and _RESOURCE.search(last_name(b.value))
            for bindings in base.attributes.values()
            for b in bindings
        ):
            return True
        if any(method.self_stores for name, method in base.methods.items() if name not in ("__init__", "__new__", "__post_init__")):
            return True
    return False
