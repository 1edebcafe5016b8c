"""Asks GEOS about boundaries, line by line: boundary, what it is repaired to, change of area in m2, proposals."""

import math
import sys

import shapely


def ring_area(ring):
    """Signed area in square degrees, around the ring's first position."""
    points = list(ring.coords)
    x0, y0 = points[0]
    pairs = zip(points, points[1:])
    return 0.5 * sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairs)


def drawn_area(shape):
    """What the rings enclose with their sense of direction, holes less."""
    parts = getattr(shape, "geoms", [shape])
    return sum(
        abs(ring_area(part.exterior)) - sum(abs(ring_area(hole)) for hole in part.interiors) for part in parts
    )


def square_degree_m2(shape):
    """Square metres in a square degree at the middle of a shape, on the WGS 84 ellipsoid."""
    latitude = math.radians((shape.bounds[1] + shape.bounds[3]) / 2)
    a, e2 = 6378137.0, 0.0066943799901413165
    w2 = 1 - e2 * math.sin(latitude) ** 2
    normal, meridian = a / math.sqrt(w2), a * (1 - e2) / w2**1.5
    return math.radians(1) ** 2 * normal * meridian * math.cos(latitude)


print(f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}")
with open(sys.argv[1]) as questions:
    for line in questions:
        boundary, repaired, change_m2, proposals = line.rstrip("\n").split("\t")
        shape = shapely.from_wkt(boundary)
        repaired_is_valid, off_m2 = 1, 0.0
        if repaired:
            result = shapely.from_wkt(repaired)
            repaired_is_valid = int(shapely.is_valid(result))
            change = (result.area - drawn_area(shape)) * square_degree_m2(shape)
            off_m2 = abs(change - float(change_m2))
        proposed_are_valid = int(all(shapely.is_valid(shapely.from_wkt(it)) for it in proposals.split("|") if it))
        print(int(shapely.is_valid(shape)), repaired_is_valid, off_m2, proposed_are_valid, sep="\t")
