"""A small world for tests that cross apps: cities of three countries, members, ties, profiles."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import StaffFactory, UserFactory
from cities.models import City, CityProfile
from cities.tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    MayorFactory,
    TopicStatementFactory,
    TwinningFactory,
)
from events.models import Event, GuestInvitation, Session, Speaker
from events.tests.factories import (
    EventFactory,
    MeetingRequestFactory,
    RegistrationFactory,
    SlotFactory,
    TableFactory,
)
from knowledge.tests.factories import AdoptionFactory, PracticeFactory
from knowledge.tests.news_factories import ArticleFactory
from partnerships.invitations.models import hashed
from partnerships.models import MatchingRound, Organisation, Party
from partnerships.rounds.solving import solve_waiting_rounds
from partnerships.scoring.outbox import ask_for_scoring, run_pending_jobs
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    FundingCallFactory,
    MatchingRoundFactory,
)
from projects.tests.factories import (
    BudgetLineFactory,
    FundingSourceFactory,
    MilestoneFactory,
    ProjectFactory,
    ProjectNeedFactory,
)

PLACES = {
    "UA": [
        ("Lviv", 717_273, 49.84, 24.02),
        ("Kyiv", 2_952_301, 50.45, 30.52),
        ("Stryi", 59_425, 49.26, 23.85),
    ],
    "PL": [
        ("Gdańsk", 470_907, 54.35, 18.65),
        ("Wrocław", 674_079, 51.11, 17.04),
        ("Lublin", 338_586, 51.25, 22.57),
    ],
    "DE": [
        ("Leipzig", 619_879, 51.34, 12.37),
        ("Görlitz", 56_000, 51.15, 14.99),
        ("Frankfurt", 650_000, 50.12, 8.68),
    ],
}


EVENT = "an-event"


def small_world() -> dict[str, City]:
    """Nine cities by name; Lviv needs water and offers culture, Gdańsk the reverse; both are members."""
    made = {}
    for code, places in PLACES.items():
        country = CountryFactory(code=code)
        for name, population, latitude, longitude in places:
            made[name] = CityFactory(
                name=name, country=country, population=population, latitude=latitude, longitude=longitude
            )
    for name, need, offer in [("Lviv", "water", "culture"), ("Gdańsk", "culture", "water")]:
        MayorFactory(city=made[name])
        CityProfileFactory(city=made[name], is_demonstration=True)
        TopicStatementFactory(city=made[name], topic_id=need, kind="need", note_en="The river floods.")
        TopicStatementFactory(city=made[name], topic_id=offer, kind="offer")
    for one, other in [
        ("Lviv", "Wrocław"),
        ("Lviv", "Lublin"),
        ("Gdańsk", "Leipzig"),
        ("Wrocław", "Görlitz"),
    ]:
        TwinningFactory(city_a=made[one], city_b=made[other])
    for name, city, offer, need in [
        ("Lviv Glass", "Lviv", "product", "distribution"),
        ("Gdańsk Ships", "Gdańsk", "service", "subcontracting"),
    ]:
        BusinessProfileFactory(
            organisation__name=name,
            organisation__slug=f"example-{city.lower().replace('ń', 'n')}",
            organisation__city=made[city],
            stated={"offer": [offer], "need": [need]},
            activity="23.12",
            size="small",
            founded=1999,
            markets=["DE", "US"],
            languages=["en"],
            is_demonstration=True,
        )
    fund = FinancialPartnerProfileFactory(
        organisation__name="Kyiv Fund",
        organisation__slug="example-kyiv",
        organisation__city=made["Kyiv"],
        stated=["grant", "loan"],
        institution="fund",
        ticket_to=500_000,
        currency="EUR",
        is_demonstration=True,
    )
    FundingCallFactory(organisation=fund.organisation, topics=["water"], amount=1_000_000, currency="EUR")
    school = ProjectFactory(
        city=made["Lviv"], slug="example-school", title_en="A school", title_uk="Школа", summary_uk="Школа.",
        published=True, rate=50, rate_on="2026-11-01", is_demonstration=True,
    )  # fmt: skip
    BudgetLineFactory(project=school)
    FundingSourceFactory(project=school)
    ProjectNeedFactory(project=school)
    MilestoneFactory(project=school)
    practice = PracticeFactory(
        city=made["Lviv"], slug="example-practice", title_en="Leaks found", title_uk="Витоки знайдено",
        problem_uk="Вода.", done_uk="Слухали труби.", lessons_uk="Уночі.", published=True,
        results=["Втрати води"], is_demonstration=True,
    )  # fmt: skip
    ArticleFactory(slug="example-article", is_demonstration=True)
    AdoptionFactory(practice=practice, city=made["Gdańsk"], text_uk="І в нас.")
    assert CityProfile.objects.count() == 2
    return made


def score_world() -> None:
    """Score all cities in this process."""
    ask_for_scoring(None)
    run_pending_jobs(is_patient=False)


def solved_round(**fields) -> MatchingRound:
    """A matching round of the cities of Ukraine, solved in this process."""
    made = MatchingRoundFactory(taker_countries=["UA"], **fields)
    made.solve(by=StaffFactory(is_superuser=True))
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == MatchingRound.State.SOLVED, made.error
    return made


def events_of_the_world(host: City, people: Iterable[tuple[User, City | Organisation]]) -> Event:
    """A public event of a city, EVENT, with a programme, a slot and a table; these people take part in it.

    Each of them has asked a further participant for a meeting; two others agree to have one.
    """
    event = EventFactory(
        slug=EVENT,
        city=host,
        place_en="Hall",
        place_uk="Зала",
        link="https://meet.example/x",
    )
    start, end = event.starts_at, event.ends_at
    session = Session.objects.create(event=event, starts_at=start, ends_at=end, title_uk="Відкриття")
    session.speakers.add(Speaker.objects.create(event=event, name_uk="Олена", name_en="Olena"))
    event.exhibitors.create(party=Party.objects.of(host), stand="7")
    SlotFactory(event=event, starts_at=start)
    TableFactory(event=event, number=1)
    asked = RegistrationFactory(event=event)
    for user, one in people:
        mine = RegistrationFactory(event=event, user=user, party=Party.objects.of(one))
        MeetingRequestFactory(event=event, sender=mine, receiver=asked, sentence="Про воду.")
    MeetingRequestFactory(event=event, state="accepted", sentence="Про школи.")
    return event


def guest_of_the_world(secret: str) -> GuestInvitation:
    """An invitation of a guest to another event, with this secret in its link."""
    return GuestInvitation.objects.create(
        event=EventFactory(open_to=[]),
        invited_by=UserFactory(),
        name="Ada",
        email="ada@example.org",
        token_hash=hashed(secret),
        expires_at=timezone.now() + timedelta(days=9),
    )
