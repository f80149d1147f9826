"""The scripts that measure the rules on published packages, tried on small made-up ones, without a network."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_gilcheck.rules import all_rules

QUALITY = Path(__file__).parent.parent / "quality"
HEADER = "rule,package,path,line,verdict,origin,reason\n"

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports a module of the folder of scripts."""
    monkeypatch.syspath_prepend(str(QUALITY))
    return importlib.import_module


# Labels and what is found


def found(rule: str, path: str, line: int, level: str = "error", end_line: int | None = None) -> dict[str, Any]:
    return {"rule": rule, "path": path, "line": line, "end_line": end_line or line, "level": level, "message": "…"}


def labels_file(folder: Path, *rows: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_recall_counts_blind_pitfalls_and_precision_all_that_were_judged(load: Load, tmp_path: Path) -> None:
    """A pitfall that was labelled after it was found says nothing of recall, an unclear place nothing at all."""
    measure = load("measure")
    judged = measure.labels(
        labels_file(
            tmp_path,
            "GIL101,p==1,a.py,3,pitfall,blind,no guard",
            "GIL101,p==1,a.py,30,pitfall,blind,no guard either",
            "GIL101,p==1,b.py,3,pitfall,found,no guard",
            "GIL101,p==1,b.py,30,fine,found,guarded by hand",
            "GIL101,p==1,b.py,60,unclear,found,depends on the platform",
        )
    )
    findings = [found("GIL101", "a.py", 3), found("GIL101", "b.py", 3), found("GIL101", "b.py", 30), found("GIL101", "b.py", 60)]
    told: list[str] = []
    score = measure.judge(judged, {"p==1": findings}, told.append)["GIL101"]
    assert (score.pitfalls, score.found, score.fine) == (2, 1, 1)
    assert score.recall == 1 / 2
    assert score.precision("error") == 2 / 3
    assert score.precision("warning") is None
    assert [line.partition(":")[0] for line in told] == ["missed", "false error"]


def test_error_counts_before_warning_at_the_same_place(load: Load, tmp_path: Path) -> None:
    """A place that two findings name is counted once, by the level that fails a run."""
    measure = load("measure")
    judged = measure.labels(labels_file(tmp_path, "GIL401,p==1,a.py,5,pitfall,blind,two threads"))
    findings = [found("GIL401", "a.py", 5, "warning"), found("GIL401", "a.py", 4, "error", end_line=6)]
    score = measure.judge(judged, {"p==1": findings}, lambda line: None)["GIL401"]
    assert dict(score.right) == {"error": 1}


@pytest.mark.parametrize(
    ("line", "end_line", "expected"),
    [
        pytest.param(11, 11, True, id="the line itself"),
        pytest.param(8, 14, True, id="a call around it"),
        pytest.param(10, 10, False, id="the line above"),
        pytest.param(12, 12, False, id="the line below"),
    ],
)
def test_finding_spans_the_line_of_the_label(load: Load, tmp_path: Path, line: int, end_line: int, expected: bool) -> None:
    """A call that spans lines may be named by any of them."""
    measure = load("measure")
    (label,) = measure.labels(labels_file(tmp_path, "GIL101,p==1,a.py,11,pitfall,blind,no guard"))
    assert measure.points_at(found("GIL101", "a.py", line, end_line=end_line), label) is expected


def test_findings_without_a_label_are_counted_and_told(load: Load) -> None:
    """What nobody has read yet counts neither as right nor as wrong."""
    told: list[str] = []
    score = load("measure").judge([], {"p==1": [found("GIL101", "a.py", 3, "warning")]}, told.append)["GIL101"]
    assert score.unread["warning"] == 1
    assert score.precision("error", "warning") is None
    assert told == ["unread warning: GIL101 p==1 a.py:3 …"]


def test_table_has_a_row_for_each_rule_and_one_for_all(load: Load, tmp_path: Path) -> None:
    """The last row adds up the others."""
    measure = load("measure")
    judged = measure.labels(
        labels_file(tmp_path, "GIL101,p==1,a.py,3,pitfall,blind,no guard", "GIL401,p==1,a.py,9,fine,blind,one thread writes")
    )
    scores = measure.judge(judged, {"p==1": [found("GIL101", "a.py", 3), found("GIL401", "a.py", 9)]}, lambda line: None)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in measure.table(scores)]
    assert [row[0] for row in rows[2:]] == ["GIL101", "GIL401", "all"]
    assert dict(zip(rows[0][:8], rows[-1][:8], strict=True)) == {
        "rule": "all",
        "blind pitfalls": "1",
        "found": "1",
        "recall": "100%",
        "fine places": "1",
        "errors right": "1",
        "wrong": "1",
        "precision": "50%",
    }


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param(["GIL101,p==1,a.py,3,bad,blind,no guard"], "a verdict is one of", id="verdict"),
        pytest.param(["GIL101,p==1,a.py,3,fine,guessed,guarded"], "a verdict is one of", id="origin"),
        pytest.param(["GIL101,p==1,a.py,3,fine,blind,"], "there is a reason", id="no reason"),
        pytest.param(["GIL101,p==1,a.py,3,fine,blind,x", "GIL101,p==1,a.py,3,pitfall,blind,y"], "labelled twice", id="twice"),
    ],
)
def test_bad_labels_are_refused(load: Load, tmp_path: Path, rows: list[str], message: str) -> None:
    """A slip of the pen in a label never counts silently."""
    with pytest.raises(SystemExit, match=message):
        load("measure").labels(labels_file(tmp_path, *rows))


def test_labels_are_of_known_rules_and_pinned_packages(load: Load) -> None:
    """Each label can be measured by whoever has the pins."""
    measure, packages = load("measure"), load("packages")
    pins = {package.pin for package in packages.packages()}
    labels = [label for path in measure.LABELS for label in measure.labels(path)]
    assert {label.rule for label in labels} <= {rule.code for rule in all_rules()}
    assert {label.package for label in labels if not label.package.startswith(f"{packages.STANDARD_LIBRARY}==")} <= pins


# Packages


def archive() -> bytes:
    """A source distribution of one file."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        member = tarfile.TarInfo("tiny-1.0/tiny.py")
        member.size = 4
        packed.addfile(member, io.BytesIO(b"a=1\n"))
    return content.getvalue()


def serve(monkeypatch: pytest.MonkeyPatch, packages: ModuleType, content: bytes, announced: str) -> None:
    """Make the index announce one file with that hash, and hand out the content."""
    index = json.dumps({"files": [{"url": "https://files.invalid/tiny-1.0.tar.gz", "hashes": {"sha256": announced}}]}).encode()

    def urlopen(request: Any, timeout: float) -> io.BytesIO:
        return io.BytesIO(content if isinstance(request, str) else index)

    monkeypatch.setattr(packages.urllib.request, "urlopen", urlopen)


def test_package_is_unpacked_when_its_hash_is_right(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The root is the only folder in the archive; a second call finds it there."""
    packages = load("packages")
    sha256 = hashlib.sha256(archive()).hexdigest()
    serve(monkeypatch, packages, archive(), sha256)
    package = packages.Package("tiny", "1.0", sha256)
    root = packages.root_of(package, tmp_path)
    assert (root / "tiny.py").read_bytes() == b"a=1\n"
    monkeypatch.setattr(packages.urllib.request, "urlopen", None)
    assert packages.root_of(package, tmp_path) == root


def test_package_with_another_content_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What comes is checked, whatever the index says of it; nothing of it is written."""
    packages = load("packages")
    serve(monkeypatch, packages, archive() + b"\0", hashlib.sha256(archive()).hexdigest())
    with pytest.raises(SystemExit, match="another hash than"):
        packages.root_of(packages.Package("tiny", "1.0", hashlib.sha256(archive()).hexdigest()), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_package_that_the_index_has_no_more_is_named(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that was replaced upstream isn't taken in its place."""
    packages = load("packages")
    serve(monkeypatch, packages, archive(), "0" * 64)
    with pytest.raises(SystemExit, match=r"tiny==1\.0: the index has no file"):
        packages.root_of(packages.Package("tiny", "1.0", hashlib.sha256(archive()).hexdigest()), tmp_path)


def test_pin_without_a_hash_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each line of the list pins what its archive contains."""
    packages = load("packages")
    monkeypatch.setattr(packages, "LIST", tmp_path / "packages.txt")
    packages.LIST.write_text("tiny==1.0\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"tiny==1\.0"):
        packages.packages()
