"""Feeds the reader broken and odd Python, and expects a finding or silence, never an exception: `python benchmarks/fuzz_reader.py`.

Inputs are the standard library's files that speak of concurrency and the rules' own examples, mutated, and what hypothesmith
makes of the grammar, if it is installed. A rule that fails (GIL001) counts as an exception. The seed is printed; with `--seed`
the same inputs come again.
"""

from __future__ import annotations

import argparse
import keyword
import random
import re
import sys
import sysconfig
import tempfile
import textwrap
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path

from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.check import Checker
from pytest_gilcheck.source.rule import SourceRule

LARGEST = 30_000  # bytes of a seed file: larger ones show nothing new and take their time
BATCH = 50  # inputs that are one project, so that names are followed across them
KEYWORDS = {word.encode() for word in keyword.kwlist}
WORDS = re.compile(rb"\w+|[^\w\s]|\s+")
SPICE = (
    b"async def ",
    b"await ",
    b"yield ",
    b"lambda: ",
    b"with lock:\n",
    b"self.n += 1\n",
    b"global n\n",
    b"nonlocal n\n",
    b"pool.submit(",
    b"*",
    b"**",
    b"(" * 1000,
    b"[" * 200 + b"]" * 200,
    b"-" * 3000,
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"# -*- coding: rot13 -*-\n",
    b"\r",
    b"\x0c",
    b"\\\n",
    b"\t",
    "é".encode(),
    "\u2028".encode(),
    b"match x:\n case _: pass\n",
    b"except* E:\n",
    b"f'{x!r:{y}}'",
    b"# gilcheck: ignore[GIL301] x\n",
    b"x = x.x\n",
    b"from . import *\n",
    b"class A(A): pass\n",
    b"def f(f=f): return f(f)\n",
    b"while True: q.put(q)\n",
)


def seeds() -> list[bytes]:
    """Real files and examples to start from."""
    words = re.compile(rb"threading|multiprocessing|concurrent|asyncio|queue")
    root = Path(sysconfig.get_path("stdlib"))
    files = [
        path.read_bytes() for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts and path.stat().st_size <= LARGEST
    ]
    examples = [
        textwrap.dedent(text).encode()
        for rule in all_rules()
        for example in (*rule.bad, *rule.good)
        for text in (example.code, *(code for _, code in example.others))
    ]
    return examples * 4 + [data for data in files if words.search(data)]


def mutated(data: bytes, everything: Sequence[bytes], rng: random.Random) -> bytes:
    """The data after a few changes: in two of three inputs such that most still parse, in the third any."""
    kinds, most = (GENTLE, 4) if rng.random() < 0.67 else (GENTLE + ROUGH, 8)
    for _ in range(rng.randint(1, most)):
        data = rng.choice(kinds)(data, everything, rng)
    return data


def _flip(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    start, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return data[:start] + data[end:] if rng.random() < 0.5 else data[:end]


def _spice(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(SPICE) + data[at:]


def _swap_words(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    words = WORDS.findall(data)
    if len(words) > 1:
        a, b = rng.randrange(len(words)), rng.randrange(len(words))
        words[a], words[b] = words[b], words[a]
    return b"".join(words)


def _rename(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    names = sorted(set(re.findall(rb"[A-Za-z_]\w+", data)) - KEYWORDS)
    if not names:
        return data
    return re.sub(rb"\b" + rng.choice(names) + rb"\b", rng.choice(names), data)


def _move_lines(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        taken = lines.pop(rng.randrange(len(lines)))
        for _copy in range(rng.choice((0, 1, 1, 2))):
            lines.insert(rng.randrange(len(lines) + 1), taken)
    return b"".join(lines)


def _graft(data: bytes, everything: Sequence[bytes], rng: random.Random) -> bytes:
    ours, theirs = TOP_LEVEL.split(data), TOP_LEVEL.split(rng.choice(everything))
    ours.insert(rng.randint(0, len(ours)), rng.choice(theirs).rstrip(b"\n") + b"\n")
    return b"".join(ours)


def _drop_statement(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = rng.randrange(len(lines))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at] = indent + b"pass\n" if not lines[at].rstrip().endswith((b":", b",", b"(", b"[", b"{")) else lines[at]
    return b"".join(lines)


def _double_line(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        at = rng.randrange(len(lines))
        lines.insert(at, lines[at])
    return b"".join(lines)


# Chunks between statements without indentation.
TOP_LEVEL = re.compile(rb"^(?=[A-Za-z@])", re.MULTILINE)
GENTLE = (_rename, _rename, _graft, _graft, _drop_statement, _double_line)
ROUGH = (_flip, _cut, _spice, _swap_words, _move_lines)


def mutants(rng: random.Random) -> Iterator[bytes]:
    """Mutated seeds without end."""
    everything = seeds()
    while True:
        yield mutated(rng.choice(everything), everything, rng)


def from_grammar(seed: int, count: int) -> list[bytes]:
    """Programs from Python's grammar; none without hypothesmith."""
    if find_spec("hypothesmith") is None:
        return []
    hypothesmith = import_module("hypothesmith")  # untyped, and rarely installed
    import hypothesis

    found: list[bytes] = []
    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    @hypothesis.seed(seed)
    @settings
    @hypothesis.given(hypothesmith.from_grammar())
    def collect(text: str) -> None:
        # A word of concurrency, so that the file is not passed over unparsed.
        found.append(b"import threading\n" + text.encode("utf-8", "surrogatepass"))

    collect()
    return found


def check(batch: Sequence[bytes], folder: Path, seen: Counter[str]) -> Iterator[tuple[bytes, str]]:
    """Check the inputs as one project; yields each that made the engine or a rule fail, with what was raised."""
    files = [folder / f"m{number}.py" for number in range(len(batch))]
    for path, data in zip(files, batch, strict=True):
        path.write_bytes(data)
    checker = Checker(Settings(root=folder), RULES, files)
    for path, data in zip(files, batch, strict=True):
        try:
            findings = checker.findings(path)
        except Exception:  # noqa: BLE001  # whatever it is, it is what this script looks for
            yield data, traceback.format_exc()
            continue
        seen.update(finding.rule for finding in findings)
        for finding in findings:
            if finding.rule == "GIL001":
                yield data, finding.message


def batches(inputs: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The inputs, as many at a time as make one project."""
    while batch := list(islice(inputs, BATCH)):
        yield batch


RULES = all_rules()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="inputs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="where the random numbers start")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="folder for inputs that failed (default: %(default)s)")
    options = parser.parse_args()
    print(f"seed {options.seed}, {sum(issubclass(rule, SourceRule) for rule in RULES)} rules that read source", flush=True)
    grammar = from_grammar(options.seed, options.count // 20)
    inputs = islice(mutants(random.Random(options.seed)), options.count - len(grammar))
    started, done, failed = time.monotonic(), 0, 0
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for batch in batches(chain(grammar, inputs)):
            for data, what in check(batch, Path(folder), seen):
                failed += 1
                options.keep.mkdir(exist_ok=True)
                kept = options.keep / f"seed{options.seed}-{failed}.py"
                kept.write_bytes(data)
                print(f"{kept}: {what}", file=sys.stderr, flush=True)
            done += len(batch)
    took_s = time.monotonic() - started
    print(f"{done} inputs ({len(grammar)} from the grammar) in {took_s:.0f} s, {failed} failed; findings: {dict(sorted(seen.items()))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
