"""Print every package of requirements.lock with its licence, as the installed package states it.

    python scripts/licences.py [LOCK]

Exit code 1 where a licence is not among those that the portal may be given away with, or is not stated, or a
package is not installed. The licences of what lies in static/vendor stand beside it.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
ALLOWED = {
    *(
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "0BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "Apache-2.0",
        "PSF-2.0",
        "Zlib",
        "ISC",
    ),
    *("CC0-1.0", "CC-BY-4.0", "LLVM-exception", "MPL-1.1", "MPL-2.0", "LGPL-3.0-or-later"),
}
CLASSIFIERS = {  # words of packages that name no SPDX expression
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache License 2.0": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
}
STATED_ELSEWHERE = {  # read in the package's own files
    "defusedxml": "PSF-2.0",
    "protobuf": "BSD-3-Clause",
    "pypdfium2": "Apache-2.0 AND BSD-3-Clause",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "qrcode": "BSD-3-Clause",  # and MIT for what it is built on
}


def main(lock: Path) -> int:
    """Print the list; see above for the exit code."""
    wrong = 0
    for name in locked(lock):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            print(f"{name:<24} is not installed")
            wrong += 1
            continue
        licence = licence_of(package)
        allowed = is_allowed(licence)
        wrong += not allowed
        print(
            f"{name:<24} {package.version:<16} {licence or 'not stated'}{'' if allowed else '   NOT ALLOWED'}"
        )
    return 1 if wrong else 0


def locked(lock: Path) -> list[str]:
    """Names of the packages that the lock asks for on this machine."""
    lines = re.findall(r"^([A-Za-z0-9].+?) \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    wanted = [Requirement(line) for line in lines]
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate()]


def licence_of(package: Distribution) -> str:
    """An SPDX expression, empty where the package states none that is known."""
    told = package.metadata
    if package.name.lower() in STATED_ELSEWHERE:
        return STATED_ELSEWHERE[package.name.lower()]
    if expression := told.get_all("License-Expression"):
        return expression[0]
    stated = [
        line.rsplit(" :: ", 1)[1] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    named = " AND ".join(CLASSIFIERS.get(one, one) for one in stated if one != "OSI Approved")
    words = (told.get_all("License") or [""])[0]
    return named or CLASSIFIERS.get(words, words)


def is_allowed(expression: str) -> bool:
    """Whether one of the alternatives of an SPDX expression asks for allowed licences only."""
    alternatives = [part.strip("() ") for part in re.split(r"\bOR\b", expression)]
    return any(
        all(licence.strip("() ") in ALLOWED for licence in re.split(r"\bAND\b|\bWITH\b", alternative))
        for alternative in alternatives
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCK))
