"""Examples of GIL203.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "pass in a task of a thread pool",
        """\
from concurrent.futures import ThreadPoolExecutor

def store(order):
    try:
        database.insert(order)
    except Exception:  # GIL203
        pass

with ThreadPoolExecutor() as pool:
    pool.map(store, orders)
""",
    ),
    Example(
        "loop of a thread that goes on whatever happens",
        """\
import threading

def consume(queue):
    while True:
        item = queue.get()
        try:
            handle(item)
        except Exception:  # GIL203
            continue
        finally:
            queue.task_done()

threading.Thread(target=consume, args=(jobs,), daemon=True).start()
""",
    ),
    Example(
        "bare except in a process",
        """\
import multiprocessing as mp

def convert(path):
    try:
        image = load(path)
        save(image)
    except:  # GIL203
        pass

if __name__ == "__main__":
    mp.Process(target=convert, args=("a.png",)).start()
""",
    ),
    Example(
        "None instead of the page",
        """\
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    try:
        return download(url)
    except Exception:  # GIL203
        return None

def fetch_all(urls):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch, urls))
""",
    ),
    Example(
        "Exception among others in a tuple, under a name that is not used",
        """\
from concurrent.futures import ProcessPoolExecutor

def parse(path):
    try:
        return read(path)
    except (ValueError, Exception) as error:  # GIL203
        return

def parse_all(paths):
    with ProcessPoolExecutor() as pool:
        return [pool.submit(parse, path) for path in paths]
""",
    ),
    Example(
        "BaseException in the run method of a thread",
        """\
from threading import Thread

class Sender(Thread):
    def run(self):
        try:
            self.connection.send(self.message)
        except BaseException:  # GIL203
            ...

Sender().start()
""",
    ),
    Example(
        "method given to the thread's own constructor",
        """\
import threading

class Sender(threading.Thread):
    def __init__(self, connection):
        super().__init__(target=self.send, daemon=True)
        self.connection = connection

    def send(self):
        try:
            self.connection.transmit()
        except Exception:  # GIL203
            pass

class OldSender(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self, target=self.send)

    def send(self):
        try:
            transmit()
        except Exception:  # GIL203
            pass
""",
    ),
    Example(
        "suppress around the work",
        """\
import contextlib
import threading

def refresh():
    with contextlib.suppress(Exception):  # GIL203
        cache.update(download())

threading.Timer(60, refresh).start()
""",
    ),
    Example(
        "suppress under another name",
        """\
import threading
from contextlib import suppress as ignoring

def refresh():
    with ignoring(ValueError, Exception):  # GIL203
        cache.update(download())

threading.Thread(target=refresh).start()
""",
    ),
    Example(
        "task of the event loop",
        """\
import asyncio

async def poll(device):
    while True:
        try:
            await device.read()
        except Exception:  # GIL203
            pass
        await asyncio.sleep(1)

async def main(device):
    task = asyncio.create_task(poll(device))
    await task
""",
    ),
    Example(
        "function sent off with to_thread",
        """\
import asyncio

def write(report):
    try:
        archive(report)
    except Exception:  # GIL203
        pass

async def main(report):
    await asyncio.to_thread(write, report)
""",
    ),
    Example(
        "function given through partial and a loop's executor",
        """\
import asyncio
from functools import partial

def write(report, folder):
    try:
        archive(report, folder)
    except Exception:  # GIL203
        pass

async def main(report):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, partial(write, report, folder="out"))
""",
    ),
    Example(
        "method on a pool that the object keeps",
        """\
from concurrent.futures import ThreadPoolExecutor

class Uploader:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def upload(self, path):
        return self.pool.submit(self._send, path)

    def _send(self, path):
        try:
            self.client.put(path)
        except Exception:  # GIL203
            pass
""",
    ),
    Example(
        "started in another module",
        """\
def convert(path):  # used by a queue of jobs
    try:
        shrink(path)
    except Exception:  # GIL203
        pass
""",
        path="queue_jobs.py",
        others=(
            (
                "main.py",
                """\
from multiprocessing.pool import ThreadPool

from queue_jobs import convert

def run(paths):
    with ThreadPool(4) as pool:
        pool.map(convert, paths)
""",
            ),
        ),
    ),
    Example(
        "handler of a threaded server",
        """\
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            answer(self.request)
        except Exception:  # GIL203
            pass

with socketserver.ThreadingTCPServer(("localhost", 0), Echo) as server:
    server.serve_forever()
""",
    ),
    Example(
        "worker of a test, which then passes whatever happens",
        """\
import threading

def test_many_clients(server):
    def client():
        try:
            server.request("/")
        except Exception:  # GIL203
            pass

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
        path="tests/test_server.py",
    ),
    Example(
        "a comment that only admits it",
        """\
import threading

def consume(queue):
    try:
        handle(queue.get())
    except Exception:  # noqa: PERF203  # GIL203
        pass  # TODO

threading.Thread(target=consume, args=(jobs,)).start()
""",
    ),
    Example(
        "only the queue hears of it",
        """\
import threading

def consume(queue):
    while True:
        item = queue.get()
        try:
            handle(item)
        except Exception:  # GIL203
            queue.task_done()

threading.Thread(target=consume, args=(jobs,)).start()
""",
    ),
    Example(
        "the method that run calls",
        """\
import threading

class Poller(threading.Thread):
    def run(self):
        while not self.stopped:
            self.step()

    def step(self):
        try:
            self.publish(self.sensor.read())
        except Exception:  # GIL203
            pass

Poller().start()
""",
    ),
    Example(
        "function behind a lambda",
        """\
import threading

def refresh(path):
    try:
        cache.update(download(path))
    except Exception:  # GIL203
        pass

threading.Thread(target=lambda: refresh("rates.csv")).start()
""",
    ),
    Example(
        "decorator around the worker",
        """\
import functools
import threading

def quietly(function):
    @functools.wraps(function)
    def wrapper(*args):
        try:
            return function(*args)
        except Exception:  # GIL203
            return None
    return wrapper

@quietly
def refresh():
    cache.update(download())

threading.Thread(target=refresh).start()
""",
    ),
    Example(
        "one conversion that is all the work",
        """\
from concurrent.futures import ProcessPoolExecutor

def parse(line):
    try:
        return float(line)
    except Exception:  # GIL203
        return None

def parse_all(lines):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(parse, lines))
""",
    ),
    Example(
        "the method that run calls, among other things",
        """\
import threading

class Poller(threading.Thread):
    def run(self):
        while not self.stopped:
            self.step()
            report(self)

    def step(self):
        try:
            self.publish(self.sensor.read())
        except Exception:  # GIL203
            pass

Poller().start()
""",
        level=Level.WARNING,
    ),
    Example(
        "an empty list instead of the rows",
        """\
from concurrent.futures import ThreadPoolExecutor

def rows(path):
    try:
        return parse(path)
    except Exception:  # GIL203
        return []

def all_rows(paths):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(rows, paths))
""",
        level=Level.WARNING,
    ),
    Example(
        "a print that doesn't say what went wrong",
        """\
import threading

def refresh():
    try:
        cache.update(download())
    except Exception:  # GIL203
        print("refresh failed")

threading.Thread(target=refresh).start()
""",
        level=Level.WARNING,
    ),
    Example(
        "tidies up and says nothing",
        """\
from concurrent.futures import ThreadPoolExecutor

def store(order):
    try:
        session.insert(order)
    except Exception:  # GIL203
        session.rollback()

with ThreadPoolExecutor() as pool:
    pool.map(store, orders)
""",
        level=Level.WARNING,
    ),
    Example(
        "tries again for ever",
        """\
import threading
import time

def watch(path):
    while True:
        try:
            reload(path)
        except Exception:  # GIL203
            time.sleep(1)

threading.Thread(target=watch, args=("app.toml",)).start()
""",
        level=Level.WARNING,
    ),
    Example(
        "loop that ends without a word",
        """\
import threading

def read(connection):
    while True:
        try:
            dispatch(connection.recv(4096))
        except Exception:  # GIL203
            break

threading.Thread(target=read, args=(connection,)).start()
""",
        level=Level.WARNING,
    ),
    Example(
        "a small part of the worker's work",
        """\
import threading

def serve(connection):
    try:
        tune(connection)
    except Exception:  # GIL203
        pass
    hello = greet(connection)
    session = login(hello)
    answer(session)

threading.Thread(target=serve, args=(connection,)).start()
""",
        level=Level.WARNING,
    ),
    Example(
        "the write itself may fail",
        """\
import threading


def stream(source, sink):
    def pump():
        for chunk in source:
            try:
                sink.write(chunk)
            except Exception:  # GIL203
                break

    thread = threading.Thread(target=pump)
    thread.start()
    return thread
""",
        level=Level.WARNING,
    ),
    Example(
        "an assertion in a thread of a test",
        """\
import threading


def test_balance(account):
    def check():
        try:
            assert account.deposit(5) == 5
        except BaseException:  # GIL203
            pass

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
        path="tests/test_account.py",
    ),
    Example(
        "a comment that names the silence, and gives no reason for it",
        """\
import threading


def save(order):
    try:
        order.write()
    except Exception:  # GIL203
        pass  # swallowed


def send(order):
    try:
        order.send()
    except Exception:  # GIL203
        # silently ignore
        pass


def drop(order):
    try:
        order.drop()
    except Exception:  # GIL203
        pass  # the error is lost


def start(order):
    for target in (save, send, drop):
        threading.Thread(target=target, args=(order,)).start()
""",
    ),
    Example(
        "a line in the log that says nothing of the error",
        """\
import logging
import threading

logger = logging.getLogger(__name__)


class KeepAlive(threading.Thread):
    def run(self):
        while not self.stopped.wait(30):
            try:
                self.scheduler.ping(self.name)
            except BaseException:  # GIL203
                logger.warning("Failed pinging %s" % self.scheduler)
""",
        level=Level.WARNING,
    ),
    Example(
        "an endless retry in the pool of a method of the project",
        """\
import logging
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)


class Session:
    executor = ThreadPoolExecutor(2)

    def submit(self, fn, *args):
        return self.executor.submit(fn, *args)


class Pool:
    def __init__(self, session: Session):
        self.session = session

    def on_broken(self, connection):
        self.session.submit(self.replace, connection)

    def replace(self, connection):
        try:
            self.connection = connect(connection.host)
        except Exception:  # GIL203
            log.warning("Failed reconnecting %s. Retrying.", connection.host)
            self.session.submit(self.replace, connection)
""",
        level=Level.WARNING,
    ),
    Example(
        "a comment that names a narrower exception",
        """\
import threading

def poll(server):
    try:
        server.ping()
    except Exception:  # GIL203 # httplib.BadStatusLine
        pass

threading.Thread(target=poll, args=(server,)).start()
""",
    ),
    Example(
        "a text that leaves the error out",
        """
        import threading

        def safe_print(*words):
            with lock:
                print(*words)

        lock = threading.Lock()

        def worker(board, job):
            abandoned = 0
            try:
                job.run()
                board.consume(job)
            except Exception:  # GIL203
                board.abandon(job)
                abandoned += 1
                safe_print(job, "abandoned")

        def start(board, jobs):
            for job in jobs:
                threading.Thread(target=worker, args=(board, job)).start()
        """,
        level=Level.WARNING,
    ),
    Example(
        "flushing is work",
        """
        import threading
        import time

        class Sender:
            def __init__(self, client):
                self.client = client
                self.batch = []
                self.worker = threading.Thread(target=self._loop, daemon=True)
                self.worker.start()

            def _loop(self):
                while True:
                    self.flush()
                    time.sleep(5)

            def flush(self):
                try:
                    self.client.upload(self.batch)
                except Exception:  # GIL203
                    pass
        """,
    ),
)

_START = """
import threading
threading.Thread(target=work).start()
"""


def _worker(title: str, body: str, extra: str = "") -> Example:
    return Example(title, f"{extra}{body}{_START}")


GOOD = (
    Example(
        "the future keeps the error",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed

def fetch(url):
    return download(url)

def fetch_all(urls):
    with ThreadPoolExecutor(8) as pool:
        for future in as_completed([pool.submit(fetch, url) for url in urls]):
            try:
                keep(future.result())
            except Exception as error:
                print("failed:", error)
""",
    ),
    _worker(
        "logged with the traceback",
        """\
import logging

def work():
    while True:
        try:
            step()
        except Exception:
            logging.exception("step failed")
""",
    ),
    _worker(
        "traceback printed",
        """\
import traceback

def work():
    try:
        step()
    except Exception:
        traceback.print_exc()
""",
    ),
    _worker(
        "error kept in a list",
        """\
errors = []

def work():
    try:
        step()
    except Exception as error:
        errors.append(error)
""",
    ),
    _worker(
        "error kept in a variable",
        """\
failure = None

def work():
    global failure
    try:
        step()
    except BaseException as error:
        failure = error
""",
    ),
    _worker(
        "error put on a queue",
        """\
def work():
    try:
        step()
    except Exception as error:
        results.put(error)
""",
    ),
    _worker(
        "error given to a future",
        """\
def work():
    try:
        future.set_result(step())
    except BaseException as error:
        future.set_exception(error)
""",
    ),
    _worker(
        "event set for the one who waits",
        """\
def work():
    try:
        step()
    except Exception:
        failed.set()
""",
    ),
    _worker(
        "failures counted",
        """\
failures = 0

def work():
    global failures
    try:
        step()
    except Exception:
        failures += 1
""",
    ),
    _worker(
        "raised again",
        """\
def work():
    try:
        step()
    except Exception:
        release()
        raise
""",
    ),
    _worker(
        "raised as another error",
        """\
def work():
    try:
        step()
    except Exception as error:
        raise RuntimeError('step failed') from error
""",
    ),
    _worker(
        "process ended at once",
        """\
import os

def work():
    try:
        step()
    except BaseException:
        os._exit(1)
""",
    ),
    _worker(
        "warning given",
        """\
import warnings

def work():
    try:
        step()
    except Exception:
        warnings.warn('step failed')
""",
    ),
    _worker(
        "sys.exc_info asked",
        """\
import sys

def work():
    try:
        step()
    except Exception:
        report(sys.exc_info())
""",
    ),
    _worker(
        "error returned",
        """\
def work():
    try:
        return step()
    except Exception as error:
        return error
""",
    ),
    _worker(
        "a value that speaks of the failure",
        """\
def work():
    try:
        return step()
    except Exception:
        return 'failed'
""",
    ),
    _worker(
        "another way tried",
        """\
def work():
    try:
        return step()
    except Exception:
        return slow_step()
""",
    ),
    _worker(
        "default value set",
        """\
def work():
    try:
        size = measure()
    except Exception:
        size = 80
    use(size)
""",
    ),
    _worker(
        "comment that gives the reason",
        """\
def work():
    try:
        step()
    except Exception:
        pass  # the next round does it again
""",
    ),
    _worker(
        "comment above the pass",
        """\
def work():
    try:
        step()
    except Exception:
        # best effort: the caller polls anyway
        pass
""",
    ),
    _worker(
        "comment behind the pass",
        """\
def work():
    try:
        step()
    except Exception:
        pass
        # the next round does it again
""",
    ),
    _worker(
        "raised again after the last try",
        """\
import time

def work():
    for attempt in range(3):
        try:
            return step()
        except Exception:
            if attempt == 2:
                raise
            time.sleep(1)
""",
    ),
    _worker(
        "comment at the top of the try",
        """\
def work():
    while True:
        try:
            # may fail while the other side restarts
            send(job)
        except Exception:
            pass
""",
    ),
    _worker(
        "comment at suppress",
        """\
from contextlib import suppress

def work():
    with suppress(Exception):  # the next round does it again
        step()
""",
    ),
    _worker(
        "tidying up one thing",
        """\
def work():
    step()
    try:
        connection.close()
    except Exception:
        pass
""",
    ),
    _worker(
        "tidying up with suppress",
        """\
import os
from contextlib import suppress

def work():
    step()
    with suppress(Exception):
        os.unlink('lock')
""",
    ),
    _worker(
        "tidying up in finally",
        """\
def work():
    try:
        step()
    finally:
        try:
            goodbye(connection)
        except Exception:
            pass
""",
    ),
    _worker(
        "tidying up after an error that is told",
        """\
def work():
    try:
        step()
    except Exception as error:
        try:
            tell(error)
        except Exception:
            pass
""",
    ),
    _worker(
        "narrow exceptions",
        """\
import queue

def work():
    while True:
        try:
            handle(jobs.get_nowait())
        except (queue.Empty, FileNotFoundError):
            pass
""",
    ),
    _worker(
        "interrupted by the user",
        """\
def work():
    try:
        step()
    except KeyboardInterrupt:
        pass
""",
    ),
    _worker(
        "time-outs while polling",
        """\
def work():
    while True:
        try:
            handle(socket.recv(4096))
        except TimeoutError:
            continue
""",
    ),
    _worker(
        "end of an iterator",
        """\
def work():
    try:
        handle(next(source))
    except StopIteration:
        pass
""",
    ),
    _worker(
        "one plain conversion",
        """\
def work():
    for line in lines:
        try:
            total = int(line)
        except Exception:
            continue
        use(total)
""",
    ),
    _worker(
        "optional import",
        """\
def work():
    try:
        import uvloop
    except Exception:
        pass
    step()
""",
    ),
    _worker(
        "tries again and raises in the end",
        """\
import time

def work():
    for attempt in range(3):
        try:
            step()
            return
        except Exception:
            time.sleep(attempt)
    raise RuntimeError("gave up")
""",
    ),
    _worker(
        "flag for success",
        """\
def work():
    done = False
    try:
        step()
        done = True
    except Exception:
        pass
    report(done)
""",
    ),
    Example(
        "cancelled task awaited",
        """\
import asyncio

async def work(child):
    child.cancel()
    try:
        await child
    except (asyncio.CancelledError, Exception):
        pass

async def main(child):
    task = asyncio.create_task(work(child))
    await task
""",
    ),
    Example(
        "no worker",
        """\
import threading

def load(path):
    try:
        return parse(path)
    except Exception:
        return None

def work():
    step()

threading.Thread(target=work).start()
settings = load("app.toml")
""",
    ),
    Example(
        "main coroutine, whose caller waits for it",
        """\
import asyncio

async def main():
    try:
        await serve()
    except Exception:
        pass

asyncio.run(main())
""",
    ),
    Example(
        "callback that asks a future and ignores the answer",
        """\
from concurrent.futures import ThreadPoolExecutor

def asked(future):
    try:
        check(future.result())
    except Exception:
        pass

pool = ThreadPoolExecutor()
pool.submit(print).add_done_callback(asked)
""",
    ),
    Example(
        "a detail far below the worker",
        """\
import threading

def width():
    try:
        columns = probe()
        return columns
    except Exception:
        return None

def draw(rows):
    header(rows)
    frame(width())

def page(rows):
    draw(rows)

def work():
    page(load())

threading.Thread(target=work).start()
""",
    ),
    Example(
        "telemetry beside the work of the one that the worker calls",
        """\
import threading

def count(event):
    try:
        metrics.add(event)
    except Exception:
        pass

class Connection(threading.Thread):
    def run(self):
        self.handshake()
        self.serve()
        self.report()
        count("closed")

Connection().start()
""",
    ),
    Example(
        "method of a class that tidies up",
        """\
import threading

class Client:
    def start(self):
        self.thread = threading.Thread(target=self.shutdown_quietly)
        self.thread.start()

    def shutdown_quietly(self):
        try:
            self.say_goodbye()
        except Exception:
            pass
""",
    ),
    Example(
        "ends the process with an exit code",
        """\
import multiprocessing
import os
import sys


def child(job):
    try:
        job()
    except Exception:
        os._exit(1)


def other_child(job):
    try:
        job()
    except BaseException:
        sys.exit(3)


def run(job):
    for target in (child, other_child):
        process = multiprocessing.Process(target=target, args=(job,))
        process.start()
        process.join()
        assert process.exitcode == 0
""",
    ),
    Example(
        "the log gets the error as an argument",
        """\
import logging
import sys
import threading

def poll(server):
    try:
        server.ping()
    except Exception:
        logging.warning("cannot ping: %s", sys.exc_info()[1])

threading.Thread(target=poll, args=(server,)).start()
""",
    ),
    Example(
        "an error in the log",
        """\
import logging
import threading

def poll(server):
    try:
        server.ping()
    except Exception:
        logging.error("cannot ping the server")

threading.Thread(target=poll, args=(server,)).start()
""",
    ),
    Example(
        "a limit that not every platform has",
        """\
import multiprocessing

def serve(address):
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except Exception:
        pass
    listen(address)
    answer(address)

if __name__ == "__main__":
    multiprocessing.Process(target=serve, args=(1,)).start()
""",
    ),
    Example(
        "a guess at the encoding",
        """\
import threading
import zlib

def show(connection):
    while True:
        data = connection.recv()
        try:
            data = str(zlib.decompress(data), "utf-8")
        except Exception:
            pass
        display(data)

threading.Thread(target=show, args=(connection,), daemon=True).start()
""",
    ),
    Example(
        "a text with the error in it",
        """
        import threading
        import traceback

        def report(text):
            print(text)

        def worker(job):
            try:
                job.run()
                job.finish()
            except Exception as error:
                report(f"{job} failed: {error}")

        def other(job):
            try:
                job.run()
                job.finish()
            except Exception:
                report(traceback.format_exc())

        def start(jobs):
            for job in jobs:
                threading.Thread(target=worker, args=(job,)).start()
                threading.Thread(target=other, args=(job,)).start()
        """,
    ),
)
