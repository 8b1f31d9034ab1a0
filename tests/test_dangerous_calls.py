"""What the portal's own code never does: read from its syntax, so that nothing is found in words alone."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["accounts", "cities", "events", "knowledge", "mayors_portal", "partnerships", "projects", "public"]
FILES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if not {"tests", "migrations"} & set(path.parts)
]
ALLOWED = {
    "another program": {
        "mayors_portal/backups/programs.py",
        "mayors_portal/embedded.py",
        "mayors_portal/run.py",
    },
    "another server": {"mayors_portal/doctor/outside.py", "mayors_portal/run.py"},
    "chance that can be foretold": {
        "events/demo.py",
        "events/scheduling/polish.py",
        "events/scheduling/solve.py",
    },
}
"""Where it is meant: programs of PostgreSQL, what asks the portal itself, optimisers that repeat a run."""
MODULES = {
    "another program": {"subprocess", "pty", "commands"},
    "another server": {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib"},
    "chance that can be foretold": {"random", "numpy.random"},
    "objects out of bytes": {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"},
    "ciphers of one's own": {"cryptography", "Crypto", "Cryptodome", "nacl"},
    "XML that fetches": {"lxml", "xml.etree", "xml.dom", "xml.sax.handler"},
}
CALLS = {
    "code out of text": {"eval", "exec", "compile", "__import__", "os.system", "os.popen"},
    "weak digests": {"md5", "sha1", "hashlib.md5", "hashlib.sha1", "hashlib.new"},
    "templates out of text": {"Template", "engines.from_string", "environment.from_string"},
    "objects out of bytes": {"yaml.load", "yaml.unsafe_load", "pickle.loads"},
}
KEEPERS = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "postMessage", "eval(")
HARMLESS = {"xml.etree.ElementTree.ParseError"}


def dangers(tree):
    """What a module does of MODULES and CALLS, and shell=True: (kind, line)."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in set(names) - HARMLESS:
            for kind, modules in MODULES.items():
                if any(f"{name}.".startswith(f"{module}.") for module in modules):
                    yield kind, node.lineno
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            for kind, calls in CALLS.items():
                if called in calls:
                    yield kind, node.lineno
            if any(key.arg == "shell" for key in node.keywords):
                yield "a shell", node.lineno


def test_nothing_dangerous_is_done_but_where_it_is_meant():
    found = defaultdict(set)
    for path in FILES:
        for kind, _line in dangers(ast.parse(path.read_text(encoding="utf-8"))):
            found[kind].add(str(path.relative_to(ROOT)))
    assert len(FILES) > 300
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)",
        "import pickle",
        "from os import path\nos.system(x)",
        "import urllib.request",
        "from http import client",
        "hashlib.md5(x)",
        "subprocess.run(x, shell=True)",
        "from django.template import engines\nengines.from_string(x)",
    ],
)
def test_each_is_seen(code):
    assert list(dangers(ast.parse(code)))


def test_browsers_keep_the_colours_alone():
    kept = defaultdict(set)
    for path in (ROOT / "static" / "js").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        for word in (
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "postMessage",
            "eval(",
        ):
            if word in text:
                kept[path.name] |= set(re.findall(rf"{re.escape(word)}\S*\(\"(\w+)\"", text)) or {word}
    assert kept == {"theme.js": {"theme"}}
