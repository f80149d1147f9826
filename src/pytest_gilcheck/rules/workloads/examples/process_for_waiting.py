"""What GIL604 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "downloads in a process pool",
        """
        from concurrent.futures import ProcessPoolExecutor

        import requests

        def fetch(url):
            return requests.get(url, timeout=10).text

        def crawl(urls):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(fetch, urls))  # GIL604
        """,
    ),
    Example(
        "sleeping",
        """
        import time
        from multiprocessing import Pool

        def pause(seconds):
            time.sleep(seconds)
            return seconds

        def main():
            with Pool(8) as pool:
                print(pool.map(pause, [1] * 8))  # GIL604
        """,
    ),
    Example(
        "urlopen by submit",
        """
        import concurrent.futures
        import urllib.request

        def load(url):
            with urllib.request.urlopen(url, timeout=60) as connection:
                return connection.read()

        def sizes(urls):
            with concurrent.futures.ProcessPoolExecutor(5) as executor:
                futures = [executor.submit(load, url) for url in urls]  # GIL604
                return [len(future.result()) for future in futures]
        """,
    ),
    Example(
        "other programs",
        """
        import subprocess
        from multiprocessing import Pool

        def convert(name):
            subprocess.run(["convert", name, name + ".png"], check=True)

        def main(names):
            pool = Pool(4)
            pool.map(convert, names)  # GIL604
            pool.close()
            pool.join()
        """,
    ),
    Example(
        "processes in a loop",
        """
        import socket
        from multiprocessing import Process

        def ping(host):
            with socket.create_connection((host, 80), timeout=5):
                print(host, "answers")

        def main(hosts):
            processes = [Process(target=ping, args=(host,)) for host in hosts]  # GIL604
            for process in processes:
                process.start()
            for process in processes:
                process.join()
        """,
    ),
    Example(
        "a session of the module",
        """
        from concurrent.futures import ProcessPoolExecutor

        import requests

        SESSION = requests.Session()

        def status(url):
            response = SESSION.head(url)
            return url, response.status_code

        def check(urls):
            with ProcessPoolExecutor(max_workers=16) as pool:
                for url, code in pool.map(status, urls):  # GIL604
                    print(url, code)
        """,
    ),
    Example(
        "looking up names",
        """
        import socket
        from multiprocessing import Pool

        def resolve(name):
            try:
                return socket.gethostbyname(name)
            except OSError:
                return None

        def resolve_all(names):
            with Pool(32) as pool:
                return dict(zip(names, pool.map(resolve, names)))  # GIL604
        """,
    ),
    Example(
        "run_in_executor with processes",
        """
        import asyncio
        from concurrent.futures import ProcessPoolExecutor
        from urllib.request import urlopen

        def download(url):
            return urlopen(url).read()

        async def main(urls):
            loop = asyncio.get_running_loop()
            with ProcessPoolExecutor() as pool:
                return await asyncio.gather(*[loop.run_in_executor(pool, download, url) for url in urls])  # GIL604
        """,
    ),
    Example(
        "a loop of attempts in a helper",
        """
        import time
        from concurrent.futures import ProcessPoolExecutor

        import httpx

        def ask(url):
            answer = httpx.get(url)
            answer.raise_for_status()
            return answer

        def poll(url):
            for attempt in range(3):
                answer = ask(url)
                if answer.status_code == 200:
                    return answer.text
                time.sleep(1)
            return None

        def poll_all(urls):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(poll, urls))  # GIL604
        """,
    ),
    Example(
        "a pool that the object keeps",
        """
        from concurrent.futures import ProcessPoolExecutor

        import requests

        def upload(path):
            with open(path, "rb") as file:
                requests.post("https://files.example/", data=file)

        class Uploader:
            def __init__(self):
                self.pool = ProcessPoolExecutor(4)

            def send(self, paths):
                for future in [self.pool.submit(upload, path) for path in paths]:  # GIL604
                    future.result()

            def close(self):
                self.pool.shutdown()
        """,
    ),
    Example(
        "imap_unordered",
        """
        import multiprocessing as mp
        import requests

        def get_json(key):
            return requests.get("https://api.example/" + key).json()

        def everything(keys):
            with mp.Pool(10) as pool:
                return [item["name"] for item in pool.imap_unordered(get_json, keys)]  # GIL604
        """,
    ),
    Example(
        "a worker in another file",
        """
        from multiprocessing import Pool
        from web import page

        def main(urls):
            with Pool() as pool:
                return pool.map(page, urls)  # GIL604
        """,
        others=(
            (
                "web.py",
                """
                from urllib.request import urlopen

                def page(url):
                    return urlopen(url).read().decode()
                """,
            ),
        ),
    ),
    Example(
        "a partial",
        """
        from functools import partial
        from multiprocessing import Pool
        import requests

        def fetch(token, url):
            return requests.get(url, headers={"Authorization": token}).content

        def fetch_all(token, urls):
            with Pool(8) as pool:
                return pool.map(partial(fetch, token), urls)  # GIL604
        """,
    ),
    Example(
        "a pool of a context",
        """
        import multiprocessing
        import os

        def run(command):
            return os.system(command)

        def run_all(commands):
            with multiprocessing.get_context("spawn").Pool(4) as pool:
                return pool.map(run, commands)  # GIL604
        """,
    ),
    Example(
        "reading files",
        """
        from concurrent.futures import ProcessPoolExecutor

        def read(path):
            with open(path) as file:
                return file.read()

        def read_all(paths):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(read, paths))  # GIL604
        """,
    ),
    Example(
        "a socket",
        """
        import socket
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor
        from pathlib import Path

        def work(host):
            sock = socket.create_connection((host, 7))
            sock.sendall(b'hello')
            return sock.recv(1024)

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))  # GIL604
        """,
    ),
    Example(
        "a pool of pathos whose tasks sleep",
        """\
import time

from pathos.parallel import ParallelPool

def wait(number):
    time.sleep(1.0)
    return number

def main():
    return ParallelPool().map(wait, range(10))  # GIL604
""",
    ),
    Example(
        "a process for each device's session",
        """\
from multiprocessing import Process

import netmiko

def show_version(device):
    session = netmiko.ConnectHandler(**device)
    print(session.send_command("show version"))

def main(devices):
    processes = []
    for device in devices:
        process = Process(target=show_version, args=(device,))  # GIL604
        process.start()
        processes.append(process)
    for process in processes:
        process.join()
""",
    ),
    Example(
        "a pool that is ended in a finally",
        """\
import multiprocessing
import socket

def probe(address):
    with socket.create_connection(address, timeout=1) as sock:
        return sock.recv(64)

def scan(addresses):
    pool = multiprocessing.Pool(16)
    try:
        return pool.map(probe, addresses)  # GIL604
    finally:
        pool.terminate()
""",
    ),
    Example(
        "a download that is saved",
        """\
import shutil
import urllib.request
from multiprocessing import Pool

def download(job):
    url, path = job
    with urllib.request.urlopen(url) as response, open(path, "wb") as target:
        shutil.copyfileobj(response, target)

def main(jobs):
    with Pool() as pool:
        pool.map(download, jobs)  # GIL604
""",
    ),
    Example(
        "reading a path of unknown class",
        """\
from concurrent.futures import ProcessPoolExecutor

def read(station):
    return station.read_text()

def texts(stations):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(read, stations))  # GIL604
""",
    ),
)

GOOD = (
    Example(
        "downloads in a thread pool",
        """
        from concurrent.futures import ThreadPoolExecutor

        import requests

        def fetch(url):
            return requests.get(url, timeout=10).text

        def crawl(urls):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(fetch, urls))
        """,
    ),
    Example(
        "a loop over what was downloaded",
        """
        from concurrent.futures import ProcessPoolExecutor

        import requests

        def fetch(url):
            text = requests.get(url, timeout=10).text
            return [len(word) * 2 for word in text.split()]

        def crawl(urls):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(fetch, urls))
        """,
    ),
    Example(
        "a parser from elsewhere",
        """
        from parser import parse
        from concurrent.futures import ProcessPoolExecutor

        import requests

        def fetch(url):
            return parse(requests.get(url, timeout=10).text)

        def crawl(urls):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(fetch, urls))
        """,
    ),
    Example(
        "computing after the download",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        def work(url):
            data = urllib.request.urlopen(url).read()
            total = 0
            for byte in data:
                total = total * 31 + byte
            return total

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "parsing JSON",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        import json

        def work(path):
            with open(path) as file:
                return json.load(file)

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "changes its process",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        def work(folder):
            os.chdir(folder)
            return subprocess.run(['make'], check=True).returncode

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "calls what it is given",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        def work(task):
            time.sleep(1)
            return task()

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "compresses",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        import zlib

        def work(url):
            return zlib.compress(urllib.request.urlopen(url).read())

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "unpickles",
        """
        import os
        import signal
        import subprocess
        import time
        import urllib.request
        from concurrent.futures import ProcessPoolExecutor

        import pickle

        def work(path):
            with open(path, 'rb') as file:
                return pickle.load(file)

        def run(items):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "sleep stands for work in a test of a pool",
        """
        import time
        from concurrent.futures import ProcessPoolExecutor

        def slow(x):
            time.sleep(0.05)
            return x

        def test_order_is_kept():
            with ProcessPoolExecutor(2) as pool:
                assert list(pool.map(slow, [3, 2, 1])) == [3, 2, 1]
        """,
        path="tests/test_order.py",
    ),
    Example(
        "processes that are killed when they take too long",
        """
        import time
        from multiprocessing import Process

        import requests

        def fetch(url):
            requests.get(url)

        def main(urls, limit):
            processes = [Process(target=fetch, args=(url,)) for url in urls]
            for process in processes:
                process.start()
            time.sleep(limit)
            for process in processes:
                process.terminate()
                process.join()
        """,
    ),
    Example(
        "one process for a background job",
        """
        import time
        from multiprocessing import Process

        def heartbeat(interval):
            while True:
                time.sleep(interval)
                print("alive")

        def start():
            process = Process(target=heartbeat, args=(60,), daemon=True)
            process.start()
            return process
        """,
    ),
    Example(
        "one process",
        """
        import socket
        from multiprocessing import Process

        def ping(host):
            with socket.create_connection((host, 80), timeout=5):
                print(host, "answers")

        def main(hosts):
            processes = [Process(target=ping, args=(hosts,))]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
        """,
    ),
    Example(
        "each process is set up",
        """
        from multiprocessing import Pool

        import requests

        def connect():
            global SESSION
            SESSION = requests.Session()

        def fetch(url):
            return requests.get(url).text

        def main(urls):
            with Pool(4, initializer=connect) as pool:
                return pool.map(fetch, urls)
        """,
    ),
    Example(
        "counting the words of a file",
        """\
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def votes(station: Path):
    return Counter(station.read_text().split())

def election(stations):
    total = Counter()
    with ProcessPoolExecutor() as pool:
        for counted in pool.map(votes, stations):
            total.update(counted)
    return total
""",
    ),
    Example(
        "a pattern that goes through a log",
        """\
import re
from multiprocessing import Pool

ERROR = re.compile(r"ERROR ([A-Z]+)")

def errors(path):
    with open(path) as log:
        return ERROR.findall(log.read())

def main(paths):
    with Pool() as pool:
        return pool.map(errors, paths)
""",
    ),
)
