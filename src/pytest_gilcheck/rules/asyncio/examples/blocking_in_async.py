"""What GIL701 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a client of a session that a coroutine method of another object gives, made in a thread",
        """
        import asyncio

        boto3 = get_module("boto3")

        class Environment:
            async def session(self):
                return await asyncio.to_thread(boto3.Session, region_name="eu")

        class Runner:
            def __init__(self, environment: Environment):
                self.environment = environment

            async def store(self, path):
                session = await self.environment.session()
                client = await asyncio.to_thread(session.client, "s3")
                client.upload_file(path, "bucket", path)  # GIL701
                await asyncio.to_thread(client.upload_file, path, "bucket", path)
        """,
    ),
    Example(
        "a function of another file that blocks in several coroutines: each call of it is told",
        """
        from docker import exists

        async def check_here(image):
            return exists(image)  # GIL701

        async def check_there(image):
            return "there" if exists(image) else "gone"  # GIL701
        """,
        others=(
            (
                "docker.py",
                """
                import subprocess

                def exists(image):
                    return run("inspect", image).returncode == 0

                def run(*args):
                    return subprocess.run(["docker", *args])
                """,
            ),
        ),
        level=Level.WARNING,
    ),
    Example(
        "a download in a coroutine",
        """
        import requests

        async def avatar(user):
            answer = requests.get(f"https://pictures.example/{user}")  # GIL701
            return answer.content
        """,
    ),
    Example(
        "time.sleep under other names",
        """
        import time
        import time as clock
        from time import sleep
        from time import sleep as nap

        pause = time.sleep

        async def poll():
            time.sleep(1)  # GIL701
            clock.sleep(1)  # GIL701
            sleep(1)  # GIL701
            nap(1)  # GIL701
            pause(1)  # GIL701
        """,
    ),
    Example(
        "HTTP clients and their sessions",
        """
        import http.client
        import urllib.request
        from urllib.request import urlopen

        import httpx
        import requests
        import urllib3

        session = requests.Session()

        class Weather:
            def __init__(self):
                self.client = httpx.Client()
                self.pool = urllib3.PoolManager()

            async def now(self, city):
                return self.client.get(f"/weather/{city}")  # GIL701

            async def tomorrow(self, city):
                return self.pool.request("GET", f"/weather/{city}")  # GIL701

        async def load(url, server: http.client.HTTPSConnection):
            urllib.request.urlopen(url)  # GIL701
            httpx.post(url)  # GIL701
            session.get(url)  # GIL701
            server.request("GET", "/")  # GIL701
            with urlopen(url) as page, requests.Session() as s:  # GIL701
                return page.read(), s.put(url)  # GIL701
        """,
    ),
    Example(
        "other programs",
        """
        import os
        import subprocess
        from subprocess import PIPE, Popen, check_output

        async def convert(path):
            subprocess.run(["convert", path])  # GIL701
            subprocess.check_call(["convert", path])  # GIL701
            check_output(["convert", path])  # GIL701
            os.system("convert *.png")  # GIL701
            os.popen("convert").read()  # GIL701
            job = Popen(["convert", path], stdout=PIPE)
            job.communicate()  # GIL701
            Popen(["sync"]).wait()  # GIL701
            os.waitpid(job.pid, 0)  # GIL701
        """,
    ),
    Example(
        "sockets and the terminal",
        """
        import socket
        from getpass import getpass

        async def ask(host):
            name = input("Name: ")  # GIL701
            word = getpass()  # GIL701
            link = socket.create_connection((host, 80))  # GIL701
            link.sendall(f"{name} {word}".encode())  # GIL701
            return link.recv(100)  # GIL701

        async def serve():
            server = socket.socket()
            server.bind(("", 8000))
            while True:
                peer, _ = server.accept()  # GIL701
        """,
    ),
    Example(
        "things of the threaded world",
        """
        import multiprocessing
        import queue
        import threading
        from queue import Queue

        lock = threading.Lock()
        ready = threading.Event()
        jobs = Queue()
        orders = queue.Queue(maxsize=10)
        worker = threading.Thread(target=print)

        async def close(slots: threading.Semaphore):
            lock.acquire()  # GIL701
            slots.acquire(timeout=5)  # GIL701
            ready.wait()  # GIL701
            job = jobs.get()  # GIL701
            orders.put(job)  # GIL701
            jobs.join()  # GIL701
            worker.join()  # GIL701
            child = multiprocessing.Process(target=print)
            child.start()
            child.join(timeout=10)  # GIL701
        """,
    ),
    Example(
        "futures and pools of the threaded world",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor, as_completed, wait
        from multiprocessing import Pool

        pool = ThreadPoolExecutor()

        async def total(loop, rows):
            first = pool.submit(sum, rows[0])
            second = asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop)
            futures = [pool.submit(sum, row) for row in rows]
            wait(futures)  # GIL701
            for future in as_completed(futures):  # GIL701
                print("one more")
            with Pool() as processes:
                processes.map(sum, rows)  # GIL701
            return first.result() + second.result(), list(pool.map(sum, rows))  # GIL701 # GIL701 # GIL701
        """,
    ),
    Example(
        "a threading lock held while something is awaited",
        """
        import asyncio
        import threading

        class Account:
            def __init__(self):
                self._lock = threading.Lock()
                self.balance = 0

            async def add(self, amount):
                with self._lock:  # GIL701
                    before = self.balance
                    await asyncio.sleep(0)
                    self.balance = before + amount
        """,
    ),
    Example(
        "called instead of handed over",
        """
        import asyncio
        import requests

        async def load(url):
            return await asyncio.to_thread(requests.get(url))  # GIL701
        """,
    ),
    Example(
        "an asynchronous generator, a context manager, a handler",
        """
        import time
        from contextlib import asynccontextmanager

        async def ticks():
            while True:
                time.sleep(1)  # GIL701
                yield 1

        class Session:
            async def __aenter__(self):
                time.sleep(0.2)  # GIL701
                return self

            async def __aexit__(self, *details):
                [time.sleep(0.1) for _ in range(3)]  # GIL701

        @asynccontextmanager
        async def slot():
            time.sleep(0.2)  # GIL701
            yield
        """,
    ),
    Example(
        "in a function that a coroutine calls",
        """
        import time

        def settle():
            time.sleep(0.5)  # GIL701

        def retry(job):
            settle()
            return job()

        async def fetch(job):
            return retry(job)
        """,
        level=Level.WARNING,
    ),
    Example(
        "in a method of another file",
        """
        from storage import Storage

        class Api:
            def __init__(self):
                self.storage = Storage()

            async def get(self, key):
                return self.storage.load(key)
        """,
        others=(
            (
                "storage.py",
                """
                import requests

                class Storage:
                    def load(self, key):
                        return requests.get(f"https://store.example/{key}").json()  # GIL701
                """,
            ),
        ),
        level=Level.WARNING,
    ),
    Example(
        "in what the loop calls back",
        """
        import asyncio
        import time

        def beat():
            time.sleep(1)  # GIL701

        class Echo(asyncio.Protocol):
            def data_received(self, data):
                time.sleep(1)  # GIL701

        async def main():
            loop = asyncio.get_running_loop()
            loop.call_later(10, beat)
        """,
        level=Level.WARNING,
    ),
    Example(
        "a database",
        """
        import psycopg2

        async def names():
            connection = psycopg2.connect("dbname=shop")  # GIL701
            with connection.cursor() as cursor:
                cursor.execute("select name from customers")  # GIL701
                return cursor.fetchall()
        """,
        level=Level.WARNING,
    ),
    Example(
        "in a test",
        """
        import time

        async def test_expiry(cache):
            cache.put("a", 1, seconds=1)
            time.sleep(2)  # GIL701
            assert "a" not in cache
        """,
        path="tests/test_cache.py",
        level=Level.WARNING,
    ),
    Example(
        "in a thread that runs a loop of its own",
        """
        import asyncio
        import threading

        class Heartbeat(threading.Thread):
            def __init__(self):
                super().__init__()
                self.stopped = threading.Event()

            def run(self):
                asyncio.run(self.beat())

            async def beat(self):
                while not self.stopped.wait(5):  # GIL701
                    await asyncio.sleep(0)
        """,
        level=Level.WARNING,
    ),
    Example(
        "in an asynchronous fixture",
        """
        import subprocess
        import pytest

        @pytest.fixture
        async def server():
            subprocess.run(["make", "server"])  # GIL701
            yield
        """,
        path="tests/conftest.py",
        level=Level.WARNING,
    ),
    Example(
        "a future that is made and waited for in the same coroutine",
        """\
from concurrent.futures import Future

async def collect(thread):
    outcome: Future = Future()

    async def work():
        outcome.set_result(await thread.collect())

    thread.loop.add_callback(work)
    return outcome.result()  # GIL701
""",
    ),
    Example(
        "a thread that is started and joined in one breath",
        """\
import threading

async def test_lock_of_another_thread(lock):
    holder = threading.Thread(target=lock.acquire)
    holder.start()
    holder.join()  # GIL701
    await lock.release()
""",
        path="tests/test_lock.py",
        level=Level.WARNING,
    ),
    Example(
        "a thread whose variable is declared final",
        """\
import threading
from typing import Final

async def run(work):
    worker: Final = threading.Thread(target=work)
    worker.start()
    worker.join()  # GIL701
""",
    ),
    Example(
        "clients of services that wait for the answer",
        """
        import boto3
        import ldap
        from openai import OpenAI

        table = boto3.resource("dynamodb").Table("orders")

        class Directory:
            def __init__(self, url):
                self.connection = ldap.initialize(url)

            async def find(self, name):
                return self.connection.search_s("dc=example", ldap.SCOPE_SUBTREE, name)  # GIL701

        async def order(key):
            return table.get_item(Key={"id": key})["Item"]  # GIL701

        async def answer(question):
            client = OpenAI()
            return client.chat.completions.create(model="small", messages=[question])  # GIL701
        """,
    ),
    Example(
        "clients of databases and brokers",
        """
        import redis
        from pymongo import MongoClient
        from sqlalchemy import create_engine
        from sqlalchemy.orm import sessionmaker

        cache = redis.from_url("redis://cache")
        database = MongoClient("mongodb://store")["shop"]
        Session = sessionmaker(bind=create_engine("postgresql://store"))

        async def load(key):
            found = cache.get(key)  # GIL701
            if found is None:
                found = database.orders.find_one({"_id": key})  # GIL701
            return found

        async def save(order):
            session = Session()
            session.add(order)
            session.commit()  # GIL701
        """,
        level=Level.WARNING,
    ),
    Example(
        "a client of another module, behind a property",
        """
        from store import Store

        class Page:
            def __init__(self, store: Store):
                self.store = store

            async def show(self, key):
                return self.store.client.get_object(Key=key)  # GIL701
        """,
        others=(
            (
                "store.py",
                """
        import boto3

        class Store:
            _client = None

            @property
            def client(self):
                if self._client is None:
                    self._client = boto3.client("s3")
                return self._client
        """,
            ),
        ),
    ),
    Example(
        "a token that is renewed on the way to a request",
        """
        from google.auth.transport.requests import Request

        class Api:
            async def call(self, name):
                return await self.send(name, self.headers())

            def headers(self):
                return {"Authorization": self.token()}

            def token(self):
                if not self.credentials.valid:
                    self.credentials.refresh(Request())  # GIL701
                return self.credentials.token
        """,
        level=Level.WARNING,
    ),
    Example(
        "the end of a pool",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Service:
            def __init__(self):
                self.pool = ThreadPoolExecutor(4)

            async def close(self):
                self.pool.shutdown(wait=True)  # GIL701

        async def resize(pictures):
            with ThreadPoolExecutor() as pool:  # GIL701
                for picture in pictures:
                    pool.submit(picture.resize).add_done_callback(print)
        """,
        level=Level.WARNING,
    ),
    Example(
        "trees of files and costly hashes",
        """
        import bcrypt
        import shutil

        async def publish(folder, target):
            shutil.copytree(folder, target)  # GIL701

        async def login(user, password):
            return bcrypt.checkpw(password, user.password)  # GIL701
        """,
        level=Level.WARNING,
    ),
    Example(
        "another process's output",
        """
        import subprocess
        from multiprocessing import Pipe

        async def build():
            process = subprocess.Popen(["make"], stdout=subprocess.PIPE)
            return process.stdout.read()  # GIL701

        async def ask(worker):
            ours, theirs = Pipe()
            worker.start(theirs)
            return ours.recv()  # GIL701
        """,
    ),
    Example(
        "coroutines and handlers of Tornado",
        """
        import time
        import requests
        import tornado.web
        from tornado import gen

        class Status(tornado.web.RequestHandler):
            def get(self):
                self.write(requests.get("http://backend").text)  # GIL701

        @gen.coroutine
        def poll(client):
            yield client.fetch("/status")
            time.sleep(1)  # GIL701
        """,
        level=Level.WARNING,
    ),
)

GOOD = (
    Example(
        "a wait for the start of a thread, which is set once",
        """
        import threading

        class Background:
            def __init__(self):
                self._ready_event = threading.Event()
                threading.Thread(target=self._main).start()

            def _main(self):
                self._ready_event.set()

            def run_soon(self, function):
                self._ready_event.wait()
                return function

        background = Background()

        async def cancel():
            background.run_soon(print)
        """,
    ),
    Example(
        "a test that is always skipped",
        """
        import time
        import pytest

        @pytest.mark.skip(reason="temporary")
        async def test_timeout(channel):
            async def run():
                time.sleep(1)
                await channel.close()

            await run()
        """,
        path="tests/test_channel.py",
    ),
    Example(
        "a client made in a thread, and used in threads only",
        """
        import asyncio
        import boto3

        async def session():
            return await asyncio.to_thread(boto3.Session)

        async def store(path):
            client = await asyncio.to_thread((await session()).client, "s3")
            await asyncio.to_thread(client.upload_file, path, "bucket", path)
            answer = await asyncio.to_thread(client.get_object, Bucket="bucket", Key=path)
            return answer.get("Body")
        """,
    ),
    Example(
        "handed to a thread",
        """
        import asyncio
        import requests

        async def avatar(user):
            answer = await asyncio.to_thread(requests.get, f"https://pictures.example/{user}")
            return answer.content
        """,
    ),
    Example(
        "an argument of run_in_executor, as it is and through a lambda or partial",
        """
        import asyncio
        import functools
        import time
        import requests

        async def load(url):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, time.sleep, 1)
            await loop.run_in_executor(None, lambda: requests.get(url))
            return await loop.run_in_executor(None, functools.partial(requests.get, url, timeout=5))
        """,
    ),
    Example(
        "a nested function that is handed to a thread",
        """
        import asyncio
        import time

        async def measure():
            def sample():
                time.sleep(1)
                return 1

            return await asyncio.to_thread(sample)
        """,
    ),
    Example(
        "a helper that coroutines only hand over",
        """
        import asyncio
        import time

        def settle():
            time.sleep(0.5)

        async def fetch():
            await asyncio.to_thread(settle)

        def main():
            settle()
        """,
    ),
    Example(
        "a decorator that sends the helper to a thread",
        """
        import time
        from asgiref.sync import sync_to_async

        @sync_to_async
        def settle():
            time.sleep(0.5)

        async def fetch():
            await settle()
        """,
    ),
    Example(
        "awaited twins",
        """
        import asyncio

        queue = asyncio.Queue()
        lock = asyncio.Lock()
        ready = asyncio.Event()

        async def work():
            await asyncio.sleep(1)
            await ready.wait()
            await lock.acquire()
            item = await queue.get()
            await queue.join()
            process = await asyncio.create_subprocess_exec("ls")
            await process.wait()
            await asyncio.wait_for(queue.get(), 1)
            asyncio.create_task(queue.put(item))
        """,
    ),
    Example(
        "a local variable and a module of the project with a famous name",
        """
        import subprocess
        from clocks import time

        async def load(requests, httpx):
            time.sleep(1)
            await time.sleep(1)
            page = requests.get("a")
            return page, await httpx.get("b")

        async def total(rows):
            requests = {row.user: row for row in rows}
            return requests.get("ada")
        """,
        others=(("clocks.py", "class time:\n    @staticmethod\n    def sleep(seconds):\n        return seconds\n"),),
    ),
    Example(
        "an asynchronous library behind the name",
        """
        import requests_async as requests
        from gevent_free import sleep
        from anyio import sleep as pause

        async def load(url):
            await pause(1)
            sleep(1)
            return await requests.get(url)
        """,
    ),
    Example(
        "a sleep that may be either one",
        """
        import asyncio
        import time

        async def wait(in_loop, seconds):
            sleep = asyncio.sleep if in_loop else time.sleep
            result = sleep(seconds)
            if in_loop:
                await result
        """,
    ),
    Example(
        "the branch for the synchronous mode",
        """
        import asyncio
        import time

        async def pause(client, seconds):
            if client.is_async:
                await asyncio.sleep(seconds)
            else:
                time.sleep(seconds)
        """,
    ),
    Example(
        "a branch for a Python that is gone, and one for a platform that is none",
        """
        import subprocess
        import sys
        import time

        ANCIENT = sys.version_info < (3, 0)

        async def start(loop):
            if sys.version_info < (3, 7):
                time.sleep(1)
            if ANCIENT:
                time.sleep(1)
            if sys.platform == "riscos":
                subprocess.run(["start"])
            if sys.version_info >= (3, 8):
                return
            time.sleep(1)
        """,
    ),
    Example(
        "calls that return at once",
        """
        import os
        import queue
        import threading
        import time

        jobs = queue.Queue()
        ready = threading.Event()
        lock = threading.Lock()
        worker = threading.Thread(target=print)

        async def peek(pid, patient):
            jobs.put(1)
            jobs.get_nowait()
            jobs.get(block=False)
            jobs.get(False)
            jobs.get(timeout=0)
            ready.wait(0)
            lock.acquire(blocking=False)
            lock.acquire(patient)
            worker.join(timeout=0)
            os.waitpid(pid, os.WNOHANG)
            time.sleep(0)
        """,
    ),
    Example(
        "asked first",
        """
        import asyncio
        import queue
        import subprocess
        import threading
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor()
        jobs = queue.Queue()
        worker = threading.Thread(target=print)

        async def drain(row):
            while not jobs.empty():
                print(jobs.get())
            while worker.is_alive():
                await asyncio.sleep(0.1)
            worker.join()
            future = pool.submit(sum, row)
            await asyncio.wait([asyncio.wrap_future(future)])
            print(future.result())
            other = pool.submit(sum, row)
            while not other.done():
                await asyncio.sleep(0.1)
            print(other.result())
            child = subprocess.Popen(["ls"])
            while child.poll() is None:
                await asyncio.sleep(0.1)
            return child.wait()
        """,
    ),
    Example(
        "results of tasks that are done",
        """
        import asyncio

        async def first(jobs):
            tasks = [asyncio.create_task(job()) for job in jobs]
            done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                print(task.result())
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(None, sum, [1])
            await asyncio.wait([future])
            return future.result()
        """,
    ),
    Example(
        "a threading lock held for a moment",
        """
        import asyncio
        import threading

        lock = threading.Lock()
        seen = {}

        async def remember(key, value):
            with lock:
                seen[key] = value
            await asyncio.sleep(0)

        async def forget(key):
            with lock:
                async def later():
                    await asyncio.sleep(1)
                seen[key] = later
        """,
    ),
    Example(
        "a socket that does not block",
        """
        import asyncio
        import socket

        async def read(address):
            sock = socket.socket()
            sock.setblocking(False)
            try:
                sock.connect(address)
            except BlockingIOError:
                await asyncio.get_running_loop().sock_connect(sock, address)
            return sock.recv(10)
        """,
    ),
    Example(
        "small files",
        """
        from pathlib import Path

        async def settings():
            with open("settings.toml") as file:
                return file.read() + Path("more.toml").read_text()
        """,
    ),
    Example(
        "names that only look like the real thing",
        """
        import asyncio

        class Session:
            def get(self, key):
                return key

        class Lock:
            def acquire(self):
                return True

        session = Session()
        options = {"a": 1}

        async def load(path, runner):
            Lock().acquire()
            runner.run(["ls"])
            "/".join(["a", "b"])
            path.join("a")
            return session.get("a"), options.get("b")
        """,
    ),
    Example(
        "a generator that a coroutine makes and a thread runs",
        """
        import asyncio
        import time

        def ticks():
            while True:
                time.sleep(1)
                yield 1

        async def start(feed):
            await asyncio.to_thread(feed, ticks())
        """,
    ),
    Example(
        "plain code that no coroutine calls",
        """
        import asyncio
        import time

        def main():
            time.sleep(1)
            asyncio.run(serve())

        async def serve():
            await asyncio.sleep(1)
        """,
    ),
    Example(
        "a test that blocks its own loop says nothing about the program",
        """
        import time

        def wait_until_ready():
            time.sleep(1)
        """,
        others=(("tests/test_app.py", "import app\n\nasync def test_ready():\n    app.wait_until_ready()\n"),),
    ),
    Example(
        "a sleep that the test replaces",
        """
        import time

        async def test_backoff(monkeypatch, client):
            monkeypatch.setattr(time, "sleep", client.slept.append)
            time.sleep(30)
            assert client.slept == [30]
        """,
        path="tests/test_backoff.py",
    ),
    Example(
        "an executor that is closed at the end of its block",
        """
        import asyncio
        from concurrent.futures import ProcessPoolExecutor

        async def main(rows):
            loop = asyncio.get_running_loop()
            with ProcessPoolExecutor() as pool:
                return await asyncio.gather(*[loop.run_in_executor(pool, sum, row) for row in rows])
        """,
    ),
    Example(
        "a socket of which nobody knows whether it blocks, and one that refuses instead",
        """
        import socket

        class Stream:
            def __init__(self, raw: socket.socket):
                self.raw = raw
                self.own = socket.socket()

            async def receive(self, size):
                self.raw.recv(size)
                try:
                    return self.own.recv(size)
                except BlockingIOError:
                    return b""
        """,
    ),
    Example(
        "a thread whose end was awaited",
        """
        import asyncio
        import threading

        async def shut_down(loop, pool):
            ended = loop.create_future()

            def close(future):
                pool.shutdown()
                loop.call_soon_threadsafe(future.set_result, None)

            thread = threading.Thread(target=close, args=(ended,))
            thread.start()
            try:
                await ended
            finally:
                thread.join()
        """,
    ),
    Example(
        "a program that has ended, as its owner knows",
        """
        import asyncio
        import subprocess

        class Server:
            def __init__(self, command):
                self.process = subprocess.Popen(command)

            def poll(self):
                return self.process.poll()

            async def wait(self):
                while self.poll() is None:
                    await asyncio.sleep(0.1)
                return self.process.wait()
        """,
    ),
    Example(
        "a future that was made by hand",
        """
        from concurrent.futures import Future

        class Attempt:
            def __init__(self, value):
                self.outcome = Future()
                self.outcome.set_result(value)

            async def value(self, other: Future):
                return self.outcome.result(), other.result()
        """,
    ),
    Example(
        "taken right after it was put",
        """
        import multiprocessing

        async def start():
            signals = multiprocessing.Queue()
            signals.put(None)
            signals.get()  # starts the queue's thread
            return signals
        """,
    ),
    Example(
        "the synchronous half behind an early return",
        """
        import time

        class Client:
            def close(self):
                if self.asynchronous:
                    return self.close_later()
                time.sleep(1)

            async def __aexit__(self, *details):
                self.close()

            def stop(self):
                if self.asynchronous:
                    return
                pause()

            async def leave(self):
                self.stop()

        def pause():
            time.sleep(1)
        """,
    ),
    Example(
        "a lock taken for a moment in a helper",
        """
        import threading

        class Counter:
            def __init__(self):
                self.lock = threading.Lock()
                self.value = 0

            def add(self):
                self.lock.acquire()
                try:
                    self.value += 1
                finally:
                    self.lock.release()

            async def handle(self):
                self.add()
        """,
    ),
    Example(
        "an address in numbers",
        """
        import socket

        async def is_address(text):
            return bool(socket.getaddrinfo(text, 0, socket.AF_UNSPEC, 0, 0, socket.AI_NUMERICHOST))
        """,
    ),
    Example(
        "what gives an awaitable, and what somebody else passes",
        """
        import asyncio
        import time

        class Retry:
            def pause(self):
                time.sleep(1)

        class AsyncRetry(Retry):
            async def run(self):
                await self.pause()

        def settle():
            time.sleep(1)

        def apply(function):
            return function()

        def main():
            apply(settle)

        async def serve():
            apply(str)
        """,
    ),
    Example(
        "a test that ends its own threads and talks to its own server",
        """
        import socket
        import threading

        async def test_echo(client):
            server = socket.socket()
            thread = threading.Thread(target=client.serve, args=(server,))
            thread.start()
            peer = socket.socket()
            peer.connect(server.getsockname())
            peer.sendall(b"a")
            assert await client.read() == b"a"
            thread.join()
        """,
        path="tests/test_echo.py",
    ),
    Example(
        "futures of a pool that were awaited in another way",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor()

        async def first(row):
            future = pool.submit(sum, row)
            loop, ready = asyncio.get_running_loop(), asyncio.Event()
            future.add_done_callback(lambda _: loop.call_soon_threadsafe(ready.set))
            await ready.wait()
            return future.result()

        async def total(rows):
            futures = [pool.submit(sum, row) for row in rows]
            await asyncio.gather(*map(asyncio.wrap_future, futures))
            return sum(future.result() for future in futures)
        """,
    ),
    Example(
        "a threading lock that is let go while something is awaited",
        """
        import threading

        class Mailbox:
            def __init__(self):
                self.lock = threading.Lock()
                self.letters = []

            async def take(self, arrival):
                with self.lock:
                    while not self.letters:
                        self.lock.release()
                        try:
                            await arrival()
                        finally:
                            self.lock.acquire()
                    return self.letters.pop()
        """,
    ),
    Example(
        "putting where there is room for everything there is",
        """\
import queue

class Pool:
    def __init__(self, connections):
        self.dead = queue.PriorityQueue(len(connections))

    async def mark_dead(self, connection):
        self.dead.put(connection)
""",
    ),
    Example(
        "a test expects the outcome to be an error",
        """\
import pytest
from concurrent.futures import Future

async def test_thread_is_cancelled(group, work):
    ended = Future()
    await group.run(work, ended)
    group.cancel()
    with pytest.raises(RuntimeError):
        ended.result(3)
""",
        path="tests/test_threads.py",
    ),
    Example(
        "behind a return",
        """\
import time

async def nested(stack):
    with stack.push():
        return await stack.top()
        time.sleep(0.1)
""",
    ),
    Example(
        "a test that keeps the loop busy on purpose",
        """\
import asyncio
import time

async def test_timeout_of_a_busy_loop():
    async with asyncio.timeout(0.002):
        # Pretend that we crunch numbers.
        time.sleep(0.01)
        await asyncio.sleep(1)
""",
        path="tests/test_timeouts.py",
    ),
    Example(
        "a delay that a comment calls deliberate",
        """\
import time

async def probe():
    time.sleep(0.2)  # deliberately: the watchdog has to notice it
""",
    ),
    Example(
        "a future that the coroutine settles itself",
        """\
from concurrent.futures import Future

async def ready(value):
    outcome = Future()
    outcome.set_result(value)
    return outcome.result()
""",
    ),
    Example(
        "clients that are made, asked in a thread, or asynchronous",
        """
        import asyncio
        import boto3
        import redis.asyncio as redis
        from openai import AsyncOpenAI

        s3 = boto3.client("s3")
        cache = redis.from_url("redis://cache")

        async def store(key, data):
            link = s3.generate_presigned_url("get_object", Params={"Key": key})
            await asyncio.to_thread(s3.put_object, Key=key, Body=data)
            await cache.set(key, link)

        async def answer(question):
            return await AsyncOpenAI().chat.completions.create(model="small", messages=[question])
        """,
    ),
    Example(
        "what a client keeps, and what was answered",
        """
        import asyncio
        import requests

        session = requests.Session()

        async def load(url):
            token = session.headers.get("token")
            answer = await asyncio.to_thread(session.get, url, params={"token": token})
            return answer.headers.get("etag"), answer.json().get("items")
        """,
    ),
    Example(
        "a client of unknown make",
        """
        class Repository:
            def __init__(self, session, client):
                self.session = session
                self.client = client

            async def save(self, order):
                self.client.send_message(order)
                self.session.commit()
        """,
    ),
    Example(
        "commands that are only collected",
        """
        import asyncio
        import redis

        async def count(names):
            pipeline = redis.Redis().pipeline()
            for name in names:
                pipeline.incr(name)
            return await asyncio.to_thread(pipeline.execute)
        """,
    ),
    Example(
        "a test that holds the loop to see what happens",
        """
        import asyncio
        import time

        async def block_loop():
            time.sleep(0.2)

        async def test_late_answer(client):
            task = asyncio.create_task(client.ask())
            # Hold the event loop with a sync sleep, so that the answer is still queued when the time is up.
            await asyncio.sleep(0)
            time.sleep(0.1)
            task.cancel()
        """,
        path="tests/test_late.py",
    ),
    Example(
        "awaited if it is an awaitable",
        """
        import psycopg

        async def rename(connection: psycopg.Connection | psycopg.AsyncConnection, name):
            cursor = connection.cursor()
            await maybe_await(cursor.execute("update users set name = %s", (name,)))
            await maybe_await(connection.commit())

        async def maybe_await(value):
            return await value if hasattr(value, "__await__") else value
        """,
    ),
    Example(
        "a test that waits until a thread has come so far",
        """
        import threading

        async def test_cancelled(lock, pool):
            started = threading.Event()
            pool.submit(started.set).add_done_callback(print)
            assert started.wait(5)
        """,
        path="tests/test_cancel.py",
    ),
)
