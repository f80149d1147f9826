"""Examples of GIL204 unchecked-completion.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "loop over as_completed that only counts",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed


def save(orders):
    saved = 0
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(write, order) for order in orders]
        for future in as_completed(futures):  # GIL204
            saved += 1
            print(f"{saved} of {len(futures)}")


def write(order):
    order.path.write_text(order.text)
""",
    ),
    Example(
        "progress bar around as_completed",
        """\
import concurrent.futures
from tqdm import tqdm


def save(orders, write, bar):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        futures = {pool.submit(write, order): order for order in orders}
        for _ in tqdm(concurrent.futures.as_completed(futures), total=len(futures)):  # GIL204
            pass
        for number, future in enumerate(concurrent.futures.as_completed(futures)):  # GIL204
            bar.update(number)
            print(futures[future], "is done")
""",
    ),
    Example(
        "wait alone",
        """\
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = []
        for order in orders:
            futures.append(pool.submit(write, order))
        wait(futures)  # GIL204
        wait([pool.submit(write, order) for order in orders], return_when=FIRST_EXCEPTION)  # GIL204
""",
    ),
    Example(
        "done and pending that are only counted",
        """\
import concurrent.futures as cf


def save(orders, write):
    with cf.ThreadPoolExecutor() as pool:
        pending = {pool.submit(write, order) for order in orders}
        done = set()
        while pending:
            done, pending = cf.wait(pending, return_when=cf.FIRST_COMPLETED)  # GIL204
            print(len(done), "done", len(pending), "to go")
            for future in done:
                assert future.done()
""",
    ),
    Example(
        "the rest cancelled, those that are done not asked",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        done, pending = wait(futures, timeout=5)  # GIL204
        for future in pending:
            future.cancel()
""",
        level=Level.WARNING,
    ),
    Example(
        "in a function that gets the futures",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        finish(futures)


def finish(futures):
    for future in as_completed(futures):  # GIL204
        print("one done")
""",
    ),
    Example(
        "futures of callers that are not known",
        """\
from concurrent.futures import as_completed, wait


def finish(futures):
    for future in as_completed(futures):  # GIL204
        print("one done")


def finish_all(futures):
    wait(futures)  # GIL204
""",
        level=Level.WARNING,
    ),
    Example(
        "bounded number of futures at a time",
        """\
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def save(orders, write):
    pending = set()
    with ThreadPoolExecutor() as pool:
        for order in orders:
            if len(pending) >= 8:
                _, pending = wait(pending, return_when=FIRST_COMPLETED)  # GIL204
            pending.add(pool.submit(write, order))
""",
    ),
    Example(
        "futures kept on the instance and only waited for",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


class Store:
    def __init__(self):
        self._pool = ThreadPoolExecutor()
        self._futures = []

    def save(self, order):
        self._futures.append(self._pool.submit(order.write))

    def flush(self):
        wait(self._futures)  # GIL204
        self._futures.clear()
""",
    ),
    Example(
        "gather whose result is dropped",
        """\
import asyncio


async def save(orders):
    await asyncio.gather(*(order.write() for order in orders), return_exceptions=True)  # GIL204
    tasks = [asyncio.create_task(order.send()) for order in orders]
    await asyncio.gather(*tasks, return_exceptions=True)  # GIL204
    await asyncio.wait_for(asyncio.gather(orders[0].write(), orders[1].write(), return_exceptions=True), 5)  # GIL204
""",
    ),
    Example(
        "gather whose result nobody looks into",
        """\
from asyncio import gather


async def save(orders):
    results = await gather(*[order.write() for order in orders], return_exceptions=True)  # GIL204
    return "saved"
""",
    ),
    Example(
        "asyncio.as_completed that awaits nothing",
        """\
import asyncio


async def save(orders):
    for done in asyncio.as_completed([order.write() for order in orders]):  # GIL204
        print("one done")
""",
    ),
    Example(
        "asyncio.wait whose tasks nobody asks",
        """\
import asyncio


async def save(orders):
    tasks = [asyncio.create_task(order.write()) for order in orders]
    await asyncio.wait(tasks)  # GIL204
    done, pending = await asyncio.wait([asyncio.ensure_future(order.write()) for order in orders])  # GIL204
    print(len(done))
""",
        level=Level.WARNING,
    ),
    Example(
        "gather in a test, where failing may be meant",
        """\
import asyncio


async def test_save(orders):
    await asyncio.gather(*(order.write() for order in orders), return_exceptions=True)  # GIL204
""",
        path="tests/test_orders.py",
        level=Level.WARNING,
    ),
    Example(
        "test that asserts that all have ended",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


def test_save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        done, pending = wait(futures)  # GIL204
        assert not pending
        assert len(done) == len(orders)
""",
        path="tests/test_orders.py",
    ),
    Example(
        "run_in_executor waited for",
        """\
import asyncio


async def save(orders):
    loop = asyncio.get_running_loop()
    await asyncio.wait([loop.run_in_executor(None, order.write) for order in orders])  # GIL204
""",
        level=Level.WARNING,
    ),
    Example(
        "the item is looked up by its future, and the future itself left alone",
        """\
import concurrent.futures
import logging

log = logging.getLogger(__name__)


def fetch(pages, load):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        page_of = {pool.submit(load, page): page for page in pages}
        for future in concurrent.futures.as_completed(page_of):  # GIL204
            page = page_of[future]
            log.info("%s has ended", page.name)


def fetch_and_forget(pages, load):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        page_of = {}
        for page in pages:
            page_of[pool.submit(load, page)] = page
        for future in concurrent.futures.as_completed(page_of):  # GIL204
            print(page_of.pop(future).name)
""",
    ),
    Example(
        "asyncio.wait with a time limit, after which the late ones are cancelled",
        """\
import asyncio


async def probe(host):
    await asyncio.open_connection(host, 80)


async def count(hosts):
    tasks = [asyncio.create_task(probe(host)) for host in hosts]
    done, late = await asyncio.wait(tasks, timeout=5)  # GIL204
    for task in late:
        task.cancel()
    return len(done)
""",
        level=Level.WARNING,
    ),
    Example(
        "coroutines that nobody else has",
        """\
import asyncio


class Cluster:
    async def stop_all(self):
        await asyncio.wait([self.stop_worker(worker) for worker in self.running])  # GIL204

    async def stop_worker(self, worker):
        worker.terminate()
        await worker.wait_closed()
""",
        level=Level.WARNING,
    ),
    Example(
        "futures that a function of the project has just collected",
        """\
import asyncio


class Offsets:
    async def commit(self, partition):
        await asyncio.wait(await self.publish(partition), return_when=asyncio.ALL_COMPLETED)  # GIL204

    async def publish(self, partition):
        return [await message.send(partition) for message in list(self.pending)]
""",
        level=Level.WARNING,
    ),
    Example(
        "joining rooms is no cleaning up",
        """\
import asyncio


class Bot:
    async def join_rooms(self):
        rooms = [asyncio.create_task(self.join_room(room)) for room in self.rooms]
        await asyncio.wait(rooms)  # GIL204

    async def join_room(self, room):
        await self.client.join(room)
""",
        level=Level.WARNING,
    ),
    Example(
        "aborting what others wait for",
        """\
import asyncio
from abc import abstractmethod


class Queue:
    @abstractmethod
    async def abort(self, job):
        pass

    async def give_up(self, jobs):
        await asyncio.gather(*[self.abort(job) for job in jobs], return_exceptions=True)  # GIL204
""",
        level=Level.WARNING,
    ),
    Example(
        "a race whose winner nobody asks",
        """
        import asyncio

        async def serve(queue, stopped):
            while True:
                job = asyncio.ensure_future(process(queue))
                stop = asyncio.ensure_future(stopped.wait())
                done, _ = await asyncio.wait([job, stop], return_when=asyncio.FIRST_COMPLETED)  # GIL204
                if stop in done:
                    job.cancel()
                    await asyncio.gather(job, return_exceptions=True)
                    break

        async def process(queue):
            item = await queue.get()
            await item.run()

        async def pump(source):
            pending = set()
            async for item in source:
                if len(pending) >= 10:
                    _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # GIL204
                pending.add(asyncio.create_task(item.run()))
            await asyncio.gather(*pending)
        """,
        level=Level.WARNING,
    ),
    Example(
        "stopping many, as tasks made in the call",
        """
        import asyncio

        class Group:
            async def stop(self):
                await asyncio.wait([asyncio.create_task(child.stop()) for child in self.children])  # GIL204
        """,
        level=Level.WARNING,
    ),
    Example(
        "a loop that is run until all have ended",
        """
        import asyncio

        def main(urls):
            loop = asyncio.new_event_loop()
            tasks = [loop.create_task(fetch(url)) for url in urls]
            loop.run_until_complete(asyncio.wait(tasks))  # GIL204
            loop.run_until_complete(asyncio.gather(*map(fetch, urls), return_exceptions=True))  # GIL204

        async def fetch(url):
            await url.load()
        """,
        level=Level.WARNING,
    ),
    Example(
        "exceptions that are left out of the results",
        """
        import asyncio

        async def profiles(workers):
            results = await asyncio.gather(*(worker.profile() for worker in workers), return_exceptions=True)  # GIL204
            return [result for result in results if not isinstance(result, Exception)]
        """,
        level=Level.WARNING,
    ),
    Example(
        "tasks in a variable that nobody has but the wait",
        """
        import asyncio

        class Client:
            async def close(self):
                closing = [asyncio.create_task(shard.stop()) for shard in self.shards]
                if closing:
                    await asyncio.wait(closing)  # GIL204
        """,
        level=Level.WARNING,
    ),
    Example(
        "a test that asserts only that nothing is pending",
        """
        import asyncio

        async def test_publish(channel):
            tasks = [asyncio.create_task(channel.publish(b"text")) for _ in range(10)]
            _, pending = await asyncio.wait(tasks, timeout=1)  # GIL204
            assert not pending
        """,
        level=Level.WARNING,
    ),
)

GOOD = (
    Example(
        "result asked in the loop",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed


def save(orders):
    failed = []
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = {pool.submit(write, order): order for order in orders}
        for future in as_completed(futures):
            try:
                future.result()
            except OSError as error:
                failed.append((futures[future], error))
    return failed


def write(order):
    order.path.write_text(order.text)
""",
    ),
    Example(
        "asked in other ways",
        """\
import concurrent.futures as cf
from tqdm import tqdm


def save(orders, write):
    with cf.ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        for future in tqdm(cf.as_completed(futures), total=len(futures)):
            if future.exception() is not None:
                print("failed")
        sizes = [future.result() for future in cf.as_completed([pool.submit(write, order) for order in orders])]
        for number, future in enumerate(cf.as_completed({pool.submit(write, order) for order in orders})):
            report(number, future)
        first = next(cf.as_completed([pool.submit(write, order) for order in orders]))
        return first.result(), sizes


def report(number, future):
    print(number, future.result())
""",
    ),
    Example(
        "futures read after the wait",
        """\
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        wait(futures)
        for future in futures:
            future.result()
        done, pending = wait([pool.submit(write, order) for order in orders])
        sizes = [future.result() for future in done]
        one = pool.submit(write, orders[0])
        two = pool.submit(write, orders[1])
        wait([one, two], return_when=FIRST_COMPLETED)
        sizes += [one.result(), two.result()]
        waiting = {pool.submit(write, order) for order in orders}
        while waiting:
            result = wait(waiting, timeout=1)
            for future in result.done:
                sizes.append(future.result())
            waiting = result.not_done
        named = {}
        for order in orders:
            named[order.name] = pool.submit(write, order)
        for _ in as_completed(named.values()):
            print("one done")
        return {name: future.result() for name, future in named.items()}
""",
    ),
    Example(
        "callback that asks, given at the submit",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


def save(orders, write, report):
    with ThreadPoolExecutor() as pool:
        futures = []
        for order in orders:
            future = pool.submit(write, order)
            future.add_done_callback(report)
            futures.append(future)
        wait(futures)
""",
    ),
    Example(
        "work that catches and reports everything",
        """\
import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed


def write(order):
    try:
        order.write()
    except Exception:
        logging.exception("not written")


async def send(order):
    try:
        await order.send()
    except Exception:
        logging.exception("not sent")


def save(orders):
    with ThreadPoolExecutor() as pool:
        for _ in as_completed([pool.submit(write, order) for order in orders]):
            print("one done")


async def send_all(orders):
    await asyncio.gather(*(send(order) for order in orders), return_exceptions=True)
""",
    ),
    Example(
        "parameter that the caller reads, or hands out",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed, wait


def show(futures):
    for _ in as_completed(futures):
        print("one done")


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(write, order) for order in orders]
        show(futures)
    return [future.result() for future in futures]


def finish(futures):
    wait(futures)
    return futures


def drain(futures):
    wait(futures)


def stop(service):
    drain(service.futures)
    wait(service.futures)
    for future in service.futures:
        future.result()
""",
    ),
    Example(
        "futures in a public attribute",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


class Store:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.futures = []

    def save(self, order):
        self.futures.append(self.pool.submit(order.write))

    def flush(self):
        wait(self.futures)


def flush(store):
    wait(store.futures)
""",
    ),
    Example(
        "gather whose result is tested",
        """\
import asyncio


async def save(orders):
    results = await asyncio.gather(*(order.write() for order in orders), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            print(result)
    return await asyncio.gather(*(order.send() for order in orders), return_exceptions=True)


async def check(orders):
    errors = [r for r in await asyncio.gather(*(order.write() for order in orders), return_exceptions=True) if r]
    first, second = await asyncio.gather(orders[0].write(), orders[1].write(), return_exceptions=True)
    return errors, first
""",
    ),
    Example(
        "gather that others await, or that isn't asyncio's",
        """\
import asyncio

from fields import gather


async def save(orders, queue):
    both = asyncio.gather(orders[0].write(), orders[1].write(), return_exceptions=True)
    queue.put(both)
    await gather(orders, return_exceptions=True)
    await asyncio.gather(*orders.tasks, return_exceptions=True)
    _ = await asyncio.gather(*(order.write() for order in orders), return_exceptions=True)
""",
    ),
    Example(
        "gather that raises by itself",
        """\
import asyncio


async def save(orders):
    await asyncio.gather(*(order.write() for order in orders))
    await asyncio.gather(*(order.send() for order in orders), return_exceptions=False)
""",
    ),
    Example(
        "clean-up of cancelled tasks",
        """\
import asyncio


async def serve(orders):
    tasks = [asyncio.create_task(order.watch()) for order in orders]
    await asyncio.sleep(60)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def race(first, second):
    one = asyncio.ensure_future(first.fetch())
    two = asyncio.ensure_future(second.fetch())
    done, pending = await asyncio.wait([one, two], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return [task.result() for task in done]


class Server:
    def __init__(self):
        self.clients = []
        self.tasks = set()

    async def close(self):
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def restart(self):
        await asyncio.gather(*(client.disconnect() for client in self.clients), return_exceptions=True)

    async def run(self):
        try:
            await self.serve()
        finally:
            await asyncio.gather(*self.tasks, return_exceptions=True)
""",
    ),
    Example(
        "tasks asked one by one",
        """\
import asyncio


async def save(orders):
    tasks = [asyncio.create_task(order.write()) for order in orders]
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if task.exception():
            print("failed")
    done, pending = await asyncio.wait([asyncio.create_task(order.send()) for order in orders])
    for task in done:
        task.result()
    for ended in asyncio.as_completed([order.send() for order in orders]):
        await ended
""",
    ),
    Example(
        "wait for the first of several events",
        """\
import asyncio


async def first(events, queue):
    await asyncio.wait([asyncio.create_task(event.wait()) for event in events], return_when=asyncio.FIRST_COMPLETED)
    waiting = [asyncio.ensure_future(queue.get()), asyncio.create_task(asyncio.sleep(5))]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
""",
    ),
    Example(
        "futures that other objects hold",
        """\
import asyncio
from concurrent.futures import wait


class Store:
    async def flush(self):
        waiting = [batch.future for batch in self.batches]
        waiting += [batch.future for batch in self._pending]
        await asyncio.wait(waiting)
        await asyncio.wait([self._closing, self._reader_task], return_when=asyncio.FIRST_COMPLETED)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others)

    def get(self):
        wait([self.future])
        return self.future.result()
""",
    ),
    Example(
        "a test of the waiting itself",
        """\
from concurrent.futures import FIRST_COMPLETED, wait, as_completed

from states import FAILED, start


def test_wait(factory):
    future = factory().submit(print)
    done, pending = wait([FAILED, future], return_when=FIRST_COMPLETED)
    assert done == {FAILED}
    completed = list(as_completed([future, future]))
    assert len(completed) == 1
""",
        path="tests/test_wait.py",
    ),
    Example(
        "wait of other things",
        """\
import subprocess
import threading
from celery import as_completed
from multiprocessing.connection import wait


def run(event: threading.Event, process: subprocess.Popen, pipes, jobs):
    event.wait()
    process.wait()
    wait(pipes)
    for job in as_completed(jobs):
        print("one done")
""",
    ),
    Example(
        "the item is looked up by its future, and the future asked",
        """\
import concurrent.futures


def fetch(pages, load):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        page_of = {pool.submit(load, page): page for page in pages}
        for future in concurrent.futures.as_completed(page_of):
            page_of[future].text = future.result()


def first_of(pages, load):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        page_of = {pool.submit(load, page): page for page in pages}
        keys = list(page_of)
        print(page_of[keys[0]].name)
        for key in sorted(page_of, key=id):
            key.result()


def from_a_box(pages, load):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        box = []
        page_of = {pool.submit(load, page): page for page in pages}
        for future in page_of:
            box.append(future)
        return [box[number].result() for number in range(len(box))]
""",
    ),
    Example(
        "a function that only waits for the future it is given",
        """\
import asyncio


async def until_done(future):
    if not future.done():
        await asyncio.wait((future,))


async def fetch(future):
    await until_done(future)
    return future.result()
""",
    ),
    Example(
        "coroutines that report by themselves",
        """\
import asyncio
import logging


class Cluster:
    async def stop_all(self):
        await asyncio.wait([asyncio.ensure_future(self.stop_worker(worker)) for worker in self.running])

    async def stop_quietly(self):
        await asyncio.wait([self.stop_worker(worker) for worker in self.running])

    async def stop_worker(self, worker):
        try:
            await worker.stop()
        except Exception:
            logging.exception("cannot stop %s", worker)
""",
    ),
    Example(
        "gathered tasks that come from functions which give each a done callback",
        """\
import asyncio
import logging


class Mirror:
    async def update(self, urls):
        tasks = []
        for url in urls:
            tasks.extend(self.additions(url))
        await asyncio.gather(*tasks, return_exceptions=True)

    def additions(self, url):
        task = asyncio.create_task(self.add(url))
        task.add_done_callback(self.log)
        return [task]

    def log(self, task):
        if task.exception() is not None:
            logging.error("not added", exc_info=task.exception())

    async def add(self, url):
        raise ConnectionError(url)
""",
    ),
    Example(
        "a race whose winner is asked",
        """
        import asyncio

        async def serve(queue, stopped):
            job = asyncio.ensure_future(process(queue))
            stop = asyncio.ensure_future(stopped.wait())
            done, pending = await asyncio.wait([job, stop], return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            if job in done:
                job.result()

        async def wait_for_either(first, second):
            one = asyncio.create_task(first.wait())
            two = asyncio.create_task(second.wait())
            await asyncio.wait([one, two], return_when=asyncio.FIRST_COMPLETED)

        async def process(queue):
            item = await queue.get()
            await item.run()
        """,
    ),
    Example(
        "a comment that says that failing is fine",
        """
        import asyncio

        async def restart(clients):
            # failures are expected here: half of them are gone
            await asyncio.gather(*(client.send("restart") for client in clients), return_exceptions=True)
        """,
    ),
    Example(
        "exceptions that are told before they are left out",
        """
        import asyncio

        async def profiles(workers):
            results = await asyncio.gather(*(worker.profile() for worker in workers), return_exceptions=True)
            print([result for result in results if isinstance(result, Exception)])
            return [result for result in results if not isinstance(result, Exception)]
        """,
    ),
    Example(
        "a test of what fails on purpose",
        """
        import asyncio

        async def boom():
            1 / 0

        async def test_events(events):
            tasks = [asyncio.create_task(boom())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            assert events == ["ZeroDivisionError"]
        """,
        path="test_events.py",
    ),
    Example(
        "waiting for tasks that are given up, and for one that others ask",
        """
        import asyncio

        class Connection:
            def __init__(self, reader):
                self._reader_task = asyncio.create_task(reader())
                self._reader_task.add_done_callback(self._report)

            def _report(self, task):
                if not task.cancelled() and (error := task.exception()):
                    print(error)

            async def settle(self):
                await asyncio.wait([asyncio.gather(self._reader_task, return_exceptions=True)], timeout=2)

            async def stop(self, jobs):
                tasks = [asyncio.create_task(job.run()) for job in jobs]
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
        """,
    ),
)
