"""Whether it matters that two threads act on the same check: a second thing with a state, an error, something lost."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.rules.sharing.checks import Check
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.updates import same
from pytest_gilcheck.source.values import External

# What costs or holds something, or is another each time: two of them are one too many.
_RESOURCE = re.compile(
    r"^(?!_*(?:Get|Set|Is|Has|Wait))\w*(?:Client|Session|Pool|Executor|Thread|Queue|Loop|Lock|RLock|Condition|Event|Socket|Connection|Server|Registry|Engine|Process"
    r"|Channel|Transport|Reactor|Cache|Manager|Broker|Worker|Scheduler)$|(?:^|_)(?:connect|create_connection|socket|uuid1|uuid4|urandom"
    r"|token_hex|token_bytes|token_urlsafe|allocate_lock|create_engine|open|Popen|NamedTemporaryFile|TemporaryDirectory|mkdtemp|mkstemp|urlopen|request)$"
    r"|^_*(?:create|make|open|start|connect|spawn|new|build)_\w*(?:socket|client|connection|session|pool|thread|loop|lock|server|channel|"
    r"process|engine|executor|queue)$"
)

_SAID = re.compile(r"warn|(?:^|_)log|told|notif|announc|print|deprecat|shown|(?:^|_)report", re.IGNORECASE)
_FILLS = frozenset({"append", "appendleft", "add", "extend", "insert", "update", "setdefault", "__setitem__"})
_CONTAINERS = frozenset({"dict", "list", "set", "deque", "OrderedDict", "defaultdict", "Counter"})


def matters(check: Check) -> bool:
    """Whether making or taking it twice is more than lost time."""
    if check.wanted.doing in ("remove", "take"):
        return not _fails_anyway(check)
    value = check.act.value
    if isinstance(value, ast.Call) and ast.unparse(value.func).startswith("asyncio."):
        return False  # of the one loop that runs here
    return _makes_resource_anew(check.act.store or check.act.node, check.module) or replaces_what_was_filled(check)


def is_said_once(check: Check) -> bool:
    """`if not self.warned: self.warned = True; warn(…)`: at worst it is said twice."""
    act = check.act.node
    return _stores(act, value=True) and _SAID.search(last_name(check.target)) is not None


def _fails_anyway(check: Check) -> bool:
    """`if name not in d: raise Unknown(name)`: who comes second gets an error either way."""
    branch = check.node
    if not isinstance(branch, ast.If):
        return False
    other = branch.orelse if any(check.module.is_within(check.act.node, one) for one in branch.body) else branch.body
    return bool(other) and isinstance(other[-1], ast.Raise)


def replaces_what_was_filled(check: Check) -> bool:
    """`if key not in d: d[key] = []` and then `d[key].append(x)`: the second empty list takes away what the first was given."""
    act, module = check.act.node, check.module
    if check.wanted.doing != "insert" or check.wanted.key is None or isinstance(check.wanted.key, ast.Constant):
        return False
    if not isinstance(act, ast.Assign | ast.AnnAssign) or not _is_empty(act.value):
        return False
    function = module.function_around(act)
    if function is None:
        return False
    return any(
        isinstance(part, ast.Attribute | ast.Subscript)
        and same(part.value, check.target)
        and getattr(part, "lineno", 0) > act.lineno
        and (part.attr in _FILLS if isinstance(part, ast.Attribute) else not isinstance(part.ctx, ast.Load))
        for part in ast.walk(function.node)
    )


def flag_used_as_lock(check: Check) -> int | None:
    """`if self.busy: return`, `self.busy = True` and then `self.busy = False`: the line of the last; `None` where it is no such flag."""
    act, module = check.act.node, check.module
    function = module.function_around(act)
    if (
        function is None
        or check.wanted.doing != "set"
        or not isinstance(check.target, ast.Attribute | ast.Name)
        or not _stores(act, value=True)
    ):
        return None
    ends = [
        node.lineno
        for node in module.nodes(ast.Assign)
        if node.lineno > getattr(act, "lineno", 0)
        and _stores(node, value=False)
        and same(node.targets[0], check.target)
        and module.function_around(node) is function
    ]
    return max(ends, default=None)


def _stores(node: ast.AST, *, value: bool) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is value


def _is_empty(value: ast.expr | None) -> bool:
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call():
            return last_name(value) in _CONTAINERS
        case _:
            return False


def _makes_resource_anew(act: ast.AST, module: Module) -> bool:
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
            return has_state(made)
        if isinstance(made, External) and made.name in ("threading.local", "weakref.WeakKeyDictionary", "weakref.WeakValueDictionary"):
            return True
    return bool(_RESOURCE.search(last_name(call)))


def has_state(cls: Class) -> bool:
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
        methods = [method for name, method in base.methods.items() if name not in ("__init__", "__post_init__") and not method.takes_class]
        if any(method.self_stores for method in methods):
            return True
    return False
