"""Demonstration projects."""

import pytest
from django.core.management import call_command
from django.utils import translation

from cities.demo import read_cities
from cities.tests.factories import CityFactory, CountryFactory
from projects.demo import STEP_DAYS, add_projects, read_projects
from projects.models import Project

pytestmark = pytest.mark.django_db

LVIV, WROCLAW = 702550, 3081368


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


def test_the_texts_are_complete_in_both_languages():
    entries = read_projects()["projects"]
    assert len({one["title"]["en"] for one in entries}) == len(entries) >= 80
    assert {one["city"] for one in entries} <= {one["id"] for one in read_cities()}
    assert {one["status"] for one in entries} == set(STEP_DAYS)
    for one in entries:
        assert all([*one["title"].values(), *one["summary"].values()])
        assert one["kit"] in read_projects()["kits"]


def test_projects_come_with_the_demonstration_cities_add_up_and_say_so(client):
    CityFactory(id=LVIV, name="Lviv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))
    call_command("load_demo")
    entries = [one for one in read_projects()["projects"] if one["city"] in (LVIV, WROCLAW)]
    assert Project.objects.count() == len(entries) >= 4
    for project in Project.objects.all():
        for part in (project, *project.needs.all(), *project.risks.all(), *project.tenders.all()):
            part.full_clean()
        entry = next(one for one in entries if one["title"]["en"] == project.title_en)
        assert project.money.budget == entry["budget"]
        assert project.is_demonstration
    project = Project.objects.published().first()
    for language, words in [("en", "invented to show"), ("uk", "вигадані, щоб показати")]:
        with translation.override(language):
            assert words in client.get(project.get_absolute_url()).content.decode()
    assert add_projects(None) == 0
