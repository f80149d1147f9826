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
