"""The people of `make load`, as Locust plays them. What they ask for stands in the file named by LOAD_PLAN.

A reader searches, filters and reads, as somebody of the public does. A member signs in with a session made
beforehand, looks at the desk, at matches and at what is new, and saves a search now and then.
"""

import json
import os
import re
from pathlib import Path
from random import choice, random

from locust import FastHttpUser, between, task

PLAN = json.loads(Path(os.environ["LOAD_PLAN"]).read_text(encoding="utf-8"))
WORDS = ["lviv", "Гданськ", "lwiv", "water", "школа", "port", "Київ", "energy", "лікарня", "Wrocław", "zzz"]
FILTERS = ["country=UA", "country=PL&sort=name", "member=yes", "q=berg&country=DE", "page=7", "region=UA.15"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Reader(FastHttpUser):
    """Somebody of the public."""

    weight = 3
    wait_time = between(2, 8)

    def read(self, address: str, name: str) -> str:
        """Ask for a page, in Ukrainian every second time; its text."""
        prefix = "/uk" if random() < 0.5 else ""
        return str(self.client.get(prefix + address, name=name).text)

    @task(2)
    def home(self) -> None:
        self.read("/", "home")

    @task(6)
    def directory(self) -> None:
        self.read(f"/cities/?{choice(FILTERS)}", "directory of cities")

    @task(4)
    def search(self) -> None:
        self.read(f"/search/?q={choice(WORDS)}", "search everything")

    @task(4)
    def type(self) -> None:
        word = choice(WORDS)
        for length in range(2, min(len(word), 5) + 1):
            self.read(f"/search/suggestions/?q={word[:length]}", "suggestions")

    @task(14)
    def page(self) -> None:
        kind = choice(list(PLAN["pages"]))
        self.read(choice(PLAN["pages"][kind]), f"one of {kind}")

    @task(3)
    def list_of(self) -> None:
        kind = choice(list(PLAN["pages"]))
        self.read(f"/{kind}/", f"directory of {kind}")

    @task(3)
    def matches(self) -> None:
        self.read(f"{choice(PLAN['pages']['cities'])}matches/", "matches of a city")

    @task(2)
    def figures(self) -> None:
        self.read(choice(["/statistics/", "/map/", "/transparency/", "/about/"]), "figures and map")

    @task(2)
    def api(self) -> None:
        self.client.get(choice(PLAN["api"]), name="open API")


class Member(Reader):
    """Somebody who represents a city or an organisation."""

    weight = 1

    def on_start(self) -> None:
        self.client.cookiejar.clear()
        self.session = choice(PLAN["sessions"])

    def read(self, address: str, name: str) -> str:
        headers = {"Cookie": f"{PLAN['cookie']}={self.session}"}
        return str(self.client.get(address, name=f"member: {name}", headers=headers).text)

    @task(8)
    def desk(self) -> None:
        self.read("/desk/", "desk")
        self.read("/notifications/bell/", "bell")

    @task(3)
    def talk(self) -> None:
        self.read(choice(["/desk/interests/", "/desk/conversations/", "/desk/partnerships/"]), "talks")

    @task(2)
    def save_a_search(self) -> None:
        address = "/desk/searches/new/cities/?country=PL"
        token = TOKEN.search(self.read(address, "form of a saved search"))
        if token:
            headers = {"Cookie": f"{PLAN['cookie']}={self.session}; csrftoken={token[1]}"}
            typed = {"csrfmiddlewaretoken": token[1], "name": f"Poland {random()}", "pace": "weekly"}
            self.client.post(
                address, data=typed, headers=headers, name="member: save a search", allow_redirects=False
            )
