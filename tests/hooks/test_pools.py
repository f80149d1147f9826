"""The fixtures that give pools."""

from __future__ import annotations

import sys

import pytest


def test_fixtures_give_real_executors(pytester: pytest.Pytester) -> None:
    """Code under test sees the standard classes, without `--gilcheck`."""
    pytester.makepyfile(
        """
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        def test_threads(thread_pool):
            assert isinstance(thread_pool, ThreadPoolExecutor)
            assert thread_pool.submit(abs, -1).result() == 1

        def test_processes(process_pool):
            assert isinstance(process_pool, ProcessPoolExecutor)
            assert process_pool.submit(abs, -1).result() == 1

        def test_inline(pool_factory):
            assert pool_factory("inline").submit(abs, -1).result() == 1
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=3)


def test_a_failure_that_nobody_looked_at_fails_the_test(pytester: pytest.Pytester) -> None:
    """The end of the test names the line of the `submit`, and shows the worker's traceback."""
    pytester.makepyfile(
        """
        def explode():
            raise RuntimeError("nobody looks")

        def test_dropped(thread_pool):
            thread_pool.submit(explode)

        def test_looked_at(thread_pool):
            assert str(thread_pool.submit(explode).exception()) == "nobody looks"
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["GIL201: *nobody looks*submitted at *test_a_failure*.py:5*", '*raise RuntimeError("nobody looks")'])


def test_a_pool_lives_as_long_as_the_fixture_that_made_it(pytester: pytest.Pytester) -> None:
    """`pool_factory` serves fixtures of any scope, and closes what a test makes at the test's end."""
    pytester.makepyfile(
        """
        import pytest
        kept = []

        @pytest.fixture(scope="module")
        def shared(pool_factory):
            return pool_factory("thread", max_workers=1)

        def test_first(shared, pool_factory):
            kept.append((shared, pool_factory("thread", max_workers=1)))

        def test_second(shared):
            ours, own = kept[0]
            assert ours is shared
            assert shared.submit(abs, -1).result() == 1
            with pytest.raises(RuntimeError, match="after shutdown"):
                own.submit(abs, -1)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_workers_are_those_of_the_marker(pytester: pytest.Pytester) -> None:
    """A pool of a fixture has as many workers as the test's marker says."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.expect_parallel_speedup(min=1.1, workers=3)
        def test_three(thread_pool):
            assert thread_pool.record().workers == 3
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_task_that_never_ends_is_named(pytester: pytest.Pytester) -> None:
    """The end of the test does not wait for ever: it says which task runs, and where it stands."""
    pytester.makepyfile(
        """
        import threading
        never = threading.Event()

        def hang():
            never.wait()

        def test_hangs(pool_factory):
            pool_factory("thread", max_workers=1, deadline_s=0.05).submit(hang)

        def test_release():
            never.set()
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*did not end in time: hang (submitted at *.py:8) still runs*", "*never.wait()"])


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there is such a pool")
def test_interpreters_are_skipped_where_there_are_none(pytester: pytest.Pytester) -> None:
    """The reason says since when there are such pools."""
    pytester.makepyfile("def test_it(interpreter_pool): pass")
    result = pytester.runpytest_inprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*since Python 3.14*"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('pool_factory("threads")', "*'threads' is no kind of pool: it is one of thread, process, interpreter, inline"),
        ('pool_factory("thread", max_workers=0)', "*max_workers must be 1 or more, not 0"),
    ],
)
def test_wrong_arguments_say_what_is_right(pytester: pytest.Pytester, call: str, message: str) -> None:
    """A mistake in the call is an error that names the word."""
    pytester.makepyfile(f"def test_it(pool_factory): {call}")
    pytester.runpytest_inprocess().stdout.fnmatch_lines([f"E{message}"])


def test_a_wrong_start_method_names_the_ini_key(pytester: pytest.Pytester) -> None:
    """So does a mistake in the configuration file."""
    pytester.makepyfile("def test_it(process_pool): pass")
    result = pytester.runpytest_inprocess("-o", "gilcheck_start_method=clone")
    result.stdout.fnmatch_lines(["*gilcheck_start_method: 'clone' is no start method; valid: spawn, fork, forkserver*"])
