"""Threads that compute in pure Python, where only one of them moves at a time."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL601"

pair(
    RULE,
    "primes in a thread pool",
    """
from concurrent.futures import ThreadPoolExecutor

def count_primes(limit):
    found = 0
    for n in range(2, limit):
        for d in range(2, int(n ** 0.5) + 1):
            if n % d == 0:
                break
        else:
            found += 1
    return found

def main(limits):
    with ThreadPoolExecutor(max_workers=4) as pool:
        print(sum(pool.map(count_primes, limits))) #!
""",
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {"max_workers=4": "max_workers=1"},
    {"    found = 0\n": "    found = 0\n    time.sleep(1)\n", "@prepend": "import time"},
)

pair(
    RULE,
    "recursion handed over by submit",
    """
import concurrent.futures as cf

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def table(numbers):
    with cf.ThreadPoolExecutor() as pool:
        futures = [pool.submit(fib, n) for n in numbers] #!
        return [future.result() for future in futures]
""",
    {"cf.ThreadPoolExecutor": "cf.ProcessPoolExecutor"},
    {"@append": "\nCLASSIFIERS = []\n", "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)": "def fib(n):\n    return n + 1"},
)

pair(
    RULE,
    "ThreadPool of multiprocessing",
    """
from multiprocessing.pool import ThreadPool

def word_counts(text):
    counts = {}
    for word in text.split():
        word = word.strip(".,;").lower()
        counts[word] = counts.get(word, 0) + 1
    return counts

def analyse(texts):
    with ThreadPool(8) as pool:
        return pool.map(word_counts, texts) #!
""",
    {"from multiprocessing.pool import ThreadPool": "from multiprocessing import Pool", "ThreadPool(8)": "Pool(8)"},
    {
        "def word_counts(text):\n": "def word_counts(path):\n    with open(path) as file:\n        text = file.read()\n",
    },
)

pair(
    RULE,
    "dummy pool and a comprehension",
    """
from multiprocessing.dummy import Pool

def squares_below(limit):
    return sum(i * i for i in range(limit) if i % 3)

def run(limits):
    pool = Pool(4)
    try:
        return pool.map(squares_below, limits) #!
    finally:
        pool.close()
        pool.join()
""",
    {"multiprocessing.dummy": "multiprocessing"},
    {"sum(i * i for i in range(limit) if i % 3)": "requests.get(limit).text", "@prepend": "import requests"},
)

pair(
    RULE,
    "threads in a loop that store results",
    """
import threading

def collatz(start, stop, results, index):
    longest = 0
    for n in range(start, stop):
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        longest = max(longest, steps)
    results[index] = longest

def main():
    results = [0] * 4
    threads = []
    for i in range(4):
        thread = threading.Thread(target=collatz, args=(i * 100000 + 1, (i + 1) * 100000, results, i)) #!
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    print(max(results))
""",
    {"import threading": "import multiprocessing", "threading.Thread(": "multiprocessing.Process("},
    {"range(4)": "range(1)", "[0] * 4": "[0]"},
    {"        steps = 0\n": "        steps = 0\n        print(n)\n        input()\n"},
)

pair(
    RULE,
    "gather over run_in_executor",
    """
import asyncio

def mandelbrot(row):
    line = []
    for column in range(800):
        z, c = 0j, complex(column / 400 - 1.5, row / 300 - 1)
        steps = 0
        while abs(z) < 2 and steps < 200:
            z = z * z + c
            steps += 1
        line.append(steps)
    return line

async def draw(rows):
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*[loop.run_in_executor(None, mandelbrot, row) for row in rows]) #!
""",
    {
        "loop = ": "pool = ProcessPoolExecutor()\n    loop = ",
        "(None, ": "(pool, ",
        "@prepend": "from concurrent.futures import ProcessPoolExecutor",
    },
    {
        "return await asyncio.gather(*[loop.run_in_executor(None, mandelbrot, row) for row in rows])": "return await loop.run_in_executor(None, mandelbrot, rows)"
    },
)

pair(
    RULE,
    "gather over to_thread",
    """
import asyncio

def checksum(data):
    total = 0
    for byte in data:
        total = (total * 31 + byte) % 65521
    return total

async def checksums(blocks):
    return await asyncio.gather(*(asyncio.to_thread(checksum, block) for block in blocks)) #!
""",
    {
        "    total = 0\n    for byte in data:\n        total = (total * 31 + byte) % 65521\n    return total": "    return hashlib.sha256(data).hexdigest()",
        "@prepend": "import hashlib",
    },
    {
        "return await asyncio.gather(*(asyncio.to_thread(checksum, block) for block in blocks))": "return await asyncio.to_thread(checksum, blocks)"
    },
)

pair(
    RULE,
    "work spread over helpers",
    """
from concurrent.futures import ThreadPoolExecutor

def is_prime(n):
    for d in range(2, n):
        if n % d == 0:
            return False
    return n > 1

def primes(bounds):
    low, high = bounds
    return [n for n in range(low, high) if is_prime(n)]

def everything(pieces):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(primes, pieces)) #!
""",
    {"def is_prime(n):\n": "def is_prime(n):\n    with LOCK:\n        pass\n", "@prepend": "import threading\nLOCK = threading.Lock()"},
    {"def is_prime(n):\n": "from sympy import isprime\n\ndef is_prime(n):\n    return isprime(n)\n\ndef _old(n):\n"},
)

pair(
    RULE,
    "method on an object's own pool",
    """
from concurrent.futures import ThreadPoolExecutor

class Scorer:
    def __init__(self, weights):
        self.weights = weights
        self.pool = ThreadPoolExecutor(4)

    def score(self, document):
        total = 0
        for position, letter in enumerate(document):
            total += ord(letter) * self.weights[position % 7]
        return total

    def score_all(self, documents):
        return list(self.pool.map(self.score, documents)) #!

    def close(self):
        self.pool.shutdown()
""",
    {
        "        total = 0\n": "        total = self.fetch(document)\n",
        "    def score_all": "    def fetch(self, document):\n        return int(urlopen(document).read())\n\n    def score_all",
        "@prepend": "from urllib.request import urlopen",
    },
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
)

pair(
    RULE,
    "annotated parameter",
    """
from concurrent.futures import ThreadPoolExecutor

def levenshtein(pair):
    a, b = pair
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]

def distances(pool: ThreadPoolExecutor, pairs):
    return list(pool.map(levenshtein, pairs)) #!
""",
    {
        "from concurrent.futures import ThreadPoolExecutor": "from concurrent.futures import ProcessPoolExecutor",
        "pool: ThreadPoolExecutor": "pool: ProcessPoolExecutor",
    },
)

pair(
    RULE,
    "partial",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

def count(step, limit):
    return sum(n for n in range(0, limit, step) if str(n) == str(n)[::-1])

def palindromes(limits):
    with ThreadPoolExecutor() as executor:
        return list(executor.map(partial(count, 3), limits)) #!
""",
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {
        "sum(n for n in range(0, limit, step) if str(n) == str(n)[::-1])": "count_palindromes(step, limit)",
        "@prepend": "from palindromes import count_palindromes",
    },
)

pair(
    RULE,
    "lambda around the work",
    """
from concurrent.futures import ThreadPoolExecutor

def digits(n):
    return sum(int(d) for d in str(2 ** n))

with ThreadPoolExecutor() as pool:
    for result in pool.map(lambda n: digits(n) * 2, range(10000, 20000)): #!
        print(result)
""",
    {"sum(int(d) for d in str(2 ** n))": "n * 2"},
    {"sum(int(d) for d in str(2 ** n))": "len(socket.gethostbyname(str(n)))", "@prepend": "import socket"},
)

pair(
    RULE,
    "worker in another file",
    """
from concurrent.futures import ThreadPoolExecutor
from simulate import simulate

def run(seeds):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(simulate, seeds)) #!
""",
    {"import math": "import time", "    x = seed\n": "    x = seed\n    time.sleep(0.1)\n"},
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {"import math": "import numpy as np", "math.sin(x)": "np.sin(x)"},
    others={
        "simulate.py": """
import math

def simulate(seed):
    x = seed
    for _ in range(100000):
        x = (x * 1103515245 + 12345) % 2147483648 + math.sin(x)
    return x
"""
    },
)

pair(
    RULE,
    "parsing lines",
    """
import json
from concurrent.futures import ThreadPoolExecutor

def parse(lines):
    records = []
    for line in lines:
        record = json.loads(line)
        record["name"] = record["name"].title()
        records.append(record)
    return records

def load(chunks):
    with ThreadPoolExecutor() as pool:
        return [r for part in pool.map(parse, chunks) for r in part] #!
""",
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {"def parse(lines):": "def parse(path):\n    lines = open(path)"},
)

pair(
    RULE,
    "two submits side by side",
    """
from concurrent.futures import ThreadPoolExecutor

def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))

def both():
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ackermann, 3, 6) #!
        second = pool.submit(ackermann, 3, 7) #!
        return first.result() + second.result()
""",
    {"ThreadPoolExecutor(2)": "ProcessPoolExecutor(2)", "import ThreadPoolExecutor": "import ProcessPoolExecutor"},
    {
        "        first = pool.submit(ackermann, 3, 6) #!\n": "        first = pool.submit(input)\n",
        "#!": "",
    },
)

pair(
    RULE,
    "thread subclass that keeps its result",
    """
import threading

class Summer(threading.Thread):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.total = 0

    def run(self):
        total = 0
        for number in self.numbers:
            total += number ** 3 % 7
        self.total = total

def add_up(parts):
    threads = [Summer(part) for part in parts] #!
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(thread.total for thread in threads)
""",
    {"threading.Thread": "multiprocessing.Process", "import threading": "import multiprocessing"},
    {"total += number ** 3 % 7": "total += int(urlopen(number).read())", "@prepend": "from urllib.request import urlopen"},
)

bad_variants(
    RULE,
    "template",
    """
from concurrent.futures import ThreadPoolExecutor

BODY

def run(items):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, items)) #!
""",
    {
        "while loop": """
def work(n):
    steps = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else n * 3 + 1
        steps += 1
    return steps
""",
        "nested comprehension": """
def work(size):
    return [[row * column for column in range(size)] for row in range(size)]
""",
        "builds a string": """
def work(rows):
    text = ""
    for row in rows:
        text += ",".join(str(cell) for cell in row) + "\\n"
    return text
""",
        "mutual recursion": """
def even(n):
    return n == 0 or work(n - 1)

def work(n):
    return n != 0 and even(n - 1)
""",
        "regular expressions": """
import re

PATTERN = re.compile(r"(\\w+)@(\\w+)")

def work(lines):
    return [match.group(1) for line in lines for match in PATTERN.finditer(line)]
""",
        "sorting with a key": """
import random

def work(seed):
    numbers = [random.random() for _ in range(100000)]
    numbers.sort(key=lambda n: n * seed)
    return numbers[:10]
""",
    },
)

safe_variants(
    "threads template",
    """
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

LOCK = threading.Lock()

BODY

def run(items):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, items))
""",
    {
        "hash": """
import hashlib

def work(blocks):
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
""",
        "compression": """
import zlib

def work(blocks):
    return [zlib.compress(block) for block in blocks]
""",
        "numpy": """
import numpy as np

def work(n):
    total = np.zeros((n, n))
    for _ in range(100):
        total = total @ total + 1
    return total.sum()
""",
        "foreign code": """
import imagelib

def work(path):
    return [imagelib.scale(path, size) for size in (1, 2, 3)]
""",
        "parameter that may be anything": """
def work(task):
    return [task.step(i) for i in range(task.steps)]
""",
        "polling": """
def work(job):
    while not job.ready():
        time.sleep(0.1)
    return job.result
""",
        "subprocess": """
import subprocess

def work(names):
    return [subprocess.run(["convert", name], check=True).returncode for name in names]
""",
        "small loop": """
def work(item):
    return [item + i for i in (1, 2, 3)]
""",
        "numba": """
from numba import njit

@njit(nogil=True)
def work(n):
    total = 0
    for i in range(n):
        total += i * i
    return total
""",
        "ctypes": """
import ctypes

lib = ctypes.CDLL("libm.so.6")

def work(n):
    return [lib.cos(i) for i in range(n)]
""",
        "file": """
def work(path):
    with open(path) as file:
        return sum(len(line.split()) for line in file)
""",
    },
)

safe(
    "stress test of a counter shared between threads",
    """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1

def test_counter():
    counter = Counter()

    def work():
        for _ in range(10000):
            counter.increment()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 40000
""",
    path="tests/test_counter.py",
)

safe(
    "stress test of a dictionary",
    """
import threading

def test_dictionary():
    shared = {}

    def work(base):
        for i in range(1000):
            shared[base + i] = i

    threads = [threading.Thread(target=work, args=(n * 1000,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shared) == 4000
""",
    path="tests/test_dictionary.py",
)

safe(
    "free threading declared in setup.py",
    """
from concurrent.futures import ThreadPoolExecutor

def count(limit):
    return sum(i * i for i in range(limit))

def run(limits):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(count, limits))
""",
    path="package/app.py",
    others={
        "setup.py": """
from setuptools import setup

setup(name="package", classifiers=["Programming Language :: Python :: Free Threading :: 2 - Beta"])
"""
    },
)

safe(
    "asks whether the GIL is off",
    """
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def count(limit):
    return sum(i * i for i in range(limit))

def make_pool():
    if not sys._is_gil_enabled():
        return ThreadPoolExecutor()
    return ProcessPoolExecutor()

def run(limits):
    with make_pool() as pool:
        return list(pool.map(count, limits))
""",
)

safe(
    "the GIL is documented by a bound",
    """
import pytest

def count(limit):
    return sum(i * i for i in range(limit))

@pytest.mark.expect_parallel_speedup(max=1.15, workers=2)
def test_threads_do_not_help(thread_pool):
    assert list(thread_pool.map(count, [200000] * 4))
""",
    path="tests/test_speed.py",
)

safe(
    "one thread beside the program",
    """
import threading

def index(words, found):
    for position, word in enumerate(words):
        found[word] = position * 2 + len(word)

def start(words, found):
    thread = threading.Thread(target=index, args=(words, found), daemon=True)
    thread.start()
    return thread
""",
)

pair(
    RULE,
    "countdown",
    """
import time
from threading import Thread

def countdown(n):
    while n > 0:
        n -= 1

COUNT = 50_000_000
start = time.time()
threads = [Thread(target=countdown, args=(COUNT // 2,)) for _ in range(2)] #!
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(time.time() - start)
""",
    {"for _ in range(2)": "for _ in range(1)"},
    {"@path": "tests/test_countdown.py"},
)

pair(
    RULE,
    "rows of a matrix in shared lists",
    """
import threading

def multiply(a, b, size, workers):
    product = [[0] * size for _ in range(size)]

    def rows(first):
        for i in range(first, size, workers):
            for j in range(size):
                for k in range(size):
                    product[i][j] += a[i][k] * b[k][j]

    threads = [threading.Thread(target=rows, args=(n,)) for n in range(workers)] #!
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return product
""",
    {"import threading": "import threading\nimport numpy"},
)

pair(
    RULE,
    "primes in threads",
    """
from concurrent.futures import ThreadPoolExecutor

def is_prime(n):
    for d in range(2, int(n ** 0.5) + 1):
        if n % d == 0:
            return False
    return True

def primes(limit):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(is_prime, range(limit))) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

def is_prime(n):
    for d in range(2, int(n ** 0.5) + 1):
        if n % d == 0:
            return False
    return True

def primes(limit):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(is_prime, range(limit), chunksize=1000))
""",
)

pair(
    RULE,
    "fibonacci by Thread",
    """
import threading

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def main():
    threads = [threading.Thread(target=fib, args=(30,)) for _ in range(4)] #!
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import multiprocessing

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def main():
    with multiprocessing.Pool(4) as pool:
        return pool.map(fib, [30] * 4)
""",
)

pair(
    RULE,
    "countdown from the GIL talk",
    """
from threading import Thread

COUNT = 50000000

def countdown(n):
    while n > 0:
        n -= 1

t1 = Thread(target=countdown, args=(COUNT // 2,)) #!
t2 = Thread(target=countdown, args=(COUNT // 2,)) #!
t1.start()
t2.start()
t1.join()
t2.join()
""",
    """
import time
from threading import Thread

def wait(n):
    while n > 0:
        time.sleep(1)
        n -= 1

t1 = Thread(target=wait, args=(5,))
t2 = Thread(target=wait, args=(5,))
t1.start()
t2.start()
t1.join()
t2.join()
""",
)

pair(
    RULE,
    "sum of squares submit",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def sum_squares(start, stop):
    total = 0
    for i in range(start, stop):
        total += i * i
    return total

def main(n, workers):
    step = n // workers
    with ThreadPoolExecutor(max_workers=workers) as executor:
        futures = [executor.submit(sum_squares, i, i + step) for i in range(0, n, step)] #!
        return sum(f.result() for f in as_completed(futures))
""",
    """
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed

def total_size(urls):
    total = 0
    for url in urls:
        total += len(urllib.request.urlopen(url).read())
    return total

def main(chunks, workers):
    with ThreadPoolExecutor(max_workers=workers) as executor:
        futures = [executor.submit(total_size, chunk) for chunk in chunks]
        return sum(f.result() for f in as_completed(futures))
""",
)

pair(
    RULE,
    "a checksum in pure Python",
    """
from concurrent.futures import ThreadPoolExecutor

def adler(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a

def checksums(blocks):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(adler, blocks)) #!
""",
    """
import hashlib
from concurrent.futures import ThreadPoolExecutor

def digest(data):
    sha = hashlib.sha256()
    for start in range(0, len(data), 65536):
        sha.update(data[start:start + 65536])
    return sha.hexdigest()

def checksums(blocks):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(digest, blocks))
""",
)

pair(
    RULE,
    "run_in_executor for CPU",
    """
import asyncio

def crunch(n):
    total = 0
    for i in range(n):
        total += i ** 2 % 7
    return total

async def main():
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(None, crunch, 10 ** 7) for _ in range(4))) #!
""",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def crunch(n):
    total = 0
    for i in range(n):
        total += i ** 2 % 7
    return total

async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, crunch, 10 ** 7) for _ in range(4)))
""",
)

pair(
    RULE,
    "points of a Mandelbrot set",
    """
from multiprocessing.pool import ThreadPool

def mandelbrot(c):
    z = 0
    for n in range(1000):
        if abs(z) > 2:
            return n
        z = z * z + c
    return 1000

def image(points):
    with ThreadPool(8) as pool:
        return pool.map(mandelbrot, points) #!
""",
    """
from multiprocessing.pool import ThreadPool

import numpy as np

def power(matrix):
    for _ in range(100):
        matrix = np.dot(matrix, matrix)
    return matrix

def powers(matrices):
    with ThreadPool(8) as pool:
        return pool.map(power, matrices)
""",
)

pair(
    RULE,
    "parsing in threads",
    """
from concurrent.futures import ThreadPoolExecutor

class Parser:
    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(workers)

    def close(self):
        self.pool.shutdown()

    def tokens(self, text):
        found = []
        word = ""
        for character in text:
            if character.isalnum():
                word += character
            elif word:
                found.append(word)
                word = ""
        return found

    def parse_all(self, texts):
        return list(self.pool.map(self.tokens, texts)) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

class Loader:
    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(workers)

    def close(self):
        self.pool.shutdown()

    def load(self, path: Path):
        return path.read_text()

    def load_all(self, paths):
        return list(self.pool.map(self.load, paths))
""",
)

pair(
    RULE,
    "monte carlo pi",
    """
import random
from concurrent.futures import ThreadPoolExecutor

def inside(samples):
    hits = 0
    for _ in range(samples):
        x, y = random.random(), random.random()
        if x * x + y * y <= 1:
            hits += 1
    return hits

def pi(samples=10_000_000, workers=4):
    with ThreadPoolExecutor(workers) as pool:
        hits = sum(pool.map(inside, [samples // workers] * workers)) #!
    return 4 * hits / samples
""",
    """
import random
from concurrent.futures import ProcessPoolExecutor

def inside(samples):
    hits = 0
    for _ in range(samples):
        x, y = random.random(), random.random()
        if x * x + y * y <= 1:
            hits += 1
    return hits

def pi(samples=10_000_000, workers=4):
    with ProcessPoolExecutor(workers) as pool:
        hits = sum(pool.map(inside, [samples // workers] * workers))
    return 4 * hits / samples
""",
)

pair(
    RULE,
    "matrix multiplication rows",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

def row_times(b, row):
    return [sum(x * y for x, y in zip(row, column)) for column in zip(*b)]

def matmul(a, b):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(row_times, b), a)) #!
""",
    """
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

def poll(pause, device):
    readings = []
    for _ in range(10):
        readings.append(device.read())
        time.sleep(pause)
    return [a * b for a, b in zip(readings, readings[1:])]

def polls(devices):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(poll, 0.1), devices))
""",
)

pair(
    RULE,
    "nested def worker in a test",
    """
from concurrent.futures import ThreadPoolExecutor

def test_factorials():
    def factorial(n):
        result = 1
        for i in range(2, n + 1):
            result *= i
        return result

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(factorial, [3, 4])) == [6, 24] #!
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def test_counter_is_thread_safe():
    lock = threading.Lock()
    total = [0]

    def add(n):
        for _ in range(n):
            with lock:
                total[0] += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, [1000] * 4))
    assert total[0] == 4000
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "Thread subclass run",
    """
import threading

class Sieve(threading.Thread):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.primes = []

    def run(self):
        for n in range(2, self.limit):
            if all(n % d for d in range(2, n)):
                self.primes.append(n)

def main():
    sieves = [Sieve(10000) for _ in range(4)] #!
    for sieve in sieves:
        sieve.start()
    for sieve in sieves:
        sieve.join()
""",
    """
import threading

class Listener(threading.Thread):
    def __init__(self, sock):
        super().__init__()
        self.sock = sock
        self.total = 0

    def run(self):
        while data := self.sock.recv(4096):
            self.total += len(data)

def main(socks):
    listeners = [Listener(sock) for sock in socks]
    for listener in listeners:
        listener.start()
    for listener in listeners:
        listener.join()
""",
)

pair(
    RULE,
    "to_thread for CPU",
    """
import asyncio

def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps

async def longest(limit):
    return max(await asyncio.gather(*[asyncio.to_thread(collatz, n) for n in range(1, limit)])) #!
""",
    """
import asyncio
import subprocess

def lines(command):
    total = 0
    for line in subprocess.run(command, capture_output=True, check=True).stdout.splitlines():
        total += len(line)
    return total

async def longest(commands):
    return max(await asyncio.gather(*[asyncio.to_thread(lines, command) for command in commands]))
""",
)

pair(
    RULE,
    "worker loop over a queue computes",
    """
from concurrent.futures import ThreadPoolExecutor

def levenshtein(pair):
    a, b = pair
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]

def distances(pairs):
    executor = ThreadPoolExecutor(max_workers=8)
    try:
        return list(executor.map(levenshtein, pairs)) #!
    finally:
        executor.shutdown()
""",
    """
from concurrent.futures import ThreadPoolExecutor

def upper(row):
    return row.upper()

def rows(database, ids):
    executor = ThreadPoolExecutor(max_workers=8)
    try:
        return list(executor.map(database.fetch, ids))
    finally:
        executor.shutdown()
""",
)

pair(
    RULE,
    "word count in threads",
    """
from concurrent.futures import ThreadPoolExecutor

def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    return counts

def main(chunks):
    with ThreadPoolExecutor(max_workers=4) as executor:
        return list(executor.map(count_words, chunks)) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def count_words(path):
    counts = {}
    with open(path) as lines:
        for line in lines:
            for word in line.split():
                counts[word] = counts.get(word, 0) + 1
    return counts

def main(paths):
    with ThreadPoolExecutor(max_workers=4) as executor:
        return list(executor.map(count_words, paths))
""",
)

pair(
    RULE,
    "threads list in a loop",
    """
import threading

results = [0] * 4

def worker(index, start, end):
    total = 0
    for number in range(start, end):
        if number % 3 == 0 or number % 5 == 0:
            total += number
    results[index] = total

def main():
    threads = []
    for i in range(4):
        t = threading.Thread(target=worker, args=(i, i * 10**6, (i + 1) * 10**6)) #!
        threads.append(t)
        t.start()
    for t in threads:
        t.join()
    return sum(results)
""",
    """
import threading
import time

results = [0] * 4

def worker(index, device):
    total = 0
    for number in range(100):
        total += device.measure()
        time.sleep(0.01)
    results[index] = total

def main(devices):
    threads = []
    for i in range(4):
        t = threading.Thread(target=worker, args=(i, devices[i]))
        threads.append(t)
        t.start()
    for t in threads:
        t.join()
    return sum(results)
""",
)

pair(
    RULE,
    "n queens recursion",
    """
from concurrent.futures import ThreadPoolExecutor

def solve(n, row, columns, diagonals, others):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        if column not in columns and row + column not in diagonals and row - column not in others:
            count += solve(n, row + 1, columns | {column}, diagonals | {row + column}, others | {row - column})
    return count

def queens(n):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(solve, n, 1, {c}, {c}, {-c}) for c in range(n)] #!
        return sum(f.result() for f in futures)
""",
    """
from concurrent.futures import ProcessPoolExecutor

def solve(n, row, columns, diagonals, others):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        if column not in columns and row + column not in diagonals and row - column not in others:
            count += solve(n, row + 1, columns | {column}, diagonals | {row + column}, others | {row - column})
    return count

def queens(n):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(solve, n, 1, {c}, {c}, {-c}) for c in range(n)]
        return sum(f.result() for f in futures)
""",
)

pair(
    RULE,
    "lines of JSON in threads",
    """
import json
from concurrent.futures import ThreadPoolExecutor

def parse(lines):
    return [json.loads(line)["id"] for line in lines]

def main(chunks):
    with ThreadPoolExecutor() as pool:
        return [i for ids in pool.map(parse, chunks) for i in ids] #!
""",
    """
import zlib
from concurrent.futures import ThreadPoolExecutor

def squeeze(blocks):
    return [zlib.compress(block) for block in blocks]

def main(chunks):
    with ThreadPoolExecutor() as pool:
        return [b for blocks in pool.map(squeeze, chunks) for b in blocks]
""",
)

pair(
    RULE,
    "gcd sum with ThreadPool starmap",
    """
from math import gcd
from multiprocessing.pool import ThreadPool

def coprime(start, stop):
    return sum(1 for a in range(start, stop) for b in range(1, a) if gcd(a, b) == 1)

def main(ranges):
    with ThreadPool(4) as pool:
        return sum(pool.starmap(coprime, ranges)) #!
""",
    """
from math import gcd
from multiprocessing import Pool

def coprime(start, stop):
    return sum(1 for a in range(start, stop) for b in range(1, a) if gcd(a, b) == 1)

def main(ranges):
    with Pool(4) as pool:
        return sum(pool.starmap(coprime, ranges))
""",
)
