"""Weights that administrators change: previewed, run, kept for single cities and explanations."""

import numpy as np
import pytest

from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory
from cities import directory
from cities.tests.factories import MayorFactory
from partnerships.matching.comparison import compare
from partnerships.matching.components import COMPONENTS
from partnerships.matching.topk import Matcher
from partnerships.models import CityMatch, MatchRun, ScoringJob, SpreadMatch, WeightsPreview
from partnerships.scoring.outbox import ask_for_scoring, run_pending_jobs
from partnerships.weights.admin import changes_of
from partnerships.weights.in_force import current_weights, default_weights, given_weights, vector_of
from partnerships.weights.previewing import ask_for_preview, work_out_waiting
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db
PAGE = "/admin/partnerships/matchrun/weights/"
NEAREST = {component.code: 1.0 if component.code == "distance" else 0.0 for component in COMPONENTS}


@pytest.fixture
def world():
    cities = small_world()
    score_world()
    return cities


def everything():
    return list(CityMatch.objects.values_list("city_id", "rank", "partner_id", "score"))


def by_distance(city):
    """The possible partners of a city, nearest first."""
    at_hand = directory.current()
    row = int(at_hand.reference.rows_of(city.pk))
    listed = [int(at_hand.reference.rows_of(match.partner_id)) for match in city.matches.all()]
    return sorted(listed, key=lambda other: at_hand.reference.distances(row)[other])


def test_a_run_uses_the_weights_it_is_given_and_they_stay_in_force(world):
    before = everything()
    ask_for_scoring(None, NEAREST)
    ask_for_scoring(None)  # somebody changes something meanwhile: the weights asked for remain
    run_pending_jobs()
    assert MatchRun.objects.first().weights == NEAREST
    rows = [
        int(directory.current().reference.rows_of(match.partner_id)) for match in world["Lviv"].matches.all()
    ]
    assert rows == by_distance(world["Lviv"])
    assert given_weights() == NEAREST
    with_them = everything()
    ask_for_scoring(world["Lviv"].pk)
    run_pending_jobs()
    assert everything() == with_them
    score_world()
    assert MatchRun.objects.first().weights == NEAREST
    ask_for_scoring(None, {})
    run_pending_jobs()
    assert everything() == before
    assert given_weights() == {}


def test_each_run_tells_which_weights_it_used_and_what_it_changed(world, admin_client, monkeypatch):
    monkeypatch.setattr(SpreadMatch, "LAST_RANK", 2)
    members = [world["Lviv"], world["Gdańsk"]]
    best = lambda: [[match.partner_id for match in city.matches.all()[:2]] for city in members]  # noqa: E731
    assert MatchRun.objects.get().changed is None  # there was nothing before it
    before = best()
    ask_for_scoring(None, NEAREST)
    run_pending_jobs()
    run, pairs = MatchRun.objects.first(), list(zip(before, best(), strict=True))
    assert run.changed == sum(old != new for old, new in pairs) > 0
    assert run.overlap == sum(len({*old} & {*new}) / len({*old} | {*new}) for old, new in pairs) / 2 < 1
    shown = admin_client.get("/admin/partnerships/matchrun/").content.decode()
    assert f"Distance {1:.4f} ({default_weights()['distance']:.4f})" in shown
    assert f"{run.overlap:.0%}" in admin_client.get(f"/admin/partnerships/matchrun/{run.pk}/change/").text
    score_world()
    assert (MatchRun.objects.first().changed, MatchRun.objects.first().overlap) == (0, 1)


def test_pages_explain_with_the_weights_in_force(world, client):
    ask_for_scoring(None, NEAREST)
    run_pending_jobs()
    page = client.get("/cities/ua/lviv/matches/").content.decode()
    assert "km lie between them" in page


def test_a_failed_run_leaves_the_weights_as_they_were(world):
    MatchRun.objects.create(state="failed", weights=NEAREST)
    directory.forget()
    assert np.array_equal(current_weights(), vector_of({}))


def test_a_component_that_is_no_more_is_passed_over():
    assert np.array_equal(vector_of({"weather": 3.0}), vector_of({}))


def form(**changed):
    return {**default_weights(), **changed}


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def asked(client, weights):
    """The address of the preview of these weights, asked for on the page."""
    answer = client.post(PAGE, {**weights, "do": "preview"})
    assert answer.status_code == 302
    return PAGE + answer["Location"]


def test_a_preview_is_worked_out_by_the_worker_and_changes_nothing(admin_client, world):
    before = everything(), ScoringJob.objects.count()
    address, usual = asked(admin_client, NEAREST), asked(admin_client, form())
    assert asked(admin_client, NEAREST) == address  # a second click
    assert "It waits for the worker" in text_of(admin_client.get(address))
    assert work_out_waiting() == 2
    assert (everything(), ScoringJob.objects.count()) == before
    page = text_of(admin_client.get(address))
    assert "Lists that change" in page
    assert "hx-get" not in page  # nothing is waited for
    assert f'value="{NEAREST["distance"]}"' in page
    assert "Nothing would change" in text_of(admin_client.get(usual))
    assert address.partition("?")[2] in text_of(admin_client.get(PAGE))
    assert asked(admin_client, NEAREST) != address  # what is done may be old


@pytest.mark.parametrize("number", ["0", "x", "²", "9" * 30, "-1"])
def test_a_preview_that_is_not_there_is_not_found(admin_client, number):
    assert admin_client.get(PAGE, {"preview": number}).status_code == 404


def test_the_preview_tells_enters_leaves_and_moves(world):
    alike = {component.code: 1.0 if component.code == "size" else 0.0 for component in COMPONENTS}
    preview = ask_for_preview(alike, by=StaffFactory())
    work_out_waiting()
    preview.refresh_from_db()
    assert (preview.state, preview.total, preview.compared, preview.percent) == ("done", 2, 2, 100)
    lviv = next(change for change in changes_of(preview) if change.city == "Lviv")
    assert (lviv.enters, lviv.leaves, lviv.overlap) == ([], [], 100)  # four possible partners, all in both
    ranks = {name: (old, new) for name, old, new in lviv.moves}
    assert ranks["Gdańsk"][0] == 1


def test_lists_are_compared_by_parts_with_progress_and_the_most_different_are_kept(world, monkeypatch):
    MayorFactory(city=world["Leipzig"])
    monkeypatch.setattr("partnerships.weights.previewing.CITIES_AT_ONCE", 1)
    monkeypatch.setattr("partnerships.weights.previewing.MOST_CHANGES", 1)
    preview, seen = ask_for_preview(NEAREST, by=StaffFactory()), []
    best_partners = Matcher.best_partners

    def watched(*args):
        seen.append(WeightsPreview.objects.values_list("compared", "total").get())
        return best_partners(*args)

    monkeypatch.setattr(Matcher, "best_partners", watched)
    work_out_waiting()
    assert list(dict.fromkeys(seen)) == [(0, 3), (1, 3), (2, 3)]
    preview.refresh_from_db()
    assert preview.changed > len(preview.changes) == 1


def test_a_worker_that_is_killed_leaves_the_preview_to_the_next_and_five_times_is_enough(world, monkeypatch):
    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Matcher, "best_partners", killed)
        preview = ask_for_preview(NEAREST, by=StaffFactory())
        with pytest.raises(SystemExit):
            work_out_waiting()
    preview.refresh_from_db()
    assert (preview.state, preview.attempts) == ("pending", 1)
    work_out_waiting()
    preview.refresh_from_db()
    assert preview.state == "done"
    WeightsPreview.objects.update(state="pending", attempts=WeightsPreview.MAX_ATTEMPTS)
    assert work_out_waiting() == 0
    preview.refresh_from_db()
    assert preview.state == "failed"


def test_a_preview_that_cannot_be_worked_out_says_why(admin_client, world, monkeypatch):
    monkeypatch.setattr(Matcher, "best_partners", lambda *args: 1 / 0)
    address = asked(admin_client, NEAREST)
    work_out_waiting()
    assert "Attempt 1 of 5 failed, another follows: ZeroDivisionError" in text_of(admin_client.get(address))
    for _attempt in range(4):
        work_out_waiting()
    assert "It could not be worked out: ZeroDivisionError" in text_of(admin_client.get(address))


def test_a_run_with_other_weights_is_asked_for_and_logged(admin_client, world):
    admin_client.post(PAGE, {**NEAREST, "do": "score"})
    assert ScoringJob.objects.get(state="pending").weights == NEAREST
    entry = AuditEntry.objects.get(action="weights changed")
    assert entry.details == {"before": {}, "after": NEAREST}
    run_pending_jobs()
    assert f'value="{NEAREST["distance"]}"' in text_of(admin_client.get(PAGE))


def test_the_default_weights_are_no_change(admin_client, world):
    admin_client.post(PAGE, {**form(), "do": "score"})
    assert ScoringJob.objects.get(state="pending").weights == {}
    assert not AuditEntry.objects.filter(action="weights changed").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"distance": "-1"}, "greater than or equal to 0"),
        ({"distance": "much"}, "Enter a number"),
        ({"distance": ""}, "This field is required"),
        ({"distance": "nan"}, "Enter a number"),
        ({"distance": "1e9"}, "less than or equal to 1000"),
        (dict.fromkeys(default_weights(), "0"), "At least one weight"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_is_kept(admin_client, world, changed, message):
    page = text_of(admin_client.post(PAGE, {**form(), **changed, "do": "score"}))
    assert message in page
    if changed["distance"]:
        assert f'value="{changed["distance"]}"' in page
    assert not ScoringJob.objects.filter(state="pending").exists()


def test_who_may_not_start_runs_is_refused(client, world):
    client.force_login(StaffFactory(rights=["view_matchrun"]))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {**NEAREST, "do": "score"}).status_code == 403


@pytest.mark.parametrize(
    ("before", "after", "overlap", "correlation"),
    [
        ([1, 2, 3], [1, 2, 3], 1, 1),
        ([1, 2, 3], [3, 2, 1], 1, -1),
        ([1, 2, 3], [1, 2, 4], 0.5, 1),
        ([1, 2, 3], [4, 5, 6], 0, np.nan),
        ([1, 2, -1], [2, 3, 1], 2 / 3, -1),
        ([-1, -1, -1], [-1, -1, -1], 1, np.nan),
    ],
)
def test_lists_are_compared(before, after, overlap, correlation):
    found = compare(np.array([before]), np.array([after]))
    assert found.overlap[0] == pytest.approx(overlap)
    assert found.correlation[0] == pytest.approx(correlation, nan_ok=True)
