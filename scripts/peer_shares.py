#!/usr/bin/env python3
"""Compares the shares in a table of `lindero tabulate` with those of exactextract, class by class.

    peer_shares.py PLOTS TABLE.csv LAYER=RASTER ...

exactextract sums coverage in single precision and weights cells by their area on a sphere, which moves a share of a plot of
some hectares by up to 1e-7. At borders of cells it sometimes takes or leaves a whole cell (see `fixtures/reference/SOURCES.md`):
where it differs by more than `MOST`, the cells of the plot are clipped one by one with GEOS, and whoever is off is told.
Ends with 1 if that is Lindero. Run by `cargo xtask check-peers`.
"""

import sys
import warnings

import geopandas
import numpy as np
import pandas
import rasterio
import shapely
from exactextract import exact_extract

# Single precision sums over some hundred cells stay well below.
MOST = 1e-6


def by_exactextract(plots, layer, raster):
    """One line for each class of each plot."""
    area = "coverage_weight=area_spherical_m2"
    found = exact_extract(raster, plots, [f"unique({area})", f"frac({area})"], output="pandas")
    # Results come in the order of the plots; a column "id" of theirs would be the number of the row.
    found["id"] = plots["id"].to_numpy()
    classes = found.explode(["unique", "frac"])
    return pandas.DataFrame(
        {"id": classes["id"], "layer": layer, "value": classes["unique"].astype(float), "share": classes["frac"].astype(float)}
    )


def by_clipping(plot, source):
    """Class -> share of the plot, each cell clipped in double precision and weighted by its row's area on a sphere."""
    left, bottom, right, top = plot.bounds
    window = rasterio.windows.from_bounds(left, bottom, right, top, source.transform)
    row, col = int(np.floor(window.row_off)) - 1, int(np.floor(window.col_off)) - 1
    height, width = int(np.ceil(window.height)) + 3, int(np.ceil(window.width)) + 3
    values = source.read(1, window=rasterio.windows.Window(col, row, width, height))
    size_x, size_y = source.transform.a, -source.transform.e
    west = source.transform.c + (col + np.arange(width)) * size_x
    north = source.transform.f - (row + np.arange(height)) * size_y
    cells = shapely.box(west[None, :], (north - size_y)[:, None], (west + size_x)[None, :], north[:, None])
    clipped = shapely.area(shapely.intersection(cells, plot)) * np.cos(np.radians(north - size_y / 2))[:, None]
    return {float(v): float(clipped[values == v].sum() / clipped.sum()) for v in np.unique(values[clipped > 0])}


def main(plots_path, table_path, *layers):
    warnings.filterwarnings("ignore")
    plots = geopandas.read_file(plots_path).astype({"id": str})
    rasters = dict(layer.split("=", 1) for layer in layers)
    ours = pandas.read_csv(table_path, dtype={"plot_id": str}).rename(columns={"plot_id": "id"})[["id", "layer", "value", "share"]]
    peer = pandas.concat(by_exactextract(plots, layer, raster) for layer, raster in rasters.items())
    both = ours.merge(peer, how="outer", on=["id", "layer", "value"], suffixes=("", "_peer")).fillna({"share": 0, "share_peer": 0})
    both["off"] = (both["share"] - both["share_peer"]).abs()
    agreed, apart = both[both["off"] <= MOST], both[both["off"] > MOST]
    print(f"{len(both)} classes of {plots['id'].nunique()} plots on {', '.join(rasters)}")
    print(f"largest difference of shares {agreed['off'].max():.1e} in {len(agreed)} of them; over {MOST} in {len(apart)}")

    shapes = plots.set_index("id").geometry
    wrong = 0
    for (plot, layer), classes in apart.groupby(["id", "layer"]):
        with rasterio.open(rasters[layer]) as source:
            clipped = by_clipping(shapes[plot], source)
        for line in classes.itertuples():
            exact = clipped.get(line.value, 0.0)
            whose = "exactextract" if abs(line.share - exact) <= MOST else "LINDERO"
            wrong += whose == "LINDERO"
            print(f"  plot {plot}, {layer} {line.value:g}: {line.share:.9f}, exactextract {line.share_peer:.9f}, "
                  f"clipped {exact:.9f}: {whose} is off")
    if wrong:
        sys.exit(f"{wrong} classes differ from what clipping gives by more than {MOST}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
