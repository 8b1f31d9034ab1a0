#!/usr/bin/env python3
"""Try the units of systemd where systemd does not run: in a container, on a machine for tests; as root.

    deploy/try_systemd_units.py [--restart-web] [--seconds N]

It reads deploy/systemd as installed with the release in use, holds the socket as systemd would, starts the
very ExecStart lines under the unit's user with its environment files, and stops all with TERM in the unit's
time. While they run it asks for the home page eight times a second; with `--restart-web` the web servers
are restarted one after the other after a third of the time, as a new release does it. At the end it prints
what was asked, answered and how long the longest answer took. Exit code 1: something was not answered with
200, or a service ended by itself or had to be killed.

What only systemd can do, the hardening options above all, is not tried; they are listed at the start.
"""

import argparse
import collections
import concurrent.futures
import grp
import http.client
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/opt/mayors-portal/current/deploy/systemd")
NAMES = ("web@1", "web@2", "worker", "scheduler")
TRIED = {
    *("User", "Group", "WorkingDirectory", "Environment", "EnvironmentFile", "StateDirectory", "UMask"),
    *("StateDirectoryMode", "RuntimeDirectory", "ExecStart", "ExecStartPost", "TimeoutStopSec", "KillMode"),
    *("NoNewPrivileges", "Type", "Sockets"),
}
NAMED = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
RATE = 8  # pages a second
PATIENCE = 300  # seconds for one answer: longer than a busy machine takes to start everything

Settings = dict[str, list[str]]


def main() -> int:
    """Start the units, ask for pages, stop the units; see above for the exit code."""
    arguments = parse_arguments()
    services = {name: Service(name) for name in NAMES}
    options = {option for service in services.values() for option in service.options}
    print("Not tried:", ", ".join(sorted(options - TRIED)))
    address = read_unit(UNITS / "mayors-portal-web.socket")["ListenStream"][-1]
    host, port = address.rsplit(":", 1)
    listener = socket.create_server((host, int(port)), backlog=2048)
    failures = []
    try:
        for service in services.values():
            service.start(listener)
        asker = Asker(host, int(port), services["web@1"].environment()["ALLOWED_HOSTS"].split(",")[0])
        print(f"First page after {asker.wait_for_first():.1f} s on {address}.")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asking = pool.submit(asker.ask, arguments.seconds)
            if arguments.restart_web:
                time.sleep(arguments.seconds / 3)
                for service in (services["web@1"], services["web@2"]):
                    failures += service.stop()
                    service.start(listener)
            asking.result()
        failures += [f"{service.name} ended by itself" for service in services.values() if service.ended()]
    finally:
        for service in services.values():
            failures += service.stop()
        listener.close()
    print(asker.report())
    failures += asker.failures()
    print("\n".join(failures) or "All was answered, and every service ended when it was asked to.")
    return 1 if failures else 0


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20, help="how long to ask for pages")
    parser.add_argument("--restart-web", action="store_true", help="restart the web server meanwhile")
    return parser.parse_args()


def read_unit(path: Path) -> Settings:
    """The options of a unit's file, sections run together: name to all its values, in order."""
    options: Settings = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith(("#", ";", "[")):
            name, value = line.split("=", 1)
            options[name.strip()].append(value.strip())
    return options


def read_environment(text: str) -> dict[str, str]:
    """NAME=value lines of an environment file, as systemd reads those without quotation marks."""
    return dict(NAMED.findall(text))


class Service:
    """One service: its unit with the options that all share, and its process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: Settings = collections.defaultdict(list)
        template, _, instance = name.partition("@")
        unit = UNITS / f"mayors-portal-{template}{'@' if instance else ''}.service"
        for path in (unit, *sorted((UNITS / "mayors-portal-.service.d").glob("*.conf"))):
            for option, values in read_unit(path).items():
                self.options[option] += [value.replace("%i", instance) for value in values]
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What the service finds in its environment: systemd's few variables, the unit's, the files'."""
        user = pwd.getpwnam(self.options["User"][-1])
        found = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": user.pw_dir, "LANG": "C.UTF-8"}
        for value in self.options["Environment"]:
            found.update(read_environment("\n".join(shlex.split(value))))
        for value in self.options["EnvironmentFile"]:
            found.update(read_environment(Path(value).read_text(encoding="utf-8")))
        return found

    def start(self, listener: socket.socket) -> None:
        """Start the process, with the socket where it wants one, and wait as ExecStartPost says."""
        began = time.monotonic()
        user, group = pwd.getpwnam(self.options["User"][-1]), grp.getgrnam(self.options["Group"][-1])
        state = Path("/var/lib") / self.options["StateDirectory"][-1]
        state.mkdir(mode=int(self.options["StateDirectoryMode"][-1], 8), exist_ok=True)
        os.chown(state, user.pw_uid, group.gr_gid)
        for name in self.options["RuntimeDirectory"]:
            shutil.rmtree(Path("/run") / name, ignore_errors=True)
            (Path("/run") / name).mkdir(mode=0o755)
            os.chown(Path("/run") / name, user.pw_uid, group.gr_gid)
        environment = self.environment()
        command = [
            environment.get(part[2:-1], "") if part.startswith("${") else part
            for part in shlex.split(self.options["ExecStart"][-1])
        ]
        if self.options["Sockets"]:
            environment["LISTEN_FDS"] = "1"
            hand_over = f'export LISTEN_PID=$$; exec "$@" 3<&{listener.fileno()}'
            command = ["sh", "-c", hand_over, "sh", *command]
        if self.options["NoNewPrivileges"][-1:] == ["true"]:
            command = ["setpriv", "--no-new-privs", *command]
        self.process = subprocess.Popen(
            command,
            cwd=self.options["WorkingDirectory"][-1],
            env=environment,
            user=user.pw_uid,
            group=group.gr_gid,
            extra_groups=os.getgrouplist(user.pw_name, user.pw_gid),
            umask=int(self.options["UMask"][-1], 8),
            pass_fds=(listener.fileno(),) if self.options["Sockets"] else (),
            start_new_session=True,
        )
        for line in self.options["ExecStartPost"]:
            subprocess.run(shlex.split(line), check=True)
        print(f"{self.name} started within {time.monotonic() - began:.1f} s.", flush=True)

    def ended(self) -> bool:
        """Whether the process ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> list[str]:
        """Ask it to end as systemd does; a sentence if it had to be killed."""
        if self.process is None or self.ended():
            return []
        began, patience = time.monotonic(), float(self.options["TimeoutStopSec"][-1])
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return [f"{self.name} did not end within {patience:.0f} s and was killed"]
        print(f"{self.name} ended {time.monotonic() - began:.1f} s after it was asked to.")
        return []


class Asker:
    """Asks for the home page as the proxy would, and remembers each answer."""

    def __init__(self, host: str, port: int, name: str) -> None:
        self.address = (host, port)
        self.headers = {"Host": name, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        self.answers: list[tuple[object, float]] = []

    def page(self) -> tuple[object, float]:
        """Status (or what went wrong) and seconds of one request on a connection of its own."""
        began = time.monotonic()
        asker = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            asker.request("GET", "/", headers=self.headers)
            answer = asker.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began
        except (OSError, http.client.HTTPException) as error:
            return repr(error), time.monotonic() - began
        finally:
            asker.close()

    def wait_for_first(self) -> float:
        """Seconds until the home page came; the socket makes us wait."""
        status, seconds = self.page()
        if status != 200:
            sys.exit(f"The home page was answered with {status}.")
        return seconds

    def ask(self, seconds: float) -> None:
        """Ask at a steady rate, whatever the answers take."""
        end = time.monotonic() + seconds
        with concurrent.futures.ThreadPoolExecutor(max_workers=200) as pool:
            asked = []
            while time.monotonic() < end:
                asked.append(pool.submit(self.page))
                time.sleep(1 / RATE)
            self.answers = [one.result() for one in asked]

    def report(self) -> str:
        """One line: how many pages, how fast."""
        times = sorted(seconds for _, seconds in self.answers)
        slowest = max(range(len(self.answers)), key=lambda place: self.answers[place][1])
        answered = sum(status == 200 for status, _ in self.answers)
        return (
            f"{len(times)} pages asked for, {answered} answered with 200; "
            f"median {times[len(times) // 2] * 1000:.0f} ms, longest {times[-1]:.1f} s, "
            f"asked after {slowest / RATE:.0f} s."
        )

    def failures(self) -> list[str]:
        """What was not answered with 200, and how often."""
        wrong = collections.Counter(str(status) for status, _ in self.answers if status != 200)
        return [f"{count} times {status}" for status, count in wrong.items()]


if __name__ == "__main__":
    sys.exit(main())
