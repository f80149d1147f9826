"""Processes for work that only waits."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL604"

pair(
    RULE,
    "downloads in a process pool",
    """
from concurrent.futures import ProcessPoolExecutor

import requests

def fetch(url):
    return requests.get(url, timeout=10).text

def crawl(urls):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(fetch, urls)) #!
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {
        "    return requests.get(url, timeout=10).text": "    text = requests.get(url, timeout=10).text\n    return [len(word) * 2 for word in text.split()]"
    },
    {
        "    return requests.get(url, timeout=10).text": "    return parse(requests.get(url, timeout=10).text)",
        "@prepend": "from parser import parse",
    },
)

pair(
    RULE,
    "sleep",
    """
import time
from multiprocessing import Pool

def pause(seconds):
    time.sleep(seconds)
    return seconds

def main():
    with Pool(8) as pool:
        print(pool.map(pause, [1] * 8)) #!
""",
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool as Pool"},
    {"    return seconds": "    total = 0\n    for i in range(10 ** 7):\n        total += i\n    return total"},
)

pair(
    RULE,
    "urlopen by submit",
    """
import concurrent.futures
import urllib.request

def load(url):
    with urllib.request.urlopen(url, timeout=60) as connection:
        return connection.read()

def sizes(urls):
    with concurrent.futures.ProcessPoolExecutor(5) as executor:
        futures = [executor.submit(load, url) for url in urls] #!
        return [len(future.result()) for future in futures]
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {"connection.read()": "sum(byte * 31 for byte in connection.read())"},
)

pair(
    RULE,
    "other programs",
    """
import subprocess
from multiprocessing import Pool

def convert(name):
    subprocess.run(["convert", name, name + ".png"], check=True)

def main(names):
    pool = Pool(4)
    pool.map(convert, names) #!
    pool.close()
    pool.join()
""",
    {"from multiprocessing import Pool": "from multiprocessing.dummy import Pool"},
    {'subprocess.run(["convert", name, name + ".png"], check=True)': "render(name)", "@prepend": "from render import render"},
)

pair(
    RULE,
    "processes in a loop",
    """
import socket
from multiprocessing import Process

def ping(host):
    with socket.create_connection((host, 80), timeout=5):
        print(host, "answers")

def main(hosts):
    processes = [Process(target=ping, args=(host,)) for host in hosts] #!
    for process in processes:
        process.start()
    for process in processes:
        process.join()
""",
    {"from multiprocessing import Process": "from threading import Thread", "Process(": "Thread("},
    {"[Process(target=ping, args=(host,)) for host in hosts]": "[Process(target=ping, args=(hosts,))]"},
)

pair(
    RULE,
    "session of the module",
    """
from concurrent.futures import ProcessPoolExecutor

import requests

SESSION = requests.Session()

def status(url):
    response = SESSION.head(url)
    return url, response.status_code

def check(urls):
    with ProcessPoolExecutor(max_workers=16) as pool:
        for url, code in pool.map(status, urls): #!
            print(url, code)
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "names looked up",
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
        return dict(zip(names, pool.map(resolve, names))) #!
""",
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool", "with Pool(32)": "with ThreadPool(32)"},
)

pair(
    RULE,
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
        return await asyncio.gather(*[loop.run_in_executor(pool, download, url) for url in urls]) #!
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {"urlopen(url).read()": "decode(urlopen(url).read())", "@append": "\ndef decode(data):\n    return bytes(b ^ 42 for b in data)\n"},
)

pair(
    RULE,
    "through a helper",
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
        return list(pool.map(poll, urls)) #!
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {"return answer.text": "return crunch(answer.text)", "@append": "\ndef crunch(text):\n    return [ord(c) * 3 for c in text]\n"},
)

pair(
    RULE,
    "pool of the object",
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
        for future in [self.pool.submit(upload, path) for path in paths]: #!
            future.result()

    def close(self):
        self.pool.shutdown()
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "imap_unordered",
    """
import multiprocessing as mp
import requests

def get_json(key):
    return requests.get("https://api.example/" + key).json()

def everything(keys):
    with mp.Pool(10) as pool:
        return [item["name"] for item in pool.imap_unordered(get_json, keys)] #!
""",
    {
        "mp.Pool(10)": "mp.pool.ThreadPool(10)",
        "import multiprocessing as mp": "import multiprocessing.pool as mp_pool\nimport multiprocessing as mp",
    },
    {"return requests.get": "answer = requests.get", ".json()": ".json()\n    return sorted(answer, key=lambda row: row['score'] ** 2)"},
)

pair(
    RULE,
    "worker in another file",
    """
from multiprocessing import Pool
from web import page

def main(urls):
    with Pool() as pool:
        return pool.map(page, urls) #!
""",
    {"    return urlopen(url).read().decode()": "    return [int(n) * 2 for n in urlopen(url).read().split()]"},
    others={"web.py": "from urllib.request import urlopen\n\ndef page(url):\n    return urlopen(url).read().decode()\n"},
)

pair(
    RULE,
    "partial",
    """
from functools import partial
from multiprocessing import Pool
import requests

def fetch(token, url):
    return requests.get(url, headers={"Authorization": token}).content

def fetch_all(token, urls):
    with Pool(8) as pool:
        return pool.map(partial(fetch, token), urls) #!
""",
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool as Pool"},
)

pair(
    RULE,
    "context of multiprocessing",
    """
import multiprocessing
import os

def run(command):
    return os.system(command)

def run_all(commands):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        return pool.map(run, commands) #!
""",
    {"    return os.system(command)": "    return build(command)", "@prepend": "from building import build"},
)

pair(
    RULE,
    "files read",
    """
from concurrent.futures import ProcessPoolExecutor

def read(path):
    with open(path) as file:
        return file.read()

def read_all(paths):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(read, paths)) #!
""",
    {"return file.read()": "return sum(int(line) for line in file)"},
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "annotated parameter",
    """
from concurrent.futures import ProcessPoolExecutor
import smtplib

def mail(address):
    with smtplib.SMTP("mail.example") as server:
        server.sendmail("me@mail.example", address, "Hello")

def mail_all(pool: ProcessPoolExecutor, addresses):
    for _ in pool.map(mail, addresses): #!
        pass
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

bad_variants(
    RULE,
    "worker",
    """
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

BODY

def run(items):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(work, items)) #!
""",
    {
        "loop of waits": "def work(urls):\n    pages = []\n    for url in urls:\n        pages.append(urllib.request.urlopen(url).read())\n    return pages",
        "check_output": "def work(command):\n    return subprocess.check_output(command).decode().strip()",
        "socket": "def work(host):\n    sock = socket.create_connection((host, 7))\n    sock.sendall(b'hello')\n    return sock.recv(1024)",
        "path": "def work(path):\n    return Path(path).read_text()",
        "logs": "import logging\n\nlog = logging.getLogger(__name__)\n\ndef work(n):\n    log.info('waiting %s', n)\n    time.sleep(n)",
    },
)

safe_variants(
    "processes template",
    """
import os
import signal
import subprocess
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor

BODY

def run(items):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(work, items))
""",
    {
        "computes after a download": "def work(url):\n    data = urllib.request.urlopen(url).read()\n    total = 0\n    for byte in data:\n        total = total * 31 + byte\n    return total",
        "unknown function": "from parsing import parse\n\ndef work(url):\n    return parse(urllib.request.urlopen(url).read())",
        "json": "import json\n\ndef work(path):\n    with open(path) as file:\n        return json.load(file)",
        "changes its process": "def work(folder):\n    os.chdir(folder)\n    return subprocess.run(['make'], check=True).returncode",
        "parameter": "def work(task):\n    time.sleep(1)\n    return task()",
        "compresses": "import zlib\n\ndef work(url):\n    return zlib.compress(urllib.request.urlopen(url).read())",
        "unpickles": "import pickle\n\ndef work(path):\n    with open(path, 'rb') as file:\n        return pickle.load(file)",
    },
)

safe(
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
)

safe(
    "processes that can be killed",
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
)

safe(
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
)

pair(
    RULE,
    "downloads in processes",
    """
import urllib.request
from concurrent.futures import ProcessPoolExecutor

def fetch(url):
    with urllib.request.urlopen(url) as response:
        return response.read()

def main(urls):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(fetch, urls)) #!
""",
    """
import urllib.request
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    with urllib.request.urlopen(url) as response:
        return response.read()

def main(urls):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(fetch, urls))
""",
)

pair(
    RULE,
    "time.sleep in a Pool",
    """
import time
from multiprocessing import Pool

def nap(seconds):
    time.sleep(seconds)
    return seconds

def naps():
    with Pool(4) as pool:
        return pool.map(nap, [1, 2, 3, 4]) #!
""",
    """
import time
from multiprocessing.pool import ThreadPool

def nap(seconds):
    time.sleep(seconds)
    return seconds

def naps():
    with ThreadPool(4) as pool:
        return pool.map(nap, [1, 2, 3, 4])
""",
)

pair(
    RULE,
    "requests.get",
    """
import requests
from concurrent.futures import ProcessPoolExecutor, as_completed

def status(url):
    return requests.get(url, timeout=5).status_code

def statuses(urls):
    with ProcessPoolExecutor(max_workers=8) as executor:
        futures = [executor.submit(status, url) for url in urls] #!
        return [f.result() for f in as_completed(futures)]
""",
    """
import requests
from concurrent.futures import ProcessPoolExecutor, as_completed

def histogram(url):
    counts = {}
    for character in requests.get(url, timeout=5).text:
        counts[character] = counts.get(character, 0) + 1
    return counts

def histograms(urls):
    with ProcessPoolExecutor(max_workers=8) as executor:
        futures = [executor.submit(histogram, url) for url in urls]
        return [f.result() for f in as_completed(futures)]
""",
)

pair(
    RULE,
    "texts of paths",
    """
from concurrent.futures import ProcessPoolExecutor

def read(station):
    return station.read_text()

def texts(stations):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(read, stations)) #!
""",
    """
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

def votes(station):
    return Counter(station.read_text().split())

def election(stations):
    total = Counter()
    with ProcessPoolExecutor() as pool:
        for counted in pool.map(votes, stations):
            total.update(counted)
    return total
""",
)

pair(
    RULE,
    "subprocess.run in processes",
    """
import subprocess
from concurrent.futures import ProcessPoolExecutor

def build(target):
    return subprocess.run(["make", target], check=True).returncode

def build_all(targets):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(build, targets)) #!
""",
    """
import subprocess
from concurrent.futures import ThreadPoolExecutor

def build(target):
    return subprocess.run(["make", target], check=True).returncode

def build_all(targets):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(build, targets))
""",
)

pair(
    RULE,
    "socket probe",
    """
import multiprocessing
import socket

def probe(address):
    with socket.create_connection(address, timeout=1) as sock:
        return sock.recv(64)

def scan(addresses):
    pool = multiprocessing.Pool(16)
    try:
        return pool.map(probe, addresses) #!
    finally:
        pool.terminate()
""",
    """
import multiprocessing
import zlib

def squeeze(path):
    with open(path, "rb") as source:
        return zlib.compress(source.read(), 9)

def scan(paths):
    pool = multiprocessing.Pool(16)
    try:
        return pool.map(squeeze, paths)
    finally:
        pool.terminate()
""",
)

pair(
    RULE,
    "save a download",
    """
import shutil
import urllib.request
from multiprocessing import Pool

def download(job):
    url, path = job
    with urllib.request.urlopen(url) as response, open(path, "wb") as target:
        shutil.copyfileobj(response, target)

def main(jobs):
    with Pool() as pool:
        pool.map(download, jobs) #!
""",
    """
import json
import urllib.request
from multiprocessing import Pool

def total(url):
    with urllib.request.urlopen(url) as response:
        rows = json.load(response)
    return sum(row["price"] * row["count"] for row in rows)

def main(urls):
    with Pool() as pool:
        return pool.map(total, urls)
""",
)

pair(
    RULE,
    "self.pool and a method",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def poll(host):
    time.sleep(0.5)
    return host

class Monitor:
    def __init__(self):
        self.pool = ProcessPoolExecutor(4)

    def close(self):
        self.pool.shutdown()

    def check(self, hosts):
        return list(self.pool.map(poll, hosts)) #!
""",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def poll(host):
    time.sleep(0.5)
    best = 0
    for n in range(10 ** 6):
        best = max(best, n * n % 97)
    return host, best

class Monitor:
    def __init__(self):
        self.pool = ProcessPoolExecutor(4)

    def close(self):
        self.pool.shutdown()

    def check(self, hosts):
        return list(self.pool.map(poll, hosts))
""",
)

pair(
    RULE,
    "run_in_executor with a process pool for a blocking call",
    """
import asyncio
import time
from concurrent.futures import ProcessPoolExecutor

def blocking(n):
    time.sleep(n)
    return n

async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, blocking, n) for n in range(3))) #!
""",
    """
import asyncio
import time

def blocking(n):
    time.sleep(n)
    return n

async def main():
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(None, blocking, n) for n in range(3)))
""",
)

pair(
    RULE,
    "http.client",
    """
import http.client
from concurrent.futures import ProcessPoolExecutor

def head(host):
    connection = http.client.HTTPSConnection(host)
    connection.request("HEAD", "/")
    response = connection.getresponse()
    connection.close()
    return response.status

def heads(hosts):
    with ProcessPoolExecutor() as pool:
        return dict(zip(hosts, pool.map(head, hosts))) #!
""",
    """
import ast
from concurrent.futures import ProcessPoolExecutor

def names(path):
    with open(path) as source:
        tree = ast.parse(source.read())
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]

def heads(paths):
    with ProcessPoolExecutor() as pool:
        return dict(zip(paths, pool.map(names, paths)))
""",
)

pair(
    RULE,
    "bytes of paths by apply_async",
    """
from multiprocessing import Pool
from pathlib import Path

def load(path):
    return Path(path).read_bytes()

def main(paths):
    with Pool() as pool:
        results = [pool.apply_async(load, (path,)) for path in paths] #!
        return [r.get() for r in results]
""",
    """
from multiprocessing import Pool
from pathlib import Path

def words(path):
    return sum(len(line.split()) for line in Path(path).open())

def main(paths):
    with Pool() as pool:
        results = [pool.apply_async(words, (path,)) for path in paths]
        return [r.get() for r in results]
""",
)

pair(
    RULE,
    "test: sleeping tasks",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def slow(n):
    time.sleep(0.2)
    return n * 2

def test_slow_in_parallel():
    with ProcessPoolExecutor(4) as pool:
        assert list(pool.map(slow, range(4))) == [0, 2, 4, 6] #!
""",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def slow(n):
    time.sleep(0.2)
    return n * 2

def test_slow_in_parallel():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(slow, range(4))) == [0, 2, 4, 6]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "helper does the waiting",
    """
import multiprocessing as mp
import urllib.request

def get(url):
    return urllib.request.urlopen(url, timeout=10).read()

def job(url):
    return get(url)

def main(urls):
    with mp.Pool(8) as pool:
        for page in pool.imap_unordered(job, urls): #!
            print(len(page))
""",
    """
import multiprocessing as mp
import urllib.request

import lxml.html

def get(url):
    return urllib.request.urlopen(url, timeout=10).read()

def job(url):
    return lxml.html.fromstring(get(url)).xpath("//a/@href")

def main(urls):
    with mp.Pool(8) as pool:
        for links in pool.imap_unordered(job, urls):
            print(len(links))
""",
)

pair(
    RULE,
    "polling a device",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def watch(device):
    while not device.ready():
        time.sleep(0.1)
    return device

def main(devices):
    with ProcessPoolExecutor(len(devices)) as pool:
        return [f.result() for f in [pool.submit(watch, d) for d in devices]] #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

import numpy as np

def mean(path):
    return np.loadtxt(path).mean()

def main(paths):
    with ProcessPoolExecutor(len(paths)) as pool:
        return [f.result() for f in [pool.submit(mean, p) for p in paths]]
""",
)

pair(
    RULE,
    "ping by subprocess with check_output",
    """
import multiprocessing
import subprocess

def ping(host):
    try:
        subprocess.check_output(["ping", "-c", "1", host])
        return True
    except subprocess.CalledProcessError:
        return False

def main(hosts):
    with multiprocessing.Pool(20) as pool:
        return pool.map(ping, hosts) #!
""",
    """
import multiprocessing.pool
import subprocess

def ping(host):
    try:
        subprocess.check_output(["ping", "-c", "1", host])
        return True
    except subprocess.CalledProcessError:
        return False

def main(hosts):
    with multiprocessing.pool.ThreadPool(20) as pool:
        return pool.map(ping, hosts)
""",
)

pair(
    RULE,
    "Process list with sleep",
    """
import time
from multiprocessing import Process

def task(name):
    print("start", name)
    time.sleep(2)
    print("end", name)

if __name__ == "__main__":
    processes = [Process(target=task, args=(i,)) for i in range(5)] #!
    for p in processes:
        p.start()
    for p in processes:
        p.join()
""",
    """
import time
from threading import Thread

def task(name):
    print("start", name)
    time.sleep(2)
    print("end", name)

if __name__ == "__main__":
    threads = [Thread(target=task, args=(i,)) for i in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
)

pair(
    RULE,
    "requests session and image decode",
    """
import requests
from concurrent.futures import ProcessPoolExecutor

def grab(url):
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    return len(response.content)

def main(urls):
    with ProcessPoolExecutor(10) as pool:
        for url, size in zip(urls, pool.map(grab, urls)): #!
            print(url, size)
""",
    """
import io

import requests
from concurrent.futures import ProcessPoolExecutor
from PIL import Image

def grab(url):
    response = requests.get(url, timeout=10)
    image = Image.open(io.BytesIO(response.content))
    return image.resize((100, 100)).tobytes()

def main(urls):
    with ProcessPoolExecutor(10) as pool:
        for url, pixels in zip(urls, pool.map(grab, urls)):
            print(url, len(pixels))
""",
)

pair(
    RULE,
    "heads of files",
    """
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def head(path: Path):
    with path.open("rb") as source:
        return source.read(100)

def main(paths):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(head, paths)) #!
""",
    """
import hashlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def digest(path: Path):
    return hashlib.sha256(path.read_bytes()).hexdigest()

def main(paths):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(digest, paths))
""",
)

pair(
    RULE,
    "copies of files",
    """
import shutil
from multiprocessing import Pool

def backup(path):
    shutil.copy(path, path + ".bak")

def main(paths):
    with Pool() as pool:
        pool.map(backup, paths) #!
""",
    """
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
)

pair(
    RULE,
    "mails",
    """
import smtplib
from concurrent.futures import ProcessPoolExecutor

def send(message):
    with smtplib.SMTP("localhost") as server:
        server.send_message(message)

def main(messages):
    with ProcessPoolExecutor() as pool:
        list(pool.map(send, messages)) #!
""",
    """
import csv
from concurrent.futures import ProcessPoolExecutor

def total(path):
    with open(path, newline="") as source:
        return sum(float(row["amount"]) for row in csv.DictReader(source))

def main(paths):
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(total, paths))
""",
)

pair(
    RULE,
    "files written",
    """
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def save(job):
    path, text = job
    Path(path).write_text(text)

def main(jobs):
    with ProcessPoolExecutor() as pool:
        list(pool.map(save, jobs)) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def words(path):
    return len(Path(path).read_text().split())

def main(paths):
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(words, paths))
""",
)
