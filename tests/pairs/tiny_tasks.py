"""Process pools for a handful of trivial calls."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL602"

pair(
    RULE,
    "square of three numbers",
    """
from multiprocessing import Pool

def square(x):
    return x * x

if __name__ == "__main__":
    with Pool(4) as pool:
        print(pool.map(square, [1, 2, 3])) #!
""",
    """
def square(x):
    return x * x

if __name__ == "__main__":
    print([square(x) for x in [1, 2, 3]])
""",
    {"return x * x": "return sum(i * i for i in range(x * 10 ** 6))"},
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool as Pool"},
)

pair(
    RULE,
    "executor over a short range",
    """
from concurrent.futures import ProcessPoolExecutor

def double(n):
    return n * 2

def main():
    with ProcessPoolExecutor() as executor:
        return list(executor.map(double, range(10))) #!
""",
    {"def main():": "def main(numbers):", "range(10)": "numbers"},
    {"    return n * 2": "    time.sleep(n)\n    return n * 2", "@prepend": "import time"},
    {"range(10)": "range(10 ** 7), chunksize=100000"},
)

pair(
    RULE,
    "submit in a comprehension",
    """
import concurrent.futures

def add(a, b):
    return a + b

def main():
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(add, i, 1) for i in range(5)] #!
        return [f.result() for f in futures]
""",
    {"    return a + b": "    while a < 10 ** 8:\n        a += b\n    return a"},
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "lengths of three words",
    """
from concurrent.futures import ProcessPoolExecutor

def main():
    with ProcessPoolExecutor() as pool:
        print(list(pool.map(len, ["a", "bb", "ccc"]))) #!
""",
    {
        'print(list(pool.map(len, ["a", "bb", "ccc"])))': "print(list(pool.map(analyse, ['a', 'bb', 'ccc'])))",
        "@prepend": "from analysis import analyse",
    },
)

pair(
    RULE,
    "list that has a name",
    """
from multiprocessing import Pool

NUMBERS = [1, 2, 3, 4, 5]

def cube(n):
    return n ** 3

def cubes():
    with Pool() as pool:
        return pool.map(cube, NUMBERS) #!
""",
    {"[1, 2, 3, 4, 5]": "load_numbers()", "@prepend": "from numbers_file import load_numbers"},
    {"return n ** 3": "return 3 ** n"},
)

pair(
    RULE,
    "starmap of pairs",
    """
import multiprocessing as mp

def area(width, height):
    return width * height

def areas():
    with mp.Pool(3) as workers:
        return workers.starmap(area, [(1, 2), (3, 4), (5, 6)]) #!
""",
    {"[(1, 2), (3, 4), (5, 6)]": "read_sizes()", "@prepend": "from sizes import read_sizes"},
)

pair(
    RULE,
    "context pool",
    """
import multiprocessing

def negate(flag):
    return not flag

def main():
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        return pool.map(negate, (True, False)) #!
""",
    {"    return not flag": "    return check(flag)", "@prepend": "from checks import check"},
)

pair(
    RULE,
    "imap over a tuple",
    """
from multiprocessing import Pool

def label(n):
    return f"item {n}"

def main():
    with Pool(2) as pool:
        for text in pool.imap(label, (1, 2, 3)): #!
            print(text)
""",
    {"(1, 2, 3)": "iter(input, '')"},
)

pair(
    RULE,
    "submit in a short loop",
    """
from concurrent.futures import ProcessPoolExecutor, as_completed

def increment(x):
    return x + 1

def main():
    futures = []
    with ProcessPoolExecutor() as pool:
        for i in range(4):
            futures.append(pool.submit(increment, i)) #!
        for future in as_completed(futures):
            print(future.result())
""",
    {"return x + 1": "return sum(range(x * 10 ** 8))"},
    {"range(4)": "iter(input, '')"},
)

pair(
    RULE,
    "apply_async in a comprehension",
    """
from multiprocessing import Pool

def half(x):
    return x / 2

def main():
    with Pool(2) as pool:
        results = [pool.apply_async(half, (x,)) for x in [2, 4, 6]] #!
        return [result.get() for result in results]
""",
    {"[2, 4, 6]": "open('numbers')"},
)

pair(
    RULE,
    "pool of the object",
    """
from concurrent.futures import ProcessPoolExecutor

def celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9

class Converter:
    def __init__(self):
        self._pool = ProcessPoolExecutor(2)

    def samples(self):
        return list(self._pool.map(celsius, [0, 32, 212])) #!

    def close(self):
        self._pool.shutdown()
""",
    {"    def samples(self):": "    def samples(self, values):", "[0, 32, 212]": "values"},
)

pair(
    RULE,
    "two statements",
    """
from multiprocessing import Pool

def label(item):
    name, price = item
    taxed = price * 1.2
    return name, taxed

def main():
    with Pool() as pool:
        return pool.map(label, [("tea", 2), ("cake", 3)]) #!
""",
    {"taxed = price * 1.2": "taxed = tax_service(price)", "@prepend": "from taxes import tax_service"},
)

pair(
    RULE,
    "function of another file",
    """
from concurrent.futures import ProcessPoolExecutor
from shapes import area

def main():
    with ProcessPoolExecutor() as pool:
        return list(pool.map(area, range(1, 6))) #!
""",
    {"    return 3.14159 * radius ** 2": "    for _ in range(10 ** 6):\n        radius += 1\n    return radius"},
    others={"shapes.py": "def area(radius):\n    return 3.14159 * radius ** 2\n"},
)

pair(
    RULE,
    "partial of a product",
    """
from functools import partial
from multiprocessing import Pool

def scale(factor, x):
    return factor * x

def main():
    with Pool(2) as pool:
        return pool.map(partial(scale, 3), [1, 2, 3, 4]) #!
""",
    {"[1, 2, 3, 4]": "[x for x in data()]", "@prepend": "from data import data"},
)

pair(
    RULE,
    "branches",
    """
from multiprocessing import Pool

def sign(x):
    if x < 0:
        return -1
    return 1 if x > 0 else 0

def main():
    with Pool(4) as pool:
        return pool.map(sign, range(-5, 6)) #!
""",
    {"return 1 if x > 0 else 0": "return main() if x > 0 else 0"},
)

pair(
    RULE,
    "test of the program's own function",
    """
from concurrent.futures import ProcessPoolExecutor
from prices import gross

def test_gross():
    with ProcessPoolExecutor() as pool:
        assert list(pool.map(gross, [1, 2])) == [1.2, 2.4] #!
""",
    {"    return net * 1.2": "    return fetch_rate() * net", "@append": ""},
    path="tests/test_prices.py",
    others={"prices.py": "def gross(net):\n    return net * 1.2\n"},
)

bad_variants(
    RULE,
    "worker",
    """
from multiprocessing import Pool

BODY

def main():
    with Pool(4) as pool:
        return pool.map(work, [1, 2, 3]) #!
""",
    {
        "method of str": "def work(x):\n    return str(x).zfill(3).upper()",
        "tuple": "def work(x):\n    return x, x + 1",
        "comparison": "def work(x):\n    return x % 2 == 0",
        "math": "import math\n\ndef work(x):\n    return math.sqrt(x) + math.sin(x)",
    },
)

safe_variants(
    "process worker with weight",
    """
import os
import time
from multiprocessing import Pool

BODY

def main():
    with Pool(4) as pool:
        return pool.map(work, [1, 2, 3])
""",
    {
        "asks for its process": "def work(x):\n    return x, os.getpid()",
        "recursion": "def work(n):\n    return n if n < 2 else work(n - 1) + work(n - 2)",
        "loop": "def work(n):\n    total = 0\n    for i in range(n * 10 ** 6):\n        total += i * i\n    return total",
        "foreign code": "from model import predict\n\ndef work(n):\n    return predict(n)",
        "numpy": "import numpy as np\n\ndef work(n):\n    return np.linalg.svd(np.ones((n * 1000, n * 1000)))",
        "factorial": "import math\n\ndef work(n):\n    return math.factorial(n * 100000)",
        "power": "def work(n):\n    return n ** 1000000 % 97",
        "constant": "def work(n):\n    return None",
        "fails": "def work(n):\n    raise ValueError(n)",
        "large sum": "def work(n):\n    return sum(range(n * 10 ** 8))",
    },
)

safe(
    "test of a pool's own machinery",
    """
import pytest
from own_pool import OwnPool

def square(x):
    return x * x

@pytest.fixture
def pool():
    with OwnPool(2) as pool:
        yield pool

def test_map(pool):
    assert list(pool.map(square, [1, 2, 3])) == [1, 4, 9]
""",
    path="tests/test_own_pool.py",
    others={
        "own_pool.py": """
from concurrent.futures import ProcessPoolExecutor

class OwnPool(ProcessPoolExecutor):
    pass
"""
    },
)

safe(
    "test of the start methods",
    """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

def square(x):
    return x * x

@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_start_method(method):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(square, [1, 2, 3])) == [1, 4, 9]
""",
    path="tests/test_methods.py",
)

safe(
    "process with a queue of its own",
    """
from multiprocessing import Process, Queue

def serve(inbox, outbox):
    for item in iter(inbox.get, None):
        outbox.put(item + 1)

def start(inbox, outbox):
    process = Process(target=serve, args=(inbox, outbox))
    process.start()
    return process
""",
)

pair(
    RULE,
    "tiny square",
    """
from concurrent.futures import ProcessPoolExecutor

def square(x):
    return x * x

def main():
    with ProcessPoolExecutor() as executor:
        print(list(executor.map(square, [1, 2, 3, 4, 5]))) #!

if __name__ == "__main__":
    main()
""",
    """
from concurrent.futures import ProcessPoolExecutor

def heavy(x):
    total = 0
    for i in range(x * 10 ** 7):
        total += i * i
    return total

def main():
    with ProcessPoolExecutor() as executor:
        print(list(executor.map(heavy, [1, 2, 3, 4, 5])))

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "the documentation's Pool(5).map(f, [1, 2, 3])",
    """
from multiprocessing import Pool

def f(x):
    return x * x

if __name__ == "__main__":
    with Pool(5) as p:
        print(p.map(f, [1, 2, 3])) #!
""",
    """
from multiprocessing import Pool

def f(x):
    return x * x

if __name__ == "__main__":
    print([f(x) for x in [1, 2, 3]])
""",
)

pair(
    RULE,
    "range of ten",
    """
import multiprocessing

def add(a, b):
    return a + b

def sums():
    with multiprocessing.Pool() as pool:
        return pool.starmap(add, [(1, 2), (3, 4), (5, 6)]) #!
""",
    """
import multiprocessing

def add(a, b):
    return a + b

def sums(pairs):
    with multiprocessing.Pool() as pool:
        return pool.starmap(add, pairs, chunksize=1000)
""",
)

pair(
    RULE,
    "test with literal inputs",
    """
from concurrent.futures import ProcessPoolExecutor

def double(n):
    return 2 * n

def test_double():
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(double, range(3))) == [0, 2, 4] #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def double(n):
    return 2 * n

def test_double():
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(double, range(3))) == [0, 2, 4]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "submit in a literal loop",
    """
from concurrent.futures import ProcessPoolExecutor

def greet(name):
    return f"hello {name}"

def greetings():
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(greet, name) for name in ("ann", "bob", "eve")] #!
        return [f.result() for f in futures]
""",
    """
from concurrent.futures import ProcessPoolExecutor

def compress(name):
    import lzma
    with open(name, "rb") as source:
        return lzma.compress(source.read())

def compressed():
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(compress, name) for name in ("ann", "bob", "eve")]
        return [f.result() for f in futures]
""",
)

pair(
    RULE,
    "builtin in a process pool",
    """
from concurrent.futures import ProcessPoolExecutor as PPE

def run():
    with PPE() as pool:
        return list(pool.map(abs, [-1, -2, -3])) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor as PPE
from math import factorial

def run():
    with PPE() as pool:
        return list(pool.map(factorial, [100000, 200000, 300000]))
""",
)

pair(
    RULE,
    "self.pool",
    """
from multiprocessing import Pool

def length(word):
    return len(word)

class Words:
    def __init__(self):
        self.pool = Pool(2)

    def close(self):
        self.pool.terminate()

    def lengths(self):
        return self.pool.map(length, ["one", "two", "three"]) #!
""",
    """
from multiprocessing import Pool

def length(word):
    return len(word)

class Words:
    def __init__(self):
        self.pool = Pool(2)

    def close(self):
        self.pool.terminate()

    def lengths(self, words):
        return self.pool.map(length, words, 10000)
""",
)

pair(
    RULE,
    "apply for one value",
    """
import multiprocessing

def increment(n):
    return n + 1

def main():
    pool = multiprocessing.Pool(processes=1)
    try:
        return pool.apply(increment, (41,)) #!
    finally:
        pool.terminate()
""",
    """
import multiprocessing

def train(path):
    from trainer import fit
    return fit(path)

def main():
    pool = multiprocessing.Pool(processes=1)
    try:
        return pool.apply(train, ("model.bin",))
    finally:
        pool.terminate()
""",
)

pair(
    RULE,
    "module constant as input",
    """
from concurrent.futures import ProcessPoolExecutor

NUMBERS = [1, 2, 3, 4]

def cube(n):
    return n ** 3

def cubes():
    with ProcessPoolExecutor(max_workers=4) as pool:
        return list(pool.map(cube, NUMBERS)) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

PRIMES = [112272535095293, 112582705942171, 115280095190773]

def is_prime(n):
    return all(n % d for d in range(3, int(n ** 0.5), 2))

def primes():
    with ProcessPoolExecutor(max_workers=4) as pool:
        return list(pool.map(is_prime, PRIMES))
""",
)

pair(
    RULE,
    "imap over a tuple, otherwise told",
    """
import multiprocessing as mp

def upper(text):
    return text.upper()

def shout():
    with mp.Pool() as pool:
        for text in pool.imap_unordered(upper, ("a", "b")): #!
            print(text)
""",
    """
import multiprocessing as mp
import subprocess

def build(target):
    subprocess.run(["make", target], check=True)
    return target

def shout():
    with mp.Pool() as pool:
        for target in pool.imap_unordered(build, ("a", "b")):
            print(target)
""",
)

pair(
    RULE,
    "local list",
    """
from concurrent.futures import ProcessPoolExecutor

def parity(n):
    return n % 2 == 0

def evens():
    numbers = [1, 2, 3, 4, 5, 6]
    with ProcessPoolExecutor() as pool:
        flags = list(pool.map(parity, numbers)) #!
    return [n for n, even in zip(numbers, flags) if even]
""",
    """
from concurrent.futures import ProcessPoolExecutor

def parity(n):
    return n % 2 == 0

def evens(numbers):
    with ProcessPoolExecutor() as pool:
        flags = list(pool.map(parity, numbers))
    return [n for n, even in zip(numbers, flags) if even]
""",
)

pair(
    RULE,
    "run_in_executor with a trivial call",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def plus(a, b):
    return a + b

async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, plus, 1, 2) #!
""",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def plus(a, b):
    return a + b

async def main():
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, plus, 1, 2)
""",
)

pair(
    RULE,
    "degrees of three temperatures",
    """
from concurrent.futures import ProcessPoolExecutor

def celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9

with ProcessPoolExecutor() as pool:
    for value in pool.map(celsius, [32, 50, 212]): #!
        print(round(value, 1))
""",
    """
from concurrent.futures import ProcessPoolExecutor

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        for value in pool.map(fib, [32, 33, 34]):
            print(value)
""",
)

pair(
    RULE,
    "areas by map_async",
    """
import multiprocessing

def area(shape):
    width, height = shape
    return width * height

def areas():
    with multiprocessing.Pool(3) as pool:
        result = pool.map_async(area, [(1, 2), (2, 3), (3, 4)]) #!
        return result.get()
""",
    """
import multiprocessing

def grow(width, height):
    cells = 0
    for x in range(width):
        for y in range(height):
            cells += x * y
    return cells

def area(shape):
    width, height = shape
    return grow(width * 1000, height * 1000)

def areas():
    with multiprocessing.Pool(3) as pool:
        result = pool.map_async(area, [(1, 2), (2, 3), (3, 4)])
        return result.get()
""",
)

pair(
    RULE,
    "imap with partial",
    """
from functools import partial
from multiprocessing import Pool

def scale(factor, n):
    return factor * n

def main():
    with Pool() as pool:
        return list(pool.imap(partial(scale, 3), [1, 2, 3, 4])) #!
""",
    """
from functools import partial
from multiprocessing import Pool

def scale(factor, n):
    return factor * n

def main(numbers):
    with Pool() as pool:
        return list(pool.imap(partial(scale, 3), numbers, chunksize=5000))
""",
)

pair(
    RULE,
    "string formatting",
    """
import concurrent.futures

def label(name):
    return name.title().strip() + "!"

def main():
    names = ["ann", "bob", "cid"]
    with concurrent.futures.ProcessPoolExecutor(max_workers=3) as executor:
        for text in executor.map(label, names): #!
            print(text)
""",
    """
import concurrent.futures

def label(name):
    return name.title().strip() + "!"

def main():
    names = ["ann", "bob", "cid"]
    for text in map(label, names):
        print(text)
""",
)

pair(
    RULE,
    "submit two",
    """
from concurrent.futures import ProcessPoolExecutor

def area(width, height):
    return width * height

def main():
    with ProcessPoolExecutor() as executor:
        return list(executor.map(area, (1, 2, 3), (4, 5, 6))) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

from simulation import area

def main():
    with ProcessPoolExecutor() as executor:
        return list(executor.map(area, (1, 2, 3), (4, 5, 6)))
""",
)

pair(
    RULE,
    "range(10) literal",
    """
import multiprocessing

def is_even(n):
    return n % 2 == 0

def main():
    pool = multiprocessing.Pool(processes=4)
    results = [pool.apply_async(is_even, args=(i,)) for i in range(10)] #!
    pool.close()
    pool.join()
    return [r.get() for r in results]
""",
    """
import multiprocessing

def is_prime(n):
    return n > 1 and all(n % d for d in range(2, n))

def main():
    pool = multiprocessing.Pool(processes=4)
    results = [pool.apply_async(is_prime, args=(10**9 + i,)) for i in range(10)]
    pool.close()
    pool.join()
    return [r.get() for r in results]
""",
)
