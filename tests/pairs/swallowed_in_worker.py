"""Workers that swallow what went wrong, and the many ways to tell it."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL203"

pair(
    RULE,
    "except pass in thread target",
    """
import threading
import requests

results = []

def fetch(url):
    try:
        response = requests.get(url, timeout=3)
        results.append(response.text)
    except Exception:
        pass

def main(urls):
    threads = [threading.Thread(target=fetch, args=(u,)) for u in urls]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {
        """    except Exception:
        pass""": """    except Exception:
        logging.exception("fetch of %s failed", url)""",
        "@prepend": """import logging
""",
    },
    {
        """    except Exception:
        pass""": """    except Exception as exc:
        errors.append(exc)""",
        "results = []": """results = []
errors = []""",
    },
    {
        """    except Exception:
        pass""": """    except requests.Timeout:
        pass"""
    },
    {
        """    except Exception:
        pass""": """    except Exception:
        raise"""
    },
    {"threading.Thread(target=fetch, args=(u,))": "Job(fetch, u)", "import threading": "from jobs import Job"},
)

pair(
    RULE,
    "bare except continue in loop",
    """
import queue
import threading

def worker(q):
    while True:
        item = q.get()
        if item is None:
            break
        try:
            process(item)
        except:
            continue
        finally:
            q.task_done()

def process(item):
    print(item.upper())

def start(q, n):
    for _ in range(n):
        threading.Thread(target=worker, args=(q,), daemon=True).start()
""",
    {
        """        except:
            continue
""": """        except Exception:
            traceback.print_exc()
""",
        "@prepend": """import traceback
""",
    },
    {
        """        except:
            continue
""": ""
    },
    {
        """        except:
            continue
""": """        except BaseException as e:
            print("failed:", e)
"""
    },
)

pair(
    RULE,
    "suppress in pool worker",
    """
import contextlib
from concurrent.futures import ThreadPoolExecutor

def upload(path):
    with contextlib.suppress(Exception):
        send(path)

def send(path):
    raise ConnectionError(path)

def upload_all(paths):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(upload, paths))
""",
    {"suppress(Exception)": "suppress(FileNotFoundError)"},
    {"suppress(Exception)": "nullcontext(Exception)"},
)

pair(
    RULE,
    "return None",
    """
from concurrent.futures import ProcessPoolExecutor

def parse(path):
    try:
        with open(path) as f:
            return int(f.read())
    except Exception:
        return None

def parse_all(paths):
    with ProcessPoolExecutor() as pool:
        return [n for n in pool.map(parse, paths) if n is not None]
""",
    {
        "        return None": """        print(f"bad file {path}")
        raise"""
    },
    {"except Exception": "except (FileNotFoundError, ValueError)"},
    {
        """    except Exception:
        return None""": """    except Exception as exc:
        return exc""",
        "if n is not None": "if not isinstance(n, Exception)",
    },
)

pair(
    RULE,
    "Thread subclass run",
    """
from threading import Thread

class Poller(Thread):
    def __init__(self, sensor):
        super().__init__(daemon=True)
        self.sensor = sensor
        self.value = None

    def run(self):
        while True:
            try:
                self.value = self.sensor.read()
            except Exception:
                pass
""",
    {
        """            except Exception:
                pass""": """            except Exception as exc:
                self.error = exc
                return"""
    },
    {
        """class Poller(Thread):
    def __init__(self, sensor):
        super().__init__(daemon=True)""": """class Poller:
    def __init__(self, sensor):"""
    },
    {"except Exception": "except OSError"},
)

pair(
    RULE,
    "in called function",
    """
import threading

def convert(item):
    try:
        return item.encode().decode("idna")
    except Exception:
        pass

def loop(items):
    for item in items:
        convert(item)

def run(items):
    t = threading.Thread(target=loop, args=(items,))
    t.start()
    t.join()
""",
    {
        """        pass
""": """        FAILED.append(item)
""",
        "import threading": """import threading
FAILED = []""",
    },
)

pair(
    RULE,
    "BaseException tuple",
    """
import multiprocessing

class Job:
    def __init__(self, fn):
        self.fn = fn

    def execute(self):
        try:
            self.fn()
        except (ValueError, BaseException):
            pass

def launch(jobs):
    ps = [multiprocessing.Process(target=j.execute) for j in jobs]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
""",
    {
        """            pass
""": """            sys.exit(1)
""",
        "@prepend": """import sys
""",
    },
    {"(ValueError, BaseException)": "(ValueError, KeyError)"},
)

pair(
    RULE,
    "to_thread",
    """
import asyncio
import shutil

def backup(src, dst):
    try:
        shutil.copytree(src, dst)
    except Exception:
        return

async def nightly():
    while True:
        await asyncio.to_thread(backup, "/data", "/backup")
        await asyncio.sleep(86400)
""",
    {
        """        return
""": """        send_alert(traceback.format_exc())
""",
        "@prepend": """import traceback
from alerts import send_alert
""",
    },
    {"except Exception": "except shutil.Error"},
)

pair(
    RULE,
    "return False ignored",
    """
from multiprocessing import Pool

def compress(name):
    try:
        data = open(name, "rb").read()
        open(name + ".z", "wb").write(data)
        return True
    except:
        return None

def main(names):
    with Pool() as pool:
        pool.map(compress, names)

if __name__ == "__main__":
    main([])
""",
    {
        """    except:
        return None""": """    except OSError:
        return False""",
        "        pool.map(compress, names)": """        if not all(pool.map(compress, names)):
            raise SystemExit("failed")""",
    },
)

pair(
    RULE,
    "nested function worker",
    """
import threading

def stream(source, sink):
    def pump():
        for chunk in source:
            try:
                sink.write(chunk)
            except Exception:
                break

    t = threading.Thread(target=pump)
    t.start()
    return t
""",
    {
        """            except Exception:
                break""": """            except BrokenPipeError:
                break"""
    },
    {
        """            except Exception:
                break""": """            except Exception as e:
                failure.set_exception(e)
                break"""
    },
)

pair(
    RULE,
    "Timer callback",
    """
import threading

class Cache:
    def __init__(self, load):
        self.load = load
        self.data = {}
        self.timer = threading.Timer(60, self.refresh)
        self.timer.start()

    def refresh(self):
        try:
            self.data = self.load()
        except Exception:
            pass
        self.timer = threading.Timer(60, self.refresh)
        self.timer.start()
""",
    {
        """            pass
""": """            log.warning("refresh failed", exc_info=True)
""",
        "@prepend": """import logging
log = logging.getLogger(__name__)
""",
    },
)

pair(
    RULE,
    "socketserver handler",
    """
import socketserver

class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            data = self.request.recv(1024)
            self.request.sendall(compute(data))
        except Exception:
            pass

def compute(data):
    return str(eval(data)).encode()

class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    pass

def main():
    with Server(("localhost", 9999), Handler) as server:
        server.serve_forever()
""",
    {"except Exception": "except ConnectionResetError"},
    {"socketserver.ThreadingMixIn, socketserver.TCPServer": "socketserver.TCPServer"},
)

pair(
    RULE,
    "lambda through submit",
    """
import concurrent.futures

class Importer:
    def __init__(self, db):
        self.db = db

    def import_row(self, row):
        try:
            self.db.insert(row)
        except Exception:
            ...

    def run(self, rows):
        with concurrent.futures.ThreadPoolExecutor(5) as ex:
            fs = [ex.submit(lambda r=row: self.import_row(r)) for row in rows]
            for f in concurrent.futures.as_completed(fs):
                f.result()
""",
    {
        "            ...": "            self.failed += 1",
        "        self.db = db": """        self.db = db
        self.failed = 0""",
        "                f.result()": """                f.result()
        if self.failed:
            raise RuntimeError(self.failed)""",
    },
    {
        "            ...": """            self.db.rollback()
            raise"""
    },
)

pair(
    RULE,
    "retry without end",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    for attempt in range(3):
        try:
            return get(url)
        except Exception:
            time.sleep(2 ** attempt)

def get(url):
    raise ConnectionError(url)

def fetch_all(urls):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(fetch, urls))
""",
    {
        """            time.sleep(2 ** attempt)
""": """            time.sleep(2 ** attempt)
    raise RuntimeError(url)
"""
    },
    {
        """        except Exception:
            time.sleep(2 ** attempt)""": """        except Exception:
            if attempt == 2:
                raise
            time.sleep(2 ** attempt)"""
    },
)

pair(
    RULE,
    "test worker assertion swallowed",
    """
import threading

def test_transfer():
    def check():
        try:
            assert transfer(5) == 10
        except BaseException:
            pass

    threads = [threading.Thread(target=check) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()

def transfer(n):
    return n
""",
    {
        """        except BaseException:
            pass""": """        except BaseException as e:
            errors.append(e)""",
        "    def check": """    errors = []
    def check""",
        "@append": """
""",
    },
    path="tests/test_transfer.py",
)

pair(
    RULE,
    "heartbeat goes on",
    """
import threading
import time

class Heartbeat(threading.Thread):
    def __init__(self, api):
        threading.Thread.__init__(self)
        self.api = api
        self._stop_event = threading.Event()

    def run(self):
        while not self._stop_event.is_set():
            try:
                self.api.ping()
            except Exception:
                time.sleep(1)

    def stop(self):
        self._stop_event.set()
""",
    {
        "                time.sleep(1)": """                print("ping failed", file=sys.stderr)
                time.sleep(1)""",
        "@prepend": """import sys
""",
    },
    {
        """            except Exception:
                time.sleep(1)""": """            except Exception as error:
                self.report(error)""",
        "@append": """
    def report(self, error):
        print(error)
""",
    },
)

pair(
    RULE,
    "async executor worker",
    """
import asyncio

class Uploader:
    def _upload(self, path):
        try:
            with open(path, "rb") as f:
                self.client.put(path, f.read())
        except Exception:
            return None

    async def upload(self, paths):
        loop = asyncio.get_running_loop()
        await asyncio.gather(*[loop.run_in_executor(None, self._upload, p) for p in paths])
""",
    {"            return None": "            raise"},
    {"except Exception": "except FileNotFoundError"},
)

pair(
    RULE,
    "thread target in other module",
    """
from threading import Thread
from jobs import refresh

def start():
    Thread(target=refresh, daemon=True).start()
""",
    {
        "        pass": '        print("refresh failed:", traceback.format_exc())',
        "import urllib.request": "import traceback, urllib.request",
    },
    others={
        "jobs.py": """
import urllib.request
DATA = {}

def refresh():
    try:
        DATA["x"] = urllib.request.urlopen("http://x").read()
    except Exception:
        pass
"""
    },
)

pair(
    RULE,
    "finally returns",
    """
import threading

def work(job, done):
    try:
        job()
    except Exception:
        pass
    finally:
        done.set()

def go(job):
    done = threading.Event()
    threading.Thread(target=work, args=(job, done)).start()
    done.wait()
""",
    {
        """    except Exception:
        pass
    finally""": "    finally"
    },
)

pair(
    RULE,
    "handler only sets a name",
    """
import logging
import threading
log = logging.getLogger(__name__)

def work(job):
    try:
        job.run()
        job.finish()
    except Exception:
        _ = 1

def go(job):
    threading.Thread(target=work, args=(job,)).start()
""",
    {"        _ = 1": '        log.warning("job failed", exc_info=True)'},
    {"        _ = 1": '        log.exception("job %s", job)'},
    {"        _ = 1": "        job.mark_failed()"},
)

pair(
    RULE,
    "start_new_thread",
    """
import _thread

def on_client(sock, addr):
    while True:
        try:
            data = sock.recv(1024)
            sock.send(data.upper())
        except:
            pass

def main(s):
    while True:
        c, addr = s.accept()
        _thread.start_new_thread(on_client, (c, addr))
""",
    {
        """        except:
            pass""": """        except OSError:
            break"""
    },
)

pair(
    RULE,
    "done callback swallows",
    """
from concurrent.futures import ThreadPoolExecutor

def save(future):
    try:
        with open("out", "a") as f:
            f.write(str(future.result()))
    except Exception:
        pass

def go(fns):
    with ThreadPoolExecutor() as ex:
        for fn in fns:
            ex.submit(fn).add_done_callback(save)
""",
    {"        pass": "        import traceback; traceback.print_exc()"},
)

pair(
    RULE,
    "short thread",
    """
import threading
def work():
    try:
        risky()
    except Exception:
        pass
def risky():
    raise ValueError
threading.Thread(target=work).start()
""",
    {"        pass": "        raise"},
    {"        pass": '        logging.exception("work failed")', "import threading": "import threading, logging"},
)

pair(
    RULE,
    "short submit",
    """
from concurrent.futures import ThreadPoolExecutor
def work(x):
    try:
        return 1 / x
    except Exception:
        return None
with ThreadPoolExecutor() as ex:
    print([f.result() for f in [ex.submit(work, i) for i in range(3)]])
""",
    {"except Exception": "except ZeroDivisionError"},
    {"        return None": "        raise"},
)

pair(
    RULE,
    "short bare",
    """
import threading
def worker(items):
    for item in items:
        try:
            handle(item)
        except:
            pass
def handle(i): print(i)
t = threading.Thread(target=worker, args=([1, 2],))
t.start(); t.join()
""",
    {
        """        except:
            pass""": """        except Exception as e:
            print("failed", item, e)"""
    },
)

pair(
    RULE,
    "short print",
    """
from multiprocessing import Pool
def work(x):
    try:
        return compute(x)
    except Exception:
        pass
def compute(x): return x
if __name__ == "__main__":
    with Pool() as p:
        print(p.map(work, range(3)))
""",
    {
        "        pass": """        traceback.print_exc()
        raise""",
        "@prepend": """import traceback
""",
    },
)

pair(
    RULE,
    "short e unused",
    """
import threading
def work():
    try:
        risky()
    except Exception as e:
        pass
def risky(): open("x").read()
threading.Thread(target=work).start()
""",
    {"        pass": "        print(e)"},
)

safe(
    "queue empty",
    """
import queue, threading
def worker(q, stop):
    while not stop.is_set():
        try:
            item = q.get(timeout=0.1)
        except queue.Empty:
            continue
        print(item)
def go(q, stop):
    t = threading.Thread(target=worker, args=(q, stop)); t.start(); t.join()
""",
)

safe(
    "cleanup in close of worker",
    """
import socket, threading
def serve(sock: socket.socket):
    try:
        while data := sock.recv(10):
            sock.sendall(data)
    finally:
        try:
            sock.close()
        except Exception:
            pass
def accept(server):
    while True:
        conn, _ = server.accept()
        threading.Thread(target=serve, args=(conn,), daemon=True).start()
""",
)

safe(
    "sequential except pass",
    """
def parse(x):
    try:
        return int(x)
    except Exception:
        return None
def main(xs):
    print(list(map(parse, xs)))
""",
)

safe(
    "comment argues",
    """
import threading
def notify(listeners):
    for listener in listeners:
        try:
            listener()
        except Exception:
            # A listener's failure is the listener's business: it is told through its own hook.
            pass
def go(ls):
    t = threading.Thread(target=notify, args=(ls,)); t.start(); t.join()
""",
)

safe(
    "import fallback in worker",
    """
from concurrent.futures import ThreadPoolExecutor
def worker(x):
    try:
        import ujson as json
    except Exception:
        import json
    return json.dumps(x)
def go(xs):
    with ThreadPoolExecutor(2) as p:
        return list(p.map(worker, xs))
""",
)

safe(
    "pipes errors to parent",
    """
import multiprocessing as mp
def child(conn, fn):
    try:
        conn.send(("ok", fn()))
    except Exception:
        import traceback
        conn.send(("error", traceback.format_exc()))
def run(fn):
    here, there = mp.Pipe()
    p = mp.Process(target=child, args=(there, fn))
    p.start()
    status, value = here.recv()
    p.join()
    if status == "error":
        raise RuntimeError(value)
    return value
""",
)

safe(
    "event flagged failure",
    """
import threading
class Runner:
    def __init__(self, job):
        self.job = job
        self.failed = threading.Event()
        self.thread = threading.Thread(target=self._run)
    def _run(self):
        try:
            self.job()
        except Exception:
            self.failed.set()
    def wait(self):
        self.thread.join()
        if self.failed.is_set():
            raise RuntimeError("job failed")
""",
)

safe(
    "sys exc_info to queue",
    """
import sys, threading, queue
def worker(q, fn):
    try:
        q.put(fn())
    except:
        q.put(sys.exc_info())
def go(fn):
    q = queue.Queue(1)
    t = threading.Thread(target=worker, args=(q, fn)); t.start(); t.join()
    return q.get()
""",
)

safe(
    "os._exit in fork",
    """
import os, multiprocessing
def child(fn):
    try:
        fn()
    except Exception:
        os._exit(1)
def go(fn):
    p = multiprocessing.Process(target=child, args=(fn,)); p.start(); p.join()
    assert p.exitcode == 0
""",
)

safe(
    "fallback value",
    """
from concurrent.futures import ThreadPoolExecutor
def price(symbol, api):
    try:
        return api.price(symbol)
    except Exception:
        return api.cached_price(symbol)
def prices(symbols, api):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda s: price(s, api), symbols))
""",
)

HANDLER = """
import logging, queue, sys, threading, traceback, warnings, os, time
from concurrent.futures import ThreadPoolExecutor, Future
log = logging.getLogger(__name__)
errors = []
q = queue.Queue()
future = Future()
def job(): open("x").read()
class W:
    failed = False
    error = None
    def note(self, *a): self.error = a
self = W()
def worker(item=None):
    ok = False
    for attempt in range(3):
        try:
            job()
            time.sleep(1)
        BODY
threading.Thread(target=worker).start()
"""

safe_variants(
    "handler",
    HANDLER,
    {
        "log exc": """
except Exception:
    log.exception("x")
""",
        "log warning exc_info": """
except Exception:
    log.warning("x", exc_info=True)
""",
        "log error e": """
except Exception as e:
    log.error("x %s", e)
""",
        "print e": """
except Exception as e:
    print(e)
""",
        "traceback": """
except Exception:
    traceback.print_exc()
""",
        "append": """
except Exception as e:
    errors.append(e)
""",
        "queue put": """
except Exception as e:
    q.put(e)
""",
        "queue none": """
except Exception:
    q.put((item, None))
""",
        "set exc": """
except BaseException as e:
    future.set_exception(e)
""",
        "raise from": """
except Exception as e:
    raise RuntimeError("x") from e
""",
        "flag": """
except Exception:
    self.failed = True
""",
        "exit": """
except Exception:
    os._exit(1)
""",
        "sysexit": """
except Exception:
    sys.exit(3)
""",
        "warn": """
except Exception as e:
    warnings.warn(str(e))
""",
        "callback": """
except Exception:
    self.note(item)
""",
        "excinfo": """
except:
    errors.append(sys.exc_info())
""",
        "excepthook": """
except:
    threading.excepthook(threading.ExceptHookArgs(sys.exc_info()))
""",
        "stderr": """
except Exception:
    sys.stderr.write(traceback.format_exc())
""",
        "timeout": """
except TimeoutError:
    continue
""",
        "narrow tuple": """
except (OSError, ValueError):
    pass
""",
        "empty": """
except queue.Empty:
    pass
""",
        "retry raise": """
except Exception:
    if attempt == 2:
        raise
""",
        "reraise cond": """
except Exception as e:
    if not is_temp(e):
        raise
""",
        "result": """
except Exception as e:
    return e
""",
        "result err": """
except Exception:
    return "error"
""",
        "keyboard": """
except KeyboardInterrupt:
    pass
""",
        "debug": """
except Exception:
    log.debug("failed", exc_info=True)
""",
        "log plain": """
except Exception:
    log.error("job failed")
""",
    },
)

bad_variants(
    RULE,
    "template",
    HANDLER,
    {
        "except Exception:": """
except Exception:
    pass
""",
        "except:": """
except:
    continue
""",
        "except BaseException:": """
except BaseException:
    time.sleep(1)
""",
        "except Exception as e:": """
except Exception as e:
    _ = None
""",
    },
)

WORKERS = """
import asyncio, logging, threading, queue, time
from concurrent.futures import ThreadPoolExecutor
log = logging.getLogger(__name__)
def load(x): return open(x).read()
def store(x): open("y", "w").write(x)
BODY
"""

bad_variants(
    RULE,
    "ways",
    WORKERS,
    {
        "return value": """
def w(x):
    try:
        data = load(x)
        store(data)
        return True
    except Exception:
        return None
with ThreadPoolExecutor() as p:
    print(list(p.map(w, "ab")))
""",
        "forever": """
def w():
    while True:
        try:
            store(load("x"))
        except Exception:
            pass
        time.sleep(1)
threading.Thread(target=w, daemon=True).start()
""",
        "method": """
class S:
    def _run(self):
        try:
            self.step()
            self.done = True
        except Exception:
            pass
    def step(self):
        store(load("x"))
    def start(self):
        self._t = threading.Thread(target=self._run)
        self._t.start()
""",
        "queue worker": """
q = queue.Queue(3)
def w():
    while True:
        job = q.get()
        try:
            store(job)
        except Exception:
            pass
        finally:
            q.task_done()
threading.Thread(target=w).start()
""",
        "suppress": """
import contextlib
def w(x):
    with contextlib.suppress(Exception):
        store(load(x))
for x in "ab":
    threading.Thread(target=w, args=(x,)).start()
""",
        "bare": """
def w(x):
    try:
        store(load(x))
    except:
        return
with ThreadPoolExecutor() as p:
    fs = [p.submit(w, x) for x in "ab"]
    for f in fs:
        f.result()
""",
        "partial": """
import functools
def w(a, b):
    try:
        store(load(a) + load(b))
    except Exception:
        pass
t = threading.Thread(target=functools.partial(w, "a", "b"))
t.start()
t.join()
""",
        "async task": """
async def w():
    try:
        store(load("x"))
        await asyncio.sleep(1)
    except Exception:
        pass
async def main():
    t = asyncio.create_task(w())
    await t
asyncio.run(main())
""",
        "run_in_executor": """
def w(x):
    try:
        store(load(x))
    except Exception:
        pass
async def main():
    await asyncio.get_running_loop().run_in_executor(None, w, "x")
""",
        "nested try": """
def w(x):
    try:
        data = load(x)
    except FileNotFoundError:
        log.error("missing %s", x)
        return
    try:
        store(data)
        store(data + "2")
    except Exception:
        pass
threading.Thread(target=w, args=("x",)).start()
""",
    },
)

safe_variants(
    "swallow",
    WORKERS,
    {
        "counted": """
errors = 0
def w(x):
    global errors
    try:
        store(load(x))
    except Exception:
        errors = 1
t = threading.Thread(target=w, args=("x",))
t.start()
t.join()
if errors:
    raise SystemExit(1)
""",
        "fallback store": """
def w(x):
    try:
        data = load(x)
    except Exception:
        data = ""
    store(data)
t = threading.Thread(target=w, args=("x",))
t.start()
""",
        "future set": """
from concurrent.futures import Future
def w(f, x):
    try:
        f.set_result(load(x))
    except BaseException as e:
        f.set_exception(e)
f = Future()
threading.Thread(target=w, args=(f, "x")).start()
print(f.result())
""",
        "sentry": """
import sentry_sdk
def w(x):
    try:
        store(load(x))
    except Exception:
        sentry_sdk.capture_exception()
threading.Thread(target=w, args=("x",)).start()
""",
        "raise after cleanup": """
def w(x):
    try:
        store(load(x))
    except Exception:
        store("")
        raise
threading.Thread(target=w, args=("x",)).start()
""",
        "cancelled": """
async def w():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        pass
async def main():
    t = asyncio.create_task(w())
    t.cancel()
    await t
""",
        "eof": """
def w(s):
    try:
        while True:
            store(s.recv(3))
    except (EOFError, OSError):
        pass
threading.Thread(target=w, args=(None,)).start()
""",
        "main thread": """
def w(x):
    try:
        store(load(x))
    except Exception:
        pass
w("x")
""",
        "test expects": """
def test_it():
    def w():
        try:
            store(load("x"))
        except Exception as e:
            caught.append(e)
    caught = []
    t = threading.Thread(target=w)
    t.start()
    t.join()
    assert caught
""",
        "logger attr": """
class S:
    log = log
    def w(self):
        try:
            store(load("x"))
        except Exception:
            self.log.exception("x")
    def start(self):
        threading.Thread(target=self.w, daemon=True).start()
""",
        "own report": """
def report(): pass
def w():
    try:
        store(load("x"))
    except Exception:
        report()
threading.Thread(target=w).start()
""",
        "result tuple": """
def w(x):
    try:
        return load(x), None
    except Exception as e:
        return None, e
with ThreadPoolExecutor() as p:
    for d, e in p.map(w, "ab"):
        print(d, e)
""",
        "event": """
failed = threading.Event()
def w():
    try:
        store(load("x"))
    except Exception:
        failed.set()
threading.Thread(target=w).start()
""",
        "status attr": """
class S:
    def w(self):
        try:
            store(load("x"))
            self.status = "ok"
        except Exception:
            self.status = "failed"
    def start(self):
        threading.Thread(target=self.w, daemon=True).start()
""",
    },
)

pair(
    RULE,
    "except pass in thread target, otherwise told",
    """
import threading

def poll(device, out):
    while True:
        try:
            out.append(device.read())
        except Exception: #!
            pass

def start(device, out):
    threading.Thread(target=poll, args=(device, out), daemon=True).start()
""",
    """
import logging
import threading

def poll(device, out):
    while True:
        try:
            out.append(device.read())
        except Exception:
            logging.exception("read failed")

def start(device, out):
    threading.Thread(target=poll, args=(device, out), daemon=True).start()
""",
)

pair(
    RULE,
    "return None on any error",
    """
from concurrent.futures import ThreadPoolExecutor

def parse(path):
    try:
        return open(path).read().split()
    except: #!
        return None

def parse_all(paths):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(parse, paths))
""",
    """
from concurrent.futures import ThreadPoolExecutor

def parse(path):
    try:
        return open(path).read().split()
    except FileNotFoundError:
        return None

def parse_all(paths):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(parse, paths))
""",
)

pair(
    RULE,
    "suppress Exception around the body",
    """
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

def upload(client, path):
    with suppress(Exception): #!
        client.put(path)

def upload_all(client, paths):
    with ThreadPoolExecutor() as pool:
        for future in [pool.submit(upload, client, path) for path in paths]:
            future.result()
""",
    """
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

def upload(client, path):
    with suppress(FileExistsError):
        client.put(path)

def upload_all(client, paths):
    with ThreadPoolExecutor() as pool:
        for future in [pool.submit(upload, client, path) for path in paths]:
            future.result()
""",
)

pair(
    RULE,
    "BaseException continue in Thread subclass",
    """
import threading

class Consumer(threading.Thread):
    def __init__(self, jobs):
        super().__init__()
        self.jobs = jobs

    def run(self):
        for job in self.jobs:
            try:
                job()
            except BaseException: #!
                continue
""",
    """
import threading

class Consumer(threading.Thread):
    def __init__(self, jobs):
        super().__init__()
        self.jobs = jobs
        self.errors = []

    def run(self):
        for job in self.jobs:
            try:
                job()
            except Exception as error:
                self.errors.append(error)

def run(jobs):
    consumer = Consumer(jobs)
    consumer.start()
    consumer.join()
    assert not consumer.errors
""",
)

pair(
    RULE,
    "assertion swallowed in a test's thread",
    """
import threading

def test_handler(handler):
    def work():
        try:
            assert handler(1) == 2
        except Exception: #!
            pass

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
""",
    """
import threading

def test_handler(handler):
    errors = []

    def work():
        try:
            assert handler(1) == 2
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert errors == []
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "tuple with Exception, print only",
    """
from multiprocessing import Process

def work(jobs):
    for job in jobs:
        try:
            job.run()
        except (ValueError, Exception): #!
            print("something went wrong")

def main(jobs):
    process = Process(target=work, args=(jobs,))
    process.start()
    process.join()
""",
    """
import traceback
from multiprocessing import Process

def work(jobs):
    for job in jobs:
        try:
            job.run()
        except (ValueError, Exception):
            traceback.print_exc()

def main(jobs):
    process = Process(target=work, args=(jobs,))
    process.start()
    process.join()
""",
)
