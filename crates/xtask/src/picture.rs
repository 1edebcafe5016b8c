//! The picture of the valley in the README: forest, losses, and every plot coloured by its verdict.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use lindero_grid::{Cell, Coverage, Grid, Metric, Scratch, Window, cover};
use lindero_io::raster::{RasterOptions, open_raster};
use lindero_layers::{BlockId, LayerSource};
use lindero_plots::{Bounds, PlotGeometry, RawGeometry, Shape, take_in};
use serde_json::Value;

type Colour = [u8; 3];

/// Width and height of a pixel, in degrees: two cells of the forest map.
const PIXEL_DEG: f64 = 2.0 / 12_000.0;
const LAND: Colour = [246, 241, 228];
const FOREST: Colour = [201, 220, 196];
const LOST: Colour = [205, 160, 120];
const BORDER: Colour = [90, 90, 90];
/// Distinct for colour-blind eyes, and in grey.
const VERDICTS: [(&str, Colour); 3] = [("low", [33, 102, 172]), ("more_info", [239, 177, 60]), ("high", [165, 15, 21])];
/// Last stored year that is no loss after the cut-off: 2020, counted from 2000.
const LAST_BEFORE: f64 = 20.0;

/// Draws the run over the layers it was made of.
///
/// # Errors
///
/// If the run or the layers cannot be read, or the picture cannot be written.
pub(crate) fn draw(landscape: &Path, run: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let forest = open_raster("layers/JRC_GFC2020_V4_*.tif", Some(landscape), &RasterOptions::default())?;
    let ground = forest.summary().tiles.iter().map(|tile| tile.bounds).reduce(|a, b| a.union(&b));
    let mut canvas = Canvas::over(&ground.ok_or("the forest map has no tile")?)?;
    canvas.paint(forest.as_ref(), |value| (value == 1.0).then_some(FOREST))?;
    let loss = open_raster("layers/Hansen_GFC-2024-v1.12_lossyear_*.tif", Some(landscape), &RasterOptions::default())?;
    canvas.paint(loss.as_ref(), |value| (value > LAST_BEFORE).then_some(LOST))?;
    let colours: BTreeMap<&str, Colour> = VERDICTS.into_iter().collect();
    for feature in features(&run.join("plots.geojson"))? {
        let colour = feature["properties"]["verdict"].as_str().and_then(|verdict| colours.get(verdict));
        if let (Some(&colour), Some(shape)) = (colour, shape_of(&feature)) {
            canvas.fill(&shape, colour);
        }
    }
    for feature in features(&landscape.join("regions.geojson"))? {
        if let Some(shape) = shape_of(&feature) {
            canvas.outline(&shape);
        }
    }
    canvas.write(out)
}

fn features(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    match file["features"].take() {
        Value::Array(features) => Ok(features),
        _ => Err(format!("{} has no features", path.display()).into()),
    }
}

fn shape_of(feature: &Value) -> Option<Shape> {
    let geometry = &feature["geometry"];
    let positions = |ring: &Value| -> Option<Vec<[f64; 2]>> {
        ring.as_array()?.iter().map(|p| Some([p[0].as_f64()?, p[1].as_f64()?])).collect()
    };
    let rings = |polygon: &Value| -> Option<Vec<_>> { polygon.as_array()?.iter().map(positions).collect() };
    let polygons = match geometry["type"].as_str()? {
        "Polygon" => vec![rings(&geometry["coordinates"])?],
        "MultiPolygon" => geometry["coordinates"].as_array()?.iter().map(rings).collect::<Option<_>>()?,
        _ => return None,
    };
    match take_in(&RawGeometry::Polygons(polygons)).geometry {
        PlotGeometry::Area(shape) => Some(shape),
        _ => None,
    }
}

/// Pixels over a piece of ground.
struct Canvas {
    grid: Grid,
    window: Window,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn over(ground: &Bounds) -> Result<Self, Box<dyn Error>> {
        let (grid, _) = Grid::through(ground.min_x, ground.max_y, PIXEL_DEG, PIXEL_DEG, Metric::Geographic)?;
        let window = grid.window_of(ground).ok_or("the ground is too far out")?;
        Ok(Self { grid, window, pixels: vec![LAND; (window.height * window.width) as usize] })
    }

    fn pixel(&mut self, row: i32, col: i32) -> Option<&mut Colour> {
        if !self.window.contains(Cell { row, col }) {
            return None;
        }
        let index = (row - self.window.row) * self.window.width + (col - self.window.col);
        self.pixels.get_mut(index as usize)
    }

    /// Colours the pixels in whose centre the layer holds a value that has a colour.
    fn paint(&mut self, layer: &dyn LayerSource, colour: impl Fn(f64) -> Option<Colour>) -> Result<(), Box<dyn Error>> {
        for (sheet_index, sheet) in layer.info().sheets.iter().enumerate() {
            for (tile_index, tile) in sheet.tiles.iter().enumerate() {
                let (rows, cols) = tile.blocks();
                for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
                    let id = BlockId { sheet: sheet_index as u32, tile: tile_index as u32, row, col };
                    let block = layer.read_block(id, &[0], u32::MAX)?;
                    let window = tile.block_window((row, col));
                    self.paint_block(&sheet.grid, window, |r, c| colour(block.bands[0].number(r, c)));
                }
            }
        }
        Ok(())
    }

    fn paint_block(&mut self, grid: &Grid, block: Window, colour: impl Fn(usize, usize) -> Option<Colour>) {
        for row in self.window.row..self.window.row_end() {
            for col in self.window.col..self.window.col_end() {
                let Some(cell) = grid.cell_at(self.grid.centre(Cell { row, col })) else { continue };
                if block.contains(cell)
                    && let Some(colour) = colour((cell.row - block.row) as usize, (cell.col - block.col) as usize)
                    && let Some(pixel) = self.pixel(row, col)
                {
                    *pixel = colour;
                }
            }
        }
    }

    /// Colours each pixel by how much of it the shape covers.
    fn fill(&mut self, shape: &Shape, colour: Colour) {
        let mut coverage = Coverage::default();
        if cover(shape.as_ref(), &self.grid, &mut Scratch::default(), &mut coverage).is_none() {
            return;
        }
        let spans: Vec<_> = coverage.rows().flat_map(|(row, spans)| spans.iter().map(move |s| (row, *s))).collect();
        for (row, span) in spans {
            let share = span.share as f64 / lindero_grid::FULL as f64;
            for col in span.col..span.col_end() {
                if let Some(pixel) = self.pixel(row, col) {
                    for (old, new) in pixel.iter_mut().zip(colour) {
                        *old = (f64::from(*old) * (1.0 - share) + f64::from(new) * share).round() as u8;
                    }
                }
            }
        }
    }

    fn outline(&mut self, shape: &Shape) {
        /// Steps along a side, per pixel.
        const STEPS: f64 = 2.0;
        for side in shape.as_ref().rings().flat_map(|ring| ring.windows(2)) {
            let ([x0, y0], [x1, y1]) = (side[0], side[1]);
            let steps = ((x1 - x0).abs().max((y1 - y0).abs()) / PIXEL_DEG * STEPS).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let t = f64::from(step) / steps;
                if let Some(Cell { row, col }) = self.grid.cell_at([x0 + t * (x1 - x0), y0 + t * (y1 - y0)])
                    && let Some(pixel) = self.pixel(row, col)
                {
                    *pixel = BORDER;
                }
            }
        }
    }

    fn write(&self, out: &Path) -> Result<(), Box<dyn Error>> {
        let file = BufWriter::new(File::create(out)?);
        let mut encoder = png::Encoder::new(file, self.window.width as u32, self.window.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels.concat())?;
        Ok(writer.finish()?)
    }
}
