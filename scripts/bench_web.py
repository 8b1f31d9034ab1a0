"""`make bench-web`: requests a second of the city directory, as ratios to an empty view.

    python scripts/bench_web.py [--seconds 2] [--rounds 5]

Starts gunicorn (two sync workers, production settings) on the loaded database and asks it over HTTP from
two processes, kind after kind in turns, so that whatever else the machine does falls on all alike. The
generator shares the machine's cores. "Uncached" asks for a page that nobody asked for before.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CLIENTS = 2
PORT = 8765
GOALS = {"uncached": 1 / 8, "cached": 1 / 2, "unchanged (304)": 0.9}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    server = start_server()
    try:
        measure(options.seconds, options.rounds)
    finally:
        server.terminate()
        server.wait()


def start_server() -> "subprocess.Popen[bytes]":
    """Gunicorn on the portal's database, warmed up. The addresses of the servers go by the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    os.environ.update(
        DATABASE_URL=settings.DATABASE_URL,
        REDIS_URL=settings.REDIS_URL,
        DEBUG="0",
        SECRET_KEY="b" * 60,
        ALLOWED_HOSTS="localhost",
        HTTPS="0",
        LOG_LEVEL="ERROR",
        LOG_REQUESTS="0",
    )
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "scripts.bench_app",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{PORT}",
    ]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT)
    while True:
        try:
            for _ in range(20):
                ask("/cities/")
            return server
        except OSError:
            time.sleep(0.2)


def measure(seconds: float, rounds: int) -> None:
    """Ask in turns, then print medians and ratios."""
    etag = re.search(rb"(?i)etag: (.+?)\r\n", ask("/cities/"))
    assert etag, "The directory answers without an ETag."
    last = last_page()
    print(f"directory of {last} pages; {rounds} rounds of {seconds:g} s, {CLIENTS} clients")
    kinds = {
        "empty view": (["/empty"], ""),
        "uncached": (list(fresh_addresses(last)), ""),
        "cached": (["/cities/"], ""),
        "unchanged (304)": (["/cities/"], f"If-None-Match: {etag[1].decode()}\r\n"),
        "first pages, uncached": (list(edge_addresses(range(1, 40))), ""),
        "last pages, uncached": (list(edge_addresses(range(last - 39, last))), ""),
    }
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    with ProcessPoolExecutor(CLIENTS) as pool:
        for turn in range(rounds):
            for kind, (addresses, header) in kinds.items():
                jobs = [
                    pool.submit(
                        ask_for, share(addresses, turn * CLIENTS + client, rounds * CLIENTS), header, seconds
                    )
                    for client in range(CLIENTS)
                ]
                rates[kind].append(sum(job.result() for job in jobs))
    middle = {kind: statistics.median(values) for kind, values in rates.items()}
    for kind, rate in middle.items():
        goal = f"  goal {GOALS[kind]:.3f}" if kind in GOALS else ""
        spread = f"{min(rates[kind]):.0f}-{max(rates[kind]):.0f}"
        print(f"{kind:<24} {rate:8.0f} requests/s ({spread})  ratio {rate / middle['empty view']:.3f}{goal}")
    cost = middle["first pages, uncached"] / middle["last pages, uncached"]
    print(f"a last page costs {cost:.2f} times a first one  goal 1.5")


def last_page() -> int:
    """How many pages the whole directory has."""
    from cities.listing import PAGE_SIZE
    from cities.models import City

    return -(-City.objects.count() // PAGE_SIZE)


def fresh_addresses(last: int) -> Iterator[str]:
    """Pages nobody asked for before: of the whole directory in other orders, and of single countries."""
    sorts = ["smallest", "name", "-name", "members"]
    whole = [f"/cities/?sort={sort}&page={page}" for page, sort in product(range(1, last, 3), sorts)]
    sizes = ["over-1m", "250k-1m", "100k-250k", "50k-100k", "20k-50k", "5k-20k", "under-5k"]
    countries = [
        "DE",
        "FR",
        "IT",
        "UA",
        "PL",
        "ES",
        "RO",
        "GB",
        "CZ",
        "AT",
        "HU",
        "SK",
        "NL",
        "BE",
        "SE",
        "PT",
    ]
    narrow = [
        f"/cities/?country={country}&size={size}&sort={sort}&page={page}"
        for page, country, size, sort in product(range(1, 5), countries, sizes, sorts)
    ]
    for pair in zip(whole, narrow, strict=False):
        yield from pair


def edge_addresses(pages: range) -> Iterator[str]:
    """Pages at one end of the directory, each under several names so that none was asked for before."""
    for page, south in product(pages, range(1, 80)):
        yield f"/cities/?bounds=-{south}.000,-180.000,90.000,180.000&page={page}"


def share(addresses: list[str], number: int, of: int) -> list[str]:
    """The part of the addresses that one client asks for in one turn; all of them where there is but one."""
    return addresses[number::of] if len(addresses) > 1 else addresses


def ask_for(addresses: list[str], header: str, seconds: float) -> float:
    """Requests a second over some time. Raises RuntimeError when the addresses run out."""
    began, count = time.perf_counter(), 0
    supply = iter(addresses) if len(addresses) > 1 else None
    while (elapsed := time.perf_counter() - began) < seconds:
        if supply is None:
            address = addresses[0]
        elif not (address := next(supply, "")):
            break
        answer = ask(address, header)
        if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
            raise RuntimeError(f"{address}: {answer[:80]!r}")
        count += 1
    return count / elapsed


def ask(address: str, header: str = "") -> bytes:
    """One request on a connection of its own; the whole answer."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=30) as connection:
        connection.sendall(
            f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n".encode()
        )
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


if __name__ == "__main__":
    main()
