"""What is given to operators fits together: lock, image, containers, units, licences, audit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LAST_PART = re.compile(r"--app mayors_portal --quiet (?:worker|beat).+")


def run(script, *arguments, **variables):
    """Exit code and output of a script."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / script), *map(str, arguments)],
        env=variables,
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout + ended.stderr


def unit(name):
    """The one ExecStart of a unit."""
    text = (ROOT / f"deploy/systemd/mayors-portal-{name}.service").read_text(encoding="utf-8")
    return re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)[0]


def test_the_lock_has_every_requirement_in_its_version_and_hashes_for_all():
    wanted = re.findall(
        r"^([A-Za-z0-9_-]+)(?:\[.+?\])?==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE))
    assert {name.lower().replace("_", "-"): version for name, version in wanted}.items() <= locked.items()
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "http" not in LOCK


def test_all_licences_are_allowed():
    code, printed = run("scripts/licences.py")
    assert code == 0, printed
    assert re.search(r"^django +5\.2\.\d+ +BSD-3-Clause$", printed, re.MULTILINE)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("License-Expression: GPL-3.0-only", "GPL-3.0-only   NOT ALLOWED"),
        ("License-Expression: MIT AND SSPL-1.0", "MIT AND SSPL-1.0   NOT ALLOWED"),
        ("Classifier: License :: Other/Proprietary License", "Other/Proprietary License   NOT ALLOWED"),
        ("Summary: nothing", "not stated   NOT ALLOWED"),
        ("License-Expression: GPL-3.0-only OR MIT", "GPL-3.0-only OR MIT\n"),
    ],
)
def test_other_licences_are_found(tmp_path, stated, words):
    package = tmp_path / "strange-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text(f"Metadata-Version: 2.4\nName: strange\nVersion: 1.0\n{stated}\n")
    lock = tmp_path / "lock"
    lock.write_text("strange==1.0 \\\n    --hash=sha256:0\n")
    code, printed = run("scripts/licences.py", lock, PYTHONPATH=str(tmp_path))
    assert words in printed
    assert code == ("NOT" in words)


@pytest.mark.parametrize(
    ("against_the_control", "against_ours", "code"),
    [("[]", "[]", 2), (None, None, 2), ("KNOWN", "[]", 0), ("KNOWN", "KNOWN", 1), ("KNOWN", None, 2)],
)
def test_the_audit_cannot_pass_without_its_data(tmp_path, against_the_control, against_ours, code):
    """pip-audit itself is played: it needs the network. None: the package is not found."""
    (tmp_path / "pip_audit.py").write_text(
        "import json, sys\n"
        'KNOWN = [{"id": "CVE-1", "fix_versions": ["2.11"]}]\n'
        f'vulns = {against_the_control} if "/dev/stdin" in sys.argv else {against_ours}\n'
        "if vulns is None: sys.exit('ERROR: not found')\n"
        'print(json.dumps({"dependencies": [{"name": "jinja2", "version": "2.10", "vulns": vulns}]}))\n'
    )
    assert run("scripts/audit.py", PYTHONPATH=str(tmp_path))[0] == code


def test_containers():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) == {"prepare", "web", "worker", "scheduler", "database", "valkey", "proxy"}
    assert services["scheduler"]["deploy"]["replicas"] == 1
    for name in ("web", "worker", "scheduler"):
        assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
        assert services[name]["depends_on"]["database"]["condition"] == "service_healthy"
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in services.items() if "privileged" in service] == []


@pytest.mark.parametrize(("service", "start"), [("worker", "worker"), ("scheduler", "beat")])
def test_containers_and_units_start_the_same(service, start):
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    contained = LAST_PART.search(services[service]["command"])[0].replace(
        "${TASK_WORKERS:-1}", "${TASK_WORKERS}"
    )
    assert contained == LAST_PART.search(unit(service))[0]
    assert f"--quiet {start}" in contained


def test_no_secret_is_in_what_is_given_away():
    for path in ("Dockerfile", "compose.yaml", "deploy/portal.env.example", "deploy/caddy/Caddyfile"):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.findall(r"(?:SECRET_KEY|_PASSWORD)(?:=|: )(?!none\b|\$\{)\S+", text) == [], path


def test_the_example_of_settings_names_settings_only():
    known = set(
        re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    example = (ROOT / "deploy/portal.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= known
