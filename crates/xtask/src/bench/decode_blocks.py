"""Decodes the blocks of a raster with GDAL and does nothing with them: RASTER BLOCKS, a row and a column a line."""

import sys

import rasterio
from rasterio.windows import Window

with rasterio.open(sys.argv[1]) as raster, open(sys.argv[2]) as blocks:
    height, width = raster.block_shapes[0]
    for block in blocks:
        row, col = map(int, block.split())
        raster.read(1, window=Window(col * width, row * height, width, height))
