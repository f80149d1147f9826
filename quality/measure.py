"""Precision and recall of the rules on labelled sites of published packages: `python quality/measure.py`.

`labels.csv` and `held_out.csv` say of places in the packages of `packages.txt` whether they are a pitfall. The rules were
mended against the first; the second has packages that nobody had looked at when the rules were first measured on them. A label
names the rule, the package, the path in it, the line, the verdict (`pitfall`, `fine` or, not counted, `unclear`), the reason,
and how it came about: `blind` (chosen and judged by reading, before anybody looked at what the rules say) or `found` (a finding
of ours, judged afterwards).

- precision: of the labelled places that a rule points at, the part that is a pitfall; also of errors alone, which fail a run
- recall: of the blind pitfalls, the part that the rule points at, at any level

`--write` writes the counts to `figures.json`, from which the page of each rule states them.

`--frozen` compares the findings in a few small packages with `frozen.csv` instead, and fails on any difference, good or bad:
a change of what the rules find in real code is to be looked at, and then accepted with `--freeze`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from findings import findings
from packages import STANDARD_LIBRARY, trees

LABELS = tuple(Path(__file__).with_name(name) for name in ("labels.csv", "held_out.csv"))
FROZEN = Path(__file__).with_name("frozen.csv")
FROZEN_PACKAGES = ("dogpile-cache==1.5.0", "fasteners==0.20", "janus==2.0.0", "mode==4.4.0", "saq==0.26.4", "taskiq==0.13.0")
FIGURES = Path(__file__).parents[1] / "src" / "pytest_gilcheck" / "reports" / "figures.json"
VERDICTS = ("pitfall", "fine", "unclear")
ORIGINS = ("blind", "found")


@dataclass(frozen=True, slots=True)
class Label:
    """One judged place; `line` counts from 1."""

    rule: str
    package: str
    path: str
    line: int
    verdict: str
    origin: str
    reason: str


@dataclass(slots=True)
class Score:
    """Counts of one rule. `right` and `wrong` are labelled findings, by level."""

    pitfalls: int = 0  # blind ones: the base of recall
    found: int = 0  # of these
    fine: int = 0
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unread: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def precision(self, *levels: str) -> float | None:
        """The part of the labelled findings of these levels that is right."""
        right, wrong = (sum(counts[level] for level in levels) for counts in (self.right, self.wrong))
        return right / (right + wrong) if right + wrong else None

    @property
    def recall(self) -> float | None:
        """The part of the blind pitfalls that was found."""
        return self.found / self.pitfalls if self.pitfalls else None

    def add(self, other: Score) -> None:
        """Add the counts of another rule."""
        self.pitfalls += other.pitfalls
        self.found += other.found
        self.fine += other.fine
        for mine, theirs in ((self.right, other.right), (self.wrong, other.wrong), (self.unread, other.unread)):
            for level, count in theirs.items():
                mine[level] += count


def labels(path: Path) -> list[Label]:
    """Those of the file; each word is checked."""
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = Label(**{name.name: row[name.name] for name in fields(Label) if name.name != "line"}, line=int(row["line"]))
            if label.verdict not in VERDICTS or label.origin not in ORIGINS or not label.reason:
                raise SystemExit(f"{path.name}: {row}: a verdict is one of {VERDICTS}, an origin one of {ORIGINS}, and there is a reason")
            found.append(label)
    places = [(label.rule, label.package, label.path, label.line) for label in found]
    if len(set(places)) < len(places):
        raise SystemExit(f"{path.name}: labelled twice: {sorted({place for place in places if places.count(place) > 1})}")
    return found


def points_at(finding: Mapping[str, Any], label: Label) -> bool:
    """Whether the finding is about the place of the label: a call that spans lines may be named by any of them."""
    if (finding["rule"], finding["path"]) != (label.rule, label.path):
        return False
    return int(finding["line"]) <= label.line <= int(finding["end_line"])


def judge(judged: Sequence[Label], found: Mapping[str, Sequence[Mapping[str, Any]]], tell: Callable[[str], None]) -> dict[str, Score]:
    """The score of each rule; `tell` is given a line for each mistake."""
    scores: dict[str, Score] = defaultdict(Score)
    for package, all_findings in found.items():
        here = [label for label in judged if label.package == package]
        unread = list(all_findings)
        for label in here:
            matching = [finding for finding in all_findings if points_at(finding, label)]
            unread = [finding for finding in unread if finding not in matching]
            _count(scores[label.rule], label, matching, tell)
        for finding in unread:
            scores[finding["rule"]].unread[finding["level"]] += 1
            tell(f"unread {finding['level']}: {finding['rule']} {package} {finding['path']}:{finding['line']} {finding['message']}")
    return scores


def _count(score: Score, label: Label, matching: Sequence[Mapping[str, Any]], tell: Callable[[str], None]) -> None:
    place = f"{label.rule} {label.package} {label.path}:{label.line} ({label.reason})"
    level = min((finding["level"] for finding in matching), default=None)  # "error" before "warning"
    if label.verdict == "pitfall":
        if level:
            score.right[level] += 1
        if label.origin == "blind":
            score.pitfalls += 1
            score.found += bool(level)
        if not level:
            tell(f"missed: {place}")
    elif label.verdict == "fine":
        score.fine += 1
        if level:
            score.wrong[level] += 1
            tell(f"false {level}: {place}")


def table(scores: Mapping[str, Score]) -> Iterator[str]:
    """Markdown, a row for each rule and one for all."""
    columns = (
        "blind pitfalls",
        "found",
        "recall",
        "fine places",
        "errors right",
        "wrong",
        "precision",
        "warnings right",
        "wrong",
        "precision",
    )
    yield f"| rule | {' | '.join(columns)} | unread |"
    yield f"|---|{'---:|' * len(columns)}---:|"
    total = Score()
    for rule, score in sorted(scores.items()):
        yield _row(rule, score)
        total.add(score)
    yield _row("all", total)


def _row(name: str, score: Score) -> str:
    cells: list[object] = [name, score.pitfalls, score.found, _percent(score.recall), score.fine]
    for level in ("error", "warning"):
        cells += [score.right[level], score.wrong[level], _percent(score.precision(level))]
    cells.append(f"{score.unread['error']} + {score.unread['warning']}")
    return "| " + " | ".join(map(str, cells)) + " |"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def write(scores: Mapping[str, Score]) -> None:
    """Write `figures.json`."""
    figures = {
        rule: {
            "errors_right": score.right["error"],
            "errors_wrong": score.wrong["error"],
            "warnings_right": score.right["warning"],
            "warnings_wrong": score.wrong["warning"],
            "pitfalls": score.pitfalls,
            "found": score.found,
        }
        for rule, score in sorted(scores.items())
    }
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def frozen_rows(into: Path) -> list[tuple[str, ...]]:
    """What is found in the packages of the frozen slice, sorted."""
    rows: list[tuple[str, ...]] = []
    for pin, folder in trees(into, FROZEN_PACKAGES):
        rows += [(pin, found["path"], str(found["line"]), found["rule"], found["level"]) for found in findings(folder)]
    return sorted(rows)


def compare(rows: Sequence[tuple[str, ...]]) -> int:
    """Print what differs from the frozen rows; the number of differences."""
    with FROZEN.open(encoding="utf-8", newline="") as file:
        expected = {tuple(row) for row in csv.reader(file)}
    differences = [*(("gone", *row) for row in expected - set(rows)), *(("new", *row) for row in set(rows) - expected)]
    for difference in sorted(differences):
        print(*difference)
    print(f"{len(rows)} findings in {len(FROZEN_PACKAGES)} packages, {len(differences)} differences from {FROZEN.name}")
    return len(differences)


def measured(into: Path, judged: Iterable[Label], only: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The findings in each package that has labels, the package's own standard library if it is the one that was labelled."""
    wanted = {label.package for label in judged}
    if only:
        wanted &= set(only)
    found = {pin: findings(folder) for pin, folder in trees(into, sorted(wanted))}
    for pin in sorted(wanted - set(found)):
        why = "this is another version of Python" if pin.startswith(STANDARD_LIBRARY) else "not in packages.txt"
        print(f"left out: {pin} ({why})", file=sys.stderr)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or compare with the frozen rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, help="folder that keeps the sources between runs")
    parser.add_argument(
        "--labels", type=Path, action="append", help="a file of labels (may be repeated; default: labels.csv, held_out.csv)"
    )
    parser.add_argument("--package", action="append", default=[], metavar="PIN", help="only this package (may be repeated)")
    parser.add_argument("--rule", action="append", default=[], metavar="CODE", help="only this rule (may be repeated)")
    parser.add_argument("--mistakes", action="store_true", help="list missed pitfalls, false findings, and findings that have no label")
    parser.add_argument("--write", action="store_true", help="write the counts for the rules' pages")
    parser.add_argument("--frozen", action="store_true", help="compare with frozen.csv")
    parser.add_argument("--freeze", action="store_true", help="write frozen.csv")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        into = (options.into or Path(temporary)).resolve()
        if options.frozen or options.freeze:
            rows = frozen_rows(into)
            if options.freeze:
                with FROZEN.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file, lineterminator="\n").writerows(rows)
            return 1 if compare(rows) else 0
        judged = [label for path in options.labels or LABELS for label in labels(path)]
        judged = [label for label in judged if not options.rule or label.rule in options.rule]
        found = measured(into, judged, options.package)
    if options.rule:
        found = {pin: [finding for finding in all_ if finding["rule"] in options.rule] for pin, all_ in found.items()}
    mistakes: list[str] = []
    scores = judge(judged, found, mistakes.append)
    print(*table(scores), sep="\n")
    if options.write:
        write(scores)
    if options.mistakes:
        print("", *sorted(mistakes), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
