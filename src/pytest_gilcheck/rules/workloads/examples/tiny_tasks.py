"""What GIL602 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a multiplication in another process",
        """
        from multiprocessing import Pool

        def square(x):
            return x * x

        if __name__ == "__main__":
            with Pool(4) as pool:
                print(pool.map(square, [1, 2, 3]))  # GIL602
        """,
    ),
    Example(
        "an executor over a short range",
        """
        from concurrent.futures import ProcessPoolExecutor

        def double(n):
            return n * 2

        def main():
            with ProcessPoolExecutor() as executor:
                return list(executor.map(double, range(10)))  # GIL602
        """,
    ),
    Example(
        "submit in a comprehension",
        """
        import concurrent.futures

        def add(a, b):
            return a + b

        def main():
            with concurrent.futures.ProcessPoolExecutor(2) as pool:
                futures = [pool.submit(add, i, 1) for i in range(5)]  # GIL602
                return [f.result() for f in futures]
        """,
    ),
    Example(
        "a builtin",
        """
        from concurrent.futures import ProcessPoolExecutor

        def main():
            with ProcessPoolExecutor() as pool:
                print(list(pool.map(len, ["a", "bb", "ccc"])))  # GIL602
        """,
    ),
    Example(
        "a list that has a name",
        """
        from multiprocessing import Pool

        NUMBERS = [1, 2, 3, 4, 5]

        def cube(n):
            return n ** 3

        def cubes():
            with Pool() as pool:
                return pool.map(cube, NUMBERS)  # GIL602
        """,
    ),
    Example(
        "starmap of three pairs",
        """
        import multiprocessing as mp

        def area(width, height):
            return width * height

        def areas():
            with mp.Pool(3) as workers:
                return workers.starmap(area, [(1, 2), (3, 4), (5, 6)])  # GIL602
        """,
    ),
    Example(
        "a pool of a context",
        """
        import multiprocessing

        def negate(flag):
            return not flag

        def main():
            context = multiprocessing.get_context("spawn")
            with context.Pool(2) as pool:
                return pool.map(negate, (True, False))  # GIL602
        """,
    ),
    Example(
        "imap over a tuple",
        """
        from multiprocessing import Pool

        def label(n):
            return f"item {n}"

        def main():
            with Pool(2) as pool:
                for text in pool.imap(label, (1, 2, 3)):  # GIL602
                    print(text)
        """,
    ),
    Example(
        "submit in a short loop",
        """
        from concurrent.futures import ProcessPoolExecutor, as_completed

        def increment(x):
            return x + 1

        def main():
            futures = []
            with ProcessPoolExecutor() as pool:
                for i in range(4):
                    futures.append(pool.submit(increment, i))  # GIL602
                for future in as_completed(futures):
                    print(future.result())
        """,
    ),
    Example(
        "apply_async in a comprehension",
        """
        from multiprocessing import Pool

        def half(x):
            return x / 2

        def main():
            with Pool(2) as pool:
                results = [pool.apply_async(half, (x,)) for x in [2, 4, 6]]  # GIL602
                return [result.get() for result in results]
        """,
    ),
    Example(
        "a pool that the object keeps",
        """
        from concurrent.futures import ProcessPoolExecutor

        def celsius(fahrenheit):
            return (fahrenheit - 32) * 5 / 9

        class Converter:
            def __init__(self):
                self._pool = ProcessPoolExecutor(2)

            def samples(self):
                return list(self._pool.map(celsius, [0, 32, 212]))  # GIL602

            def close(self):
                self._pool.shutdown()
        """,
    ),
    Example(
        "a function of another file",
        """
        from concurrent.futures import ProcessPoolExecutor
        from shapes import area

        def main():
            with ProcessPoolExecutor() as pool:
                return list(pool.map(area, range(1, 6)))  # GIL602
        """,
        others=(
            (
                "shapes.py",
                """
                def area(radius):
                    return 3.14159 * radius ** 2
                """,
            ),
        ),
    ),
    Example(
        "a partial",
        """
        from functools import partial
        from multiprocessing import Pool

        def scale(factor, x):
            return factor * x

        def main():
            with Pool(2) as pool:
                return pool.map(partial(scale, 3), [1, 2, 3, 4])  # GIL602
        """,
    ),
    Example(
        "branches",
        """
        from multiprocessing import Pool

        def sign(x):
            if x < 0:
                return -1
            return 1 if x > 0 else 0

        def main():
            with Pool(4) as pool:
                return pool.map(sign, range(-5, 6))  # GIL602
        """,
    ),
    Example(
        "a test of the program's own function",
        """
        from concurrent.futures import ProcessPoolExecutor
        from prices import gross

        def test_gross():
            with ProcessPoolExecutor() as pool:
                assert list(pool.map(gross, [1, 2])) == [1.2, 2.4]  # GIL602
        """,
        path="tests/test_prices.py",
        others=(
            (
                "prices.py",
                """
                def gross(net):
                    return net * 1.2
                """,
            ),
        ),
    ),
    Example(
        "a pool of pathos",
        """\
from pathos.pools import ProcessPool

def square(x):
    return x * x

def main():
    pool = ProcessPool(nodes=4)
    return pool.map(square, range(4))  # GIL602
""",
    ),
    Example(
        "joblib over a short range",
        """\
from math import sqrt

from joblib import Parallel, delayed

def root(x):
    return sqrt(x + 1)

def main():
    return Parallel(n_jobs=2)(delayed(root)(i) for i in range(10))  # GIL602
""",
    ),
    Example(
        "the only caller gives a short range",
        """\
from multiprocess import Pool

def square(x):
    return x * x

def squares(numbers):
    with Pool(4) as pool:
        return pool.map(square, numbers)  # GIL602

def main():
    count = 10
    return squares(range(count))
""",
    ),
)

GOOD = (
    Example(
        "the same without a pool",
        """
        def square(x):
            return x * x

        if __name__ == "__main__":
            print([square(x) for x in [1, 2, 3]])
        """,
    ),
    Example(
        "a loop in the function",
        """
        from multiprocessing import Pool

        def square(x):
            return sum(i * i for i in range(x * 10 ** 6))

        if __name__ == "__main__":
            with Pool(4) as pool:
                print(pool.map(square, [1, 2, 3]))
        """,
    ),
    Example(
        "threads",
        """
        from multiprocessing.pool import ThreadPool as Pool

        def square(x):
            return x * x

        if __name__ == "__main__":
            with Pool(4) as pool:
                print(pool.map(square, [1, 2, 3]))
        """,
    ),
    Example(
        "a number of calls that is not known",
        """
        from concurrent.futures import ProcessPoolExecutor

        def double(n):
            return n * 2

        def main(numbers):
            with ProcessPoolExecutor() as executor:
                return list(executor.map(double, numbers))
        """,
    ),
    Example(
        "a wait",
        """
        import time
        from concurrent.futures import ProcessPoolExecutor

        def double(n):
            time.sleep(n)
            return n * 2

        def main():
            with ProcessPoolExecutor() as executor:
                return list(executor.map(double, range(10)))
        """,
    ),
    Example(
        "very many items",
        """
        from concurrent.futures import ProcessPoolExecutor

        def double(n):
            return n * 2

        def main():
            with ProcessPoolExecutor() as executor:
                return list(executor.map(double, range(10 ** 7), chunksize=100000))
        """,
    ),
    Example(
        "a function from elsewhere",
        """
        import os
        import time
        from multiprocessing import Pool

        from model import predict

        def work(n):
            return predict(n)

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "asks for its process",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(x):
            return x, os.getpid()

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "recursion",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(n):
            return n if n < 2 else work(n - 1) + work(n - 2)

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "arrays",
        """
        import os
        import time
        from multiprocessing import Pool

        import numpy as np

        def work(n):
            return np.linalg.svd(np.ones((n * 1000, n * 1000)))

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "a large product",
        """
        import os
        import time
        from multiprocessing import Pool

        import math

        def work(n):
            return math.factorial(n * 100000)

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "a large power",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(n):
            return n ** 1000000 % 97

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "gives nothing made of its arguments",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(n):
            return None

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "fails on purpose",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(n):
            raise ValueError(n)

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "a sum over very many",
        """
        import os
        import time
        from multiprocessing import Pool

        def work(n):
            return sum(range(n * 10 ** 8))

        def main():
            with Pool(4) as pool:
                return pool.map(work, [1, 2, 3])
        """,
    ),
    Example(
        "a test of a pool's own machinery",
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
        others=(
            (
                "own_pool.py",
                """
                from concurrent.futures import ProcessPoolExecutor

                class OwnPool(ProcessPoolExecutor):
                    pass
                """,
            ),
        ),
    ),
    Example(
        "a test of the start methods",
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
    ),
    Example(
        "a process that serves a queue",
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
    ),
    Example(
        "a single call",
        """
        from multiprocessing import Pool

        def half(x):
            return x / 2

        def main():
            with Pool(2) as pool:
                return pool.apply_async(half, (3,)).get()
        """,
    ),
    Example(
        "one of the callers gives more than is written",
        """\
from multiprocessing import Pool

def square(x):
    return x * x

def squares(numbers):
    with Pool(4) as pool:
        return pool.map(square, numbers)

def main(everything):
    return squares(range(10)) + squares(everything)
""",
    ),
    Example(
        "one job of joblib",
        """\
from joblib import Parallel, delayed

def square(x):
    return x * x

def main():
    return Parallel(n_jobs=1)(delayed(square)(i) for i in range(10))
""",
    ),
)
