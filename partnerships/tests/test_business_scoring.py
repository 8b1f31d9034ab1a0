"""From a change of a business to its stored matches: the outbox, a full run, one business, one gone."""

import random
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.membership import State
from cities.models import TopicStatement
from cities.tests.factories import (
    CityFactory,
    CountryFactory,
    TopicStatementFactory,
    TwinningFactory,
)
from partnerships.businesses import arrays, directory
from partnerships.businesses.arrays import of
from partnerships.businesses.keys import write_keys
from partnerships.businesses.scoring import renew_texts
from partnerships.matching.trade_topk import TradeMatcher
from partnerships.models import (
    BusinessJob,
    BusinessMatch,
    BusinessProfile,
    BusinessRun,
    BusinessStatement,
    CityMatch,
    OrganisationMember,
)
from partnerships.scoring import outbox
from partnerships.scoring.outbox import BUSINESSES, run_pending_jobs
from partnerships.tests.factories import BusinessProfileFactory, partnership_between

pytestmark = pytest.mark.django_db

TRADES = ["product", "service", "distribution", "joint-venture"]


def waiting():
    """The businesses that wait to be scored; None stands for all of them."""
    return set(BusinessJob.objects.filter(state="pending").values_list("business_id", flat=True))


def score_all():
    BUSINESSES.ask(None)
    run_pending_jobs()


def everything():
    """All places, with what is unknown as None: NaN would not equal itself."""
    found = BusinessMatch.objects.values_list("business_id", "rank", "partner_id", "score", "components")
    known = lambda values: [None if value != value else value for value in values]  # noqa: E731
    return [(*place, known(components)) for *place, components in found]


def market(number, dice):
    """Businesses in three countries, two cities each, of which some are twinned."""
    countries = [CountryFactory(code=code) for code in ("UA", "PL", "DE")]
    cities = [CityFactory(country=country) for country in countries for _ in range(2)]
    TwinningFactory(city_a=cities[0], city_b=cities[2])
    TwinningFactory(city_a=cities[1], city_b=cities[4])
    return [
        BusinessProfileFactory(
            organisation__city=dice.choice(cities),
            activity=dice.choice(["", "10", "23", "43", "46"]),
            size=dice.choice(["", "micro", "large"]),
            markets=dice.choice([[], ["UA"], ["PL", "DE"]]),
            summary_en=dice.choice(["", "Sells glass and doors", "Bakes bread"]),
            stated={"offer": dice.sample(TRADES, 1), "need": dice.sample(TRADES, 1)},
        )
        for _ in range(number)
    ]


def test_each_change_asks_for_what_it_may_alter():
    profile = BusinessProfileFactory()
    for change, expected in [
        (lambda: profile.save(), {profile.pk}),
        (lambda: profile.organisation.save(), {profile.pk}),
        (lambda: OrganisationMember.objects.get().save(), {profile.pk}),
        (lambda: TwinningFactory(), {None}),
    ]:
        BusinessJob.objects.all().delete()
        change()
        assert waiting() == expected


def test_businesses_of_new_twin_cities_are_asked_for_and_not_more_than_so_many(monkeypatch):
    one, other = CityFactory(), CityFactory(country=CountryFactory(code="PL"))
    here = [BusinessProfileFactory(organisation__city=one).pk for _ in range(3)]
    there = BusinessProfileFactory(organisation__city=other).pk
    BusinessProfileFactory()
    monkeypatch.setattr(outbox, "MOST_OF_A_CITY", 2)
    BusinessJob.objects.all().delete()
    TwinningFactory(city_a=one, city_b=other)
    assert waiting() == {None, here[1], here[2], there}
    BusinessJob.objects.all().delete()
    partnership_between(one, other)
    assert waiting() == {here[1], here[2], there}


def says(city, need, offer):
    """Let a city look for one thing and offer another, and nothing else."""
    TopicStatement.objects.filter(city=city).delete()
    for kind, topic in [("need", need), ("offer", offer)]:
        TopicStatementFactory(city=city, kind=kind, topic_id=topic)


def test_lists_of_businesses_follow_when_another_city_is_proposed(monkeypatch):
    """Lviv and Gdańsk have what the other looks for, and so have Kyiv and Lublin; Lviv turns to that."""
    monkeypatch.setattr(arrays, "BEST_PROPOSED", 1)
    lviv, kyiv = CityFactory.create_batch(2, country=CountryFactory(code="UA"))
    gdansk, lublin = CityFactory.create_batch(2, country=CountryFactory(code="PL"))
    for city in (lviv, gdansk, lublin):
        BusinessProfileFactory.create_batch(2, organisation__city=city, stated={"offer": ["product"]})
    for one, other, topics in [(lviv, gdansk, ("water", "energy")), (kyiv, lublin, ("tourism", "health"))]:
        says(one, *topics)
        says(other, *reversed(topics))
    outbox.ask_for_scoring(None)
    score_all()
    before = everything()
    says(lviv, "tourism", "health")
    run_pending_jobs()
    assert CityMatch.objects.get(city=lviv, rank=1).partner == lublin
    alone = everything()
    assert alone != before
    score_all()
    assert alone == everything()


def test_a_run_stores_the_best_abroad_as_the_live_ranking_has_them():
    market(12, random.Random(1))
    score_all()
    run = BusinessRun.objects.get()
    assert (run.state, run.total, run.matches) == ("done", 12, BusinessMatch.objects.count())
    compared = of(directory.current())
    matcher = TradeMatcher.of(compared)
    for row in range(len(compared)):
        partners = matcher.possible_partners(row)
        scores, _components = matcher.score_partners(row, partners)
        best = [int(compared.ids[partners[place]]) for place in (-scores).argsort(kind="stable")]
        stored = BusinessMatch.objects.filter(business=int(compared.ids[row])).order_by("rank")
        assert list(stored.values_list("partner_id", flat=True)) == best
    assert waiting() == set()


def test_however_a_business_changes_the_lists_are_those_of_a_full_run(monkeypatch):
    """Lists of four among twenty: a change brings a business into lists, to other places and out."""
    monkeypatch.setattr(BusinessMatch, "LAST_RANK", 4)
    dice = random.Random(0)
    profiles = market(20, dice)
    score_all()
    for profile in dice.choices(profiles, k=8):
        BusinessStatement.objects.filter(organisation=profile.pk).delete()
        for kind in ("need", "offer"):
            BusinessStatement.objects.create(organisation_id=profile.pk, kind=kind, trade=dice.choice(TRADES))
        profile.size = dice.choice(["micro", "large"])
        profile.save()
        write_keys(profile)
        run_pending_jobs()
        alone = everything()
        score_all()
        assert alone == everything()


def test_a_business_that_is_public_no_more_leaves_every_list_and_comes_back():
    profiles = market(8, random.Random(2))
    score_all()
    before, gone = everything(), profiles[0].organisation
    for state, stays in [(State.SUSPENDED, False), (State.APPROVED, True)]:
        for member in OrganisationMember.objects.filter(organisation=gone):
            member.state = state
            member.save()
        run_pending_jobs()
        assert BusinessMatch.objects.filter(business=gone).exists() is stays
        assert BusinessMatch.objects.filter(partner=gone).exists() is stays
    assert everything() == before


def test_a_patched_copy_is_the_same_as_a_fresh_one():
    """Changed, gone, new, renamed, moved: only those are read, and the rest is as it was."""
    profiles = market(15, random.Random(3))
    old = directory.current()
    changed, gone, renamed = profiles[:3]
    changed.size, changed.markets, changed.languages = "medium", ["FR"], ["fr"]
    changed.save()
    BusinessStatement.objects.create(organisation_id=changed.pk, kind="offer", trade="investment")
    write_keys(changed)
    gone.organisation.delete()
    renamed.organisation.name = "Renamed"
    renamed.organisation.save()
    city = renamed.organisation.city
    BusinessProfileFactory(organisation__name="New", organisation__city=city, markets=["FR", "UA"])
    patched = directory.current()
    assert patched.patches > 0
    assert old.patches == 0
    assert contents(patched) == contents(directory.BusinessDirectory.load(patched.cities))
    assert contents(patched) != contents(old)


def contents(copy):
    return [
        (
            int(copy.ids[row]), int(copy.updated[row]), copy.name[row], copy.slug[row], int(copy.city[row]),
            copy.seeks[row].tobytes(), copy.does[row].tobytes(), int(copy.founded[row]),
            *((name, facet.codes_of(row)) for name, facet in copy.facets.items()),
        )
        for row in range(len(copy))
    ]  # fmt: skip


def test_texts_of_another_version_are_unknown_until_a_run_renews_them():
    profile = BusinessProfileFactory(summary_en="Bakes bread")
    BusinessProfile.objects.update(text_vectors=b"another!" + bytes(256))
    assert not directory.current().does.any()
    assert renew_texts() == 1
    assert directory.current().does.any()
    assert renew_texts() == 0
    assert profile.pk


def test_the_commands_score_and_measure():
    market(4, random.Random(4))
    said = StringIO()
    call_command("score_businesses", here=True, stdout=said)
    assert "is done: 4 businesses" in said.getvalue()
    call_command("bench_businesses", 60, stdout=said)
    assert "60 businesses in" in said.getvalue()
