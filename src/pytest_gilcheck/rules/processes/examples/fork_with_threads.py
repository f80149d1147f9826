"""Examples of GIL104 fork-with-threads.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a process started beside a thread",
        """\
import threading
from multiprocessing import Process


def main(listen, work):
    listener = threading.Thread(target=listen)
    listener.start()
    process = Process(target=work)  # GIL104
    process.start()
    process.join()
""",
    ),
    Example(
        "os.fork after a thread was started",
        """\
import os
import threading


def main(listen):
    threading.Thread(target=listen, daemon=True).start()
    if os.fork() == 0:  # GIL104
        os._exit(0)
""",
    ),
    Example(
        "a context that forks",
        """\
import multiprocessing
import threading


def main(tick, work):
    timer = threading.Timer(5, tick)
    timer.start()
    context = multiprocessing.get_context("fork")
    with context.Pool() as pool:  # GIL104
        pool.map(work, range(4))
""",
    ),
    Example(
        "an executor with a context that forks",
        """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def main(load, work, names):
    with ThreadPoolExecutor() as threads:
        loaded = threads.map(load, names)
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as processes:  # GIL104
            return list(processes.map(work, loaded))
""",
    ),
    Example(
        "fork set for the whole file",
        """\
import multiprocessing
import threading

multiprocessing.set_start_method("fork")


def main(tick, work):
    thread = threading.Thread(target=tick)
    thread.start()
    process = multiprocessing.Process(target=work)  # GIL104
    process.start()
""",
    ),
    Example(
        "one of several threads joined too late",
        """\
import os
import threading


def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    pid = os.fork()  # GIL104
    for thread in threads:
        thread.join()
    return pid
""",
    ),
    Example(
        "idle threads of a pool that is still open",
        """\
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool


def main(load, work):
    threads = ThreadPoolExecutor()
    data = threads.submit(load).result()
    with Pool() as pool:  # GIL104
        results = pool.map(work, data)
    threads.shutdown()
    return results
""",
    ),
    Example(
        "a pool made in a thread",
        """\
import threading
from multiprocessing import Pool


def crunch(numbers):
    with Pool() as pool:  # GIL104
        print(pool.map(abs, numbers))


def main(numbers):
    thread = threading.Thread(target=crunch, args=(numbers,))
    thread.start()
    thread.join()
""",
    ),
    Example(
        "a process started by a task of a thread pool",
        """\
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def work():
    print("hello")


def launch(_):
    process = multiprocessing.Process(target=work)  # GIL104
    process.start()
    process.join()


def main():
    with ThreadPoolExecutor() as pool:
        list(pool.map(launch, range(4)))
""",
    ),
    Example(
        "the thread that an object starts when it is made",
        """\
import multiprocessing
import threading


class Supervisor:
    def __init__(self):
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self):
        print("watching")

    def launch(self, work):
        process = multiprocessing.Process(target=work)  # GIL104
        process.start()
        return process
""",
    ),
    Example(
        "the thread is started by a function that is called",
        """\
import multiprocessing
import threading


def start_heartbeat(beat):
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    return thread


def main(beat, work):
    start_heartbeat(beat)
    process = multiprocessing.Process(target=work)  # GIL104
    process.start()
""",
    ),
    Example(
        "the fork is in a function that is called",
        """\
import os
import threading


def detach():
    if os.fork():  # GIL104
        os._exit(0)


def main(serve):
    threading.Thread(target=serve).start()
    detach()
""",
    ),
    Example(
        "a thread from another file",
        """\
import multiprocessing

from heart import start_heartbeat


def main(work):
    start_heartbeat()
    process = multiprocessing.Process(target=work)  # GIL104
    process.start()
""",
        others=(
            (
                "heart.py",
                """\
import threading


def beat():
    print("beat")


def start_heartbeat():
    threading.Thread(target=beat, daemon=True).start()
""",
            ),
        ),
    ),
    Example(
        "a thread started at import",
        """\
import multiprocessing
import threading


def beat():
    print("beat")


threading.Thread(target=beat, daemon=True).start()


def run(work):
    process = multiprocessing.Process(target=work)  # GIL104
    process.start()
""",
    ),
    Example(
        "a Thread subclass, at module level",
        """\
import os
import threading


class Beat(threading.Thread):
    def run(self):
        print("beat")


if __name__ == "__main__":
    Beat().start()
    os.fork()  # GIL104
""",
    ),
    Example(
        "a manager started beside a thread",
        """\
import multiprocessing
import threading


def main(listen):
    threading.Thread(target=listen).start()
    manager = multiprocessing.Manager()  # GIL104
    return manager.dict()
""",
    ),
    Example(
        "beside a raw thread",
        """\
import _thread
import os


def main(listen):
    _thread.start_new_thread(listen, ())
    return os.fork()  # GIL104
""",
    ),
    Example(
        "a thread that the with block of the object starts",
        """\
import multiprocessing
import threading


class Scheduler:
    def __enter__(self):
        self._beat = threading.Thread(target=self._tell, daemon=True)
        self._beat.start()
        return self

    def __exit__(self, *exception):
        self._beat.join()

    def _tell(self):
        pass

    def run(self, task):
        process = multiprocessing.Process(target=task)  # GIL104
        process.start()
        process.join()
""",
    ),
    Example(
        "the base class starts the thread and calls what a subclass forks in",
        """\
import os
import threading


class Worker:
    def __init__(self, connection):
        self.connection = connection
        self.lock = threading.Lock()

    def work(self, jobs):
        self.subscribe()
        for job in jobs:
            self.execute(job)

    def subscribe(self):
        self.pubsub = self.connection.pubsub()
        self.listener = self.pubsub.run_in_thread(sleep_time=60, daemon=True)

    def execute(self, job):
        raise NotImplementedError


class ForkingWorker(Worker):
    def execute(self, job):
        child = os.fork()  # GIL104
        if child == 0:
            job()
            os._exit(0)
""",
    ),
    Example(
        "a thread of the turn before",
        """\
import multiprocessing
import threading


def main(compute, listen):
    for item in range(4):
        process = multiprocessing.Process(target=compute, args=(item,))  # GIL104
        process.start()
        threading.Thread(target=listen, args=(item,)).start()
""",
    ),
    Example(
        "a thread of the test's fixture",
        """\
import os
import threading

import pytest

@pytest.fixture
def server():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    yield thread
    stop.set()
    thread.join()

def test_child_exits(server):
    pid = os.fork()  # GIL104
    if pid == 0:
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
""",
        path="tests/test_exit.py",
    ),
    Example(
        "a supervisor that starts workers again, in a thread",
        """\
import multiprocessing
import threading

def start_process(target, context=None):
    make = multiprocessing.Process if context is None else context.Process
    process = make(target=target)  # GIL104
    process.start()
    return process

class Manager:
    def run(self, job):
        self._job = job
        self._supervisor = threading.Thread(target=self._supervise)
        self._supervisor.start()
        self._supervisor.join()

    def _supervise(self):
        while True:
            start_process(self._job).join()

def for_windows(job):
    start_process(job, multiprocessing.get_context("spawn")).join()
""",
    ),
    Example(
        "the listener of a logging queue",
        """\
import os
from logging.handlers import QueueListener

def daemonize(queue, handler):
    listener = QueueListener(queue, handler)
    listener.start()
    if os.fork():  # GIL104
        os._exit(0)
""",
    ),
)

GOOD = (
    Example(
        "spawn",
        """\
import multiprocessing
import threading


def main(listen, work):
    threading.Thread(target=listen).start()
    process = multiprocessing.get_context("spawn").Process(target=work)
    process.start()
    process.join()
""",
    ),
    Example(
        "forkserver for an executor",
        """\
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor


def main(listen, work):
    threading.Thread(target=listen).start()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("forkserver")) as pool:
        return pool.submit(work).result()
""",
    ),
    Example(
        "spawn set for the whole program",
        """\
import multiprocessing
import threading


def main(listen, work):
    threading.Thread(target=listen).start()
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main(print, print)
""",
    ),
    Example(
        "spawn set in another file",
        """\
import multiprocessing
import threading


def main(listen, work):
    threading.Thread(target=listen).start()
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()
""",
        others=(
            (
                "run.py",
                """\
import multiprocessing

import app

if __name__ == "__main__":
    multiprocessing.set_start_method("forkserver")
    app.main(print, print)
""",
            ),
        ),
    ),
    Example(
        "a context that is chosen elsewhere",
        """\
import multiprocessing
import threading


def main(listen, work, method):
    threading.Thread(target=listen).start()
    process = multiprocessing.get_context(method).Process(target=work)
    process.start()
    process.join()
""",
    ),
    Example(
        "processes before threads",
        """\
import multiprocessing
import threading


def main(listen, work):
    process = multiprocessing.Process(target=work)
    process.start()
    thread = threading.Thread(target=listen)
    thread.start()
    process.join()
    thread.join()
""",
    ),
    Example(
        "all threads were joined",
        """\
import os
import threading


def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return os.fork()
""",
    ),
    Example(
        "the block of the thread pool has ended",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def main(load, work, names):
    with ThreadPoolExecutor() as threads:
        loaded = list(threads.map(load, names))
    with ProcessPoolExecutor() as processes:
        return list(processes.map(work, loaded))
""",
    ),
    Example(
        "the thread pool was shut down",
        """\
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool


def main(load, work):
    threads = ThreadPoolExecutor()
    data = threads.submit(load).result()
    threads.shutdown()
    with Pool() as pool:
        return pool.map(work, data)
""",
    ),
    Example(
        "a thread that is never started",
        """\
import multiprocessing
import threading


def main(listen, work):
    thread = threading.Thread(target=listen)
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()
    return thread
""",
    ),
    Example(
        "either threads or processes",
        """\
import multiprocessing
import threading


def main(work, parallel):
    if parallel:
        process = multiprocessing.Process(target=work)
        process.start()
    else:
        thread = threading.Thread(target=work)
        thread.start()
""",
    ),
    Example(
        "one class for both kinds",
        """\
import multiprocessing
import threading


def main(work, parallel):
    worker = (multiprocessing.Process if parallel else threading.Thread)(target=work)
    worker.start()
    other = (multiprocessing.Process if parallel else threading.Thread)(target=work)
    other.start()
""",
    ),
    Example(
        "the child becomes another program",
        """\
import os
import threading


def main(listen, path):
    threading.Thread(target=listen).start()
    if os.fork() == 0:
        os.execv(path, [path])
""",
    ),
    Example(
        "subprocess is no fork of this program",
        """\
import subprocess
import threading


def main(listen, command):
    threading.Thread(target=listen).start()
    return subprocess.run(command, check=True)
""",
    ),
    Example(
        "multiprocessing.dummy and ThreadPool fork nothing",
        """\
import threading
from multiprocessing.dummy import Process
from multiprocessing.pool import ThreadPool


def main(listen, work):
    threading.Thread(target=listen).start()
    process = Process(target=work)
    process.start()
    with ThreadPool() as pool:
        pool.map(work, range(4))
""",
    ),
    Example(
        "a process that is made and not started",
        """\
import multiprocessing
import threading


def main(listen, work):
    threading.Thread(target=listen).start()
    return multiprocessing.Process(target=work)
""",
    ),
    Example(
        "a timer that was cancelled",
        """\
import multiprocessing
import threading


def main(stop, work):
    timer = threading.Timer(5, stop)
    timer.start()
    timer.cancel()
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()
""",
    ),
    Example(
        "a test of what a fork does to a thread",
        """\
import os
import threading


def test_fork_beside_thread():
    thread = threading.Thread(target=print)
    thread.start()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    thread.join()
""",
        path="tests/test_fork.py",
    ),
    Example(
        "only a test runs it in a thread",
        """\
import multiprocessing


def work():
    print("hello")


def launch():
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()
""",
        others=(
            (
                "tests/test_app.py",
                """\
import threading

from app import launch


def test_launch():
    thread = threading.Thread(target=launch)
    thread.start()
    thread.join()
""",
            ),
        ),
    ),
    Example(
        "a fork of the project's own",
        """\
import threading


class Repository:
    def fork(self):
        return Repository()


def main(listen, repository: Repository):
    threading.Thread(target=listen).start()
    return repository.fork()
""",
    ),
    Example(
        "psutil's Process",
        """\
import threading

import psutil


def main(listen):
    threading.Thread(target=listen).start()
    return psutil.Process().start()
""",
    ),
    Example(
        "a called function ends the thread before",
        """\
import multiprocessing
import threading


class Service:
    def open(self, listen):
        self.thread = threading.Thread(target=listen)
        self.thread.start()

    def close(self):
        self.thread.join()

    def run(self, listen, compute):
        self.open(listen)
        self.close()
        multiprocessing.Process(target=compute).start()
""",
    ),
    Example(
        "each turn of the loop waits for its thread",
        """\
import multiprocessing
import threading


def main(compute, listen):
    for item in range(4):
        multiprocessing.Process(target=compute, args=(item,)).start()
        thread = threading.Thread(target=listen, args=(item,))
        thread.start()
        thread.join()
""",
    ),
    Example(
        "a method of the same name that runs in this thread",
        """\
import multiprocessing


class Loop:
    def run_in_thread(self):
        pass


def main(compute):
    pubsub = Loop()
    pubsub.run_in_thread()
    multiprocessing.Process(target=compute).start()
""",
    ),
    Example(
        "a test that is skipped on Linux",
        """\
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest


@pytest.mark.skipif(sys.platform == "linux", reason="no fork here")
def test_both(work):
    with ThreadPoolExecutor() as threads:
        first = threads.submit(work)
        with ProcessPoolExecutor() as processes:
            processes.submit(work).result()
        first.result()
""",
        path="tests/test_both.py",
    ),
    Example(
        "a fixture that has ended its thread",
        """\
import os
import threading

import pytest

@pytest.fixture
def server():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    stop.set()
    thread.join()
    yield thread

def test_child_exits(server):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
""",
        path="tests/test_exit.py",
    ),
)
