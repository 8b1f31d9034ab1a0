"""What projects tell of cities counts in matches: experience of what is finished, what is looked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import StaffFactory
from cities import directory
from partnerships.matching.explain import explain
from partnerships.models import CityMatch, ScoringJob
from partnerships.scoring import profiles, project_topics
from partnerships.scoring.outbox import run_pending_jobs
from partnerships.tests.test_scoring import everything, waiting
from projects.editing import recording
from projects.models import ProjectNeed
from projects.tests.factories import ProjectFactory, ProjectNeedFactory
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db
PAIR = "/cities/ua/lviv/matches/de/leipzig/"


@pytest.fixture
def world():
    return small_world()


def finished(city, **fields):
    given = {
        "sectors": ["waterAndWaste"],
        "status": "completion",
        "title_en": "<Waterworks>",
        "published": True,
    }
    return ProjectFactory(city=city, **{**given, **fields})


def told(city):
    """What projects tell of a city: topics done, topics looked for."""
    [found] = project_topics.told_of(directory.current(), [city.pk])
    return sorted(found.done), sorted(found.wanted)


def needs_of(one, other):
    """The value of "needs and offers" of two cities."""
    arrays = profiles.current()
    found = explain(arrays, arrays.row_of(one.pk), arrays.row_of(other.pk))
    return next(part.value for part in found.parts if part.code == "needs")


@pytest.mark.parametrize(
    ("fields", "done"),
    [
        ({}, ["water"]),
        (
            {"status": "maintenance", "sectors": ["transport", "transport.road", "health"]},
            ["health", "roads"],
        ),
        ({"state": "archived"}, ["water"]),  # closed, but open to everybody
        ({"status": "implementation"}, []),
        ({"published": False}, []),
    ],
)
def test_a_finished_public_project_is_experience_in_the_main_topics_of_its_sectors(world, fields, done):
    finished(world["Leipzig"], **fields)
    assert told(world["Leipzig"]) == (done, [])


@pytest.mark.parametrize(
    ("project", "need", "wanted"),
    [
        ({}, {}, ["education"]),
        ({}, {"topic_id": "energy", "kind": "partner-city", "state": "talks"}, ["energy"]),
        ({}, {"kind": "finance"}, []),
        ({}, {"state": "met"}, []),
        ({"state": "archived"}, {}, []),
        ({"published": False}, {}, []),
    ],
)
def test_what_a_published_project_seeks_of_cities_is_a_need(world, project, need, wanted):
    made = ProjectFactory(city=world["Leipzig"], **{"published": True, **project})
    ProjectNeedFactory(project=made, **need)
    assert told(world["Leipzig"]) == ([], wanted)


def test_what_a_city_states_itself_is_told_by_itself(world):
    finished(world["Gdańsk"])
    finished(world["Gdańsk"], sectors=["energy.solar"], title_en="Older")
    finished(world["Gdańsk"], sectors=["energy"], title_en="Newer")
    [found] = project_topics.told_of(directory.current(), [world["Gdańsk"].pk])
    assert {code: one.title_en for code, one in found.done.items()} == {"energy": "Newer"}


def test_experience_counts_as_an_offer_and_the_page_names_the_project(world, client):
    lviv, leipzig = world["Lviv"], world["Leipzig"]
    assert needs_of(lviv, leipzig) is None
    project = finished(leipzig)
    half, unknown = 0.5, 0.25  # of water and education the one; the other way nothing is known
    assert needs_of(lviv, leipzig) == pytest.approx((half * unknown) ** 0.5)
    link = f'<a href="/projects/{project.slug}/">&lt;Waterworks&gt;</a>'
    page = client.get(PAIR).content.decode()
    assert (
        f"Leipzig has finished a project in what Lviv looks for: water supply and wastewater (“{link}”)."
        in page
    )
    assert "Leipzig offers what" not in page
    assert f'<td role="cell">water supply and wastewater (“{link}”)</td>' in page
    listed = client.get("/cities/ua/lviv/matches/").content.decode()
    assert f"looks for: water supply and wastewater (“{link}”)." in listed
    assert "Leipzig має завершений проєкт" in client.get(f"/uk{PAIR}").content.decode()


def test_what_a_project_looks_for_is_named_where_it_is_offered(world, client):
    made = ProjectFactory(city=world["Leipzig"], title_en="Theatre", published=True)
    ProjectNeedFactory(project=made, topic_id="culture")
    page = client.get(PAIR).content.decode()
    link = f'<a href="/projects/{made.slug}/">Theatre</a>'
    assert f"Lviv offers what Leipzig looks for: culture and heritage (for “{link}”)." in page


def test_a_changed_project_has_its_city_scored_as_a_full_run_would(world):
    score_world()
    draft = finished(world["Leipzig"], published=False)
    need = ProjectNeed(project=draft, kind="expertise", title_en="Help", topic_id="culture")
    with recording(draft, by=None) as recorder:
        recorder.save(need, None)
    assert waiting() == set()  # nobody sees a draft
    before = everything()
    draft.publish(by=StaffFactory())
    assert waiting() == {world["Leipzig"].pk}
    run_pending_jobs()
    published = everything()
    assert published != before
    score_world()
    assert published == everything()
    with recording(draft, by=None) as recorder:
        recorder.save(ProjectNeed.objects.get(pk=need.pk), None)
    ScoringJob.objects.filter(state="pending").delete()
    draft.archive(by=StaffFactory())
    run_pending_jobs()
    archived = everything()
    assert archived != published
    score_world()
    assert archived == everything()
    assert CityMatch.objects.filter(city=world["Lviv"], partner=world["Leipzig"]).exists()


def test_what_does_not_change_what_projects_tell_leaves_the_arrays_as_they_are(world):
    project = finished(world["Leipzig"])
    arrays = profiles.current()
    type(project).objects.filter(pk=project.pk).update(summary_en="Other words.")
    assert profiles.current() is arrays
    type(project).objects.filter(pk=project.pk).update(sectors=["health"])
    assert profiles.current() is not arrays


def test_it_takes_two_queries_however_many_projects_there_are(world):
    for city in world.values():
        ProjectNeedFactory(project=finished(city))
    at_hand = directory.current()
    with CaptureQueriesContext(connection) as context:
        assert len(project_topics.load(at_hand)) == len(world)
    assert len(context) == 2
