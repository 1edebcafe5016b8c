#!/usr/bin/env python3
"""Writes `fixtures/reference/`: class areas of plots as other programs see them.

The stored numbers are witnesses against Lindero's own. Nothing here shares code with it: coverage comes from
exactextract and, a second time, from clipping every boundary cell with GEOS; areas from quadrature of the
ellipsoid's surface and from Karney's geodesics; cell areas from the closed formula in 40 digits.

    pip install exactextract==0.3.0 rasterio==1.4.4 geopandas pyogrio shapely pyproj mpmath
    python scripts/reference.py DATA_FOLDER [OUTPUT_FOLDER]

DATA_FOLDER holds the real layers and boundaries (one folder for each product); they are read, never copied.
Plots made here come from a fixed random sequence and arithmetic that every machine rounds alike, so that a
second run writes the same files.
"""

import csv
import json
import math
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas
import mpmath
import numpy as np
import pyproj
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource, RasterioRasterSource
from rasterio.windows import Window
from shapely.geometry import MultiPolygon, Polygon, mapping

GEOD = pyproj.Geod(ellps="WGS84")
METRES_PER_DEGREE = 111_320.0  # only to size made plots
FULL_BLOCK_CELLS = 1e-9  # a block lacking less than this is taken as wholly inside
SLIVER_CELLS = 1e-6  # rounding at a shared border; no row for less
DISPUTED = 1e-4  # the two coverages of one cell differ by more than single precision explains
DIRECT_TOLERANCE = 1e-6  # exactextract asked cell by cell against exactextract asked for class sums, relative
REDUCED_EDGE_M = 1000.0  # longest edge that is reprojected by its ends alone
FINE_EDGE_M = 50.0
GEODESIC_STEP_DEG = 1e-5


class SplitMix64:
    """Steele, Lea and Flood (2014): the same sequence in every language."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def unit(self):
        """A number in 0..1, 53 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return ((z ^ (z >> 31)) >> 11) / (1 << 53)

    def between(self, low, high):
        return low + (high - low) * self.unit()

    def whole(self, low, high):
        """An integer in low..=high."""
        return low + int(self.unit() * (high - low + 1))


def direction(turn):
    """The unit vector at about `turn` of a full turn.

    Rational, no sine: `+ - * /` round alike everywhere, library trigonometry does not.
    """
    quarter, t = divmod(turn * 4.0, 1.0)
    x, y = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    return [(x, y), (-y, x), (-x, -y), (y, -x)][int(quarter) % 4]


def star_ring(rng, vertices, roughness):
    """A ring around the origin whose vertices turn once, so that it cannot cross itself."""
    coarse = [rng.between(1 - roughness, 1.0) for _ in range(7)]  # a shape, then a jagged edge on it
    ring = []
    for i in range(vertices):
        turn = (i + rng.between(0.1, 0.9)) / vertices
        at, t = divmod(turn * len(coarse), 1.0)
        radius = coarse[int(at)] * (1 - t) + coarse[(int(at) + 1) % len(coarse)] * t
        x, y = direction(turn)
        radius *= rng.between(1 - roughness / 4, 1.0)
        ring.append((x * radius, y * radius))
    return ring


def shoelace(ring):
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1])) / 2


def star(rng, centre, area_m2, vertices, roughness=0.5, hole=False, decimals=None):
    """A star polygon of about `area_m2`, edges straight in longitude and latitude."""
    outer = star_ring(rng, vertices, roughness)
    scale = math.sqrt(area_m2 / shoelace(outer)) / METRES_PER_DEGREE
    rings = [outer]
    if hole:
        rings.append([(x * 0.2, y * 0.2) for x, y in reversed(star_ring(rng, 6, 0.3))])
    placed = [[(centre[0] + x * scale, centre[1] + y * scale) for x, y in ring] for ring in rings]
    if decimals is not None:
        placed = [[(round(x, decimals), round(y, decimals)) for x, y in ring] for ring in placed]
    polygon = Polygon(placed[0], placed[1:])
    assert polygon.is_valid, shapely.is_valid_reason(polygon)
    return polygon


def farm(rng, centre):
    """0.2 to 5 ha, 5 to 14 corners, one in ten with a hole."""
    side_m = rng.between(math.sqrt(2_000), math.sqrt(50_000))
    return star(rng, centre, side_m * side_m, rng.whole(5, 14), hole=rng.unit() < 0.1)


def somewhere(rng, box):
    west, south, east, north = box
    return rng.between(west, east), rng.between(south, north)


SAO_TOME, PRINCIPE = (6.4, 0.0, 6.8, 0.45), (7.3, 1.5, 7.5, 1.75)


def saotome_plots():
    """200 farms on the two islands; the first five lie across the equator, which is the tile's edge."""
    rng = SplitMix64(1)
    plots = [farm(rng, somewhere(rng, (6.5, -0.0003, 6.6, 0.0003))) for _ in range(5)]
    plots += [farm(rng, somewhere(rng, SAO_TOME)) for _ in range(145)]
    return plots + [farm(rng, somewhere(rng, PRINCIPE)) for _ in range(50)]


def saotome_districts():
    """20 areas of 20 to 120 km2 with 1,000 to 1,400 corners, every fifth with a hole; row 13 reaches over the equator."""
    rng = SplitMix64(2)
    boxes = [(6.45, 0.02, 6.75, 0.40)] * 16 + [(7.36, 1.58, 7.44, 1.68)] * 4
    return [
        star(rng, somewhere(rng, box), rng.between(2e7, 1.2e8), rng.whole(1000, 1400), 0.4, i % 5 == 4, decimals=7)
        for i, box in enumerate(boxes)
    ]


def encodings_plots():
    """50 farms over the crop of Dominica; some reach over its edges."""
    rng = SplitMix64(3)
    edges = [(-61.4503, 15.5, -61.4497, 15.6), (-61.4, 15.6997, -61.3, 15.7003)]
    plots = [farm(rng, somewhere(rng, edges[i % 2])) for i in range(6)]
    return plots + [farm(rng, somewhere(rng, (-61.45, 15.475, -61.275, 15.7))) for _ in range(44)]


def guadeloupe_plots():
    """12 farms and 4 large areas on Basse-Terre and Grande-Terre."""
    rng = SplitMix64(4)
    land = (-61.75, 16.0, -61.60, 16.30)
    plots = [farm(rng, somewhere(rng, land)) for _ in range(12)]
    return plots + [star(rng, somewhere(rng, land), rng.between(2e6, 4e7), rng.whole(20, 60)) for _ in range(4)]


def rondonia_plots():
    """20 farms and 4 large areas where the two maps overlap; the last reaches over the edge of both."""
    rng = SplitMix64(5)
    place = (-62.66, -8.82, -62.51, -8.71)
    plots = [farm(rng, somewhere(rng, place)) for _ in range(20)]
    plots += [star(rng, somewhere(rng, (-62.62, -8.79, -62.55, -8.74)), rng.between(2e6, 1e7), 40) for _ in range(3)]
    return plots + [star(rng, (-62.502, -8.76), 2e7, 50)]


def lourenco_plots():
    """12 farms and 3 large areas in the gold-mining area of the yearly stack."""
    rng = SplitMix64(6)
    place = (-51.80, 2.16, -51.47, 2.48)
    plots = [farm(rng, somewhere(rng, place)) for _ in range(12)]
    middle = (-51.70, 2.28, -51.57, 2.38)
    return plots + [star(rng, somewhere(rng, middle), rng.between(2e6, 4e7), 80) for _ in range(3)]


def amostra_plots(data):
    """Boxes on cell corners and cell middles of the 9 x 8 sample: expected numbers can be counted by hand."""
    layer = AMOSTRA
    with rasterio.open(data / layer.path) as source:
        grid, crs = Grid.of(source), source.crs
    back = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    boxes = [(0, 0, 9, 8), (0, 0, 4.5, 8), (0.5, 0.5, 2.5, 2.5), (-1, 0, 1, 8)]  # columns, rows: west north east south
    return [
        shapely.transform(shapely.box(*box), lambda cells: np.column_stack(back.transform(*grid.from_cells(cells).T)))
        for box in boxes
    ]


def write_plots(path, plots, about):
    """GeoJSON with one feature a line; Python writes the shortest text that reads back to the same double."""
    features = [
        json.dumps({"type": "Feature", "properties": {"plot": row}, "geometry": mapping(plot)}, separators=(",", ":"))
        for row, plot in enumerate(plots)
    ]
    head = '{"type":"FeatureCollection","description":' + json.dumps(about) + ',"features":[\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n")


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def surface_density(lat_rad):
    """Square metres for each radian of latitude and of longitude: M N cos(lat)."""
    flat = 1 - GEOD.es * np.sin(lat_rad) ** 2
    return GEOD.a**2 * (1 - GEOD.es) * np.cos(lat_rad) / flat**2


def strip_m2(south_deg, north_deg):
    """Surface between two parallels for each radian of longitude, by quadrature: no cancellation in thin strips."""
    south, north = np.radians(south_deg), np.radians(north_deg)
    half, middle = (north - south) / 2, (north + south) / 2
    return half * (surface_density(middle[..., None] + half[..., None] * _NODES) @ _WEIGHTS)


def ring_m2(ring):
    """Signed area inside a ring whose edges are straight in longitude and latitude (minus strips under each edge)."""
    lon, lat = np.asarray(ring, dtype=float).T[:2]
    t = (_NODES + 1) / 2
    along = lat[:-1, None] + np.diff(lat)[:, None] * t
    under = strip_m2(np.full_like(along, lat.min()), along) @ (_WEIGHTS / 2)
    return -math.fsum(np.radians(np.diff(lon)) * under)


def polygon_parts(plot):
    return list(plot.geoms) if isinstance(plot, MultiPolygon) else [plot]


def authalic_m2(plot):
    """Ellipsoidal area of a plot, edges straight in longitude and latitude."""
    return math.fsum(
        abs(ring_m2(part.exterior.coords)) - math.fsum(abs(ring_m2(hole.coords)) for hole in part.interiors)
        for part in polygon_parts(plot)
    )


def geodesic_m2(plot):
    """Karney's area of a plot, edges geodesic."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(plot))[0])



@dataclass(frozen=True)
class Layer:
    """One band of one file."""

    id: str
    path: str
    band: int = 1


@dataclass(frozen=True)
class Grid:
    """A north-up grid: north-west corner and size of a cell."""

    x0: float
    y0: float
    dx: float
    dy: float  # positive

    @staticmethod
    def of(source):
        t = source.transform
        assert t.b == 0 == t.d and t.a > 0 > t.e
        return Grid(t.c, t.f, t.a, -t.e)

    def to_cells(self, xy):
        """Coordinates as (column, row), rows growing southwards."""
        return np.column_stack([(xy[:, 0] - self.x0) / self.dx, (self.y0 - xy[:, 1]) / self.dy])

    def from_cells(self, cells):
        return np.column_stack([self.x0 + cells[:, 0] * self.dx, self.y0 - cells[:, 1] * self.dy])

    def from_cell(self, row, col):
        """North-west corner of a cell."""
        return self.x0 + col * self.dx, self.y0 - row * self.dy

    def row_m2(self, rows):
        """Area of one cell of each row, of a grid in degrees."""
        north = self.y0 - rows * self.dy
        return math.radians(self.dx) * strip_m2(north - self.dy, north)


@dataclass(frozen=True)
class Cells:
    """A block of cells by integer edges, possibly beyond the file."""

    row0: int
    col0: int
    row1: int
    col1: int

    @staticmethod
    def around(plot_in_cells):
        west, north, east, south = plot_in_cells.bounds
        return Cells(math.floor(north), math.floor(west), math.ceil(south), math.ceil(east))

    @property
    def shape(self):
        return self.row1 - self.row0, self.col1 - self.col0


def read_answers(source, band, cells):
    """Number stored in each cell of the block, and its answer: `value`, `no_data` (so the file says) or `outside`."""
    values = np.zeros(cells.shape)
    answers = np.full(cells.shape, "outside", dtype="<U7")
    row0, row1 = max(cells.row0, 0), min(cells.row1, source.height)
    col0, col1 = max(cells.col0, 0), min(cells.col1, source.width)
    if row0 < row1 and col0 < col1:
        window = Window(col0, row0, col1 - col0, row1 - row0)
        inside = np.s_[row0 - cells.row0 : row1 - cells.row0, col0 - cells.col0 : col1 - cells.col0]
        values[inside] = source.read(band, window=window)
        answers[inside] = np.where(source.read_masks(band, window=window) > 0, "value", "no_data")
    return values, answers



def coverage_by_exactextract(plot, source, cells):
    """Share of each cell of the block inside the plot, by exactextract (single precision).

    It is given a blank raster of the file's own extent, enlarged by whole cells for a plot that leaves the file,
    because its answer may depend on the rounding of the extent: see `disputed`.
    """
    grid = Grid.of(source)
    row0, col0 = min(cells.row0, 0), min(cells.col0, 0)
    row1, col1 = max(cells.row1, source.height), max(cells.col1, source.width)
    west, north = (source.bounds.left, source.bounds.top) if row0 == col0 == 0 else grid.from_cell(row0, col0)
    at_end = (row1, col1) == (source.height, source.width)
    east, south = (source.bounds.right, source.bounds.bottom) if at_end else grid.from_cell(row1, col1)
    nothing = np.broadcast_to(np.uint8(0), (row1 - row0, col1 - col0))  # takes no memory
    blank = NumPyRasterSource(nothing, west, south, east, north, srs_wkt=source.crs.to_wkt())
    frame = geopandas.GeoDataFrame(geometry=[plot], crs=source.crs)
    [answer] = exact_extract(blank, frame, ["cell_id", "coverage"])
    rows, cols = np.divmod(np.asarray(answer["properties"]["cell_id"]), col1 - col0)
    coverage = np.zeros(cells.shape)
    coverage[rows + row0 - cells.row0, cols + col0 - cells.col0] = answer["properties"]["coverage"]
    return coverage


def polygonal(pieces):
    """Drops points and lines that an intersection may leave beside the polygons."""
    mixed = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed):
        pieces[i] = shapely.union_all([p for p in pieces[i].geoms if p.area > 0])
    return pieces


def coverage_by_clipping(plot_in_cells, cells):
    """Share of each cell of the block inside the plot, by GEOS in double precision.

    The block is halved again and again along its longer side and the plot cut with each half, until a half is
    empty, full or one cell: no cell on the plot's border is left unclipped, no cell inside it is.
    """
    coverage = np.zeros(cells.shape)
    pieces = np.array([plot_in_cells], dtype=object)
    boxes = np.array([[cells.col0, cells.row0, cells.col1, cells.row1]])
    while len(pieces):
        area = shapely.area(pieces)
        size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        done = (size == 1) | (area > size - FULL_BLOCK_CELLS)
        for (col0, row0, col1, row1), share in zip(boxes[done], area[done] / size[done]):
            coverage[row0 - cells.row0 : row1 - cells.row0, col0 - cells.col0 : col1 - cells.col0] = share
        pieces, boxes = pieces[~done], boxes[~done]
        if not len(pieces):
            break
        wide = (boxes[:, 2] - boxes[:, 0]) >= (boxes[:, 3] - boxes[:, 1])
        first, second = boxes.copy(), boxes.copy()
        for axis, chosen in ((0, wide), (1, ~wide)):
            middle = (boxes[chosen, axis] + boxes[chosen, axis + 2]) // 2
            first[chosen, axis + 2] = second[chosen, axis] = middle
        boxes = np.concatenate([first, second])
        pieces = polygonal(shapely.intersection(np.concatenate([pieces, pieces]), shapely.box(*boxes.T.astype(float))))
        kept = shapely.area(pieces) > 0
        pieces, boxes = pieces[kept], boxes[kept]
    return coverage


class Unmasked(RasterioRasterSource):
    """A band without its mask.

    exactextract 0.3.0 loses a mask for some plots and not for others (its issue 193); a nodata number it always minds.
    """

    def read_window(self, x0, y0, nx, ny):
        return self.ds.read(self.band_idx, window=Window(x0, y0, nx, ny))


def check_against_class_sums(plot, source, band, values, answers, coverage):
    """Asks exactextract once more, on the file itself, for its class shares: guards our own bookkeeping above.

    Masked cells count as the number they hold.
    """
    frame = geopandas.GeoDataFrame(geometry=[plot], crs=source.crs)
    raster = Unmasked(source, band_idx=band)
    [answer] = exact_extract(raster, frame, ["unique", "frac", "count"])
    found = answer["properties"]
    direct = {float(v): f * found["count"] for v, f in zip(found["unique"], found["frac"])}
    seen = (answers != "outside") & (coverage > 0) & (values != source.nodata)
    ours = {float(v): coverage[seen & (values == v)].sum() for v in np.unique(values[seen])}
    for value in direct.keys() | ours.keys():
        a, b = direct.get(value, 0.0), ours.get(value, 0.0)
        assert abs(a - b) <= DIRECT_TOLERANCE * max(1.0, a), (source.name, value, a, b)


def with_edges_of(plot, longest_m):
    """Cuts edges longer than `longest_m` into equal parts that stay on the straight line in longitude and latitude."""

    def ring(coords):
        xy = np.asarray(coords)[:, :2]
        lengths = GEOD.line_lengths(*xy.T)
        out = []
        for a, b, length in zip(xy, xy[1:], lengths):
            parts = max(1, math.ceil(length / longest_m))
            out.extend(a + (b - a) * (k / parts) for k in range(parts))
        return out

    parts = [Polygon(ring(p.exterior.coords), [ring(h.coords) for h in p.interiors]) for p in polygon_parts(plot)]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def to_layer(plot, source, longest_m):
    """The plot in the layer's coordinates.

    A geographic layer takes it as it is: the only other datum here, SIRGAS 2000, counts as WGS 84.
    """
    if source.crs.is_geographic:
        return plot
    forward = pyproj.Transformer.from_crs(4326, source.crs, always_xy=True)
    if longest_m is not None:
        plot = with_edges_of(plot, longest_m)
    return shapely.transform(plot, lambda xy: np.column_stack(forward.transform(*xy.T)))



@dataclass(frozen=True)
class Table:
    """Plots of one file against some layers."""

    name: str
    plots: str  # a file made here, or one of the data folder
    layers: tuple
    longest_m: float | None = REDUCED_EDGE_M


HANSEN = "hansen-dominica/Hansen_GFC-2018-v1.6_"
PRODES = "prodes-rondonia/PRODES_LANDSAT_AMZ_2000-08-01_2020-07-31_class_v20220606.tif"
SENTINEL = "prodes-rondonia/SENTINEL2_MSI_20LNR_2020-06-04_2021-08-26_class_v1.tif"
WORLDCOVER = Layer("worldcover2020", "worldcover-saotome/ESA_WorldCover_10m_2020_v100_N00E006_Map.tif")
AMAPA = Layer("cover2020", "mapbiomas-amapa/utm_cover_AP_rio_2020.tif")
AMOSTRA = Layer("amostra2020", "mapbiomas-amapa/amostra_mapbiomas_2020.tif")
AMCEL = "mapbiomas-amapa/amcel.gpkg"

TABLES = [
    Table(
        "hansen-dominica",
        "hansen-dominica/DMA_AL4.geojson",
        tuple(Layer(i, f"{HANSEN}{i}.tif") for i in ("treecover2000", "lossyear", "gain")),
    ),
    Table("worldcover-saotome", "saotome_plots.geojson", (WORLDCOVER,)),
    Table("worldcover-saotome-districts", "saotome_districts.geojson", (WORLDCOVER,)),
    Table(
        "mapbiomas-maroaga",
        "mapbiomas-maroaga/CavernaMaroaga.gpkg",
        tuple(Layer(f"mb{y}", f"mapbiomas-maroaga/MapBiomas_8_{y}.tif") for y in (2013, 2020, 2022)),
    ),
    Table("mapbiomas-amapa", AMCEL, (AMAPA,), FINE_EDGE_M),
    Table("mapbiomas-amapa-1km", AMCEL, (AMAPA,), REDUCED_EDGE_M),
    Table("mapbiomas-amapa-vertices", AMCEL, (AMAPA,), None),
    Table("mapbiomas-amostra", "amostra_plots.geojson", (AMOSTRA,)),
    Table("mapbiomas-lourenco", "lourenco_plots.geojson", (Layer("mb2020", "mapbiomas-amapa/lorenco_85a22.tif", 36),)),
    Table("tmf-guadeloupe", "guadeloupe_plots.geojson", (Layer("fcc123", "tmf-guadeloupe/fcc123_GLP.tif"),)),
    Table("prodes-rondonia", "rondonia_plots.geojson", (Layer("prodes", PRODES), Layer("sentinel2021", SENTINEL))),
    Table(
        "encodings",
        "encodings_plots.geojson",
        (
            Layer("ly_base", "encodings/ly_base_strip_deflate.tif"),
            Layer("tc_base", "encodings/tc_base_strip_deflate.tif"),
            Layer("ly_int8", "encodings/ly_int8_signed_nodata-1.tif"),
            Layer("ly_mask", "encodings/ly_internal_mask.tif"),
            Layer("ly_utm", "encodings/ly_utm20n_30m.tif"),
        ),
    ),
]

COLUMNS = [
    "row",
    "layer",
    "answer",
    "value",
    "coverage_cells",
    "coverage_cells_shapely",
    "area_m2",
    "area_m2_shapely",
    "disputed_cells",
]


def read_plots(path):
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4326, path
    return list(shapely.force_2d(frame.geometry.values))


class Coverages:
    """Both coverages of the last plot and grid: layers on one grid share them."""

    def __init__(self):
        self.key = None

    def of(self, plot, source):
        grid = Grid.of(source)
        key = (plot.wkb, grid, source.shape)
        if key != self.key:
            in_cells = shapely.transform(plot, grid.to_cells)
            cells = Cells.around(in_cells)
            tool = coverage_by_exactextract(plot, source, cells)
            clipped = coverage_by_clipping(in_cells, cells)
            # Clipping must neither lose nor gain ground.
            assert abs(clipped.sum() - in_cells.area) < 1e-7 * max(1.0, in_cells.area), (clipped.sum(), in_cells.area)
            self.key, self.value = key, (cells, in_cells.area, tool, clipped)
        return self.value


def class_rows(row, lonlat, layer, source, longest_m, coverages):
    """The table's rows for one plot and one layer."""
    grid = Grid.of(source)
    plot = to_layer(lonlat, source, longest_m)
    cells, plot_cells, tool, clipped = coverages.of(plot, source)
    values, answers = read_answers(source, layer.band, cells)
    if source.crs.is_geographic:
        cell_m2 = grid.row_m2(np.arange(cells.row0, cells.row1))[:, None]
    else:
        cell_m2 = authalic_m2(lonlat) / plot_cells
    touched = (tool > 0) | (clipped > 0)
    rows = []
    for answer in ("value", "no_data", "outside"):
        chosen = touched & (answers == answer)
        if not chosen.any():
            continue
        for value in np.unique(values[chosen]) if answer == "value" else [None]:
            same = chosen if value is None else chosen & (values == value)
            rows.append(
                {
                    "row": row,
                    "layer": layer.id,
                    "answer": answer,
                    "value": value,
                    "coverage_cells": tool[same].sum(),
                    "coverage_cells_shapely": clipped[same].sum(),
                    "disputed_cells": np.count_nonzero(np.abs(tool - clipped)[same] > DISPUTED),
                    "area_m2": (tool * cell_m2)[same].sum(),
                    "area_m2_shapely": (clipped * cell_m2)[same].sum(),
                }
            )
    check_against_class_sums(plot, source, layer.band, values, answers, tool)
    return [r for r in rows if max(r["coverage_cells"], r["coverage_cells_shapely"]) >= SLIVER_CELLS]


def class_text(row):
    return "" if row["value"] is None else f"{row['value']:g}"


def tabulate(table, data, out):
    made = out / table.plots
    plots = read_plots(made if made.exists() else data / table.plots)
    rows, coverages = [], Coverages()
    sources = [rasterio.open(data / layer.path) for layer in table.layers]
    for row, plot in enumerate(plots):
        for layer, source in zip(table.layers, sources):
            rows += class_rows(row, plot, layer, source, table.longest_m, coverages)
    order = {layer.id: i for i, layer in enumerate(table.layers)}
    rows.sort(key=lambda r: (order[r["layer"]], r["row"]))
    with open(out / f"{table.name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in rows:
            numbers = [f"{r[c]:.{9 if 'cells' in c else 6}f}" for c in COLUMNS[4:8]]
            writer.writerow([r["row"], r["layer"], r["answer"], class_text(r), *numbers, r["disputed_cells"]])
    print(f"{table.name}: {len(plots)} plots, {len(rows)} rows", flush=True)
    return plots, rows



class Exact:
    """The ellipsoid in 40 digits, by the closed authalic formula (Snyder 1987, from equation 3-12)."""

    mpmath.mp.dps = 40
    a, f = mpmath.mpf(6378137), 1 / mpmath.mpf("298.257223563")
    b = a * (1 - f)
    e = mpmath.sqrt(f * (2 - f))

    @classmethod
    def cap_m2(cls, lat_deg):
        """Surface from the equator to a parallel for each radian of longitude."""
        s = mpmath.sin(mpmath.radians(lat_deg))
        return cls.b**2 / 2 * (s / (1 - (cls.e * s) ** 2) + mpmath.atanh(cls.e * s) / cls.e)

    @classmethod
    def ring_m2(cls, coords):
        total = mpmath.mpf(0)
        for (x0, y0), (x1, y1) in zip(coords, coords[1:]):
            x0, y0, x1, y1 = map(mpmath.mpf, (x0, y0, x1, y1))
            under = mpmath.quad(lambda t: cls.cap_m2(y0 + (y1 - y0) * t), [0, 1])
            total += mpmath.radians(x1 - x0) * under
        return abs(total)

    @classmethod
    def polygon_m2(cls, plot):
        return cls.ring_m2(list(plot.exterior.coords)) - sum(cls.ring_m2(list(h.coords)) for h in plot.interiors)


def write_geodesic(out):
    """Areas of the 200 farms: Karney's, the same on edges cut finely, and by quadrature.

    Returns how far each is from 40 digits at most, relatively.
    """
    worst = [0.0, 0.0, 0.0]
    with open(out / "geodesic.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", "geodesic_m2", "geodesic_dense_m2", "authalic_m2"])
        for row, plot in enumerate(read_plots(out / "saotome_plots.geojson")):
            dense = shapely.segmentize(plot, GEODESIC_STEP_DEG)
            areas = [geodesic_m2(plot), geodesic_m2(dense), authalic_m2(plot)]
            exact = Exact.polygon_m2(plot)
            worst = [max(w, abs(float(area / exact - 1))) for w, area in zip(worst, areas)]
            writer.writerow([row, *(f"{area:.9f}" for area in areas)])
    return worst


def write_plot_areas(out, plots_of):
    """Areas of the plots of every other file, edges straight in longitude and latitude and edges geodesic."""
    with open(out / "plot_areas.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["plots", "row", "authalic_m2", "geodesic_m2"])
        for name, plots in plots_of.items():
            if name != "saotome_plots.geojson":
                for row, plot in enumerate(plots):
                    writer.writerow([name, row, f"{authalic_m2(plot):.6f}", f"{geodesic_m2(plot):.6f}"])


def write_cell_areas(out):
    """Areas of single cells in 40 digits. Returns how far the row areas of the tables are from them, relatively."""
    worst = 0.0
    with open(out / "cell_areas.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["cells_per_degree", "south_deg", "area_m2"])
        for per_degree in (4000, 12000):
            for south in ("0", "-8.5", "45"):
                size = mpmath.mpf(1) / per_degree
                area = mpmath.radians(size) * (Exact.cap_m2(mpmath.mpf(south) + size) - Exact.cap_m2(mpmath.mpf(south)))
                grid = Grid(0.0, float(south) + 1 / per_degree, 1 / per_degree, 1 / per_degree)
                worst = max(worst, abs(float(grid.row_m2(np.array([0]))[0] / area - 1)))
                writer.writerow([per_degree, south, mpmath.nstr(area, 17)])
    return worst


def difference(rows):
    """Largest difference between the two coverages where no cell is disputed.

    In cells, relative to the plot's cells in that layer, and in square metres.
    """
    plot_cells = {}
    for r in rows:
        key = r["row"], r["layer"]
        plot_cells[key] = plot_cells.get(key, 0.0) + r["coverage_cells_shapely"]
    agreed = [r for r in rows if r["disputed_cells"] == 0]
    gap = [(abs(r["coverage_cells"] - r["coverage_cells_shapely"]), plot_cells[r["row"], r["layer"]]) for r in agreed]
    area = max(abs(r["area_m2"] - r["area_m2_shapely"]) for r in agreed)
    return max(g for g, _ in gap), max(g / n for g, n in gap), area


def classes_against_plots(rows, plots):
    """Largest relative difference between the classes of a plot, summed, and the plot's own area."""
    sums = {}
    for r in rows:
        key = r["row"], r["layer"]
        sums[key] = sums.get(key, 0.0) + r["area_m2_shapely"]
    areas = [authalic_m2(plot) for plot in plots]
    return max(abs(total / areas[row] - 1) for (row, _), total in sums.items())


def disputes(tables):
    """The rows where exactextract and clipping differ by whole cells."""
    lines = [
        f"| {name} | {r['row']} | {r['layer']} | {r['answer']} | {class_text(r)} | {r['disputed_cells']} "
        f"| {r['coverage_cells'] - r['coverage_cells_shapely']:+.6f} |"
        for name, rows in tables.items()
        for r in rows
        if r["disputed_cells"]
    ]
    return "\n".join(lines)


def edges_table(tables):
    """How the class areas of the concession move with the way its long edges are reprojected."""
    fine = {(r["answer"], r["value"]): r for r in tables["mapbiomas-amapa"]}
    lines = []
    for name, how in (("mapbiomas-amapa-1km", "cut at 1 km"), ("mapbiomas-amapa-vertices", "not cut")):
        rows = {(r["answer"], r["value"]): r for r in tables[name]}
        empty = {"coverage_cells_shapely": 0.0, "area_m2_shapely": 0.0}
        cells, area = (
            max(abs(rows.get(k, empty)[c] - fine.get(k, empty)[c]) for k in rows.keys() | fine.keys())
            for c in ("coverage_cells_shapely", "area_m2_shapely")
        )
        lines.append(f"| {how} | {cells:.2g} | {area:.2g} |")
    return "\n".join(lines)


SOURCES = """# Stored numbers of other programs

Written by `scripts/reference.py`; do not edit. Tests compare the areas Lindero finds with these. The layers and the
boundaries of others (names below, relative to the data folder) are not copied here: only numbers taken from them, and
plots made by the script. Licences of the data are those of their own `SOURCES.md`.

## Tools

{tools}

## Columns of the class tables

| column | meaning |
|---|---|
| row | feature of the plot file, counted from 0 in file order |
| layer | short name of the layer, see the list of tables |
| answer | `value`, `no_data` (the file's own tag or mask says so) or `outside` the file |
| value | the class, empty unless `answer` is `value` |
| coverage_cells | sum of the covered shares of cells, by exactextract (shares in single precision) |
| coverage_cells_shapely | the same by clipping every boundary cell with GEOS, in cell units, double precision |
| area_m2 | from `coverage_cells`: each row of cells by its area on the WGS 84 ellipsoid where the grid is in degrees; share of the plot's cells times the plot's ellipsoidal area where the grid is projected |
| area_m2_shapely | the same from `coverage_cells_shapely` |
| disputed_cells | cells of the row whose two coverages differ by more than {disputed}, which single precision cannot explain; 0 but for the rows listed below |

Classes with less than {sliver} cells have no row. A share of a cell is its share in the grid's own plane. Plots lie in EPSG:4326
with edges straight in longitude and latitude. A layer in EPSG:4674 takes them as they are (the datums coincide); a projected
layer gets them through PROJ (no datum here moves them), with edges over 1 km cut into equal parts first, unless the list says otherwise.
Sizes are of the file's grid as it stands, not snapped to a grid through the origin.

## Tables

{tables}

Largest difference between the two coverages in any class of any plot, and of `area_m2`, rows without disputed cells.
The last column is the largest relative difference between the sum of a plot's `area_m2_shapely` and its own ellipsoidal area (zero by
definition on projected grids, but for rounding and rows left out):

| table | cells | share of the plot | m2 | classes against plot |
|---|---|---|---|---|
{differences}

Rows with disputed cells, and by how many cells exactextract differs:

| table | row | layer | answer | value | disputed cells | exactextract minus clipping |
|---|---|---|---|---|---|---|
{disputes}

The plot's corner at latitude 0.2425 lies exactly on the border of cells, between rows 33089 and 33090 of the tile. exactextract
gives 0 to the cell below it (row 33090, column 7911), which is wholly inside. On a raster of only the cells around the plot it
leaves out two, with one more cell on each side none, with two or more one: rounding of the extent seems to decide. Clipping
sums to the plot's area.

Tests that must hold tightly should use the `_shapely` columns; the others show that an independent program agrees within
single precision. Each exactextract sum was also compared with the class shares exactextract gives for the file itself
(relative tolerance {direct}), and each clipped sum with the plot's own area in cells (1e-7).

## The concession with long edges

`amcel.gpkg` has edges up to 10 km. `mapbiomas-amapa` cuts them at 50 m, which is what "straight in longitude and latitude"
means; the others against it, largest difference in any class:

| edges | cells | m2 |
|---|---|---|
{edges}

It does not overlap the Lourenco stack; that one has plots of its own.

## The sample that can be counted by hand

`amostra_plots.geojson` on the sample's 9 x 8 cells: the whole (72 cells: 57 water, 12 grassland, 3 forest), the western
4.5 columns (36 cells), a 2 x 2 box on cell middles (4 cells, weights 1/4, 1/2, 1), and one column inside plus one outside (8 and 8).

## Areas

- `geodesic.csv`: `saotome_plots.geojson`. `geodesic_m2` Karney's area, corners joined by geodesics; `geodesic_dense_m2` the same after cutting
  edges at 1e-5 degree along the straight line in longitude and latitude; `authalic_m2` the surface under those straight lines by 16-point
  quadrature. Against the integral in 40 digits they differ by at most {geodesic_gap:.1e}, {dense_gap:.1e} and {authalic_gap:.1e}, relatively: on plots this
  small and this near the equator the first two differ by the rounding of Karney's area in doubles, not by the kind of edge.
- `plot_areas.csv`: `authalic_m2` and `geodesic_m2` for every other plot file.
- `cell_areas.csv`: one cell with its south edge on `south_deg`, `1 / cells_per_degree` degree on each side, from the closed authalic
  formula with mpmath in 40 digits, printed with 17. Row areas used in the tables differ from it by at most {cell_gap:.1e}, relatively.

## Plots made here

{made}

## Boundaries

- `boundaries.txt`: what GEOS says of the 10,000 boundaries that `lindero_testkit::random_boundary` draws from the seed 20201231: `v` valid, `i`
  invalid, a hundred in a line. Written by `cargo xtask check-boundaries --bless` with shapely 2.2.0 and GEOS 3.14.1, which also asks about
  what boundaries are repaired to, and whether their areas change as the rows of repairs say.
"""

MADE = {
    "saotome_plots.geojson": saotome_plots,
    "saotome_districts.geojson": saotome_districts,
    "encodings_plots.geojson": encodings_plots,
    "guadeloupe_plots.geojson": guadeloupe_plots,
    "rondonia_plots.geojson": rondonia_plots,
    "lourenco_plots.geojson": lourenco_plots,
    "amostra_plots.geojson": amostra_plots,
}


def write_sources(out, tables, plots_of, farm_gaps, cell_gap):
    tools = ["exactextract", "rasterio", "geopandas", "pyogrio", "shapely", "pyproj", "mpmath", "numpy"]
    libraries = f"GDAL {rasterio.__gdal_version__}, GEOS {shapely.geos_version_string}, PROJ {pyproj.proj_version_str}"
    listed = []
    for table in TABLES:
        how = {REDUCED_EDGE_M: "", FINE_EDGE_M: f"; edges cut at {FINE_EDGE_M:g} m", None: "; edges not cut"}
        listed.append(f"- `{table.name}.csv` ({len(tables[table.name])} rows): `{table.plots}`{how[table.longest_m]}")
        for layer in table.layers:
            band = f", band {layer.band}" if layer.band != 1 else ""
            listed.append(f"  - {layer.id}: `{layer.path}`{band}")
    differences = [
        (t.name, *difference(tables[t.name]), classes_against_plots(tables[t.name], plots_of[t.plots])) for t in TABLES
    ]
    text = SOURCES.format(
        tools=", ".join(f"{t} {version(t)}" for t in tools) + f"; {libraries}.",
        tables="\n".join(listed),
        differences="\n".join(f"| {n} | {c:.1e} | {s:.1e} | {m:.1e} | {p:.1e} |" for n, c, s, m, p in differences),
        sliver=SLIVER_CELLS,
        disputed=DISPUTED,
        disputes=disputes(tables),
        direct=DIRECT_TOLERANCE,
        edges=edges_table(tables),
        geodesic_gap=farm_gaps[0],
        dense_gap=farm_gaps[1],
        authalic_gap=farm_gaps[2],
        cell_gap=cell_gap,
        made="\n".join(f"- `{name}`: {make.__doc__}" for name, make in MADE.items()),
    )
    (out / "SOURCES.md").write_text(text)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: reference.py DATA_FOLDER [OUTPUT_FOLDER]")
    data = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent.parent / "fixtures/reference"
    out.mkdir(parents=True, exist_ok=True)
    for name, make in MADE.items():
        write_plots(out / name, make(data) if make is amostra_plots else make(), make.__doc__)
    tables, plots_of = {}, {}
    for table in TABLES:
        plots_of[table.plots], tables[table.name] = tabulate(table, data, out)
    write_plot_areas(out, plots_of)
    write_sources(out, tables, plots_of, write_geodesic(out), write_cell_areas(out))


if __name__ == "__main__":
    main()
