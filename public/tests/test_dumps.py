"""The nightly files: complete, true, shown all at once, and gone when they are old."""

import csv
import gzip
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from projects.tests.factories import ProjectFactory
from public.api import dumping
from public.api.resources import RESOURCES
from public.models import Dump, DumpFile
from public.tests.api_world import hide_canaries
from tests.world import small_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR = str(tmp_path / "media"), tmp_path


def stored(tmp_path):
    """What lies in the folders of files and of the worker."""
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


def download(client, name, day="latest"):
    answer = client.get(f"/api/v1/dumps/{day}/{name}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_everything_that_the_api_lists_is_in_the_files(client):
    hide_canaries(small_world())
    call_command("build_dumps", stdout=(printed := io.StringIO()))
    assert "cities.jsonl.gz" in printed.getvalue()
    for resource in RESOURCES:
        listed = client.get(f"/api/v1/{resource.name}").json()["items"]
        lines = gzip.decompress(download(client, f"{resource.name}.jsonl.gz")).decode().splitlines()
        assert [json.loads(line) for line in lines] == listed
        table = gzip.decompress(download(client, f"{resource.name}.csv.gz")).decode().removeprefix("\ufeff")
        assert len(list(csv.DictReader(io.StringIO(table, newline="")))) == len(listed)
        files = DumpFile.objects.filter(resource=resource.name).exclude(name=dumping.OC4IDS)
        assert set(files.values_list("rows", flat=True)) == {len(listed)}
        assert "canary" not in re.sub("canaryville", "", table + "".join(lines), flags=re.I).lower()
    package = json.loads(gzip.decompress(download(client, dumping.OC4IDS)))
    assert [one["title"] for one in package["projects"]] == ["A school"]
    assert "creativecommons.org/licenses/by/4.0" in download(client, "LICENCE.txt").decode()
    for line in download(client, "SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(download(client, name)).hexdigest() == digest


def test_a_file_that_is_known_is_not_sent_again(client):
    dumping.build(Dump.objects.create())
    answer = client.get("/api/v1/dumps/latest/topics.jsonl.gz")
    assert b"".join(answer.streaming_content)[:2] == b"\x1f\x8b"
    assert answer["Content-Type"] == "application/gzip"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    again = client.get("/api/v1/dumps/latest/topics.jsonl.gz", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/api/v1/dumps/{Dump.objects.get().day}/topics.jsonl.gz").status_code == 200


def test_a_killed_worker_shows_nothing_and_the_next_begins_anew(client, tmp_path, monkeypatch):
    dump = Dump.objects.create()

    def killed(*_args):
        raise SystemExit  # not caught as an error of the work would be

    with monkeypatch.context() as patch:
        patch.setattr(dumping, "_oc4ids", killed)
        ProjectFactory(published=True)
        with pytest.raises(SystemExit):
            dumping.build_waiting()
    with monkeypatch.context() as patch:
        patch.setattr(DumpFile.objects, "bulk_create", killed)
        with pytest.raises(SystemExit):
            dumping.build_waiting()
    assert stored(tmp_path)  # files that nobody knows of
    assert client.get("/api/v1/dumps/latest/cities.jsonl.gz").status_code == 404
    assert "being made" in client.get("/api/dumps/").content.decode()
    assert dumping.build_waiting() == 1
    dump.refresh_from_db()
    assert (dump.state, dump.attempts) == (Dump.State.DONE, 3)
    names = {Path(path).name for path in stored(tmp_path)}
    assert names == set(dump.files.values_list("name", flat=True))
    assert all(path.startswith(f"media/dumps/{dump.pk}/") for path in stored(tmp_path))


def test_an_error_is_noted_and_nothing_is_left_of_it(tmp_path, monkeypatch):
    Dump.objects.create()
    monkeypatch.setattr(dumping, "_resource", lambda *_: 1 / 0)
    dumping.build_waiting()
    assert "division by zero" in Dump.objects.get().error
    assert stored(tmp_path) == []


def test_old_sets_are_deleted_with_their_files_but_never_the_newest(tmp_path, settings):
    settings.DUMP_DAYS = 3
    sets = [Dump.objects.create() for _ in range(3)]
    for one in sets:
        dumping.build(one)
    long_ago = timezone.now() - timedelta(days=4)
    Dump.objects.exclude(pk=sets[1].pk).update(finished_at=long_ago)
    Dump.objects.forget_old()
    assert list(Dump.objects.values_list("pk", flat=True)) == [sets[1].pk]
    assert {Path(path).parent.name for path in stored(tmp_path)} == {str(sets[1].pk)}
    dumping.build(again := Dump.objects.create())
    Dump.objects.forget_old()
    assert list(Dump.objects.values_list("pk", flat=True)) == [again.pk]
    Dump.objects.update(finished_at=long_ago)
    Dump.objects.forget_old()
    assert Dump.objects.count() == 1


def test_a_set_is_due_at_once_on_a_new_portal_and_then_every_night(monkeypatch):
    def at(*moment):
        monkeypatch.setattr("public.models.dumps.timezone.now", lambda: datetime(*moment, tzinfo=UTC))
        Dump.objects.ask_if_due()
        return Dump.objects.count()

    moments = [
        (2026, 11, 25, 16),
        (2026, 11, 26, 0, 59),
        (2026, 11, 26, 1),
        (2026, 11, 26, 9),
        (2026, 11, 27, 3),
    ]
    assert [at(*moment) for moment in moments] == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(("prefix", "title"), [("", "Nightly files"), ("/uk", "Щонічні файли")])
def test_the_page_lists_the_files(client, prefix, title):
    dumping.build(Dump.objects.create())
    page = client.get(prefix + reverse("dumps")).content.decode()
    assert f"<h1>{title}</h1>" in page
    for file in DumpFile.objects.all():
        assert file.sha256 in page
        assert file.get_absolute_url() in page
