"""Put known faults into the portal, one at a time, and see whether the tests that should find them do.

    python scripts/seeded_faults.py [NAME ...]

A fault is a file of tests/seeded_faults/: a sentence, the tests that find it, and the patch. Each is applied
to a working tree of its own, of what is committed; nothing here changes. First the named tests must pass
without any fault. Exit code: 0 all faults were found, 1 one was not, or could not be tried.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "tests" / "seeded_faults"
PASSED, FAILED = 0, 1  # pytest's exit codes; others mean that the tests could not be run


@dataclass(frozen=True)
class Fault:
    """A patch, what it breaks, and the tests that find it."""

    path: Path
    about: str
    tests: tuple[str, ...]


def read(path: Path) -> Fault:
    """The fault of a file. Raises ValueError where it names no tests."""
    about, *rest = path.read_text(encoding="utf-8").splitlines()
    tests = tuple(re.findall(r"^Found by: (\S+)$", "\n".join(rest), re.MULTILINE))
    if not tests:
        raise ValueError(f"{path.name} names no tests.")
    return Fault(path, about, tests)


def main(*names: str) -> int:
    """Try all faults, or those named; print what became of each."""
    faults = [read(path) for path in sorted(FAULTS.glob("*.patch")) if not names or path.stem in names]
    with TemporaryDirectory(prefix="seeded-faults-") as folder:
        tree = Path(folder) / "tree"
        git(ROOT, "worktree", "add", "--quiet", "--detach", str(tree))
        try:
            every = sorted({test for fault in faults for test in fault.tests})
            if not faults or run(tree, *every) != PASSED:
                print("The tests do not pass without a fault: nothing was tried.")
                return 1
            missed = [fault for fault in faults if not is_found(tree, fault)]
        finally:
            git(ROOT, "worktree", "remove", "--force", str(tree))
    print(f"{len(faults) - len(missed)} of {len(faults)} faults were found.")
    return int(bool(missed))


def is_found(tree: Path, fault: Fault) -> bool:
    """Whether each of its tests fails under the fault. Says so."""
    git(tree, "apply", str(fault.path))
    codes = {test: run(tree, test) for test in fault.tests}
    git(tree, "checkout", "--quiet", ".")
    if all(code == FAILED for code in codes.values()):
        print(f"found     {fault.path.stem}: {fault.about}", flush=True)
        return True
    for test, code in codes.items():
        if code != FAILED:
            print(f"NOT FOUND {fault.path.stem} by {test} (exit code {code})", flush=True)
    return False


def run(tree: Path, *tests: str) -> int:
    """Run tests in a working tree; pytest's exit code."""
    variables = {**os.environ, "TEST_VAR": str(tree.parent / "var"), "REQUIRE_BROWSER": "0"}
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True)
    if done.returncode not in (PASSED, FAILED):
        print(done.stdout[-2000:], done.stderr[-2000:])
    return done.returncode


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder. Raises CalledProcessError where it refuses: a patch that does not fit."""
    subprocess.run(["git", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
