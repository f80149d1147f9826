"""What the findings say where their words depend on the code around: advice must work where it is given."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.rules.asyncio.blocking_in_async import BlockingInAsync
from pytest_gilcheck.rules.asyncio.unsafe_loop_call import UnsafeLoopCall
from pytest_gilcheck.rules.exceptions.dropped_future import DroppedFuture
from pytest_gilcheck.rules.exceptions.dropped_task import DroppedTask
from pytest_gilcheck.rules.exceptions.unchecked_completion import UncheckedCompletion
from pytest_gilcheck.rules.locks.inconsistent_lock import InconsistentLock
from pytest_gilcheck.rules.locks.local_lock import LocalLock
from pytest_gilcheck.rules.locks.unprotected_acquire import UnprotectedAcquire
from pytest_gilcheck.rules.pools.leaked_pool import LeakedPool
from pytest_gilcheck.rules.pools.pool_per_batch import PoolPerBatch
from pytest_gilcheck.rules.processes.fork_with_threads import ForkWithThreads
from pytest_gilcheck.rules.processes.missing_main_guard import MissingMainGuard
from pytest_gilcheck.rules.queues.unbounded_queue import UnboundedQueue
from pytest_gilcheck.rules.queues.unbounded_submission import UnboundedSubmission
from pytest_gilcheck.rules.sharing.check_then_act import CheckThenAct
from pytest_gilcheck.rules.sharing.unlocked_counter import UnlockedCounter
from pytest_gilcheck.testing import check_files, check_source

TASKS = "import asyncio\nclass Server:\n    {method}\n        {loop}.create_task(self.run())\n"
ON_THE_WAY = "import asyncio, time\n{helper}\nasync def main(given):\n    {call}\n"
CALLBACK = (
    "import asyncio, time\ndef nap():\n    time.sleep(9)\ndef tick():\n    {call}\nasync def main():\n    asyncio.get_running_loop().{on}\n"
)
LEFT = "import multiprocessing, threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
OWNER = LEFT + "class Owner:\n    def __init__(self):\n        self.made = {made}\n    def go(self, f, x):\n        self.made.{use}\n"
ACQUIRE = "import threading\nlock = threading.Lock()\ndef work(a, b):\n    lock.acquire()\n    {between}\n    lock.release()\n"
SUBMITS = (
    "import asyncio, multiprocessing\nfrom concurrent.futures import ThreadPoolExecutor\n{pool}\n{head}\n    while True:\n        {give}\n"
)
IN_ASYNC = "async def run(source):\n    loop = asyncio.get_running_loop()"
THREADS = (
    "import threading\n{body}\ndef main():\n    box = Box()\n    for _ in range(2):\n        threading.Thread(target=box.add).start()\n"
)
COUNTER = "class Box:\n    def __init__(self):\n        self.n = 0\n        {locks}\n    def add(self):\n        self.n += 1"
PROCESSES = """
import multiprocessing
def add(total):
    total{what} += 1
def main():
    total = {made}
    children = [multiprocessing.Process(target=add, args=(total,)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(total{what})
"""

QUEUE = """
import asyncio, tornado.queues
jobs = {maker}
async def fill(source):
    while True:
        await jobs.put(await source.read())
async def take():
    while True:
        print(await jobs.get())
async def main(source):
    await asyncio.gather(fill(source), take())
"""
GUARDED = """
import threading
class Names:
    def __init__(self):
        self.lock, self.names = threading.Lock(), []
    def add(self, name):
        with self.lock:
            self.names.append(name)
            self.names.sort()
    def take(self):
        with self.lock:
            return self.names.pop()
    def look(self):
        {use}
"""
SAID: list[tuple[type[Rule], str, str]] = [
    (DroppedTask, TASKS.format(method="async def go(self):", loop="asyncio"), "else keep it in a set of the object"),
    (
        DroppedTask,
        TASKS.format(method="def go(this):", loop="asyncio").replace("self", "this"),
        "`task.add_done_callback(this.tasks.discard)`",
    ),
    (DroppedTask, TASKS.format(method="def __del__(self):", loop="asyncio"), "Keep it in a set at module level"),
    (
        BlockingInAsync,
        ON_THE_WAY.format(helper="def nap():\n    time.sleep(9)", call="nap()"),
        "make every function on the way `async def`, `await` its calls, and here use `await asyncio.sleep(…)`.",
    ),
    (
        BlockingInAsync,
        ON_THE_WAY.format(helper="class Nap:\n    def __init__(self):\n        time.sleep(9)", call="Nap()"),
        "`await asyncio.to_thread(Nap, …)`. Or move the wait out of `Nap.__init__`, which can't await, into an `async def`, and there use",
    ),
    (
        BlockingInAsync,
        ON_THE_WAY.format(helper="nap = lambda: time.sleep(9)", call="nap()"),
        "Or move the wait out of `<lambda>`, which can't await, into an `async def`, and there use",
    ),
    (
        BlockingInAsync,
        CALLBACK.format(call="nap()", on="call_soon(tick)"),
        "The loop's callback gets here by plain calls",
    ),
    (
        BlockingInAsync,
        CALLBACK.format(call="nap()", on="call_soon(tick)"),
        "`asyncio.create_task(asyncio.to_thread(nap, …))`, and keep the task in a set",
    ),
    (
        BlockingInAsync,
        CALLBACK.format(call="time.sleep(9)", on="call_soon(tick)"),
        "Let `tick` start a task (`asyncio.create_task(…)`; keep it in a set), and in that use `await asyncio.sleep(…)`.",
    ),
    (LeakedPool, OWNER.format(made="ThreadPoolExecutor()", use="submit(f)"), "that calls `self.made.shutdown()`"),
    (LeakedPool, OWNER.format(made="multiprocessing.Pool()", use="map(f, x)"), "that calls `self.made.close()` and `self.made.join()`"),
    (LeakedPool, OWNER.format(made="threading.Thread(target=print)", use="start()"), "that calls `self.made.join()`"),
    (LeakedPool, OWNER.format(made="threading.Timer(60, print)", use="start()"), "that calls `self.made.cancel()`"),
    (LeakedPool, LEFT + "pool = multiprocessing.Pool()\npool.map(f, x)\n", "until the program ends"),
    (LeakedPool, LEFT + "go = lambda: threading.Thread(target=print).start()\n", "when the lambda has returned"),
    (LeakedPool, LEFT + "go = lambda: threading.Thread(target=print).start()\n", "Make a function of the lambda. Bind it to a variable."),
    (UnlockedCounter, THREADS.format(body=COUNTER.format(locks="self.lock = threading.Lock()")), "Hold `self.lock` around every update"),
    (
        UnlockedCounter,
        THREADS.format(body=COUNTER.format(locks="self.one, self.two = 1, 2; self.a = threading.Lock(); self.b = threading.Lock()")),
        "Make one `threading.Lock()` in `__init__`",
    ),
    (UnlockedCounter, PROCESSES.format(made="multiprocessing.Value('i', 0)", what=".value"), "`with total.get_lock():`"),
    (
        UnlockedCounter,
        PROCESSES.format(made="multiprocessing.Manager().dict(n=0)", what="['n']"),
        "Hold one `multiprocessing.Lock` that all",
    ),
    (
        CheckThenAct,
        THREADS.format(
            body="class Box:\n    made = None\n    @classmethod\n    def add(cls):\n        if cls.made is None:\n"
            "            cls.made = cls()"
        ),
        "Make one `threading.Lock()` in the class body and hold it around the check and line 7 together.",
    ),
    (UnprotectedAcquire, ACQUIRE.format(between="for one in a:\n        b(one)"), "if anything in lines 5 to 6 raises"),
    (UnprotectedAcquire, ACQUIRE.format(between="if a: b(a)"), "if anything in line 5 raises"),
    (UnprotectedAcquire, ACQUIRE.format(between="match a:\n        case 1:\n            b(a)"), "if anything in lines 5 to 7 raises"),
    (UnprotectedAcquire, ACQUIRE.format(between="b(a)"), "if `b(a)` (line 5) raises"),
    (
        DroppedFuture,
        (
            "from concurrent.futures import ThreadPoolExecutor\ndef go(work):\n    with ThreadPoolExecutor() as pool:\n"
            "        for one in work:\n            pool.submit(one)\n"
        ),
        "Put the futures into a list and call `result()` on each after the loop; or",
    ),
    (
        DroppedFuture,
        (
            "from concurrent.futures import ThreadPoolExecutor\ndef go(work):\n    with ThreadPoolExecutor() as pool:\n"
            "        while True:\n            pool.submit(work)\n"
        ),
        "Keep the future until it is done, and ask it for its `result()` then; or",
    ),
    (
        DroppedFuture,
        "import asyncio\nasync def go(f):\n    asyncio.get_running_loop().run_in_executor(None, f)\n",
        "`await` the future, or",
    ),
    (
        DroppedFuture,
        "import asyncio\ndef go(f):\n    asyncio.get_event_loop().run_in_executor(None, f)\n",
        "Keep the future and call `future.add",
    ),
    (DroppedFuture, "import asyncio\ndef go(f):\n    asyncio.get_event_loop().run_in_executor(None, f)\n", "asyncio only logs that"),
    (
        UncheckedCompletion,
        "from asyncio import create_task, wait\nasync def go(f):\n    tasks = [create_task(f())]\n    await wait(tasks)\n",
        "so an exception is only logged, some time later.",
    ),
    (
        UncheckedCompletion,
        "import asyncio\nasync def f():\n    raise OSError\nasync def go():\n    await asyncio.wait([f(), f()])\n",
        "`done, _ = await asyncio.wait(…)`",
    ),
    (
        UncheckedCompletion,
        (
            "from concurrent import futures\ndef go(f):\n    with futures.ThreadPoolExecutor() as pool:\n"
            "        futures.wait([pool.submit(f)])\n"
        ),
        "`done, _ = futures.wait(…)`",
    ),
    (
        MissingMainGuard,
        "from multiprocessing import Process\ntry:\n    pass\nexcept OSError:\n    for one in x:\n        Process(target=one).start()\n",
        "Put lines 2 to 6 into a function",
    ),
    (
        MissingMainGuard,
        "from multiprocessing import Pool\nclass Work:\n    size = 4\n    pool = Pool(size)\n    more = 1\n",
        "Put line 4 into a function",
    ),
    (
        ForkWithThreads,
        (
            "import threading\nfrom concurrent.futures import ProcessPoolExecutor\ndef main(f):\n    threading.Thread(target=f).start()\n"
            "    with ProcessPoolExecutor() as pool:\n        return list(pool.map(f, 'ab'))\n"
        ),
        "Give the executor `mp_context=`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="", head=IN_ASYNC, give="asyncio.create_task(handle(await source.get()))"),
        "`task.add_done_callback(lambda _: semaphore.release())`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="", head=IN_ASYNC, give="loop.run_in_executor(None, handle, await source.get())"),
        "`future.add_done_callback(lambda _: semaphore.release())`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="pool = ThreadPoolExecutor()", head=IN_ASYNC, give="pool.submit(handle, await source.get())"),
        "`asyncio.wrap_future(future).add_done_callback(lambda _: semaphore.release())`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="pool = multiprocessing.Pool()", head=IN_ASYNC, give="pool.apply_async(handle, (await source.get(),))"),
        "Use a `ProcessPoolExecutor` with `await loop.run_in_executor(pool, …)`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="", head="def run(source, loop: asyncio.AbstractEventLoop):", give="loop.create_task(handle(source.get()))"),
        "a plain function can't wait for an `asyncio.Semaphore`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(
            pool="", head="def run(source, loop: asyncio.AbstractEventLoop):", give="loop.run_in_executor(None, f, source.get())"
        ),
        "use `submit` of an executor of your own, with `future.add_done_callback(lambda _: slots.release())`",
    ),
    (
        UnboundedSubmission,
        SUBMITS.format(pool="pool = multiprocessing.Pool()", head="def run(source):", give="pool.apply_async(handle, (source.get(),))"),
        "pass `callback=` and `error_callback=` that both call `slots.release()`",
    ),
    (
        PoolPerBatch,
        (
            "from concurrent.futures import ThreadPoolExecutor\ndef once(f, x):\n    with ThreadPoolExecutor() as pool:\n"
            "        return list(pool.map(f, x))\ndef all_of(f, many):\n    for x in many:\n        once(f, x)\n"
        ),
        "before the loop, and pass it to `once` as an argument.",
    ),
    (
        PoolPerBatch,
        (
            "from concurrent.futures import ThreadPoolExecutor\nfrom flask import Flask\napp = Flask('x')\n@app.route('/')\ndef prices():\n"
            "    with ThreadPoolExecutor() as pool:\n        return list(pool.map(ask, shops))\n"
        ),
        "Make the pool once, when the program starts, and use it each time.",
    ),
    (
        UnlockedCounter,
        THREADS.format(
            body="class Box:\n    n = 0\n    def __init__(self):\n        self.lock = threading.Lock()\n"
            "    @classmethod\n    def add(cls):\n        cls.n += 1"
        ),
        "Make one `threading.Lock()` in the class body",
    ),
    (
        UnlockedCounter,
        (
            "from concurrent.futures import ThreadPoolExecutor\nclass Box:\n    n = 0\ndef main(x):\n    box = Box()\n"
            "    def add():\n        box.n += 1\n    with ThreadPoolExecutor() as pool:\n"
            "        pool.map(lambda _: add(), x)\n    return box.n\n"
        ),
        "hold it around every update of it.",
    ),
    (
        CheckThenAct,
        (
            "import os\nfrom multiprocessing import Process\ndef work():\n    if not os.path.exists('out'):\n        os.mkdir('out')\n"
            "def main():\n    for _ in range(2):\n        Process(target=work).start()\n"
        ),
        "Or hold one `multiprocessing.Lock` that all of the processes are given around the check and line 5 together.",
    ),
    (UnboundedQueue, QUEUE.format(maker="asyncio.Queue()"), "drop something on `asyncio.QueueFull`."),
    (UnboundedQueue, QUEUE.format(maker="tornado.queues.Queue()"), "drop something on `tornado.queues.QueueFull`."),
    (InconsistentLock, GUARDED.format(use="for one in self.names: print(one)"), "(`add` line 8, `take` line 12)"),
    (InconsistentLock, GUARDED.format(use="for one in self.names: print(one)"), "can change it during the loop, which then skips items"),
    (InconsistentLock, GUARDED.format(use="self.names.append(1)"), "changes `self.names` without `self.lock`, which guards it elsewhere"),
    (
        UnsafeLoopCall,
        (
            "import asyncio, threading\nclass App:\n    def __init__(self):\n        self.main = asyncio.new_event_loop()\n"
            "        threading.Thread(target=self.work).start()\n    def work(self):\n        self.main.stop()\n"
        ),
        "Have the loop do it: `self.main.call_soon_threadsafe(self.main.stop)`.",
    ),
    (
        UnsafeLoopCall,
        "import asyncio, threading\nqueue = asyncio.Queue()\ndef work():\n    queue.put_nowait(1)\nthreading.Thread(target=work).start()\n",
        "`loop.call_soon_threadsafe(queue.put_nowait, …)`, with the loop that it belongs to.",
    ),
    (
        LocalLock,
        "import threading\nclass Box:\n    def add(self):\n        with threading.Lock():\n            self.n += 1\n",
        "in `__init__` if they share the object, else at module level",
    ),
]


@pytest.mark.parametrize(("rule", "code", "words"), SAID, ids=lambda value: str(getattr(value, "code", "")))
def test_words_fit_the_code(rule: type[Rule], code: str, words: str) -> None:
    """Each form of the code gets the words that are right for it: what is advised can be written there."""
    (finding,) = check_source(code, rule)
    assert words in f"{finding.message} {finding.advice}"


OTHER = "def {verb}(thing):\n    thing.{use}\n"


@pytest.mark.parametrize(
    ("rule", "code", "use"),
    [
        (LeakedPool, OWNER.format(made="ThreadPoolExecutor()", use="submit(f)"), "made.shutdown()"),
        (
            UnprotectedAcquire,
            (
                "import threading\nclass Gate:\n    def __init__(self):\n        self.lock = threading.Lock()\n"
                "    def go(self):\n        self.lock.acquire()\n        print()\n"
            ),
            "lock.release()",
        ),
        (
            LocalLock,
            (
                "import threading\nclass Gate:\n    def go(self):\n        self.lock = threading.Lock()\n"
                "        with self.lock:\n            print()\n"
            ),
            "lock.seen()",
        ),
    ],
)
def test_files_without_a_word_of_concurrency_are_asked_too(rule: type[Rule], code: str, use: str) -> None:
    """What nobody seems to do may be done in a file that has nothing concurrent of its own: it is looked into before the claim."""
    assert len(check_files({"gate.py": code, "other.py": OTHER.format(verb="use", use="run()")}, [rule])) == 1
    assert check_files({"gate.py": code, "other.py": OTHER.format(verb="use", use=use)}, [rule]) == []
