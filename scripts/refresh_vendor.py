"""Fetch the vendored assets again: fonts, scripts and outlines, at the versions pinned here.

    python scripts/refresh_vendor.py

Needs npm and node. Writes static/vendor and static/geo; the files are committed, so nobody else needs it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from cities.mapping import HEIGHT, WIDTH, project  # noqa: E402

VERSIONS = {
    "htmx.org": "2.0.11",
    "leaflet": "1.9.4",
    "@fontsource-variable/inter": "5.3.0",
    "world-atlas": "2.0.2",
    "topojson-client": "3.1.0",
}
VENDOR, GEO = ROOT / "static" / "vendor", ROOT / "static" / "geo"
SUBSETS = ["cyrillic-ext", "cyrillic", "latin-ext", "latin"]
WEST, EAST, SOUTH, NORTH = -30.0, 62.0, 26.0, 74.0  # what the maps can show, in degrees
# Natural Earth draws who holds a place; by international law Crimea is Ukraine
# (UN General Assembly resolution 68/262).
TO_GEOJSON = """
const t = require('topojson-client'), fs = require('fs');
const world = JSON.parse(fs.readFileSync(require.resolve('world-atlas/countries-50m.json')));
const countries = world.objects.countries.geometries;
const named = name => countries.find(country => country.properties.name === name);
const isCrimea = arcs => {
  const [[x, y]] = t.feature(world, {type: 'Polygon', arcs}).geometry.coordinates[0];
  return x > 32 && x < 36.7 && y > 44.2 && y < 46.3;
};
const russia = named('Russia'), ukraine = named('Ukraine');
const crimea = russia.arcs.filter(isCrimea);
if (crimea.length !== 1) throw new Error('Crimea: expected one polygon, found ' + crimea.length);
russia.arcs = russia.arcs.filter(arcs => !isCrimea(arcs));
Object.assign(ukraine, t.mergeArcs(world, [ukraine, {type: 'Polygon', arcs: crimea[0]}]));
console.log(JSON.stringify(t.feature(world, world.objects.countries)));
"""


def main() -> None:
    """Install the packages into a temporary folder and take what the portal serves."""
    with tempfile.TemporaryDirectory() as folder:
        packages = [f"{name}@{version}" for name, version in VERSIONS.items()]
        subprocess.run(
            ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", *packages], check=True
        )
        modules = Path(folder) / "node_modules"
        take_scripts(modules)
        take_font(modules / "@fontsource-variable" / "inter")
        outlines = subprocess.run(
            ["node", "-e", TO_GEOJSON], cwd=folder, check=True, capture_output=True, text=True
        ).stdout
        write_outlines(json.loads(outlines))


def take_scripts(modules: Path) -> None:
    """htmx and Leaflet, with their licences."""
    for source, target in [
        ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
        ("htmx.org/LICENSE", "htmx/LICENSE"),
        ("leaflet/dist/leaflet.css", "leaflet/leaflet.css"),
        ("leaflet/LICENSE", "leaflet/LICENSE"),
        *(
            (f"leaflet/dist/images/{name}", f"leaflet/images/{name}")
            for name in ("layers.png", "layers-2x.png", "marker-icon.png")
        ),
    ]:
        copy(modules / source, VENDOR / target)
    script = (modules / "leaflet/dist/leaflet.js").read_text(encoding="utf-8")
    (VENDOR / "leaflet" / "leaflet.js").write_text(
        script.replace("//# sourceMappingURL=leaflet.js.map", ""), encoding="utf-8"
    )


def take_font(package: Path) -> None:
    """The subsets our languages need, and a stylesheet that names only them."""
    rules = (package / "index.css").read_text(encoding="utf-8").split("/* ")
    wanted = {f"inter-{subset}-wght-normal": subset for subset in SUBSETS}
    kept = ["/* " + rule.replace("./files/", "") for rule in rules if rule.split(" ", 1)[0] in wanted]
    (VENDOR / "inter").mkdir(parents=True, exist_ok=True)
    (VENDOR / "inter" / "inter.css").write_text("".join(kept), encoding="utf-8")
    for name in wanted:
        copy(package / "files" / f"{name}.woff2", VENDOR / "inter" / f"{name}.woff2")
    copy(package / "LICENSE", VENDOR / "inter" / "LICENSE")


def write_outlines(world: dict[str, Any]) -> None:
    """Outlines as GeoJSON in degrees for Leaflet, and as SVG in the plane of cities/mapping.py."""
    features, paths = [], []
    for country in world["features"]:
        geometry = country["geometry"]
        if geometry is None:
            continue
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        rings = [unrolled(np.array(ring)) for polygon in polygons for ring in polygon]
        near = [ring for ring in rings if touches(ring)]
        thinned = [
            ring
            for ring in (
                thin(np.clip(r, [WEST - 25, SOUTH - 20], [EAST + 40, NORTH + 10]), 0.04) for r in near
            )
            if len(ring) > 3
        ]
        if thinned:
            features.append(
                {
                    "type": "Feature",
                    "properties": {"name": country["properties"]["name"]},
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [[np.round(r, 2).tolist()] for r in thinned],
                    },
                }
            )
        drawn = "".join(svg_path(ring) for ring in near)
        if drawn:
            paths.append(f'<path d="{drawn}"/>')
    GEO.mkdir(parents=True, exist_ok=True)
    collection = {"type": "FeatureCollection", "features": features}
    (GEO / "europe.json").write_text(json.dumps(collection, separators=(",", ":")), encoding="utf-8")
    (GEO / "europe.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f'<g id="land" stroke-linejoin="round">{"".join(paths)}</g></svg>\n',
        encoding="utf-8",
    )


def unrolled(ring: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """A ring that crosses the 180th meridian with its western part moved round to the east."""
    if np.ptp(ring[:, 0]) > 300:
        ring[:, 0] = np.where(ring[:, 0] < 0, ring[:, 0] + 360, ring[:, 0])
    return ring


def touches(ring: "np.ndarray[Any, Any]") -> bool:
    """Whether a ring of (longitude, latitude) comes near the programme's area."""
    west, south = ring.min(axis=0)
    east, north = ring.max(axis=0)
    return bool(east > WEST and west < EAST and north > SOUTH and south < NORTH and south > -60)


def thin(points: "np.ndarray[Any, Any]", step: float) -> "np.ndarray[Any, Any]":
    """Leave out points nearer than `step` to the last one kept; the ring stays closed."""
    kept = [points[0]]
    for point in points[1:]:
        if np.abs(point - kept[-1]).max() >= step:
            kept.append(point)
    return np.array([*kept, points[0]]) if (kept[-1] != points[0]).any() else np.array(kept)


def svg_path(ring: "np.ndarray[Any, Any]") -> str:
    """One closed subpath with relative moves in whole tenths of a unit; empty where nothing is to be seen."""
    near = np.clip(ring, [-60, 5], [100, 80])
    x, y = project(near[:, 1], near[:, 0])
    points = thin(np.stack([x, y], axis=1), 0.7)
    if (
        len(points) < 4
        or (points.max(axis=0) < -60).any()
        or points[:, 0].min() > WIDTH + 60
        or points[:, 1].min() > HEIGHT + 60
    ):
        return ""
    tenths = np.round(np.clip(points, -400, 1500) * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}l"
    return start + " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in steps[:-1]).replace(" -", "-") + "z"


def copy(source: Path, target: Path) -> None:
    """Copy one file, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
