#!/usr/bin/env python3
"""Go through the steps of the Dockerfile without an engine, and start what it makes; as root.

    deploy/try_dockerfile.py BASE FOLDER [--pass NAME]... [--lend PATH]... [--environment FILE]

BASE is a folder with a small Debian and Python in it, for instance made by

    mmdebstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm BASE

and stands in for every image that a FROM names: so the steps run on Debian's Python, not on the image's.
FOLDER must not be there; each stage becomes a folder in it. Every step of the Dockerfile is carried out in
the stage's folder by chroot, as the user and with the variables that the Dockerfile says, COPY after
.dockerignore; an instruction that this script does not know is an error, so that the two cannot drift
apart. `--pass` gives the steps a variable of this machine, `--lend` a file that its package managers need;
neither comes from the Dockerfile.

With `--environment` the image's command is started with the variables of that file, its health check is
asked until it passes, and the command is stopped by SIGTERM. Exit code 1: a step, the health check or the
stop failed.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEALTHY_WITHIN, STOPPED_WITHIN = 120, 40  # seconds
SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NAMED = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)
FREE_OF_STEPS = {"VOLUME", "EXPOSE"}  # words for the engine: nothing is done


class Stage:
    """One stage of the build: its folder, and what holds for the steps to come."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.variables = dict(variables)
        self.workdir = "/"
        self.user = "0:0"
        self.command: list[str] = []
        self.health: list[str] = []

    def shell(self, line: str) -> None:
        """RUN: raises CalledProcessError where the line fails."""
        subprocess.run(
            self.chroot(["/bin/sh", "-c", f"cd {self.workdir} && {line}"]), check=True, env=self.variables
        )

    def chroot(self, command: list[str]) -> list[str]:
        """The command that runs `command` inside the stage as its user."""
        return ["/usr/sbin/chroot", f"--userspec={self.user}", str(self.folder), *command]

    def inside(self, command: list[str]) -> list[str]:
        """The same in the stage's working folder."""
        return self.chroot(["/bin/sh", "-c", f'cd {self.workdir} && exec "$@"', "sh", *command])

    def copy(self, source: Path, target: str, ignored: list[str]) -> None:
        """COPY: one file or folder, less what `.dockerignore` leaves out."""
        place = self.folder / str(Path(self.workdir) / target).lstrip("/")
        if source.is_file():
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place / source.name)
            return
        for path in sorted(source.rglob("*")):
            name = path.relative_to(source)
            if is_ignored(str(name), ignored) or (path.is_dir() and not path.is_symlink()):
                continue
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place / name, follow_symlinks=False)


def main() -> int:
    """Build every stage, then try the last; see above for the exit code."""
    arguments = parse_arguments()
    variables = {name: os.environ[name] for name in arguments.passed if name in os.environ}
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for word, rest in instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        print(f"{word} {rest[:100]}", flush=True)
        if word == "FROM":
            name = rest.split(" AS ")[1] if " AS " in rest else f"stage-{len(stages)}"
            stage = stages[name] = Stage(arguments.folder / name, {"PATH": SEARCHED, **variables})
            lay_out(arguments.base, stage.folder, arguments.lent)
        elif stage is None:
            sys.exit(f"{word} stands before the first FROM.")
        else:
            carry_out(word, rest, stage, stages)
    if stage is None:
        sys.exit("The Dockerfile has no FROM.")
    return start(stage, arguments.environment) if arguments.environment else 0


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pass", dest="passed", action="append", default=[], metavar="NAME")
    parser.add_argument("--lend", dest="lent", type=Path, action="append", default=[], metavar="PATH")
    parser.add_argument("--environment", type=Path, metavar="FILE")
    return parser.parse_args()


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, its arguments), comments left out, lines that go on joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines()]


def is_ignored(name: str, patterns: list[str]) -> bool:
    """Whether .dockerignore leaves the path out: the last pattern that fits it or a folder above decides."""
    ignored = False
    path = Path(name)
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        places = [name, *map(str, path.parents)]
        tail = wanted.removeprefix("**/")
        if wanted == "**" or any(
            fnmatch.fnmatch(place, wanted) or ("**/" in wanted and fnmatch.fnmatch(Path(place).name, tail))
            for place in places
        ):
            ignored = not pattern.startswith("!")
    return ignored


def lay_out(base: Path, folder: Path, lent: list[Path]) -> None:
    """A fresh copy of the base, with `python` in it and the files lent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)
    (folder / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    for path in lent:
        place = folder / str(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-aL", str(path), str(place)], check=True)


def carry_out(word: str, rest: str, stage: Stage, stages: dict[str, Stage]) -> None:
    """One instruction but FROM."""
    if word == "RUN":
        stage.shell(rest)
    elif word == "WORKDIR":
        stage.workdir = rest
        (stage.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif word == "USER":
        stage.user = rest
    elif word == "ENV":
        stage.variables.update(NAMED.findall("\n".join(shlex.split(rest))))
    elif word == "CMD":
        stage.command = json.loads(rest)
    elif word == "HEALTHCHECK":
        stage.health = json.loads(rest.split(" CMD ")[1])
    elif word == "COPY" and rest.startswith("--from="):
        origin, source, target = rest.removeprefix("--from=").split()
        shutil.copytree(
            stages[origin].folder / source.lstrip("/"), stage.folder / target.lstrip("/"), symlinks=True
        )
    elif word == "COPY":
        source, target = rest.split()
        ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        stage.copy(ROOT / source, target, [line for line in ignored if line and not line.startswith("#")])
    elif word not in FREE_OF_STEPS:
        sys.exit(f"This script does not know {word}: teach it.")


def start(stage: Stage, file: Path) -> int:
    """Start the command, ask its health check until it passes, stop it."""
    text = file.read_text(encoding="utf-8")
    variables = stage.variables | dict(NAMED.findall(text))
    (stage.folder / "dev/shm").mkdir(parents=True, exist_ok=True)
    (stage.folder / "dev/shm").chmod(0o1777)
    process = subprocess.Popen(stage.inside(stage.command), env=variables)
    began = time.monotonic()
    healthy = False
    while not healthy and process.poll() is None and time.monotonic() < began + HEALTHY_WITHIN:
        time.sleep(1)
        healthy = (
            subprocess.run(stage.inside(stage.health), env=variables, capture_output=True).returncode == 0
        )
    print(
        f"The health check {'passed' if healthy else 'did not pass'} after {time.monotonic() - began:.0f} s."
    )
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        print(f"The command did not stop within {STOPPED_WITHIN} s.")
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
