"""Projects of OC4IDS 0.9.5 as items: what our own export writes comes back as it was.

Whatever a record has that is not read here is named in `Item.unused`, so that nothing is lost in silence.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from projects.models import Tender
from projects.open_data.oc4ids import INTERESTS, PLACE_UNKNOWN, Record

from .items import CYRILLIC, Item, Typed, bilingual

CENTS = 2
LARGEST = 30  # digits before the point of a number that is written out
GOAL = re.compile(r"(?:^|;)\s*(\d{1,2})\.")
GEONAMES = re.compile(r"geonames-(\d{1,9})")
OF_OTHERS = {
    "pre-award": Tender.Status.PLANNED,
    "active": Tender.Status.AWARDED,
    "closed": Tender.Status.AWARDED,
}
OURS = {**OF_OTHERS, "closed": Tender.Status.UNSUCCESSFUL}
"""The states of tenders by those of contracting processes; ours are closed only where nothing was bought."""
RECKONED = ("updated", "url", "metrics", "parties")
"""What the portal itself says of each project that it publishes."""


class Source:
    """An object of a record, read name by name. What is of another type than it should be is an error."""

    def __init__(self, found: Any, path: str, errors: list[str]) -> None:
        self.path, self.errors = path, errors
        self.found: Record = found if isinstance(found, dict) else {}
        self.read: set[str] = set()
        self.inner: list[Source] = []
        if found is not None and not isinstance(found, dict):
            self._wrong(path)

    def text(self, name: str) -> str:
        """A text, or a number in figures; nothing is ""."""
        match self._value(name):
            case None | bool():
                return ""
            case str() as text:
                return text
            case int() | Decimal() as number:
                return in_figures(number)
        self._wrong(self._path(name))
        return ""

    def texts(self, name: str) -> list[str]:
        """A list of texts; one text counts as such a list."""
        value = self._value(name)
        values = [value] if isinstance(value, str) else self._list(name, value)
        return [str(one) for one in values if isinstance(one, str)]

    def day(self, name: str) -> str:
        """The day of a moment."""
        return self.text(name).partition("T")[0]

    def object(self, name: str) -> "Source":
        """An object; empty if there is none."""
        return self._inner(name, self._value(name))

    def objects(self, name: str) -> list["Source"]:
        """A list of objects."""
        return [self._inner(name, one) for one in self._list(name, self._value(name))]

    def bilingual(self, name: str, field: str) -> Typed:
        """A text as fields of both languages, from `name`, `name_en` and `name_uk`.

        The same text in both places was written in one language: which, its letters tell.
        """
        main, english, ukrainian = (self.text(one) for one in (name, f"{name}_en", f"{name}_uk"))
        if main and not english and ukrainian in ("", main):
            return {f"{field}_en": "", f"{field}_uk": "", **bilingual(field, main)}
        if main and not ukrainian and CYRILLIC.search(main):
            ukrainian = main
        return {f"{field}_en": english or main, f"{field}_uk": ukrainian}

    def skip(self, *names: str) -> None:
        """Take these names, or all of the object, for read."""
        self.read |= set(names or self.found)

    def leave(self) -> None:
        """Name the object itself as unused, not what is in it."""
        self.inner, self.read, self.found = [], set(), {"": True}

    def unread(self) -> Iterator[str]:
        """The paths of what nobody read."""
        for name in self.found:
            if name not in self.read:
                yield self._path(name)
        for one in self.inner:
            yield from one.unread()

    def _value(self, name: str) -> Any:
        self.read.add(name)
        return self.found.get(name)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}".strip(".")[:100]

    def _inner(self, name: str, value: Any) -> "Source":
        self.inner.append(Source(value, self._path(name), self.errors))
        return self.inner[-1]

    def _list(self, name: str, value: Any) -> list[Any]:
        if value is None or isinstance(value, list):
            return value or []
        self._wrong(self._path(name))
        return []

    def _wrong(self, path: str) -> None:
        text = _("“%(name)s” is not what OC4IDS has there.")
        self.errors.append(text % {"name": path or "project"})


def in_figures(number: int | Decimal) -> str:
    """A number without exponent, cents without further zeros: 1E+3 is "1000"."""
    exact = Decimal(number) if isinstance(number, Decimal) or abs(number) < 10**LARGEST else None
    if exact is None or not exact.is_finite() or abs(exact.adjusted()) > LARGEST:
        return f"{str(number)[:LARGEST]}…" if exact is None else f"{exact}"
    if exact == round(exact, CENTS):
        exact = round(exact, CENTS if exact % 1 else 0)
    return f"{exact:f}"


def item_of(record: Any) -> Item:
    """The project of a record, which may be anything that JSON can say."""
    item = Item()
    root = Source(record, "", item.errors)
    item.identifier = root.text("id")
    is_ours = item.identifier.startswith(f"{settings.OC4IDS_PREFIX}-")
    root.skip("language", *(RECKONED if is_ours else ()))
    item.is_demonstration = root.found.get("demonstration") is True
    root.skip("demonstration")
    authority = root.object("publicAuthority")
    item.city = _city(authority.text("id"))
    authority.skip("name")
    money = _Money(root, is_ours)
    item.project = {
        **root.bilingual("title", "title"),
        **root.bilingual("description", "summary"),
        "sectors": root.texts("sector"),
        "type": root.text("type"),
        "status": root.text("status"),
        "goals": _goals(root),
        **_days(root),
        **_place(root, is_ours),
        **_benefits(root),
        "currency": money.currency,
    }
    item.parts = {
        "budgetline": money.lines,
        "fundingsource": money.sources,
        "milestone": [_milestone(one, is_ours) for one in root.objects("milestones")],
        "tender": [_tender(one, is_ours) for one in root.objects("contractingProcesses")],
        "risk": [],
    }
    _documents(root, item, is_ours)
    item.unused = list(dict.fromkeys(root.unread()))
    return item


def _city(identifier: str) -> int | None:
    found = GEONAMES.fullmatch(identifier)
    return int(found[1]) if found else None


def _goals(root: Source) -> list[str]:
    policies = root.object("policyAlignment")
    if "SDG" not in policies.texts("policies"):
        return []
    policies.skip("description_uk")
    return GOAL.findall(policies.text("description"))


def _days(root: Source) -> Typed:
    planned, actual = root.object("period"), root.object("implementationPeriod")
    completed = root.object("completion").day("endDate")
    return {
        "planned_start": planned.day("startDate"),
        "planned_end": planned.day("endDate"),
        "actual_start": actual.day("startDate"),
        "actual_end": actual.day("endDate") or completed,
    }


def _place(root: Source, is_ours: bool) -> Typed:
    """The first place with its address; the point of a city is not the project's."""
    places = root.objects("locations")
    for other in places[1:]:
        other.leave()
    if not places:
        return {}
    place = places[0]
    address = place.object("address")
    if is_ours:
        place.skip("id", "gazetteer")
        address.skip("locality", "region", "countryName")
    found = address.bilingual("streetAddress", "address")
    geometry = place.object("geometry")
    if place.found.get("description") == PLACE_UNKNOWN:
        place.skip("description")
        geometry.skip()
    elif geometry.found.get("type") == "Point":
        geometry.skip("type")
        point = [in_figures(one) for one in _numbers(geometry)]
        found |= dict(zip(("longitude", "latitude"), point, strict=False))
    return found


def _numbers(geometry: Source) -> list[int | Decimal]:
    values = geometry.found.get("coordinates")
    geometry.skip("coordinates")
    return [one for one in values or [] if isinstance(one, int | Decimal)] if isinstance(values, list) else []


def _benefits(root: Source) -> Typed:
    """The first group of people who benefit."""
    people = [who for benefit in root.objects("benefits") for who in benefit.objects("beneficiaries")]
    for other in people[1:]:
        other.leave()
    if not people:
        return {}
    number = people[0].text("numberOfPeople")
    return {"beneficiaries": number, **people[0].bilingual("description", "beneficiaries")}


class _Money:
    """The budget of a record: its currency, its lines and who pays."""

    def __init__(self, root: Source, is_ours: bool) -> None:
        self.is_ours, self.errors = is_ours, root.errors
        self.currencies: dict[str, None] = {}
        budget = root.object("budget")
        total = self._amount(budget, "amount")
        self.entries = [entry for group in self._groups(budget) for entry in group.objects("budgetBreakdown")]
        self.lines = [self._line(one) for one in self.entries if "sourceParty" not in one.found]
        self.sources = self._sources(budget)
        self._compare(total)
        if len(self.currencies) > 1:
            text = _("The amounts are in several currencies: %(names)s.")
            self.errors.append(text % {"names": ", ".join(self.currencies)})
        self.currency = next(iter(self.currencies), "EUR")

    def _groups(self, budget: Source) -> list[Source]:
        groups = budget.objects("budgetBreakdowns")
        for one in groups if self.is_ours else []:
            one.skip("id", "description")
        return groups

    def _amount(self, source: Source, name: str) -> str:
        value = source.object(name)
        if currency := value.text("currency"):
            self.currencies[currency] = None
        return value.text("amount")

    def _line(self, entry: Source) -> Typed:
        entry.skip("id")
        return {**entry.bilingual("description", "label"), "amount": self._amount(entry, "amount")}

    def _sources(self, budget: Source) -> list[Typed]:
        """Funders: those of `finance` with the days of the entries of the budget that mean the same money."""
        entries = {self._key(one, "sourceParty"): one for one in self.entries if "sourceParty" in one.found}
        found = []
        for one in budget.objects("finance"):
            entry = entries.pop(self._key(one, "financingParty"), None)
            found.append(self._source(one, "financingParty", "title", "value"))
            if entry:
                found[-1]["agreed_on"] = entry.day("approvalDate")
                entry.skip()
        for entry in entries.values():
            found.append(self._source(entry, "sourceParty", "description", "amount"))
            found[-1]["agreed_on"] = entry.day("approvalDate")
        return found

    def _key(self, source: Source, party: str) -> tuple[str, str]:
        return source.text("id"), Source(source.found.get(party), "", []).text("id")

    def _source(self, source: Source, party: str, name: str, value: str) -> Typed:
        payer = source.object(party)
        city, called = _city(payer.text("id")), payer.text("name")
        titles = source.bilingual(name, "name")
        return {
            **(titles if any(titles.values()) else bilingual("name", called)),
            "city": city,
            "committed": self._amount(source, value),
            "arrangement": source.text("type"),
            "pledged": self._amount(source, "pledged"),
            "disbursed": self._amount(source, "disbursed"),
            "origin": source.text("origin") or "domestic",
            "ownership": source.text("ownership") or "public",
            "year": source.text("year"),
        }

    def _compare(self, total: str) -> None:
        """A total without lines is a line; one that its lines do not add up to is an error."""
        if not self.lines and total:
            self.lines = [{"label_en": "Budget", "label_uk": "Бюджет", "amount": total}]
        elif total and _sum([line["amount"] for line in self.lines]) not in (None, _sum([total])):
            self.errors.append(_("The lines of the budget do not add up to its amount."))


def _sum(amounts: list[str]) -> Decimal | None:
    """The sum; None where one is no amount."""
    if not all(re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", one) for one in amounts):
        return None
    return sum((Decimal(one) for one in amounts), Decimal(0))


def _milestone(one: Source, is_ours: bool) -> Typed:
    one.skip("id", *(("type", "status", "dateModified") if is_ours else ()))
    due, done = one.day("dueDate"), one.day("dateMet")
    return {**one.bilingual("title", "title"), "due_on": due or done, "done_on": done}


def _tender(one: Source, is_ours: bool) -> Typed:
    summary = one.object("summary")
    identifier = one.text("id")
    reference = summary.text("externalReference") or identifier
    title = summary.bilingual("title", "title")
    notices = summary.objects("documents")
    for other in notices[1:]:
        other.leave()
    if notices and is_ours:
        notices[0].skip()
    status = summary.text("status")
    return {
        **(title if any(title.values()) else bilingual("title", reference)),
        "reference": reference,
        "url": notices[0].text("url") if notices else "",
        "status": (OURS if is_ours else OF_OTHERS).get(status, status or Tender.Status.PLANNED),
    }


def _documents(root: Source, item: Item, is_ours: bool) -> None:
    """What stands among the documents and is none: risks and interests. Files are not taken over."""
    codes = {title: code for code, title in INTERESTS.items()}
    for one in root.objects("documents"):
        kind, title = one.found.get("documentType"), one.found.get("title")
        if is_ours and one.found.get("id") == "interests" and isinstance(title, str):
            item.project |= {"interests": codes.get(title, ""), **one.bilingual("description", "interests")}
            one.skip()
        elif kind == "riskProvisions" and "url" not in one.found:
            one.skip("id", "documentType")
            texts = {**one.bilingual("title", "text"), **one.bilingual("description", "mitigation")}
            item.parts["risk"].append({**texts, "likelihood": "medium"})
        else:
            one.leave()
