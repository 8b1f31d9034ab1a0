"""Every address x hostile arguments, queries, forms, files and headers, as every role, over real HTTP.

`make fuzz` runs it; SEED=7 repeats a run, ROUNDS=3 makes it longer. It fails on any answer of 500 or more, on
one that takes over two seconds (also when it is asked again, alone), and when fewer than nine in ten requests
reach a view. It prints what was sent, so that a failure can be repeated.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from random import Random
from time import monotonic
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, is_valid_path
from django.utils import translation

from accounts.access import Role, row_of
from accounts.models import User
from conftest import kill_family, wait_until
from tests import hostile
from tests.test_access import NAMES, World

SLOWEST = 2.0  # seconds
LEAST_REACHED = 0.9
CLIENTS = 3
FIELDS = {"input", "select", "textarea", "button"}
TOKEN = "f" * 32
NAMED = [name for name in NAMES if "(?P<" not in name and "<path:" not in name]
"""All but what Django's administration catches to send people on."""


class Fields(HTMLParser):
    """The names of the fields of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        name = dict(attributes).get("name") if tag in FIELDS else None
        if name and name != "csrfmiddlewaretoken":
            self.names.append(name)


@dataclass
class Sent:
    """A request, as whom it was sent, and what came back."""

    role: Role
    name: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 0
    seconds: float = 0.0
    reached: bool = False
    text: str = ""

    def __str__(self) -> str:
        headers = {name: value[:80] for name, value in self.headers.items() if name != "Cookie"}
        sent = f"{self.method} {self.path[:300]} {headers} {self.body[:300]!r}"
        return f"{self.status} after {self.seconds:.1f} s, {self.name} as {self.role}: {sent}"


class Visitor:
    """Somebody of a role who keeps a connection open and signs in again when the session is gone."""

    def __init__(self, port: int, role: Role, user: User | None, dice: Random) -> None:
        self.port, self.role, self.user, self.dice = port, role, user, dice
        self.line = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = ""

    def sign_in(self) -> None:
        """Begin a session as whoever the role stands for, active and with the address confirmed."""
        jar = {settings.CSRF_COOKIE_NAME: TOKEN}
        if self.user:
            User.objects.filter(pk=self.user.pk).update(is_active=True)
            client = Client()
            client.force_login(User.objects.get(pk=self.user.pk))
            jar[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = "; ".join(f"{name}={value}" for name, value in jar.items())

    def send(self, sent: Sent) -> Sent:
        """Send a request and note what came back; a connection that was closed is opened once more."""
        headers = {"Cookie": self.cookies, **sent.headers}
        sent.headers = headers
        for is_last in (False, True):
            begun = monotonic()
            try:
                self.line.request(
                    sent.method,
                    sent.path,
                    sent.body or None,
                    {name: value.encode("latin-1") for name, value in headers.items()},
                )
                answer = self.line.getresponse()
                body = answer.read()
                break
            except (HTTPException, OSError):
                self.line.close()
                if is_last:
                    raise
        sent.seconds = monotonic() - begun
        sent.status, sent.reached = answer.status, bool(answer.headers.get(hostile.REACHED))
        sent.text = body.decode(errors="replace") if sent.method == "GET" else ""
        return sent

    def visit(self, name: str, valid: str, rounds: int) -> Iterator[Sent]:
        """All that is tried at one address; less where the role may not open it."""
        self.sign_in()
        template, kinds = hostile.template_of(name)
        row, dice = row_of(name), self.dice
        prefix = dice.choice(["", "/uk"]) if _is_in_ukrainian(valid) else ""
        valid = prefix + valid
        first = self.send(Sent(self.role, name, "GET", valid))
        yield first
        reader = Fields()
        reader.feed(first.text)
        names = reader.names
        if row is None or self.role not in row.who | row.senders:
            if self.role == Role.ANONYMOUS:
                return
            yield self.send(Sent(self.role, name, "POST", valid, *self.form(names)))
            return
        for _round in range(rounds):
            for _again in range(3):
                asked = urlencode(hostile.query(names, dice), errors="surrogatepass")
                yield self.send(Sent(self.role, name, "GET", f"{valid}?{asked}"))
            for _argument in range(2 * bool(kinds)):
                yield self.send(Sent(self.role, name, "GET", prefix + hostile.address(template, kinds, dice)))
            yield self.send(Sent(self.role, name, "GET", valid, dict(dice.choice(hostile.HEADERS))))
            yield self.send(Sent(self.role, name, "POST", valid, *self.form([])))
            if self.role not in row.senders:
                continue
            yield self.send(Sent(self.role, name, dice.choice(["HEAD", "OPTIONS", "PUT", "DELETE"]), valid))
            self.sign_in()
            for _form in range(2 + bool(names)):
                yield self.send(Sent(self.role, name, "POST", valid, *self.form(names)))
            yield self.send(Sent(self.role, name, "POST", valid, *self.upload(names)))
            yield self.send(Sent(self.role, name, "POST", valid, *self.garbage()))
            self.sign_in()

    def form(self, names: list[str]) -> tuple[dict[str, str], bytes]:
        """Headers and body of a form that is filled badly."""
        typed = [(name, self.dice.choice(hostile.TEXTS)) for name in names if self.dice.random() < 0.9]
        body = urlencode([*typed, ("csrfmiddlewaretoken", TOKEN)], errors="surrogatepass").encode()
        return {"Content-Type": "application/x-www-form-urlencoded"}, body

    def upload(self, names: list[str]) -> tuple[dict[str, str], bytes]:
        """Headers and body of a form with a file in each of some fields."""
        content, file_name, kind = self.dice.choice(hostile.FILES)
        chosen = [name for name in names if self.dice.random() < 0.5] or ["file"]
        head = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
        of_file = file_name.encode(), kind.encode()
        parts = [head % (name.encode(), *of_file) + content + b"\r\n" for name in chosen]
        headers = {"Content-Type": "multipart/form-data; boundary=x", "X-CSRFToken": TOKEN}
        return headers, b"".join([*parts, b"--x--"])

    def garbage(self) -> tuple[dict[str, str], bytes]:
        """Headers and body of what is no form at all; the token stands in a header."""
        kind, body = self.dice.choice(
            [
                ("application/json", b'{"a": [[[['),
                ("application/json", b"\xff\xfe"),
                ("application/x-www-form-urlencoded; charset=nonsense", b"a=%FF%FE"),
                ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1_500))),
                ("multipart/form-data", b"--"),
                ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
                ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
                ("", b"\x00" * 1_000),
            ]
        )
        return {"Content-Type": kind, "X-CSRFToken": TOKEN}, body


@contextmanager
def served() -> Iterator[int]:
    """The portal on the test's database, served as it is in production; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "mayors_portal.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.fuzz_settings",
            "API_REQUESTS_A_MINUTE": "0",
            "LOG_REQUESTS": "0",
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        },
        start_new_session=True,
    )
    try:
        wait_until(lambda: _answers(port))
        yield port
    finally:
        kill_family(process)


def _is_in_ukrainian(address: str) -> bool:
    """Whether it has a Ukrainian page, which files and what programs ask for do not."""
    with translation.override("uk"):
        return is_valid_path(f"/uk{address}")


def _answers(port: int) -> bool:
    try:
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False


def address_of(world: World, name: str, role: Role) -> str:
    """The address of a name that the role opens; one with hostile arguments where the world has none."""
    try:
        return world.address_of(name, role)
    except NoReverseMatch:
        return hostile.address(*hostile.template_of(name), Random(name))


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_the_portal():
    seed, rounds = int(os.environ.get("SEED", "1")), int(os.environ.get("ROUNDS", "1"))
    world = World()
    with served() as port:

        def batch(role: Role) -> list[Sent]:
            visitor = Visitor(port, role, world.people.get(role), Random(f"{seed} {role}"))
            try:
                return [
                    sent
                    for name in NAMED
                    for sent in visitor.visit(name, address_of(world, name, role), rounds)
                ]
            finally:
                connection.close()

        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = [one for some in pool.map(batch, Role) for one in some]
        alone = Visitor(port, Role.ADMIN, world.people[Role.ADMIN], Random(seed))
        slow = [one for one in sent if one.seconds > SLOWEST and alone.send(one).seconds > SLOWEST]
    broken = [one for one in sent if one.status >= 500]
    reached = sum(one.reached for one in sent) / len(sent)
    missed = Counter(one.name for one in sent if not one.reached)
    print(f"\n{len(sent)} requests, {reached:.1%} reached a view, answers:", Counter(o.status for o in sent))
    print("  seldom reached:", missed.most_common(8))
    for one in sorted(sent, key=lambda one: -one.seconds)[:5]:
        print(f"  {one}")
    assert not broken, "\n".join(map(str, broken))
    assert not slow, "\n".join(map(str, slow))
    assert reached >= LEAST_REACHED
