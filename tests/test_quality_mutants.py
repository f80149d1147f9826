"""Seeded recall, tried on a tiny package, so that the script that measures it can't rot."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site

QUALITY = Path(__file__).parent.parent / "quality"

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports a module of the folder of scripts."""
    monkeypatch.syspath_prepend(str(QUALITY))
    return importlib.import_module


PROCESSES = '''"""Squares, by processes."""
import multiprocessing


def square(number):
    return number * number


def squares(numbers):
    with multiprocessing.Pool(4) as pool:
        results = pool.map(square, numbers)
    return results


def warm_up():
    pool = multiprocessing.Pool()
    pool.close()
    pool.join()


if __name__ == "__main__":
    print("squares:")
    print(squares(range(10)))
'''
EXECUTOR = """from concurrent.futures import ProcessPoolExecutor


def cube(number):
    return number ** 3


def cubes(numbers):
    with ProcessPoolExecutor() as executor:
        futures = [executor.submit(cube, number) for number in numbers]
        found = [future.result() for future in futures]
    return found
"""
STARTED = """import multiprocessing


class Server:
    port = 0

    def serve(self):
        print("serving")

    def start(self):
        process = multiprocessing.Process(target=self.serve)
        process.start()
        process.join()


def work(number):
    print(number)


def run(numbers):
    for number in numbers:
        process = multiprocessing.Process(target=work, args=(number,))
        process.start()
        process.join()
"""
THREADS = """from concurrent.futures import ThreadPoolExecutor


def fetch(address):
    return address.read()


def fetch_all(addresses):
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(fetch, address) for address in addresses]
        return [future.result() for future in futures]


class Reader:
    def __init__(self):
        self._pool = ThreadPoolExecutor(2)

    def _read(self, path):
        return path.read_text()

    def read(self, paths):
        return list(self._pool.map(self._read, paths))


def depth(tree):
    return 1 + max([depth(child) for child in tree.children], default=0)
"""
COMPUTING = '''"""Distances."""


def distance(one, other):
    row = list(range(len(other) + 1))
    for i, left in enumerate(one):
        last, row = row, [i + 1]
        for j, right in enumerate(other):
            row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (left != right)))
    return row[-1]
'''
PARSING = """def fields(line):
    found, word, quoted = [], "", False
    for part in line.split():
        for letter in part:
            if letter == chr(34) or letter == "~" or "0" <= letter < "1":
                quoted = not quoted
            elif letter == "," and not quoted:
                found.append(word)
                word = ""
            else:
                word = word + letter
    return found
"""
TINY = {
    "processes.py": PROCESSES,
    "executor.py": EXECUTOR,
    "started.py": STARTED,
    "threads.py": THREADS,
    "computing.py": COMPUTING,
    "parsing.py": PARSING,
}


@pytest.fixture
def tiny(load: Load, tmp_path: Path) -> Any:
    """A package of a few files that no rule has anything against."""
    for name, text in TINY.items():
        (tmp_path / "tiny" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "tiny" / name).write_text(text, encoding="utf-8")
    return load("mutants").Tree.of("tiny==1.0", tmp_path / "tiny")


@pytest.mark.slow
def test_every_operator_makes_mutants_that_are_found(load: Load, tiny: Any) -> None:
    """On code as plain as this, no mutant is missed."""
    mutants = load("mutants")
    of_all = [mutant for operator in mutants.OPERATORS for files in tiny.mutants([operator], 1) for mutant in files]
    assert {mutant.operator.name for mutant in of_all} == {operator.name for operator in mutants.OPERATORS}
    results = mutants.measured([tiny], of_all, lambda line: None)
    assert len(results) == len(of_all)
    assert [mutants.difference(mutant) for mutant, finding in results if finding is None] == []
    assert all((tiny.root / name).read_text(encoding="utf-8") == text for name, text in TINY.items())


def test_choice_is_the_same_for_the_same_seed(load: Load, tiny: Any) -> None:
    """Whoever runs the script gets the same mutants."""
    mutants = load("mutants")
    operators = [operator for operator in mutants.OPERATORS if operator.rule == "GIL102"]
    first, second, other = (mutants.chosen([tiny], operators, 3, seed) for seed in (1, 1, 2))
    assert first == second
    assert first != other
    assert len({mutant.path for mutant in first}) == 3


def test_files_that_the_rule_flags_as_they_are_prove_nothing(load: Load, tiny: Any) -> None:
    """A mutant of such a file is left out."""
    mutants = load("mutants")
    path = tiny.root / "processes.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n\nEARLY = multiprocessing.Pool(2)\n", encoding="utf-8")
    operators = [operator for operator in mutants.OPERATORS if operator.name == "guard removed"]
    (mutant,) = mutants.chosen([tiny], operators, 5, 1)
    assert mutants.measured([tiny], [mutant], lambda line: None) == []


def test_mutant_table_counts_levels_apart(load: Load, tiny: Any) -> None:
    """A row tells how many were found, and how many of them fail a run."""
    mutants = load("mutants")
    operator = next(operator for operator in mutants.OPERATORS if operator.name == "lambda")
    (mutant,) = mutants.chosen([tiny], [operator], 1, 1)
    warning = Finding(
        rule="GIL102",
        name="unpicklable-task",
        level=Level.WARNING,
        evidence=Evidence.SUSPECTED,
        site=Site(mutant.path, mutant.lines[0], 1),
        end_line=mutant.lines[0],
        message="…",
        advice="…",
    )
    assert mutants.points_at(warning, mutant)
    *_, row, total = mutants.table([(mutant, warning), (mutant, None)])
    assert row == "| GIL102 | lambda | 2 | 1 | 1 | 1 | 0 | 50% |"
    assert total == "| **GIL102** | **all** | 2 | 1 | 1 | 1 | 0 | 50% |"


def test_overlapping_edits_and_broken_code_make_no_mutant(load: Load) -> None:
    """What doesn't parse isn't measured."""
    source_module = load("mutation.source")
    source = source_module.Source("a.py", b"x = 1\n")
    assert source.changed([source_module.Edit(0, 5, b"y = "), source_module.Edit(5, 5, b"")]) is None
    assert source.changed([source_module.Edit(0, 3, b"y"), source_module.Edit(2, 4, b"")]) is None
    assert source.changed([source_module.Edit(0, 0, b"\n\0")]) == (b"\nx = 1\n", (2,))
