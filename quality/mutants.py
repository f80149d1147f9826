"""Seeded recall: `python quality/mutants.py` puts pitfalls into clean files of published packages, and counts what the rules find.

Some pitfalls are so plain that mature code hardly ever has them, so that labels alone can't tell how many of them a rule finds.
For these, `mutation/` has operators that change a file in one respect, so that it has the pitfall: the guard of a script is taken
away, a task becomes a lambda, and so on. Files are chosen over as many packages of `packages.txt` as possible, by chance that the
seed decides; one that draws a finding of the rule as it is is left out. A mutant is found if its rule points at the line
that was made wrong. Operators see the syntax only and share no code with the rules. Mutants of different files of a package are
read together.
"""

from __future__ import annotations

import argparse
import difflib
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mutation.operators import OPERATORS, Operator
from mutation.source import Source
from packages import trees

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.check import Checker
from pytest_gilcheck.source.discover import python_files
from pytest_gilcheck.source.packaging import NAMES

MOST_FILES = 3000  # of a package; a larger one takes minutes to read, and adds no more mutants than any other
MOST_BYTES = 400_000  # of a file


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with a pitfall in it; `lines`, counted from 1, are where a finding may stand."""

    operator: Operator
    package: str
    path: str
    original: bytes
    text: bytes
    lines: tuple[int, ...]

    @property
    def place(self) -> str:
        """For people."""
        return f"{self.operator.rule} {self.operator.name}: {self.package} {self.path}:{self.lines[0]}"


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one package, as the command would read them: paths relative to `root`, with `/`."""

    package: str
    root: Path
    paths: tuple[str, ...]

    @classmethod
    def of(cls, package: str, root: Path) -> Tree:
        """The package's tree."""
        files = python_files([root], norecursedirs=Settings(root).norecursedirs)
        return cls(package, root, tuple(file.relative_to(root).as_posix() for file in files))

    def mutants(self, operators: Sequence[Operator], seed: int) -> Iterator[list[Mutant]]:
        """For each file, one mutant by each operator that can change it, in an order that the seed decides.

        `operators` may get fewer meanwhile.
        """
        chance = random.Random(f"{seed} {self.package}")
        for path in chance.sample(self.paths, len(self.paths)):
            data = (self.root / path).read_bytes()
            fitting = [operator for operator in operators if re.search(operator.needed, data)]
            if len(data) > MOST_BYTES or not fitting:
                continue
            try:
                source = Source(path, data)
            except (SyntaxError, ValueError, RecursionError):
                continue  # test data of the package
            found = []
            for operator in fitting:
                changed = [new for edits in operator.edits(source) if (new := source.changed(edits)) is not None]
                if changed:
                    found.append(Mutant(operator, self.package, path, data, *chance.choice(changed)))
            if found:
                yield found


def chosen(all_trees: Sequence[Tree], operators: Sequence[Operator], number: int, seed: int) -> list[Mutant]:
    """That many mutants of one rule: from each package in turn, by the operator that has the fewest so far.

    An operator gets at most twice its part, so that rare ones are looked for. A file is mutated a second time only when there are
    no others left.
    """
    found: list[Mutant] = []
    spare: list[Mutant] = []
    left = list(operators)
    used: set[bytes] = set()  # copies of a file count as one
    most = -(-2 * number // max(len(operators), 1))
    supplies = [tree.mutants(left, seed) for tree in random.Random(seed).sample(all_trees, len(all_trees))]
    while supplies and left and len(found) < number:
        supply = supplies.pop(0)
        mutants = next((mutants for mutants in supply if mutants[0].original not in used), None)
        if mutants is None:
            continue
        supplies.append(supply)
        used.add(mutants[0].original)
        best = min(mutants, key=lambda mutant: sum(other.operator == mutant.operator for other in found))
        found.append(best)
        spare += [mutant for mutant in mutants if mutant is not best]
        if sum(other.operator == best.operator for other in found) == most:
            left.remove(best.operator)
    return [*found, *spare[: number - len(found)]]


def tried(tree: Tree, mutants: Sequence[Mutant], into: Path) -> Iterator[tuple[Mutant, Finding | None]]:
    """Each mutant of the package whose file is clean without it, and the finding at its place; `into` takes a copy."""
    for path in (*tree.paths, *_packaging(tree)):
        copy = into / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((tree.root / path).read_bytes())
    clean = _found(tree, {mutant.path for mutant in mutants}, into)
    left = [mutant for mutant in mutants if not any(finding.rule == mutant.operator.rule for finding in clean[mutant.path])]
    while left:
        together = {mutant.path: mutant for mutant in reversed(left)}
        left = [mutant for mutant in left if mutant is not together[mutant.path]]
        for path, mutant in together.items():
            (into / path).write_bytes(mutant.text)
        findings = _found(tree, set(together), into)
        for path, mutant in together.items():
            (into / path).write_bytes(mutant.original)
            yield mutant, next((finding for finding in findings[path] if points_at(finding, mutant)), None)


def points_at(finding: Finding, mutant: Mutant) -> bool:
    """Whether it is about the place that was made wrong, as `measure.py` sees it."""
    first = finding.site.line
    near = (first <= line <= finding.end_line or abs(first - line) <= 1 for line in mutant.lines)
    return finding.rule == mutant.operator.rule and any(near)


def _found(tree: Tree, paths: set[str], root: Path) -> dict[str, tuple[Finding, ...]]:
    rules = [rule for rule in all_rules() if rule.code in {operator.rule for operator in OPERATORS}]
    checker = Checker(Settings(root), rules, [root / path for path in tree.paths])
    return {path: checker.findings(root / path) for path in sorted(paths)}


def _packaging(tree: Tree) -> Iterator[str]:
    """What packaging says may matter to a rule."""
    folders = {parent for path in tree.paths for parent in Path(path).parents}
    for folder in sorted(folders):
        for name in NAMES:
            if (tree.root / folder / name).is_file():
                yield (folder / name).as_posix()


def _fitting(all_trees: Sequence[Tree], code: str) -> list[Tree]:
    """For GIL601, those that aren't made for a Python without the GIL, where threads do compute at once."""
    if code != "GIL601":
        return list(all_trees)
    return [tree for tree in all_trees if not any(b":: Free Threading" in (tree.root / path).read_bytes() for path in _packaging(tree))]


def table(results: Sequence[tuple[Mutant, Finding | None]]) -> Iterator[str]:
    """Markdown: a row for each operator, and one for each rule."""
    yield "| rule | operator | mutants | files | packages | found | found as error | recall |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for rule in sorted({mutant.operator.rule for mutant, _ in results}):
        of_rule = [result for result in results if result[0].operator.rule == rule]
        for operator in OPERATORS:
            of_operator = [result for result in of_rule if result[0].operator == operator]
            if of_operator:
                yield _row(rule, operator.name, of_operator)
        yield _row(f"**{rule}**", "**all**", of_rule)


def _row(rule: str, operator: str, results: Sequence[tuple[Mutant, Finding | None]]) -> str:
    found = [finding for _, finding in results if finding is not None]
    errors = sum(finding.level is Level.ERROR for finding in found)
    files, packages = {(m.package, m.path) for m, _ in results}, {m.package for m, _ in results}
    cells = (rule, operator, len(results), len(files), len(packages), len(found), errors, f"{len(found) / len(results):.0%}")
    return "| " + " | ".join(map(str, cells)) + " |"


def difference(mutant: Mutant) -> str:
    """What was changed, as a unified diff."""
    old, new = mutant.original.decode(), mutant.text.decode()
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), mutant.path, mutant.place, n=3, lineterm="")
    return "\n".join(lines) + "\n"


def measured(all_trees: Sequence[Tree], mutants: Sequence[Mutant], tell: Callable[[str], object]) -> list[tuple[Mutant, Finding | None]]:
    """The mutants with what was found; those of files that weren't clean are missing."""
    results: list[tuple[Mutant, Finding | None]] = []
    of_package: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        of_package[mutant.package].append(mutant)
    number = count(1)
    for tree in all_trees:
        if tree.package in of_package:
            tell(f"{next(number)}/{len(of_package)} {tree.package}: {len(of_package[tree.package])} mutants")
            with tempfile.TemporaryDirectory() as folder:
                results += tried(tree, of_package[tree.package], Path(folder).resolve())
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    codes = sorted({operator.rule for operator in OPERATORS})
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, help="folder that keeps the sources between runs")
    parser.add_argument("--package", action="append", default=[], metavar="PIN", help="only this package (may be repeated)")
    parser.add_argument("--rule", action="append", choices=codes, metavar="CODE", help=f"one of {', '.join(codes)} (may be repeated)")
    parser.add_argument("--operator", action="append", metavar="NAME", help="only this one, as the table has it (may be repeated)")
    parser.add_argument("--count", type=int, default=48, help="mutants for each rule (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    parser.add_argument("--missed", action="store_true", help="list the mutants that were not found")
    parser.add_argument("--show", action="store_true", help="print the mutants as diffs, and check nothing")
    options = parser.parse_args(arguments)
    operators = [o for o in OPERATORS if o.rule in (options.rule or codes) and o.name in (options.operator or [o.name])]
    with tempfile.TemporaryDirectory() as temporary:
        into = (options.into or Path(temporary)).resolve()
        all_trees = [Tree.of(pin, root) for pin, root in trees(into, options.package)]
        all_trees = [tree for tree in all_trees if len(tree.paths) <= MOST_FILES]
        mutants = [
            mutant
            for code in codes
            for mutant in chosen(_fitting(all_trees, code), [o for o in operators if o.rule == code], options.count, options.seed)
        ]
        if options.show:
            print(*map(difference, mutants), sep="\n")
            return 0
        results = measured(all_trees, mutants, lambda line: print(line, file=sys.stderr))
    print(*table(results), sep="\n")
    if options.missed:
        print("", *sorted(mutant.place for mutant, finding in results if finding is None), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
