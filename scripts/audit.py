"""Look for known weaknesses of the packages in requirements.lock.

    python scripts/audit.py [FILE]

pip-audit asks the package index for its advisories. It says "no known vulnerabilities" also where it cannot
know: so a package with weaknesses known for years comes first, and where none is found nothing is believed.
Exit code: 0 nothing is known against any package, 1 something is, 2 the advisories cannot be had.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
WEAK = "jinja2==2.10\n"  # CVE-2019-10906 and others


def main(file: Path) -> int:
    """Audit the control, then the file; see above for the exit code."""
    control = audit("--no-deps", "--requirement", "/dev/stdin", text=WEAK)
    if not weaknesses(control):
        print(f"The advisories cannot be had: nothing is said against {WEAK.strip()}. Nothing was audited.")
        return 2
    answer = audit("--require-hashes", "--requirement", str(file))
    known = weaknesses(answer)
    asked = answer.get("dependencies", [])
    skipped = [package["name"] for package in asked if "skip_reason" in package]
    if not asked or skipped:
        print(f"These packages could not be audited: {', '.join(skipped) or 'all'}.")
        return 2
    print("\n".join(known) or f"Nothing is known against the {len(asked)} packages of {file.name}.")
    return 1 if known else 0


def audit(*arguments: str, text: str | None = None) -> dict[str, Any]:
    """What pip-audit says as JSON; empty where it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--format", "json", *arguments]
    ended = subprocess.run(command, input=text, capture_output=True, text=True)
    try:
        return dict(json.loads(ended.stdout))
    except ValueError:
        print(ended.stderr.strip().splitlines()[-1] if ended.stderr.strip() else "pip-audit said nothing.")
        return {}


def weaknesses(answer: dict[str, Any]) -> list[str]:
    """One line a weakness: package, version, its number, the version without it."""
    return [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions'])}"
        for package in answer.get("dependencies", [])
        for found in package.get("vulns", [])
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCK))
