"""The rooms of the house: who may import whom."""

import sys

import grimp
import pytest

ROOMS = [
    "accounts",
    "cities",
    "projects",
    "partnerships",
    "events",
    "knowledge",
    "public",
]  # each may import those before it
PURE = {
    "partnerships.matching": {"numpy", "numba", "ortools"},
    "events.scheduling": {"numpy", "ortools"},
}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*ROOMS, "mayors_portal", include_external_packages=True)


def code(graph, room):
    """The modules of a room but its tests."""
    return {m for m in graph.find_descendants(room) | {room} if ".tests" not in m}


def imported(graph, modules):
    return {name for module in modules for name in graph.find_modules_directly_imported_by(module)}


@pytest.mark.parametrize(("floor", "room"), list(enumerate(ROOMS)))
def test_a_room_imports_only_lower_rooms(graph, floor, room):
    higher = set(ROOMS[floor + 1 :]) | {"mayors_portal", "tests"}
    names = imported(graph, code(graph, room))
    assert {name for name in names if name.split(".")[0] in higher} == set()


@pytest.mark.parametrize(("package", "allowed"), list(PURE.items()))
def test_what_computes_imports_numbers_only(graph, package, allowed):
    names = {name for name in imported(graph, code(graph, package)) if not name.startswith(package)}
    assert {name for name in names if name.split(".")[0] not in allowed | sys.stdlib_module_names} == set()


def test_the_graph_sees_the_portal(graph):
    """A control: were the graph empty, the tests above would pass for nothing."""
    assert "accounts.models" in imported(graph, code(graph, "cities"))
