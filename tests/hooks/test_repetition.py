"""Running a test's body again and again."""

from __future__ import annotations

import textwrap

import pytest

from pytest_gilcheck.hooks import repetition
from pytest_gilcheck.hooks.repetition import Repetition
from pytest_gilcheck.speedup.figures import Run
from pytest_gilcheck.speedup.rounds import NoBaseline


class Again:
    """A plugin that runs each test once more inline and once more in parallel, after its ordinary run."""

    def __init__(self) -> None:
        self.repetitions: list[Repetition] = []

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item):  # type: ignore[no-untyped-def]
        """Repeat."""
        result = yield
        again = Repetition(item, workers=2)
        self.repetitions.append(again)
        again(True)
        again(False)
        return result


def run(pytester: pytest.Pytester, source: str) -> tuple[pytest.RunResult, Again]:
    """The run of one module, each test three times."""
    pytester.makepyfile(textwrap.dedent(source))
    again = Again()
    return pytester.runpytest_inprocess("-p", "no:randomly", "-q", plugins=[again]), again


def test_function_scoped_fixtures_are_new_in_each_run_and_others_stay(pytester: pytest.Pytester) -> None:
    """What is the test's own is set up and torn down around each run; what is of its module once."""
    result, _ = run(
        pytester,
        """
        import pytest
        log = []

        @pytest.fixture(scope="module")
        def server():
            log.append("server up")
            yield
            log.append("server down")
            print(" ".join(log))

        @pytest.fixture
        def box(server):
            log.append("+")
            yield []
            log.append("-")

        @pytest.mark.parametrize("number", [1, 2])
        def test_box(box, number, tmp_path, monkeypatch, capsys, caplog):
            assert box == []
            box.append(number)
            (tmp_path / "made").mkdir()
        """,
    )
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*rror*")


def test_order_of_set_up_and_tear_down(pytester: pytest.Pytester) -> None:
    """Each run is set up, run and torn down before the next; the ordinary run's fixtures end before the second run."""
    pytester.makeconftest(
        """
        def pytest_unconfigure(config):
            import test_order_of_set_up_and_tear_down as module
            print("LOG", " ".join(module.log))
        """
    )
    result, _ = run(
        pytester,
        """
        import pytest
        log = []

        @pytest.fixture(scope="module")
        def server():
            log.append("up")
            yield
            log.append("down")

        @pytest.fixture
        def box(server):
            log.append("+")
            yield
            log.append("-")

        def test_box(box):
            log.append("run")
        """,
    )
    result.stdout.fnmatch_lines(["LOG up + run - + run - + run - down"])


def test_methods_and_unittest(pytester: pytest.Pytester) -> None:
    """Each run of a method has an object of its own, with its set-up methods."""
    result, _ = run(
        pytester,
        """
        import unittest

        class TestPlain:
            def setup_method(self):
                self.runs = 0

            def test_once(self):
                self.runs += 1
                assert self.runs == 1

        class TestOld(unittest.TestCase):
            def setUp(self):
                self.runs = 0

            def test_once(self):
                self.runs += 1
                self.assertEqual(self.runs, 1)
        """,
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("base", ["", "(unittest.TestCase)"])
def test_a_later_run_that_raises_fails_the_test_as_itself_once(pytester: pytest.Pytester, base: str) -> None:
    """An assertion that fails in any run is the test's failure, with its own traceback."""
    result, _ = run(
        pytester,
        f"""
        import unittest
        runs = []

        class TestTwice{base}:
            def test_first_only(self):
                runs.append(1)
                assert len(runs) < 2, "left behind"
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*assert len(runs) < 2, "left behind"', "E*left behind"])


def test_runs_have_their_pools_and_tasks(pytester: pytest.Pytester) -> None:
    """Pools of the fixtures and those that the code makes are recorded; inline runs have their tasks, too."""
    result, again = run(
        pytester,
        """
        from concurrent.futures import ThreadPoolExecutor

        def test_both(thread_pool):
            assert thread_pool.submit(abs, -1).result() == 1
            with ThreadPoolExecutor(2) as inner:
                assert list(inner.map(abs, [-2, -3])) == [2, 3]
        """,
    )
    result.assert_outcomes(passed=1)
    parallel, inline = again.repetitions[0].runs
    assert sorted((pool.own, len(pool.tasks)) for pool in parallel.pools) == [(False, 2), (True, 1)]
    assert sorted((pool.own, len(pool.tasks)) for pool in inline.pools) == [(False, 2), (True, 1)]
    assert {task.worker for pool in inline.pools for task in pool.tasks}.isdisjoint(
        task.worker for pool in parallel.pools for task in pool.tasks
    )


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="needs interval timers")
def test_tasks_that_wait_for_one_another_have_no_baseline(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run one after the other they would wait for ever: a deadline ends that, and says where they stand."""
    monkeypatch.setattr(repetition, "LEAST_DEADLINE_S", 0.05)
    monkeypatch.setattr(repetition, "SLACK", 0.0)
    result, _ = run(
        pytester,
        """
        import threading

        def test_meet(thread_pool):
            barrier = threading.Barrier(2)
            futures = [thread_pool.submit(barrier.wait) for _ in range(2)]
            assert sorted(future.result() for future in futures) == [0, 1]
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E*{NoBaseline.__name__}*one task after the other*test_tasks_that_wait*.py:5*wait for one another*"])


def test_the_baseline_may_have_one_worker(pytester: pytest.Pytester) -> None:
    """With `one_worker` the baseline runs in real pools of one worker, whoever makes them."""
    pytester.makepyfile(
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def test_threads(thread_pool):
            main = threading.get_ident()
            with ThreadPoolExecutor(2) as inner:
                for pool in (thread_pool, inner):
                    assert main not in set(pool.map(lambda _: threading.get_ident(), range(4)))
        """
    )

    class Once:
        runs: list[Run]

        @pytest.hookimpl(wrapper=True, trylast=True)
        def pytest_runtest_call(self, item: pytest.Item):  # type: ignore[no-untyped-def]
            """Run the baseline."""
            result = yield
            again = Repetition(item, workers=2, one_worker=True)
            again(False)
            self.runs = again.runs
            return result

    once = Once()
    pytester.runpytest_inprocess(plugins=[once]).assert_outcomes(passed=1)
    (run,) = once.runs
    assert [len({task.worker for task in pool.tasks}) for pool in run.pools] == [1, 1]
