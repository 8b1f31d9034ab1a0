import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cities.models import Twinning
from partnerships.matching.profiles import build_profiles
from tests.world import small_world

pytestmark = pytest.mark.django_db
HEADER = "geonameid_a,geonameid_b"


@pytest.fixture
def files(tmp_path):
    def write(**pairs):
        for name, ties in pairs.items():
            lines = [HEADER, *(f"{a.pk},{b.pk}" if a else "7,x" for a, b in ties)]
            (tmp_path / name).write_text("\n".join(lines))
        return {"known": tmp_path / "known", "held_out": tmp_path / "held_out"}

    return write


def run(files, **options):
    out, err = StringIO(), StringIO()
    call_command("backtest", **files, **{"min_population": 0} | options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_knows_the_given_ties_and_nothing_else(files, monkeypatch):
    cities = small_world()
    assert Twinning.objects.exists()
    seen = []
    monkeypatch.setattr(
        "partnerships.measuring.backtest.build_profiles",
        lambda **given: seen.append(build_profiles(**given)) or seen[0],
    )
    given = files(known=[(cities["Lviv"], cities["Leipzig"])], held_out=[(cities["Kyiv"], cities["Gdańsk"])])
    run(given)
    [profiles] = seen
    assert len(profiles.ties.partners) == 2
    assert not profiles.cities["needs"].any()
    assert not profiles.cities["offers"].any()


def test_it_prints_figures_for_all_and_for_ukraine(files):
    cities = small_world()
    given = files(known=[(cities["Lviv"], cities["Leipzig"])], held_out=[(cities["Kyiv"], cities["Gdańsk"])])
    text, _ = run(given)
    assert "1 known ties, 1 held out: 2 queries" in text
    assert "Queries from Ukrainian cities (1)" in text
    data = json.loads(run(given, json=True)[0])
    assert data["quality"]["matcher"]["queries"] == 2
    assert {"random", "nearest", "size", "without size"} <= data["of_ukraine"].keys()


def test_it_tells_apart_partners_that_are_candidates_only_because_they_are_to_be_found(files):
    cities = small_world()
    tie = (cities["Kyiv"], cities["Gdańsk"])
    for known, among_those_large_enough in (
        ([], 1),
        ([(cities["Leipzig"], cities["Gdańsk"])], 2),
    ):
        given = files(known=known, held_out=[tie])
        data = json.loads(run(given, min_population=cities["Kyiv"].population, json=True)[0])
        assert data["quality"]["matcher"]["queries"] == 2
        assert data["not_given_away"]["matcher"]["queries"] == among_those_large_enough


def test_it_names_what_it_leaves_out(files):
    cities = small_world()
    tie = (cities["Lviv"], cities["Leipzig"])
    given = files(known=[tie, (None, None)], held_out=[tie, (cities["Kyiv"], cities["Gdańsk"])])
    text, problems = run(given)
    assert "1 held out" in text
    assert "known already" in problems
    assert "line 3: no city has the GeoNames id 7" in problems


def test_files_that_cannot_be_used_are_refused(files, tmp_path):
    small_world()
    given = files(known=[], held_out=[])
    with pytest.raises(CommandError, match="holds no tie"):
        run(given)
    (tmp_path / "known").write_bytes(b"\xff\x00")
    with pytest.raises(CommandError, match="cannot be read"):
        run(given)
    with pytest.raises(CommandError, match="cannot be read"):
        run({**given, "known": tmp_path / "absent"})
