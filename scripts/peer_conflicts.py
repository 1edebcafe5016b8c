#!/usr/bin/env python3
"""Finds the plots that share ground with GeoPandas, and how much they share.

    peer_conflicts.py PLOTS.parquet PAIRS.csv

Every pair once: rows, shared square degrees, latitude of their middle. `sjoin` finds the pairs; their ground comes from one
call of `shapely.intersection` for all, which is what `overlay(how="intersection")` does inside, without the tables
that it makes besides. Run by `cargo xtask bench-conflicts`.
"""

import sys

import geopandas
import numpy as np
import pandas
import shapely


def main(plots, out):
    geometries = geopandas.read_parquet(plots, columns=["geometry"])
    pairs = geopandas.sjoin(geometries, geometries, predicate="intersects")
    first, second = pairs.index.to_numpy(), pairs["index_right"].to_numpy()
    once = first < second
    first, second = first[once], second[once]
    shapes = geometries.geometry.to_numpy()
    shared = shapely.intersection(shapes[first], shapes[second])
    area = shapely.area(shared)
    some = np.flatnonzero(area > 0)
    table = {
        "row_a": first[some],
        "row_b": second[some],
        "shared_deg2": area[some],
        "latitude": shapely.get_y(shapely.centroid(shared[some])),
    }
    pandas.DataFrame(table).to_csv(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
