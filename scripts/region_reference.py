"""Classes and transitions of whole regions, by other programs: writes fixtures/reference/mapbiomas-maroaga-transitions.csv and
peru-districts.csv.

Shares of cells by exactextract 0.3.0, stored numbers by rasterio 1.4.4 (GDAL 3.10.3), sums by numpy 2.4.6. A cell has the area of its
row on the WGS 84 ellipsoid (closed formula). Cells of a square kilometre are too large for their border cells to be taken for their
row's mean: there the sums are scaled to the district's own area, integrated along its sides. The grid over the districts is
invented: the test writes the same one.

    python scripts/region_reference.py DATA
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import rasterio
from exactextract import exact_extract

A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)
E, B = E2**0.5, A * (1 - F)
OUT = Path(__file__).parent.parent / "fixtures" / "reference"


def below_m2(lat, degrees):
    """Area between the equator and a parallel, over so many degrees of longitude."""
    s = np.sin(np.radians(lat))
    return B * B / 2 * np.radians(degrees) * (s / (1 - E2 * s * s) + np.arctanh(E * s) / E)


def row_m2(south, north, degrees):
    """Area between two parallels and two meridians."""
    return below_m2(north, degrees) - below_m2(south, degrees)


def own_m2(feature):
    """Area of a multipolygon whose sides are straight in longitude and latitude: Gauss-Legendre along each side."""
    at, weights = np.polynomial.legendre.leggauss(20)
    total = 0
    for ring in (ring for polygon in feature["geometry"]["coordinates"] for ring in polygon):
        start, end = np.array(ring)[:-1], np.array(ring)[1:]
        lats = (start[:, 1:] + end[:, 1:]) / 2 + (end[:, 1:] - start[:, 1:]) / 2 * at
        total += np.sum(below_m2(lats, end[:, :1] - start[:, :1]) * weights) / 2
    return abs(total)


def features(path, epsg=4326):
    text = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(path), "-t_srs", f"EPSG:{epsg}", "-lco", "COORDINATE_PRECISION=17"],
        check=True, capture_output=True, text=True,
    ).stdout
    return [{**f, "properties": {}} for f in json.loads(text)["features"]]


def transitions(name, before, after, regions):
    with rasterio.open(before) as one, rasterio.open(after) as other:
        assert one.transform == other.transform and one.shape == other.shape
        bands, grid = [one.read(1).astype(float), other.read(1).astype(float)], one.transform
        for band, file in zip(bands, (one, other)):
            band[band == file.nodata] = np.nan
    with open(OUT / f"{name}-transitions.csv", "w") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["row", "from_class", "to_class", "area_m2"])
        found = exact_extract(str(before), regions, ["cell_id", "coverage"])
        for index, feature in enumerate(found):
            cells = np.array(feature["properties"]["cell_id"]).astype(np.int64)
            share = np.array(feature["properties"]["coverage"], dtype=float)
            rows, cols = cells // bands[0].shape[1], cells % bands[0].shape[1]
            north = grid.f + grid.e * rows
            area = share * row_m2(north + grid.e, north, grid.a)
            pairs = np.stack([band[rows, cols] for band in bands], axis=1)
            codes = np.where(np.isnan(pairs), -1, pairs).astype(int)
            kinds, places = np.unique(codes, axis=0, return_inverse=True)
            sums = np.bincount(places.ravel(), weights=area)
            text = lambda code: "unknown" if code < 0 else code
            for (was, became), m2 in zip(kinds, sums):
                lines.writerow([index, text(was), text(became), f"{m2:.6f}"])


def invented_classes(rows, cols):
    """Patches of 7 by 11 cells of five classes, and every third cell of a fourth row another."""
    row, col = np.mgrid[0:rows, 0:cols]
    patches = (row // 7 * 31 + col // 11 * 17) % 5
    return np.where((row % 4 == 0) & (col % 3 == 0), (patches + 2) % 5, patches).astype(np.uint8)


def districts(path):
    west, north, cell = -78.0, -5.0, 0.01
    classes = invented_classes(700, 800)
    grid = rasterio.Affine(cell, 0, west, 0, -cell, north)
    with rasterio.open(
        "/vsimem/classes.tif", "w", driver="GTiff", height=700, width=800, count=1, dtype="uint8", crs="EPSG:4326", transform=grid
    ) as file:
        file.write(classes, 1)
    with open(OUT / "peru-districts.csv", "w") as file, rasterio.open("/vsimem/classes.tif") as raster:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["row", "class", "area_m2"])
        districts = features(path)
        for index, feature in enumerate(exact_extract(raster, districts, ["cell_id", "coverage"])):
            cells = np.array(feature["properties"]["cell_id"]).astype(np.int64)
            share = np.array(feature["properties"]["coverage"], dtype=float)
            rows, cols = cells // 800, cells % 800
            top = north - cell * rows
            area = share * row_m2(top - cell, top, cell)
            area *= own_m2(districts[index]) / np.sum(area)
            sums = np.bincount(classes[rows, cols], weights=area)
            for kind in np.flatnonzero(sums):
                lines.writerow([index, kind, f"{sums[kind]:.3f}"])


if __name__ == "__main__":
    data = Path(sys.argv[1])
    maroaga = data / "mapbiomas-maroaga"
    maps = [maroaga / f"MapBiomas_8_{year}.tif" for year in (2013, 2022)]
    transitions("mapbiomas-maroaga", *maps, features(maroaga / "CavernaMaroaga.gpkg"))
    districts(data / "peru-admin-target" / "peru_distritos_sm_uc_hu.gpkg")
