"""Processes forked beside running threads, and those that aren't."""

from __future__ import annotations

from tests.pairs.kit import pair

RULE = "GIL104"

pair(
    RULE,
    "os.fork after a thread",
    """
import os
import threading

def main(work):
    t = threading.Thread(target=work)
    t.start()
    pid = os.fork() #!
    if pid == 0:
        os._exit(0)
    t.join()
""",
    {"    t.start()\n": "    t.start()\n    t.join()\n", "        os._exit(0)\n    t.join()\n": "        os._exit(0)\n"},
    {"    t.start()\n    pid = os.fork() #!": "    pid = os.fork()\n    t.start()"},
    {"    t.start()\n": ""},
)

pair(
    RULE,
    "process beside a thread",
    """
import threading
from multiprocessing import Process

def main(listen, work):
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    p = Process(target=work)
    p.start() #!
    p.join()
""",
    {"from multiprocessing import Process": "from multiprocessing import get_context\nProcess = get_context('spawn').Process"},
    {"    listener.start()\n": "    listener.start()\n    listener.join()\n"},
    {"    p.start() #!\n    p.join()": "    print(p)"},
)

pair(
    RULE,
    "fork context pool in thread pool",
    """
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def main(load, work, values):
    with ThreadPoolExecutor() as threads:
        loaded = list(threads.map(load, values))
        with multiprocessing.get_context("fork").Pool() as pool: #!
            return pool.map(work, loaded)
""",
    {'"fork"': '"spawn"'},
    {'"fork"': '"forkserver"'},
    """
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def main(load, work, values):
    with ThreadPoolExecutor() as threads:
        loaded = list(threads.map(load, values))
    with multiprocessing.get_context("fork").Pool() as pool:
        return pool.map(work, loaded)
""",
)

pair(
    RULE,
    "spawn by set_start_method",
    """
import multiprocessing as mp
import threading

def main(tick, work):
    threading.Thread(target=tick, daemon=True).start()
    with mp.Pool(4) as pool: #!
        pool.map(work, range(4))
""",
    {"def main(tick, work):": "def main(tick, work):\n    mp.set_start_method('spawn')"},
    {"mp.Pool(4)": "mp.pool.ThreadPool(4)", "import multiprocessing as mp": "import multiprocessing.pool\nimport multiprocessing as mp"},
)

pair(
    RULE,
    "set_start_method fork",
    """
import multiprocessing as mp
import threading

mp.set_start_method("fork")

def main(tick, work):
    t = threading.Thread(target=tick)
    t.start()
    p = mp.Process(target=work)
    p.start() #!
    p.join()
    t.join()
""",
    {'"fork"': '"forkserver"'},
    {"    t.start()\n    p = mp.Process(target=work)\n    p.start() #!": "    p = mp.Process(target=work)\n    p.start()\n    t.start()"},
)

pair(
    RULE,
    "thread in the constructor",
    """
import multiprocessing
import threading

class Supervisor:
    def __init__(self):
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self):
        pass

    def launch(self, work):
        p = multiprocessing.Process(target=work)
        p.start() #!
        return p
""",
    {"        self._watcher.start()\n": ""},
    {"multiprocessing.Process(target=work)": "multiprocessing.get_context('spawn').Process(target=work)"},
)

pair(
    RULE,
    "timer running",
    """
import multiprocessing
from threading import Timer

def main(stop, work):
    timer = Timer(5.0, stop)
    timer.start()
    p = multiprocessing.Process(target=work)
    p.start() #!
    p.join()
    timer.cancel()
""",
    {"    timer.start()\n": ""},
    {
        "    timer.start()\n    p = multiprocessing.Process(target=work)\n    p.start() #!\n": "    p = multiprocessing.Process(target=work)\n    p.start()\n    timer.start()\n"
    },
)

pair(
    RULE,
    "several threads in a loop",
    """
import os
import threading

def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    if os.fork() == 0: #!
        os._exit(work())
    for t in threads:
        t.join()
""",
    """
import os
import threading

def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if os.fork() == 0:
        os._exit(work())
""",
)

pair(
    RULE,
    "executor with futures awaited",
    """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def main(load, work):
    threads = ThreadPoolExecutor(4)
    data = threads.submit(load).result()
    with ProcessPoolExecutor() as pool:
        result = pool.submit(work, data).result() #!
    threads.shutdown()
    return result
""",
    {"    data = threads.submit(load).result()\n": "    data = threads.submit(load).result()\n    threads.shutdown()\n"},
    {
        "ProcessPoolExecutor() as": "ProcessPoolExecutor(mp_context=get_context('spawn')) as",
        "def main": "from multiprocessing import get_context\n\ndef main",
    },
    {"    data = threads.submit(load).result()\n": "    data = load()\n"},
)

pair(
    RULE,
    "process started by a thread",
    """
import multiprocessing
import threading

def work():
    pass

def launch():
    p = multiprocessing.Process(target=work)
    p.start() #!
    p.join()

def main():
    t = threading.Thread(target=launch)
    t.start()
    t.join()
""",
    {"multiprocessing.Process": "multiprocessing.get_context('spawn').Process"},
    {"    t = threading.Thread(target=launch)\n    t.start()\n    t.join()": "    launch()"},
)

pair(
    RULE,
    "fork in a called function",
    """
import os
import threading

def daemonize():
    if os.fork(): #!
        os._exit(0)

def main(serve):
    threading.Thread(target=serve).start()
    daemonize()
""",
    {"    threading.Thread(target=serve).start()\n    daemonize()": "    daemonize()\n    threading.Thread(target=serve).start()"},
    {"    threading.Thread(target=serve).start()\n": ""},
)

pair(
    RULE,
    "thread started in a called function",
    """
import multiprocessing
import threading

def start_heartbeat(beat):
    t = threading.Thread(target=beat, daemon=True)
    t.start()
    return t

def main(beat, work):
    start_heartbeat(beat)
    p = multiprocessing.Process(target=work)
    p.start() #!
    p.join()
""",
    {"    t.start()\n    return t": "    t.start()\n    t.join()"},
    {
        "    start_heartbeat(beat)\n    p = multiprocessing.Process(target=work)\n    p.start() #!": "    p = multiprocessing.Process(target=work)\n    p.start()\n    start_heartbeat(beat)"
    },
)

pair(
    RULE,
    "module level thread",
    """
import multiprocessing
import threading

def beat():
    pass

heart = threading.Thread(target=beat, daemon=True)
heart.start()

def run(work):
    p = multiprocessing.Process(target=work)
    p.start() #!
    p.join()
""",
    {"heart.start()\n": ""},
    {"heart.start()": "heart.start()\nheart.join()"},
)

pair(
    RULE,
    "under the main guard",
    """
import os, threading

def serve():
    pass

if __name__ == "__main__":
    threading.Thread(target=serve).start()
    os.fork() #!
""",
    {"    threading.Thread(target=serve).start()\n    os.fork() #!": "    os.fork()\n    threading.Thread(target=serve).start()"},
)

pair(
    RULE,
    "thread subclass",
    """
import os
import threading

class Beat(threading.Thread):
    def run(self):
        pass

def main():
    beat = Beat()
    beat.start()
    os.fork() #!
""",
    {"class Beat(threading.Thread)": "class Beat(Animal)"},
    {"    beat.start()\n    os.fork() #!": "    os.fork()\n    beat.start()"},
)

pair(
    RULE,
    "a branch of its own",
    """
import multiprocessing
import threading

def main(work, beat):
    t = threading.Thread(target=beat)
    t.start()
    p = multiprocessing.Process(target=work)
    p.start() #!
""",
    """
import multiprocessing
import threading

def main(work, parallel):
    if parallel:
        worker = multiprocessing.Process(target=work)
    else:
        worker = threading.Thread(target=work)
    worker.start()
    worker.join()
""",
    """
import multiprocessing
import threading

def main(work, how):
    if how == "thread":
        t = threading.Thread(target=work)
        t.start()
    else:
        p = multiprocessing.Process(target=work)
        p.start()
""",
)

pair(
    RULE,
    "fork and exec",
    """
import os
import threading

def main(beat, path):
    threading.Thread(target=beat).start()
    pid = os.fork() #!
    if pid == 0:
        print("child")
""",
    {'        print("child")': "        os.execv(path, [path])"},
)
