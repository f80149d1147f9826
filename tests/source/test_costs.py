"""What single calls cost."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.costs import Cost, of_function, of_method, of_method_named


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("builtins.len", Cost.BRIEF),
        ("math.sqrt", Cost.BRIEF),
        ("math.factorial", Cost.COMPUTES),
        ("builtins.str.upper", Cost.BRIEF),
        ("builtins.sorted", Cost.COMPUTES),
        ("json.loads", Cost.COMPUTES),
        ("time.sleep", Cost.WAITS),
        ("time.time", Cost.BRIEF),
        ("requests.get", Cost.WAITS),
        ("urllib.request.urlopen", Cost.WAITS),
        ("urllib.parse.quote", Cost.BRIEF),
        ("builtins.print", Cost.TOUCHES_FILE),
        ("hashlib.sha256", Cost.UNKNOWN),
        ("numpy.dot", Cost.UNKNOWN),
        ("os.getpid", Cost.UNKNOWN),
        ("anything", Cost.UNKNOWN),
    ],
)
def test_functions_by_name_and_module(name: str, cost: Cost) -> None:
    """The function's own entry comes before its module's, and what has neither is unknown."""
    assert of_function(name) is cost


@pytest.mark.parametrize(
    ("cls", "name", "cost"),
    [
        ("builtins.list", "append", Cost.BRIEF),
        ("builtins.list", "sort", Cost.COMPUTES),
        ("builtins.file", "read", Cost.WAITS),
        ("requests.Session", "get", Cost.WAITS),
        ("pathlib.Path", "read_text", Cost.WAITS),
        ("pathlib.Path", "joinpath", Cost.BRIEF),
        ("threading.Lock", "acquire", Cost.UNKNOWN),
        ("queue.Queue", "get", Cost.UNKNOWN),
    ],
)
def test_methods_of_known_classes(cls: str, name: str, cost: Cost) -> None:
    """Containers are brief, connections wait, locks and queues are nobody's plain work."""
    assert of_method(cls, name) is cost


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("x.strip()", Cost.BRIEF),
        ("x.get(key, 0)", Cost.BRIEF),
        ("x.get()", Cost.UNKNOWN),
        ("x.get(url)", Cost.UNKNOWN),
        ("', '.join(words)", Cost.BRIEF),
        ("x.join(words)", Cost.BRIEF),
        ("x.join()", Cost.UNKNOWN),
        ("x.join(5)", Cost.UNKNOWN),
        ("x.find(text)", Cost.BRIEF),
        ("x.find()", Cost.UNKNOWN),
        ("x.index(index=name, document=text)", Cost.UNKNOWN),
        ("x.encode('utf-8')", Cost.BRIEF),
        ("x.encode(text)", Cost.UNKNOWN),
        ("x.sort()", Cost.COMPUTES),
        ("x.recv(1024)", Cost.TOUCHES_FILE),
        ("x.acquire()", Cost.UNKNOWN),
    ],
)
def test_methods_by_name_alone(text: str, cost: Cost) -> None:
    """Only names that texts, containers and files have tell something, and some of them only with fitting arguments."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    assert of_method_named(call) is cost
