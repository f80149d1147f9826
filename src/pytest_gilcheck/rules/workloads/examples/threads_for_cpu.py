"""What GIL601 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a pure-Python loop in a thread pool",
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
                print(sum(pool.map(count_primes, limits)))  # GIL601
        """,
    ),
    Example(
        "recursion handed over by submit",
        """
        import concurrent.futures as cf

        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)

        def table(numbers):
            with cf.ThreadPoolExecutor() as pool:
                futures = [pool.submit(fib, n) for n in numbers]  # GIL601
                return [future.result() for future in futures]
        """,
    ),
    Example(
        "a ThreadPool of multiprocessing",
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
                return pool.map(word_counts, texts)  # GIL601
        """,
    ),
    Example(
        "a pool of multiprocessing.dummy",
        """
        from multiprocessing.dummy import Pool

        def squares_below(limit):
            return sum(i * i for i in range(limit) if i % 3)

        def run(limits):
            pool = Pool(4)
            try:
                return pool.map(squares_below, limits)  # GIL601
            finally:
                pool.close()
                pool.join()
        """,
    ),
    Example(
        "threads that store their results",
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
                thread = threading.Thread(target=collatz, args=(i * 100000 + 1, (i + 1) * 100000, results, i))  # GIL601
                thread.start()
                threads.append(thread)
            for thread in threads:
                thread.join()
            print(max(results))
        """,
    ),
    Example(
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
            return await asyncio.gather(*[loop.run_in_executor(None, mandelbrot, row) for row in rows])  # GIL601
        """,
    ),
    Example(
        "gather over to_thread",
        """
        import asyncio

        def checksum(data):
            total = 0
            for byte in data:
                total = (total * 31 + byte) % 65521
            return total

        async def checksums(blocks):
            return await asyncio.gather(*(asyncio.to_thread(checksum, block) for block in blocks))  # GIL601
        """,
    ),
    Example(
        "a helper that loops",
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
                return list(pool.map(primes, pieces))  # GIL601
        """,
    ),
    Example(
        "a method, and a pool kept by the object",
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
                return list(self.pool.map(self.score, documents))  # GIL601

            def close(self):
                self.pool.shutdown()
        """,
    ),
    Example(
        "a pool known by its annotation",
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
            return list(pool.map(levenshtein, pairs))  # GIL601
        """,
    ),
    Example(
        "a partial",
        """
        from concurrent.futures import ThreadPoolExecutor
        from functools import partial

        def count(step, limit):
            return sum(n for n in range(0, limit, step) if str(n) == str(n)[::-1])

        def palindromes(limits):
            with ThreadPoolExecutor() as executor:
                return list(executor.map(partial(count, 3), limits))  # GIL601
        """,
    ),
    Example(
        "a lambda around the work",
        """
        from concurrent.futures import ThreadPoolExecutor

        def digits(n):
            return sum(int(d) for d in str(2 ** n))

        with ThreadPoolExecutor() as pool:
            for result in pool.map(lambda n: digits(n) * 2, range(10000, 20000)):  # GIL601
                print(result)
        """,
    ),
    Example(
        "a worker in another file",
        """
        from concurrent.futures import ThreadPoolExecutor
        from simulate import simulate

        def run(seeds):
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(simulate, seeds))  # GIL601
        """,
        others=(
            (
                "simulate.py",
                """
                import math

                def simulate(seed):
                    x = seed
                    for _ in range(100000):
                        x = (x * 1103515245 + 12345) % 2147483648 + math.sin(x)
                    return x
                """,
            ),
        ),
    ),
    Example(
        "parsing",
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
                return [r for part in pool.map(parse, chunks) for r in part]  # GIL601
        """,
    ),
    Example(
        "two tasks side by side",
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
                first = pool.submit(ackermann, 3, 6)  # GIL601
                second = pool.submit(ackermann, 3, 7)  # GIL601
                return first.result() + second.result()
        """,
    ),
    Example(
        "a Thread subclass that keeps its result",
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
            threads = [Summer(part) for part in parts]  # GIL601
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return sum(thread.total for thread in threads)
        """,
    ),
    Example(
        "a while loop",
        """
        from concurrent.futures import ThreadPoolExecutor

        def work(n):
            steps = 0
            while n > 1:
                n = n // 2 if n % 2 == 0 else n * 3 + 1
                steps += 1
            return steps

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))  # GIL601
        """,
    ),
    Example(
        "building a string",
        """
        from concurrent.futures import ThreadPoolExecutor

        def work(rows):
            text = ""
            for row in rows:
                text += ",".join(str(cell) for cell in row) + "\\n"
            return text

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))  # GIL601
        """,
    ),
    Example(
        "functions that call each other",
        """
        from concurrent.futures import ThreadPoolExecutor

        def even(n):
            return n == 0 or work(n - 1)

        def work(n):
            return n != 0 and even(n - 1)

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))  # GIL601
        """,
    ),
    Example(
        "a countdown",
        """
        import time
        from threading import Thread

        def countdown(n):
            while n > 0:
                n -= 1

        COUNT = 50_000_000
        start = time.time()
        threads = [Thread(target=countdown, args=(COUNT // 2,)) for _ in range(2)]  # GIL601
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(time.time() - start)
        """,
    ),
    Example(
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

            threads = [threading.Thread(target=rows, args=(n,)) for n in range(workers)]  # GIL601
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return product
        """,
    ),
    Example(
        "a hundred cubes",
        """\
from pathos.pools import ThreadPool

def cube(x):
    return x ** 3

def main():
    return ThreadPool(4).map(cube, range(100))  # GIL601
""",
    ),
    Example(
        "a thousand turns with several operations",
        """\
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
        return pool.map(mandelbrot, points)  # GIL601
""",
    ),
)

GOOD = (
    Example(
        "the same loop in a process pool",
        """
        from concurrent.futures import ProcessPoolExecutor

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
            with ProcessPoolExecutor(max_workers=4) as pool:
                print(sum(pool.map(count_primes, limits)))
        """,
    ),
    Example(
        "a pool of one thread",
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
            with ThreadPoolExecutor(max_workers=1) as pool:
                print(sum(pool.map(count_primes, limits)))
        """,
    ),
    Example(
        "a loop and a wait",
        """
        import time
        from concurrent.futures import ThreadPoolExecutor

        def count_primes(limit):
            found = 0
            time.sleep(1)
            for n in range(2, limit):
                for d in range(2, int(n ** 0.5) + 1):
                    if n % d == 0:
                        break
                else:
                    found += 1
            return found

        def main(limits):
            with ThreadPoolExecutor(max_workers=4) as pool:
                print(sum(pool.map(count_primes, limits)))
        """,
    ),
    Example(
        "one call in a thread, to keep the loop free",
        """
        import asyncio

        def checksum(data):
            total = 0
            for byte in data:
                total = (total * 31 + byte) % 65521
            return total

        async def checksums(blocks):
            return await asyncio.to_thread(checksum, blocks)
        """,
    ),
    Example(
        "hashing, which lets the GIL go",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import hashlib

        def work(blocks):
            digest = hashlib.sha256()
            for block in blocks:
                digest.update(block)
            return digest.hexdigest()

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "compression, which lets the GIL go",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import zlib

        def work(blocks):
            return [zlib.compress(block) for block in blocks]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "arrays",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import numpy as np

        def work(n):
            total = np.zeros((n, n))
            for _ in range(100):
                total = total @ total + 1
            return total.sum()

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "code from elsewhere, which may be native",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import imagelib

        def work(path):
            return [imagelib.scale(path, size) for size in (1, 2, 3)]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "methods of anything",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        def work(task):
            return [task.step(i) for i in range(task.steps)]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "polling",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        def work(job):
            while not job.ready():
                time.sleep(0.1)
            return job.result

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "other programs",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import subprocess

        def work(names):
            return [subprocess.run(["convert", name], check=True).returncode for name in names]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "a loop of three turns",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        def work(item):
            return [item + i for i in (1, 2, 3)]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "a compiled function",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        from numba import njit

        @njit(nogil=True)
        def work(n):
            total = 0
            for i in range(n):
                total += i * i
            return total

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "a foreign function interface",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        import ctypes

        lib = ctypes.CDLL("libm.so.6")

        def work(n):
            return [lib.cos(i) for i in range(n)]

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "reading files",
        """
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        LOCK = threading.Lock()

        def work(path):
            with open(path) as file:
                return sum(len(line.split()) for line in file)

        def run(items):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(work, items))
        """,
    ),
    Example(
        "a helper that takes a lock",
        """
        import threading
        LOCK = threading.Lock()
        from concurrent.futures import ThreadPoolExecutor

        def is_prime(n):
            with LOCK:
                pass
            for d in range(2, n):
                if n % d == 0:
                    return False
            return n > 1

        def primes(bounds):
            low, high = bounds
            return [n for n in range(low, high) if is_prime(n)]

        def everything(pieces):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(primes, pieces))
        """,
    ),
    Example(
        "a stress test of a counter",
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
    ),
    Example(
        "a stress test of a dictionary",
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
    ),
    Example(
        "a package made for free threading",
        """
        from concurrent.futures import ThreadPoolExecutor

        def count(limit):
            return sum(i * i for i in range(limit))

        def run(limits):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(count, limits))
        """,
        path="package/app.py",
        others=(
            (
                "setup.py",
                """
                from setuptools import setup

                setup(name="package", classifiers=["Programming Language :: Python :: Free Threading :: 2 - Beta"])
                """,
            ),
        ),
    ),
    Example(
        "the code asks whether the GIL is off",
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
    ),
    Example(
        "a test that says how little threads bring",
        """
        import pytest

        def count(limit):
            return sum(i * i for i in range(limit))

        @pytest.mark.expect_parallel_speedup(max=1.15, workers=2)
        def test_threads_do_not_help(thread_pool):
            assert list(thread_pool.map(count, [200000] * 4))
        """,
        path="tests/test_speed.py",
    ),
    Example(
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
    ),
    Example(
        "a countdown in a test",
        """
        import time
        from threading import Thread

        def countdown(n):
            while n > 0:
                n -= 1

        COUNT = 50_000_000
        start = time.time()
        threads = [Thread(target=countdown, args=(COUNT // 2,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(time.time() - start)
        """,
        path="tests/test_countdown.py",
    ),
    Example(
        "documents of a database",
        """
        import threading

        class Summer(threading.Thread):
            def __init__(self, collection):
                super().__init__()
                self.collection = collection

            def run(self):
                total = 0
                for document in self.collection.find():
                    total += document["x"] * 2
                self.total = total

        def main(collection):
            threads = [Summer(collection) for _ in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "light loops over what there is",
        """
        from concurrent.futures import ThreadPoolExecutor

        def names(rows):
            return [row.name for row in rows]

        def main(groups):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(names, groups))
        """,
    ),
    Example(
        "compared with processes",
        """
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        def count(limit):
            return sum(n * n for n in range(limit))

        def compare(limits):
            for make in (ThreadPoolExecutor, ProcessPoolExecutor):
                with make(4) as pool:
                    print(make, sum(pool.map(count, limits)))
            with ThreadPoolExecutor() as pool:
                print(sum(pool.map(count, limits)))
            with ProcessPoolExecutor() as pool:
                print(sum(pool.map(count, limits)))
        """,
    ),
    Example(
        "four squares to show how it is called",
        """\
from concurrent.futures import ThreadPoolExecutor

def square(x):
    return x * x

def main():
    with ThreadPoolExecutor() as pool:
        return list(pool.map(square, range(4)))
""",
    ),
)
