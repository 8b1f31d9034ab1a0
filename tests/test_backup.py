"""A backup, restored for real into a new database and new folders: all of it equal, or refused."""

import io
import tarfile
from dataclasses import replace

import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from psycopg2 import sql

from accounts.models import Letter
from cities.tests.factories import CityFactory, MayorFactory, TopicStatementFactory, TwinningFactory
from mayors_portal.backups import files, restoring
from mayors_portal.backups.making import DUMP, archive_of, back_up
from mayors_portal.backups.manifest import Manifest
from mayors_portal.backups.programs import BackupError, Database, program
from partnerships.models import CityMatch

ELSEWHERE = "restored_by_a_test"


@pytest.fixture
def here(transactional_db):
    """The test's database with cities, ties, a membership, matches, a letter and a session in it."""
    lviv, lyon = CityFactory(name="Львів"), CityFactory(name="Lyon")
    TwinningFactory(city_a=lviv, city_b=lyon)
    MayorFactory(city=lviv, state="approved")
    TopicStatementFactory(city=lviv)
    CityMatch.objects.create(city=lviv, partner=lyon, rank=1, score=0.1, components=[0.3, float("nan")])
    Letter.objects.create(to="a@b.example", subject="Вітання", text="x\n\ty", headers={"X": ["1", None]})
    Session.objects.create(session_key="k", session_data="x", expire_date=timezone.now())
    return Database.of_the_portal()


@pytest.fixture
def elsewhere(here):
    """A new, empty database."""
    name, link = sql.Identifier(ELSEWHERE), here.connect()
    with link.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
    yield replace(here, parameters={**here.parameters, "dbname": ELSEWHERE})
    with link.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    link.close()


def ask(database, question):
    """The rows that answer a question to a database."""
    link = psycopg2.connect(**database.parameters)
    try:
        with link.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()
    finally:
        link.close()


def fill(folder):
    """Files as people send them, one larger than what is read at once; what they hold."""
    held = {"city/фото.webp": b"\x00\xff" * files.BLOCK, "empty": b"", "a/b/c.pdf": b"%PDF"}
    for name, content in held.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return held


def test_what_is_restored_elsewhere_equals_what_was_backed_up(here, elsewhere, tmp_path):
    folders = {"default": tmp_path / "media", "private": tmp_path / "private"}
    new = {name: tmp_path / "new" / name for name in folders}
    held = fill(folders["default"])
    source, told = tmp_path / "backup", []
    manifest = back_up(source, here, folders, told.append)
    assert {path.name for path in source.iterdir()} == {*manifest.parts, "manifest.json"}
    assert manifest == Manifest.read(source)
    assert manifest.tables["cities_city"].rows == 2
    assert manifest.folders["default"][:2] == (3, 2 * files.BLOCK + 4)
    assert manifest.folders["private"].number == 0

    # Nothing is restored over something, nor from a backup that is not whole, nor by older code
    with pytest.raises(BackupError, match=r"holds \d+ tables.*--force twice"):
        restoring.restore(source, here, new, told.append)
    for name in (DUMP, archive_of("default")):
        whole = (source / name).read_bytes()
        (source / name).write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        with pytest.raises(BackupError, match=f"{name} is damaged"):
            restoring.restore(source, elsewhere, new, told.append)
        (source / name).write_bytes(whole)
    with pytest.raises(BackupError, match="of newer code"):
        restoring.refuse_newer(replace(manifest, migrations=["cities.9999_to_come"]))
    assert ask(elsewhere, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]

    # Restored into what is empty, every table and file is what it was
    told.clear()
    restoring.restore(source, elsewhere, new, told.append)
    compared = [line for line in told if line.startswith("  ")]
    assert len(compared) == len(manifest.tables) + len(folders)
    assert all(line.startswith("  equal ") for line in compared)
    assert {p.relative_to(new["default"]).as_posix() for p in new["default"].rglob("*") if p.is_file()} == {
        *held
    }
    assert all((new["default"] / name).read_bytes() == content for name, content in held.items())
    for question in ("SELECT to_jsonb(c) FROM cities_city c ORDER BY 1", "SELECT * FROM accounts_letter"):
        assert ask(elsewhere, question) == ask(here, question) != []
    assert ask(elsewhere, "SELECT last_value FROM accounts_letter_id_seq") == ask(
        here, "SELECT last_value FROM accounts_letter_id_seq"
    )

    # What must not live on is gone, and no version of the data is used twice
    assert ask(elsewhere, "SELECT count(*) FROM django_session") == [(0,)]
    assert ask(elsewhere, "SELECT count(*) FROM partnerships_businesschange") == [(0,)]
    least = "SELECT min(version) FROM cities_dataversion"
    assert ask(elsewhere, least)[0][0] > ask(here, least)[0][0] + 10**9

    # One letter changed, one file more: it is noticed
    link = elsewhere.connect()
    with link.cursor() as cursor:
        cursor.execute("UPDATE accounts_letter SET subject = 'вітання'")
    (new["private"] / "more").write_bytes(b"")
    unequal = set(restoring.compare(link, manifest, new, told.append))
    link.close()
    assert {"accounts_letter", "files, private"} <= unequal
    assert "cities_city" not in unequal


def test_an_archive_writes_nothing_outside_of_its_folder(tmp_path):
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        about = tarfile.TarInfo("../outside")
        about.size = 1
        tar.addfile(about, io.BytesIO(b"x"))
    with pytest.raises(tarfile.FilterError):
        files.unpack(tmp_path / "bad.tar", tmp_path / "in")
    assert not list(tmp_path.rglob("outside"))


def test_a_program_older_than_the_server_is_not_taken():
    assert program("pg_dump", 15).version >= 15
    with pytest.raises(BackupError, match="postgresql-client-99"):
        program("pg_dump", 99)
