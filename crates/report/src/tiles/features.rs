//! Layers of polygons: each filled thinly, with its border.

use super::mercator::{SIDE, TileId};
use super::png_file::PaletteImage;
use super::scheme::LegendLine;
use super::{TileLayer, on_plane, shows};
use crate::picture::{Colour, css};
use lindero_engine::{LayerData, ScreenLayer};
use lindero_grid::{Coverage, Grid, Metric, cover_centres};
use lindero_layers::VectorLayer;
use lindero_plots::{Bounds, Shape, ShapeRef, clip_to_rect};

const BORDER: Colour = [60, 90, 140];
const FILL: Colour = [170, 190, 220];
/// Every so many diagonals are drawn of what lies inside.
const HATCH: usize = 6;
/// Ground beyond a tile that is kept of a polygon, in tiles, so that a cut is never seen as a border.
const BEYOND: f64 = 0.05;

pub(super) fn layer(layer: &ScreenLayer) -> TileLayer {
    let bounds = match &layer.data {
        LayerData::Vector(features) if !features.is_empty() => {
            let all = (0..features.len() as u32).map(|index| features.shape(index).bounds());
            all.reduce(|all, one| all.union(&one)).map(|it| [it.min_x, it.min_y, it.max_x, it.max_y])
        }
        _ => None,
    };
    TileLayer {
        id: layer.spec.id.clone(),
        title: None,
        kind: "features",
        bounds,
        min_zoom: 0,
        years: None,
        legend: vec![LegendLine { colour: css(BORDER), meaning: layer.spec.id.clone() }],
        licence: layer.spec.licence.clone(),
    }
}

pub(super) fn tile(layer: &VectorLayer, tile: TileId) -> PaletteImage {
    let side = SIDE as usize;
    let mut pixels: Vec<Option<Colour>> = vec![None; side * side];
    let bounds = tile.bounds();
    let (more_x, more_y) = (BEYOND * bounds.width(), BEYOND * bounds.height());
    let wide = Bounds::new(bounds.min_x - more_x, bounds.min_y - more_y, bounds.max_x + more_x, bounds.max_y + more_y);
    let near = layer.near(&wide).into_iter().filter(|&index| shows(tile, &layer.shape(index).bounds()));
    let pictured: Vec<Shape> =
        near.map(|index| pictured(clip_to_rect(layer.shape(index), &wide).as_ref(), tile)).collect();
    for shape in &pictured {
        fill(shape.as_ref(), &mut pixels);
    }
    for shape in &pictured {
        border(shape.as_ref(), &mut pixels);
    }
    PaletteImage::of(SIDE, pixels)
}

/// A shape in pixels of a tile, `y` to the north.
fn pictured(shape: ShapeRef<'_>, tile: TileId) -> Shape {
    let mut drawn = Shape::default();
    for part in shape.parts() {
        for ring in part.rings() {
            let ring: Vec<_> = ring.iter().map(|&position| on_plane(tile, position)).collect();
            drawn.push_ring(&ring);
        }
        drawn.end_part();
    }
    drawn
}

fn fill(shape: ShapeRef<'_>, pixels: &mut [Option<Colour>]) {
    let side = SIDE as i32;
    let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Planar).expect("a grid of pixels");
    let mut coverage = Coverage::default();
    if cover_centres(shape, &grid, 0..side, &mut coverage).is_none() {
        return;
    }
    for (row, spans) in coverage.rows() {
        for span in spans {
            for col in span.col.max(0)..span.col_end().min(side) {
                let (row, col) = (row as usize, col as usize);
                if (row + col) % HATCH == 0 {
                    pixels[row * SIDE as usize + col] = Some(FILL);
                }
            }
        }
    }
}

fn border(shape: ShapeRef<'_>, pixels: &mut [Option<Colour>]) {
    let side = f64::from(SIDE);
    for line in shape.rings().flat_map(|ring| ring.windows(2)) {
        let ([x0, y0], [x1, y1]) = (line[0], line[1]);
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).ceil().clamp(1.0, 8.0 * side);
        for step in 0..=steps as u32 {
            let share = f64::from(step) / steps;
            let (col, row) = (x0 + share * (x1 - x0), -(y0 + share * (y1 - y0)));
            if (0.0..side).contains(&col) && (0.0..side).contains(&row) {
                pixels[row as usize * SIDE as usize + col as usize] = Some(BORDER);
            }
        }
    }
}
