"""Twinnings from CSV and from Wikidata's JSON."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cities.models import City, DataVersion, Twinning

from .factories import CityFactory, CountryFactory

pytestmark = pytest.mark.django_db

HEADER = "geonameid_a,name_a,country_a,geonameid_b,name_b,country_b\n"


@pytest.fixture
def lviv() -> City:
    return CityFactory.create(id=702550, name="Lviv")


@pytest.fixture
def wroclaw() -> City:
    return CityFactory.create(id=3081368, name="Wrocław", country=CountryFactory(code="PL"))


def run(folder: Path, text: str, *arguments: str) -> tuple[str, str]:
    """What the command says of a file with this text, on its standard and its error output."""
    file = folder / "ties"
    file.write_text(text, encoding="utf-8")
    out, error = StringIO(), StringIO()
    call_command("import_twinnings", str(file), *arguments, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def ties() -> list[tuple[int, int, str, int | None]]:
    return list(Twinning.objects.values_list("city_a", "city_b", "source", "since"))


def test_a_csv_line_becomes_a_tie_with_the_lower_id_first(tmp_path, lviv, wroclaw):
    out, error = run(tmp_path, HEADER + "3081368,Wrocław,PL,702550,Lviv,UA\n")
    assert ties() == [(702550, 3081368, "csv", None)]
    assert out == "1 read: 1 added, 0 known, 0 not usable\n"
    assert error == ""


def test_a_second_run_changes_nothing(tmp_path, lviv, wroclaw):
    text = HEADER + "702550,,,3081368,,\n3081368,,,702550,,\n"
    run(tmp_path, text)
    before = ties(), DataVersion.objects.get(name="ties").version
    out, _error = run(tmp_path, text)
    assert out == "2 read: 0 added, 2 known, 0 not usable\n"
    assert (ties(), DataVersion.objects.get(name="ties").version) == before


def test_bad_lines_are_listed_by_number_and_good_ones_kept(tmp_path, lviv, wroclaw):
    lines = [
        "99,Nowhere,UA,702550,Lviv,UA",
        "702550,Lviv,UA,3081368,Wrocław,PL",
        "702550,Lviv,UA,702550,Lviv,UA",
        "",
        "702550,Lviv,PL,3081368,Wrocław,PL",
        "seven,Lviv,UA,3081368,Wrocław,PL",
        f"{2**64},Lviv,UA,3081368,Wrocław,PL",
        '702550,"Lviv,UA,3081368,Wrocław,PL',
        "702550",
    ]
    out, error = run(tmp_path, HEADER + "\n".join(lines))
    assert ties() == [(702550, 3081368, "csv", None)]
    assert out == "8 read: 1 added, 0 known, 7 not usable\n"
    assert [line.partition("ties:")[2] for line in error.splitlines()] == [
        "2: no city has the GeoNames id 99",
        "4: city 702550 is tied to itself",
        "6: city 702550 is in UA, not in 'PL'",
        "7: 'seven' is not a GeoNames id",
        f"8: '{2**64}' is not a GeoNames id",
        "9: '' is not a GeoNames id",
        "10: '' is not a GeoNames id",
    ]


def test_a_dry_run_adds_nothing(tmp_path, lviv, wroclaw):
    out, _error = run(tmp_path, HEADER + "702550,,,3081368,,\n", "--dry-run")
    assert "1 would be added" in out
    assert ties() == []


def test_semicolons_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path, lviv, wroclaw):
    run(tmp_path, "\ufeffgeonameid_a;geonameid_b;since\r\n702550;3081368;2002\r\n")
    assert ties() == [(702550, 3081368, "csv", 2002)]


@pytest.mark.parametrize("plain", [True, False])
def test_both_json_forms_of_wikidata_are_read(tmp_path, lviv, wroclaw, plain):
    row = {"geonames_a": "702550", "geonames_b": "3081368", "since": "2002-06-01T00:00:00Z"}
    bindings = [{name: {"type": "literal", "value": value} for name, value in row.items()}]
    document = [row] if plain else {"head": {"vars": list(row)}, "results": {"bindings": bindings}}
    run(tmp_path, json.dumps(document))
    assert ties() == [(702550, 3081368, "wikidata", 2002)]


def test_a_json_result_without_an_id_or_with_an_impossible_year_is_listed_by_its_number(
    tmp_path, lviv, wroclaw
):
    rows = [
        {"geonames_a": "702550"},
        {"geonames_a": "702550", "geonames_b": "3081368", "since": "0300-01-01"},
    ]
    _out, error = run(tmp_path, json.dumps(rows))
    assert [line.partition("ties:")[2] for line in error.splitlines()] == [
        "1: '' is not a GeoNames id",
        "2: '0300-01-01' is not a year between 800 and 2100",
    ]
    assert ties() == []


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "{", '{"results": []}', "[1]", "[" * 20_000, "[" + "9" * 5000 + "]"]
)
def test_a_file_of_neither_format_is_refused(tmp_path, text):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path, text)


def test_a_missing_or_binary_file_is_refused(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing", "binary"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_twinnings", str(tmp_path / name))
