"""What GIL701 says, beyond where."""

from __future__ import annotations

from pytest_gilcheck.rules.asyncio.blocking_calls import FUNCTIONS, METHODS
from pytest_gilcheck.rules.asyncio.blocking_in_async import BlockingInAsync
from pytest_gilcheck.rules.asyncio.client import words
from pytest_gilcheck.rules.asyncio.clients import clients_made_by
from pytest_gilcheck.rules.asyncio.cloud_clients import CLOUD_CLIENTS
from pytest_gilcheck.rules.asyncio.library_functions import LIBRARY_FUNCTIONS
from pytest_gilcheck.rules.asyncio.server_clients import SERVER_CLIENTS
from pytest_gilcheck.rules.asyncio.waiting import CALLED_NAMES
from pytest_gilcheck.testing import check_files, check_source


def test_message_names_the_call_and_its_coroutine() -> None:
    """A reader learns what waits, for what, in which coroutine, and what to await instead."""
    [finding] = check_source("import time\nasync def poll():\n    time.sleep(1)\n", BlockingInAsync)
    assert (
        finding.message == "`time.sleep` waits for time to pass and keeps the event loop of the coroutine `poll` from doing anything else."
    )
    assert finding.advice == "Use `await asyncio.sleep(…)`."
    assert finding.witnesses == ()


def test_way_is_told_step_by_step() -> None:
    """A call that coroutines reach through others names each step with its place, and where a thread would help."""
    files = {
        "app.py": "import store\nasync def get(key):\n    return store.load(key)\n",
        "store.py": "import requests\ndef load(key):\n    return fetch(key)\ndef fetch(key):\n    return requests.get(key)\n",
    }
    [finding] = check_files(files, [BlockingInAsync])
    assert finding.site.path == "store.py"
    assert finding.site.symbol == "fetch"
    assert "get → load (app.py:3) → fetch (store.py:3)" in finding.message
    assert "(app.py:3): `await asyncio.to_thread(store.load, …)`" in finding.advice
    assert [witness.text for witness in finding.witnesses] == ["app.py:3 `get` calls `load`", "store.py:3 `load` calls `fetch`"]


def test_comment_for_an_equal_rule_counts() -> None:
    """Who has annotated the line for another linter's rule need not do it again."""
    [finding] = check_source("import time\nasync def poll():\n    time.sleep(1)  # noqa: ASYNC251\n", BlockingInAsync)
    assert finding.suppressed is not None


def test_long_expressions_are_cut_in_messages() -> None:
    """A message stays readable when the call's object is an expression over half the screen."""
    code = """
        import requests
        async def f(u):
            return requests.Session().get(u)
        async def g(u):
            return requests.Session(*u, *u, *u, *u, *u, *u, *u).get(u)
        """
    first, second = check_source(code, BlockingInAsync)
    assert first.message.startswith("`requests.Session().get` waits")
    assert second.message.startswith("`….get` waits")


def test_every_entry_of_the_tables_can_be_found() -> None:
    """The index of last names, by which calls are looked up, has every function and method of the tables."""
    assert {name.rpartition(".")[2] for name in (*FUNCTIONS, *LIBRARY_FUNCTIONS)} <= CALLED_NAMES
    assert {name for _, name in METHODS} <= CALLED_NAMES
    assert all(
        blocking.waits_for and blocking.instead for blocking in (*FUNCTIONS.values(), *LIBRARY_FUNCTIONS.values(), *METHODS.values())
    )


def test_every_maker_of_a_client_is_known_by_its_name() -> None:
    """Each name in the tables of clients, with something in place of its stars, gives the client that it stands for."""
    for makers, client in (*CLOUD_CLIENTS, *SERVER_CLIENTS):
        for maker in makers.split():
            assert client in clients_made_by(maker.replace("*", "Any")), maker
        assert client.blocking.waits_for, makers
        assert client.blocking.instead, makers


def test_words_match_whole_names() -> None:
    """A word is matched as a whole, a star stands for any part, and a word after a minus is left out."""
    pattern = words("get put_* -put_back")
    assert [name for name in ("get", "get_all", "put_object", "put_back", "put") if pattern.fullmatch(name)] == ["get", "put_object"]
