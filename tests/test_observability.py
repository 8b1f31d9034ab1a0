"""What operators are told: log lines under the number of their request, metrics, readiness, reports."""

import io
import json
import logging
import re
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families

from accounts import heartbeat
from accounts.models import Letter
from accounts.tasks import send_letters
from accounts.tests.factories import PASSWORD, UserFactory
from conftest import wait_until
from mayors_portal import health, logs, reporting, task_tracing
from mayors_portal.request_tracing import HEADER
from mayors_portal.tracing import About, Trace, traced

ROOT = Path(__file__).resolve().parent.parent
EMAIL, TOKEN, NUMBER = (
    "olena.kovalenko@rada.example",
    "vK3-x_9QzLmN0pRsTuVwXyZ1aBcDeFgHiJkLmNoPqRs",
    "from-the-proxy-1",
)


@pytest.fixture
def log():
    """Read what was logged since as JSON lines; `text` is all of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    handler.addFilter(About())
    root, own = logging.getLogger(), logging.getLogger("portal")
    before = root.level, own.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    own.setLevel(logging.INFO)

    def lines(logger=""):
        told = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [line for line in told if line["logger"].startswith(logger)]

    yield lines
    root.removeHandler(handler)
    root.setLevel(before[0])
    own.setLevel(before[1])


@pytest.mark.django_db
def test_a_request_is_one_line_under_its_number_and_tells_no_secret(client, log):
    user = UserFactory(email=EMAIL)
    client.force_login(user)
    address = f"/uk/invitations/{TOKEN}/?email={EMAIL}&q=Olena&token=abc"
    answer = client.get(address, headers={HEADER: NUMBER})
    client.get(f"/no/such/{TOKEN}/")
    [line, other] = log("portal.requests")
    assert answer[HEADER] == line["request_id"] == NUMBER
    assert line["path"] == "/uk/invitations/<token>/"
    assert (line["status"], line["user_id"]) == (answer.status_code, user.pk)
    assert line["queries"] > 0 < line["ms"]
    assert other["path"] == "(no such address)"
    assert other["request_id"] not in ("", NUMBER)
    told = [line["request_id"] for line in log("django.request") if "<token>" in line["message"]]
    assert told == [NUMBER]
    for secret in (EMAIL, TOKEN, "Olena", "abc"):
        assert secret not in json.dumps(log())


@pytest.mark.django_db
def test_an_error_is_told_under_the_number_that_the_person_reads_and_blacked_out(client, log, monkeypatch):
    def fail():
        raise ValueError(f"duplicate {EMAIL}, password={TOKEN[:9]} and {TOKEN}")

    monkeypatch.setattr(health, "_database_answers", fail)
    client.raise_request_exception = False
    answer = client.get("/readyz", headers={HEADER: NUMBER})
    assert answer.status_code == 500
    assert NUMBER in answer.content.decode()
    [line] = [line for line in log("django.request") if "exception" in line]
    assert line["request_id"] == NUMBER
    assert "duplicate […], password=[…] and […]" in line["exception"]
    assert not {secret for secret in (EMAIL, TOKEN, TOKEN[:9]) if secret in json.dumps(log())}


@pytest.mark.django_db
def test_who_comes_in_and_who_does_not_is_told_by_number(client, log):
    user = UserFactory(email=EMAIL)
    for password in ("wrong-one", PASSWORD):
        client.post("/accounts/login/", {"login": EMAIL, "password": password})
    form = {
        "oldpassword": PASSWORD,
        "password1": "new horse, new staple",
        "password2": "new horse, new staple",
    }
    client.post("/accounts/password/change/", form)
    client.post("/accounts/logout/")
    told = log("portal.security")
    assert [(line["event"], line["person"]) for line in told] == [
        ("was refused", None),
        ("signed in", user.pk),
        ("changed the password", user.pk),
        ("signed out", user.pk),
    ]
    assert told[1]["means"] == "password"
    assert all(line["request_id"] and line["time"].endswith("+00:00") for line in told)
    for secret in (EMAIL, PASSWORD, "wrong-one", "new horse"):
        assert secret not in json.dumps(log())


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["short", "a" * 65, "a b c d e f g", f"{EMAIL}", "номер-запиту"])
def test_a_number_that_is_not_well_formed_is_replaced(client, given):
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz", headers={HEADER: given})[HEADER])


def test_what_is_logged_stays_one_line_and_goes_to_one_place(log):
    logging.getLogger("portal.requests").info('a\n{"logger": "forged"}\r')
    [line] = log("portal.requests")
    assert line["message"].startswith("a\n{")
    assert log("forged") == []
    made = logs.configuration("json", "INFO", True)
    assert [handler["class"] for handler in made["handlers"].values()] == ["logging.StreamHandler"]


def test_words_that_are_no_secrets_stay():
    told = "partnerships.tasks.run_pending_scoring_jobs took 3 s, see runbook.md: 5f0c9a7e11d84e0c8a9b"
    assert logs.blacked_out(told) == told


@pytest.mark.django_db
def test_a_long_statement_is_logged_without_its_values(log):
    with override_settings(SLOW_QUERY_MS=1), traced(Trace(NUMBER)), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.005), %s", ["Olena"])
        cursor.execute("SELECT 1")
    told = [line for line in log("portal.statements") if "pg_sleep" in line["message"]]
    assert [line["request_id"] for line in told] == [NUMBER]
    assert "Olena" not in json.dumps(log())


@pytest.mark.django_db(transaction=True)
def test_the_number_goes_with_the_task_to_the_worker(worker, capfd):
    Letter.objects.create(to=EMAIL, subject="Hello", text="x", not_before="2000-01-01T00:00Z")
    with traced(Trace(NUMBER)):
        send_letters.apply_async()
    worker(
        LOG_FORMAT="json",
        LOG_REQUESTS="1",
        LOG_LEVEL="INFO",
        SLOW_QUERY_MS="0",
        EMAIL_URL="smtp://nobody.invalid",
    )
    wait_until(lambda: send_letters.name in task_tracing.counts())
    wait_until(lambda: heartbeat.last()[heartbeat.Sign.WORKER] is not None)
    told = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    [line] = [line for line in told if line["logger"] == "portal.tasks"]
    assert (line["request_id"], line["task"], line["state"]) == (NUMBER, send_letters.name, "SUCCESS")
    [refused] = [line for line in told if line["logger"] == "accounts.letters"]
    assert refused["request_id"] == NUMBER
    assert EMAIL not in json.dumps(told)
    counted = task_tracing.counts()[send_letters.name]
    assert counted.states == {"SUCCESS": 1}
    assert counted.within[900.0] == 1


# -- Metrics -----------------------------------------------------------------------------------------------


def metrics_of(client, **request):
    """Every sample by name: its labels and its value; and the names of all families."""
    answer = client.get("/metrics", **request)
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.content.decode()))
    return {
        name: [(sample.labels, sample.value) for sample in family.samples if sample.name == name]
        for family in families
        for name in {family.name, *(sample.name for sample in family.samples)}
    }


def number_of(labels, samples):
    """The value of the sample with these labels, 0 where there is none."""
    return sum(number for told, number in samples if told == labels)


@pytest.mark.django_db
def test_metrics_tell_of_requests_tasks_work_and_the_database(client):
    view = {"view": "healthz", "method": "GET", "status": "200"}
    before = number_of(view, metrics_of(client).get("portal_requests_total", []))
    client.get("/healthz")
    client.get("/healthz")
    Letter.objects.create(to=EMAIL, subject="Hello", text="x", not_before="2000-01-01T00:00Z")
    send_letters.apply()
    send_letters.apply_async()
    told = metrics_of(client)
    assert number_of(view, told["portal_requests_total"]) == before + 2
    assert ({"task": send_letters.name, "state": "SUCCESS"}, 1) in told["portal_tasks_total"]
    assert ({"state": "sent"}, 1) in told["portal_letters"] or ({"state": "pending"}, 1) in told[
        "portal_letters"
    ]
    assert told["portal_queue_waiting"] == [({}, 1)]
    assert 0 < told["portal_queue_oldest_seconds"][0][1] < 60
    assert told["portal_database_bytes"][0][1] > 10**6
    assert {labels["kind"] for labels, _n in told["portal_jobs"]} > {
        "partnerships.scoringjob",
        "events.schedulerun",
    }
    assert {labels["part"]: up for labels, up in told["portal_part_up"]} == dict.fromkeys(
        ["database", "valkey", "queue", "disk"], 1
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("settings", "request_", "status"),
    [
        ({}, {}, 200),
        ({}, {"REMOTE_ADDR": "10.1.2.3"}, 404),
        ({}, {"REMOTE_ADDR": ""}, 404),
        ({}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"TRUSTED_PROXIES": 1}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.9"}, 404),
        ({"TRUSTED_PROXIES": 1}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 127.0.0.1"}, 200),
        ({"TRUSTED_PROXIES": 2}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"METRICS_TOKEN": TOKEN}, {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({"METRICS_TOKEN": TOKEN}, {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "}, 404),
        ({"METRICS_TOKEN": ""}, {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "}, 404),
    ],
)
def test_metrics_are_for_the_token_and_for_near_machines(client, settings, request_, status):
    with override_settings(**settings):
        assert client.get("/metrics", **request_).status_code == status


@pytest.mark.django_db
def test_metrics_of_what_answers_are_told_where_something_does_not(client):
    with override_settings(CACHES={"default": {"LOCATION": "redis://127.0.0.1:1"}}):
        told = metrics_of(client)
    assert ({"part": "valkey"}, 0) in told["portal_part_up"]
    assert ({"part": "database"}, 1) in told["portal_part_up"]
    assert "portal_database_bytes" in told


@pytest.mark.django_db
def test_every_metric_of_an_alarm_exists_and_every_alarm_is_in_the_runbook(client):
    client.get("/healthz")
    told = set(metrics_of(client))
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    used = {name for rule in rules for name in re.findall(r"\bportal_\w+", rule["expr"])}
    bare = {re.sub(r"_(sum|count|bucket|total)$", "", name) for name in used}
    assert len(used) > 15
    assert bare - {re.sub(r"_(sum|count|bucket|total)$", "", name) for name in told} == set()
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in rules] == re.findall(r"^## (\w+)$", runbook, re.MULTILINE)


# -- Readiness and reports -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_portal_whose_database_is_behind_its_code_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "_up_to_date", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id IN (SELECT max(id) FROM django_migrations)")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)
    assert answer.json()["database"] is True


def test_a_report_says_what_broke_and_nothing_of_persons():
    sentry_sdk = pytest.importorskip("sentry_sdk")
    sent = []

    class Transport(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope.get_event())

    options = {**reporting.OPTIONS, "transport": Transport, "default_integrations": False}
    client = sentry_sdk.Client("https://key@sentry.example.org/1", **options)
    with sentry_sdk.isolation_scope() as scope, traced(Trace(NUMBER)):
        scope.set_client(client)
        scope.set_user({"id": 7, "email": EMAIL})
        scope.add_breadcrumb({"message": EMAIL})
        try:
            email = EMAIL
            raise ValueError(f"nobody is called {email}")
        except ValueError as error:
            scope.capture_exception(error)
    [event] = sent
    assert event["tags"] == {"request_id": NUMBER}
    assert event["exception"]["values"][0]["value"] == "nobody is called […]"
    assert EMAIL not in json.dumps(event, default=str)
