"""The portal's own servers: shared while anybody uses them, stopped by the last, whole after a crash."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

ROOT = Path(__file__).resolve().parent.parent
START = """
import sys
from pathlib import Path
from mayors_portal import embedded
var = Path(sys.argv[1])
print(embedded.postgres_url(var), embedded.valkey_url(var), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the servers of a folder until it is told to end."""

    def __init__(self, var, **options):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", START, str(var)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def urls(self):
        """The addresses of PostgreSQL and Valkey, once both run."""
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return line.split()

    def end(self):
        """End in good order; what the process said on its error output."""
        return self.process.communicate(timeout=60)[1]


def answers(urls):
    try:
        psycopg2.connect(urls[0]).close()
        redis.Redis.from_url(urls[1], socket_timeout=5).ping()
    except (psycopg2.OperationalError, redis.ConnectionError):
        return False
    return True


@pytest.fixture
def var(tmp_path):
    tmp_path.chmod(0o755)
    yield tmp_path / "var"
    for process in psutil.process_iter(["cmdline"]):  # what a failed test left running
        if str(tmp_path) in " ".join(process.info["cmdline"] or []):
            process.kill()


def test_servers_are_shared_and_the_last_user_stops_them(var):
    first, second = User(var), User(var)  # both start at once
    urls = first.urls()
    assert second.urls() == urls
    assert first.end() == ""
    assert answers(urls)
    assert second.end() == ""
    assert not answers(urls)


def test_data_survive_a_restart(var):
    user = User(var)
    postgres, valkey = user.urls()
    with psycopg2.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.close()
    redis.Redis.from_url(valkey).set("kept", "42")
    user.end()

    user = User(var)
    postgres, valkey = user.urls()
    with psycopg2.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM kept")
        assert cursor.fetchone() == (42,)
    connection.close()
    assert redis.Redis.from_url(valkey).get("kept") == b"42"
    user.end()


def test_a_killed_user_does_not_keep_the_servers_running(var):
    killed, other = User(var), User(var)
    urls = killed.urls()
    other.urls()
    killed.process.kill()
    killed.process.wait()
    other.end()
    assert not answers(urls)


def test_they_start_again_after_everything_was_killed(var):
    user = User(var)
    user.urls()
    for process in psutil.process_iter(["cmdline"]):
        if str(var) in " ".join(process.info["cmdline"] or []):
            process.send_signal(signal.SIGKILL)
    user.process.wait()
    assert (var / "postgres" / "postmaster.pid").exists()
    assert (var / "valkey" / "valkey.sock").exists()

    user = User(var)
    assert answers(user.urls())
    user.end()


def test_a_stale_process_number_that_somebody_else_has_now_is_no_obstacle(var):
    user = User(var)
    user.urls()
    pid_file = var / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    user.end()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    user = User(var)
    assert answers(user.urls())
    user.end()


def test_a_folder_with_a_long_name_works(var):
    user = User(var / ("a-long-name-" * 9))
    assert answers(user.urls())
    assert user.end() == ""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_start_them(tmp_path, var):
    nobody = pwd.getpwnam("nobody")
    as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "env": {"HOME": str(var)}}
    try:
        subprocess.run([sys.executable, "--version"], check=True, capture_output=True, **as_nobody)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this Python lies in a folder that only root may enter")
    var.mkdir()
    os.chown(var, nobody.pw_uid, nobody.pw_gid)
    for folder in tmp_path.parents[:-2]:
        folder.chmod(0o755)
    user = User(var, **as_nobody)
    assert answers(user.urls())
    assert (var / "postgres").stat().st_uid == nobody.pw_uid
    assert user.end() == ""


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_a_private_folder_above_is_not_opened_for_reading(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    user = User(private / "var")
    assert answers(user.urls())
    assert private.stat().st_mode & 0o777 == 0o711
    user.end()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    user = User(tmp_path / "file" / "var")
    assert "cannot be made" in user.end()
    assert user.process.returncode == 1
