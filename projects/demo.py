"""Demonstration projects: invented, marked so on every page. data/demo_projects.json has their texts.

What a project is about is written by hand; its money, steps, risks and needs follow from its kind and from
how far it is. Days are counted from the day of loading, so that some steps are late whenever one looks.
"""

import io
import json
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Prefetch
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from cities.demo import take_new_parts
from cities.models import City, Mayor
from cities.photos import clean_photo

from . import documents
from .editing import Recorder, create, recording
from .models import (
    BudgetLine,
    Document,
    FundingSource,
    Milestone,
    Photo,
    Project,
    ProjectNeed,
    ProjectUpdate,
    Risk,
    Tender,
)
from .models.money import CENT, NOTHING

PART = "projects 2026-11"
FILE = Path(__file__).resolve().parent / "data" / "demo_projects.json"
EURO = {"code": "EUR"}
RATE_AGE = 23  # days
STEP_DAYS: dict[
    str, list[tuple[int, int | None]]
] = {  # for each step: when it was due and, if it is done, when it was done, in days from today
    "identification": [(60, None), (240, None), (330, None), (640, None), (900, None)],
    "preparation": [(-95, -90), (-12, None), (150, None), (390, None), (700, None)],
    "implementation": [(-420, -420), (-310, -296), (-205, -190), (-25, None), (260, None)],
    "completion": [(-900, -900), (-780, -760), (-600, -590), (-300, -310), (-40, -15)],
    "maintenance": [(-2600, -2600), (-2300, -2290), (-2100, -2080), (-1700, -1650), (-1400, -1360)],
    "cancelled": [(-300, -300)],
    "decommissioning": [(-1500, -1500), (-1300, -1280), (-1200, -1190), (-900, -880), (-500, -460)],
}
SHARES: dict[
    str, list[tuple[int, int, int]]
] = {  # pledged, committed and disbursed by the city, the main funder and the third one, % of the budget
    "identification": [(5, 0, 0)],
    "preparation": [(20, 15, 2), (50, 0, 0)],
    "implementation": [(25, 25, 16), (45, 40, 19), (15, 5, 0)],
    "completion": [(40, 40, 40), (45, 45, 42), (15, 15, 15)],
    "maintenance": [(50, 50, 50), (50, 50, 50)],
    "cancelled": [(6, 6, 6)],
    "decommissioning": [(60, 60, 58), (40, 40, 40)],
}
FUNDERS_UA = ["fund", "bank", "state", "climate", "eu"]
FUNDERS_THIRD = ["twin", "firm", "charity", "region"]
NEED_STATES = {
    "identification": ["open"],
    "preparation": ["open", "talks"],
    "implementation": ["talks", "open", "met"],
}


@cache
def read_projects() -> dict[str, Any]:
    """The demonstration projects and what those of a kind have in common."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def add_projects(approver: User | None) -> int:
    """Add them to the demonstration cities, once; how many. Call it in a transaction."""
    if not take_new_parts([PART]):
        return 0
    mayors = Prefetch("mayors", Mayor.objects.approved().select_related("user"))
    cities = City.objects.filter(profile__is_demonstration=True).prefetch_related(mayors).in_bulk()
    known = set(Project.objects.filter(city__in=cities).values_list("city_id", "title_en"))
    waiting = [
        (number, entry, cities[entry["city"]])
        for number, entry in enumerate(read_projects()["projects"])
        if entry["city"] in cities and (entry["city"], entry["title"]["en"]) not in known
    ]
    waiting.sort(key=lambda one: one[2].country_id == "UA")  # the directory begins with what is last
    for number, entry, city in waiting:
        mayor = next((one.user for one in city.mayors.all()), None)
        Demonstration(number, entry, city, mayor or approver).add()
    return len(waiting)


def two(name: str, texts: dict[str, str]) -> dict[str, str]:
    """A text of the file as the two fields it goes into."""
    return {f"{name}_en": texts["en"], f"{name}_uk": texts["uk"]}


class Demonstration:
    """One of them: `number` varies what the file does not say."""

    def __init__(self, number: int, entry: dict[str, Any], city: City, by: User | None) -> None:
        self.number, self.entry, self.city, self.by = number, entry, city, by
        self.file = read_projects()
        self.kit, self.status = self.file["kits"][entry["kit"]], entry["status"]
        self.today = timezone.localdate()
        self.budget = None if entry["budget"] is None else Decimal(entry["budget"])
        self.project = Project(city=city, is_demonstration=True, **self._fields())

    def add(self) -> None:
        """Save it with its parts, and publish it, but for a few that stay drafts."""
        create(self.project, by=self.by)
        with recording(self.project, by=self.by) as recorder:
            for part in [*self._money(), *self._steps(), *self._risks(), *self._needs(), *self._tenders()]:
                part.project = self.project
                recorder.save(part, None)
            if self.number % 9 == 0:
                self._add_files(recorder)
        if self.number % 17 == 5:
            return
        self.project.publish(by=self.by)
        self._tell_news()
        if self.status == "cancelled" or self.number % 31 == 30:
            self.project.archive(by=self.by)

    def _fields(self) -> dict[str, Any]:
        currency = self.file["currencies"].get(self.city.country_id, EURO)
        fields = {
            **two("title", self.entry["title"]),
            **two("summary", self.entry["summary"]),
            "sectors": self.kit["sectors"],
            "type": self.entry["type"],
            "status": self.status,
            "goals": self.kit["goals"],
            "beneficiaries": self.entry["beneficiaries"],
            "latitude": round(self.city.latitude + (self.number * 37 % 21 - 10) / 1000, 4),
            "longitude": round(self.city.longitude + (self.number * 53 % 21 - 10) / 700, 4),
            "currency": currency["code"],
            "budget_is_unknown": self.budget is None,
            **self._period(),
            **self._interests(),
        }
        if "rate" in currency:
            fields.update(
                rate=Decimal(currency["rate"]), rate_on=self._day(-RATE_AGE), rate_source=currency["source"]
            )
        return fields

    def _period(self) -> dict[str, date]:
        days = STEP_DAYS[self.status]
        period = {"planned_start": self._day(days[0][0])}
        if len(days) > 1:
            period["planned_end"] = self._day(days[-1][0])
        if self.status in ("implementation", "completion", "maintenance", "decommissioning"):
            period["actual_start"] = self._day(days[2][1] or 0)
        if days[-1][1] is not None and len(days) > 1:
            period["actual_end"] = self._day(days[-1][1])
        return period

    def _interests(self) -> dict[str, str]:
        if self.number % 11 != 3:
            return {"interests": Project.Interests.NONE}
        return {
            "interests": Project.Interests.DECLARED,
            "interests_en": "A member of the council owns land beside the site and did not vote.",
            "interests_uk": "Депутат ради має земельну ділянку поруч і не голосував щодо проєкту.",
        }

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _money(self) -> list[Any]:
        if self.budget is None:
            return []
        lines = [
            BudgetLine(**two("label", line), amount=self._percent(line["percent"]))
            for line in self.kit["lines"]
        ]
        lines[0].amount += self.budget - sum((line.amount for line in lines), NOTHING)
        return [*lines, *self._sources()]

    def _percent(self, percent: int) -> Decimal:
        assert self.budget is not None
        return (self.budget * percent / 100).quantize(CENT, ROUND_DOWN)

    def _sources(self) -> list[FundingSource]:
        main = (
            FUNDERS_UA[self.number % 5] if self.city.country_id == "UA" else ["eu", "state"][self.number % 2]
        )
        codes = ["city", main, FUNDERS_THIRD[self.number % 4]]
        sources = []
        for code, (pledged, committed, disbursed) in zip(codes, SHARES[self.status], strict=False):
            funder = self.file["funders"][code]
            sources.append(
                FundingSource(
                    **two("name", funder["name"]),
                    **{name: funder[name] for name in ("origin", "ownership", "arrangement")},
                    pledged=self._percent(pledged),
                    committed=self._percent(committed),
                    disbursed=self._percent(disbursed),
                    year=self._day(STEP_DAYS[self.status][0][0]).year,
                    agreed_on=self._day(STEP_DAYS[self.status][0][0] + 40) if committed else None,
                )
            )
        return sources

    def _steps(self) -> list[Milestone]:
        shift = self.number * 7 % 40  # days, so that not all are late on the same one
        return [
            Milestone(
                **two("title", title),
                due_on=self._day(due + (shift if done is None else 0)),
                done_on=None if done is None else self._day(done),
            )
            for title, (due, done) in zip(self.file["steps"], STEP_DAYS[self.status], strict=False)
        ]

    def _risks(self) -> list[Risk]:
        if self.status in ("maintenance", "decommissioning", "cancelled"):
            return []
        common = self.file["risks"][: 4 if self.city.country_id == "UA" else 2]
        return [
            Risk(
                **two("text", one["text"]),
                **two("mitigation", one["mitigation"]),
                likelihood=one["likelihood"],
            )
            for one in (self.kit["risk"], common[self.number % len(common)])
        ]

    def _needs(self) -> list[ProjectNeed]:
        states = NEED_STATES.get(self.status, [])
        needs = []
        for place, need in enumerate(self.kit["needs"] if states else []):
            is_money = need["kind"] == ProjectNeed.Kind.FINANCE
            needs.append(
                ProjectNeed(
                    kind=need["kind"],
                    **two("title", need["title"]),
                    **two("note", need["note"]),
                    topic_id=need["topic"],
                    division=need["division"],
                    amount=self._percent(30) if is_money and self.budget is not None else None,
                    state=states[(self.number + place) % len(states)],
                )
            )
        return needs

    def _tenders(self) -> list[Tender]:
        if self.status not in ("implementation", "completion"):
            return []
        is_ukrainian = self.city.country_id == "UA"
        return [
            Tender(
                reference=f"DEMO-{self._day(-320).year}-{self.number:04}-{place}",
                title_en=title_en,
                title_uk=title_uk,
                url="https://prozorro.gov.ua/" if is_ukrainian else "https://ted.europa.eu/",
                status=status,
            )
            for place, title_en, title_uk, status in [
                (1, "Design", "Проєктування", Tender.Status.AWARDED),
                (2, "Works", "Роботи", [Tender.Status.AWARDED, Tender.Status.ACTIVE][self.number % 2]),
            ]
        ]

    def _add_files(self, recorder: Recorder) -> None:
        paper = Document(
            kind="feasibilityStudy", title_en="Feasibility study", title_uk="Техніко-економічне обґрунтування"
        )
        recorder.save(paper, None)
        written = ContentFile(self._picture("Feasibility study", "PDF"), name="feasibility study.pdf")
        version = paper.add_version(written, documents.check(written), by=self.by)
        recorder.note(paper, "file", None, version.in_history)
        done = self.status in ("completion", "maintenance", "decommissioning")
        for stage in [Photo.Stage.BEFORE, Photo.Stage.AFTER] if done else [Photo.Stage.BEFORE]:
            photo = Photo(
                project=self.project,
                stage=stage,
                alt_en=f"A drawing in the place of a photo: {stage.value}",
                alt_uk=f"Малюнок замість фото: {'до' if stage == Photo.Stage.BEFORE else 'після'} робіт",
            )
            drawn = ContentFile(self._picture(stage.value, "PNG"), name="photo.png")
            photo.file.save("photo.webp", clean_photo(drawn), save=False)
            recorder.save(photo, None)

    def _picture(self, what: str, kind: str) -> bytes:
        """A page or picture that says that it is none."""
        size = (620, 877) if kind == "PDF" else (800, 600)
        picture = Image.new("RGB", size, {"before": "#b9b3a8", "after": "#bfe3c8"}.get(what, "white"))
        text = f"DEMONSTRATION\n\n{self.entry['title']['en']}\n{what}\n\nInvented for this demonstration."
        ImageDraw.Draw(picture).text((60, 80), text, fill="black", font=ImageFont.load_default(22))
        written = io.BytesIO()
        picture.save(written, kind)
        return written.getvalue()

    def _tell_news(self) -> None:
        """What happened after it was published: the history of the demonstration has some lines too."""
        if self.number % 8 == 7:
            return  # no news at all
        silence = 95 if self.number % 8 == 6 else 14  # days
        for place, text in enumerate(self.file["updates"][self.status]):
            on = self._day(-silence - 61 * place - self.number % 30)
            with recording(self.project, by=self.by) as recorder:
                recorder.save(
                    ProjectUpdate(project=self.project, on=on, author=self.by, **two("text", text)), None
                )
