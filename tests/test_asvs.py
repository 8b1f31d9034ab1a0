"""The security sheet (docs/asvs.md) holds together: states, counts, the tests and sections that it names."""

import ast
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHEET = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
STATES = {"pass", "not applicable", "deviation", "open"}
OF_STANDARD = {"1": 70, "2": 183}
"""How many requirements the standard has at each level."""


class Row(NamedTuple):
    """A line of the sheet."""

    number: tuple[int, ...]
    level: str
    asked: str
    state: str
    proof: str


def rows():
    found = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", SHEET, re.MULTILINE)
    return [Row(tuple(map(int, number.split("."))), *rest) for number, *rest in found]


@cache
def named_in(path):
    """The names of the tests in a file, without importing it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(text):
    """Tests and sections that a text names and that are not there."""
    for path, name in re.findall(r"([\w/]+\.py)(?:::(\w+))?", text):
        if not (ROOT / path).is_file() or (name and name not in named_in(path)):
            yield f"{path}::{name}"
    for path, section in re.findall(r"(docs/\w+\.md)(?:: ([^,|]+))?", text):
        if not (ROOT / path).is_file():
            yield path
        elif section and f"\n## {section.strip()}\n" not in (ROOT / path).read_text(encoding="utf-8"):
            yield f"{path}: {section}"


def test_it_has_every_requirement_once_and_in_order():
    listed = rows()
    assert len(listed) == len(re.findall(r"^\| \d", SHEET, re.MULTILINE))
    assert all(one.number < other.number for one, other in pairwise(listed))
    assert Counter(row.level for row in listed) == OF_STANDARD
    assert {row.number[0] for row in listed} == set(range(1, 18))
    assert all(row.asked for row in listed)


def test_its_counts_are_those_of_its_rows():
    counted = Counter(row.state for row in rows())
    assert set(counted) == STATES
    stated = dict(
        re.findall(r"^\| (pass|deviation|open|not applicable|all) \| (\d+) \|", SHEET, re.MULTILINE)
    )
    assert {state: int(number) for state, number in stated.items()} == {**counted, "all": len(rows())}


def test_what_passes_names_a_test_that_is_there():
    for row in rows():
        assert list(missing(row.proof)) == [], row.number
        if row.state == "pass":
            is_of_documentation = row.proof.startswith("docs/") and row.number[1] == 1
            assert is_of_documentation or re.match(r"`[\w/]+\.py::test_\w+`", row.proof), row.number
        else:
            assert len(row.proof) >= 15, row.number


def test_what_is_not_there_is_noticed():
    gone = "`tests/test_asvs.py::test_gone`, tests/test_gone.py, docs/gone.md, docs/security.md: Gone"
    assert len(list(missing(gone))) == 4


def test_the_seeded_faults_name_tests_that_are_there():
    faults = sorted((ROOT / "tests" / "seeded_faults").glob("*.patch"))
    assert len(faults) == 12
    for fault in faults:
        named = re.findall(r"^Found by: (\S+::\S+)$", fault.read_text(encoding="utf-8"), re.MULTILINE)
        assert named, fault.name
        assert list(missing(" ".join(named))) == [], fault.name
