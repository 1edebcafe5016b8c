//! The maps of a catalog as tiles for a browser: the cell under the centre of each pixel, in the colours of its layer.
//!
//! A layer paints only what it vouches for: its `valid_where` and `only_where` are asked at every pixel, as in a run. The ground
//! ([`GROUND`]) is what the run's own terms say.

mod classes;
mod features;
mod mercator;
mod png_file;
mod scheme;

pub use mercator::TileId;
pub use scheme::LegendLine;

use crate::picture::{Colour, FOREST, LOST_UNDATED, UNKNOWN, css, loss_colour};
use lindero_engine::LayerData;
use lindero_io::ground_maps::{GroundCell, GroundMaps, VouchedFor, layer_at};
use lindero_io::input_files::layer_files;
use lindero_io::screening::{ScreenInput, ScreenInputError};
use lindero_layers::products::Product;
use lindero_layers::{Conditions, LayerError, LayerSource, RasterSpec, Sheet};
use lindero_plots::{Bounds, Position};
use mercator::{MOST_ZOOM, SIDE};
use png_file::PaletteImage;
use scheme::Scheme;

/// The layer that is what the run's own terms say: forest at the cut-off, and loss since.
pub const GROUND: &str = "ground";
/// Cells decoded for one tile at most: a third of a second.
const MOST_CELLS: u64 = 64_000_000;

/// The maps of a catalog, ready to be drawn.
pub struct MapTiles<'a> {
    input: &'a ScreenInput,
    ground: GroundMaps<'a>,
    layers: Vec<TileLayer>,
    /// Of each layer of the catalog, what it says itself of where it speaks.
    vouched: Vec<Option<VouchedFor>>,
}

/// A layer that tiles can be asked of.
#[derive(Clone, Debug, PartialEq)]
pub struct TileLayer {
    /// Its id; [`GROUND`] for the ground.
    pub id: String,
    /// The product, where its files are known by name.
    pub title: Option<&'static str>,
    /// `ground`, `years`, `percent`, `classes` or `features`.
    pub kind: &'static str,
    /// The ground it covers, in degrees; `None`: nothing or everything.
    pub bounds: Option<[f64; 4]>,
    /// The first zoom at which a tile is not too much to read.
    pub min_zoom: u8,
    /// First and last year that `year` chooses from.
    pub years: Option<(i32, i32)>,
    /// Its colours.
    pub legend: Vec<LegendLine>,
    /// Licence or credit.
    pub licence: Option<String>,
}

/// What a tile was asked for.
#[derive(Debug)]
pub enum Drawn {
    /// A picture, as PNG.
    Png(Vec<u8>),
    /// So many cells would have to be read that nobody would wait for it.
    TooMuch,
    /// There is no such layer.
    NoLayer,
}

impl<'a> MapTiles<'a> {
    /// The maps of what a screening works with.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if a definition is wrong, which [`ScreenInput::open`] has told before.
    pub fn of(input: &'a ScreenInput) -> Result<Self, ScreenInputError> {
        let ground = GroundMaps::of(input)?;
        let mut layers = Vec::new();
        if ground.forest.is_some() || ground.loss.is_some() {
            layers.push(ground_layer(&ground, input));
        }
        let vouched = (0..input.layers().len()).map(|layer| VouchedFor::of(input, layer));
        let vouched = vouched.collect::<Result<Vec<_>, _>>()?;
        layers.extend(input.layers().iter().zip(&vouched).map(|(layer, vouched)| {
            match (&layer.data, layer.spec.raster()) {
                (LayerData::Raster(source), Some(spec)) => {
                    let others = vouched.iter().flat_map(VouchedFor::layers);
                    let read = others.filter_map(|other| raster_of(&input.layers()[other].data));
                    raster_layer(source.as_ref(), &read.collect::<Vec<_>>(), spec, layer)
                }
                _ => features::layer(layer),
            }
        }));
        for layer in &mut layers {
            layer.title = title(input, &layer.id);
        }
        Ok(Self { input, ground, layers, vouched })
    }

    /// All layers, the ground first.
    #[must_use]
    pub fn layers(&self) -> &[TileLayer] {
        &self.layers
    }

    /// A tile of a layer. `year`: events after it are not drawn; of a layer with a band a year, the band of that year.
    ///
    /// # Errors
    ///
    /// [`LayerError`] if a layer cannot be read.
    pub fn tile(&self, layer: &str, tile: TileId, year: Option<i32>) -> Result<Drawn, LayerError> {
        if layer == GROUND && self.layers.first().is_some_and(|first| first.id == GROUND) {
            return self.ground_tile(tile, year);
        }
        let Some(index) = self.input.layers().iter().position(|it| it.spec.id == layer) else {
            return Ok(Drawn::NoLayer);
        };
        let found = &self.input.layers()[index];
        match (&found.data, found.spec.raster()) {
            (LayerData::Raster(source), Some(spec)) => {
                let band = band_of(spec, source.info().bands, year);
                let asked = (band, spec.meaning.heeds_tag());
                let centres = tile.centres();
                let Some(readings) = layer_at(self.input, index, asked, &centres, MOST_CELLS)? else {
                    return Ok(Drawn::TooMuch);
                };
                let conditions = match &self.vouched[index] {
                    None => vec![Conditions::default(); centres.len()],
                    Some(vouched) => match vouched.at(self.input, &centres, MOST_CELLS)? {
                        Some(conditions) => conditions,
                        None => return Ok(Drawn::TooMuch),
                    },
                };
                let scheme = Scheme::of(&found.spec.path, spec);
                let up_to = year.filter(|_| spec.first_year.is_none());
                let said = readings.into_iter().zip(conditions);
                let colours = said.map(|(reading, conditions)| scheme.colour(spec, (reading, conditions), up_to));
                Ok(Drawn::Png(PaletteImage::of(SIDE, colours).png()))
            }
            (LayerData::Vector(layer), _) => Ok(Drawn::Png(features::tile(layer, tile).png())),
            (LayerData::Raster(_), None) => Ok(Drawn::NoLayer),
        }
    }

    fn ground_tile(&self, tile: TileId, year: Option<i32>) -> Result<Drawn, LayerError> {
        let centres = tile.centres();
        let Some(cells) = self.ground.at_places(&centres, None, MOST_CELLS)? else { return Ok(Drawn::TooMuch) };
        // Beyond all maps nobody expects to be told that nothing is known.
        let known = self.layers.first().and_then(|ground| ground.bounds);
        let is_near = |[x, y]: Position| {
            known.is_none_or(|[west, south, east, north]| (west..=east).contains(&x) && (south..=north).contains(&y))
        };
        let years = self.ground.years;
        let colour = |(cell, centre)| match cell {
            GroundCell::Unknown => is_near(centre).then_some(UNKNOWN),
            GroundCell::Open => None,
            GroundCell::Forest => Some(FOREST),
            GroundCell::Lost(Some(lost)) => {
                // What was lost later still stood then.
                let is_later = year.is_some_and(|last| lost > last);
                Some(if is_later { FOREST } else { years.map_or(LOST_UNDATED, |years| loss_colour(lost, years)) })
            }
            GroundCell::Lost(None) => Some(LOST_UNDATED),
        };
        Ok(Drawn::Png(PaletteImage::of(SIDE, cells.into_iter().zip(centres).map(colour)).png()))
    }
}

/// Of a layer with a band a year that of the year, or of the last one there is.
fn band_of(spec: &RasterSpec, bands: u32, year: Option<i32>) -> u32 {
    let Some(first) = spec.first_year else { return spec.band };
    let last = bands.saturating_sub(spec.band + 1);
    spec.band + year.map_or(last, |year| u32::try_from(year - first).unwrap_or(0).min(last))
}

/// What people call the product that a layer's files are of.
fn title(input: &ScreenInput, id: &str) -> Option<&'static str> {
    let opened = input.opened.iter().find(|opened| opened.screen.spec.id == id)?;
    let files = layer_files(&input.catalog, opened.raster.as_ref().map(|_| opened)?);
    let (product, _) = Product::of_name(files.first()?.file_stem()?.to_str()?, None)?;
    Some(product.title)
}

fn ground_layer(ground: &GroundMaps<'_>, input: &ScreenInput) -> TileLayer {
    let line = |colour: Colour, meaning: &str| LegendLine { colour: css(colour), meaning: meaning.to_owned() };
    let mut legend = vec![line(FOREST, "forest"), line(UNKNOWN, "unknown")];
    if let Some(years) = ground.years {
        legend.push(line(LOST_UNDATED, "loss, year unknown"));
        legend.extend((years.0..=years.1).map(|year| line(loss_colour(year, years), &year.to_string())));
    }
    let read: Vec<_> = ground.forest.iter().chain(&ground.loss).flat_map(|pictured| &pictured.layers).collect();
    let of_layers = input.layers().iter().filter(|layer| read.contains(&&layer.spec.id));
    let sources: Vec<&dyn LayerSource> = of_layers.filter_map(|layer| raster_of(&layer.data)).collect();
    TileLayer {
        id: GROUND.to_owned(),
        title: None,
        kind: "ground",
        bounds: sources.iter().filter_map(|source| bounds_of(*source)).reduce(around),
        // All of them are read for a tile.
        min_zoom: first_zoom(&sources),
        years: ground.years,
        legend,
        licence: None,
    }
}

/// The cells of a layer of cells.
fn raster_of(data: &LayerData) -> Option<&dyn LayerSource> {
    match data {
        LayerData::Raster(source) => Some(source.as_ref()),
        LayerData::Vector(_) => None,
    }
}

/// A layer of cells; `read` has those that are read to know where it speaks.
fn raster_layer(
    source: &dyn LayerSource,
    read: &[&dyn LayerSource],
    spec: &RasterSpec,
    layer: &lindero_engine::ScreenLayer,
) -> TileLayer {
    let scheme = Scheme::of(&layer.spec.path, spec);
    let bands = i32::try_from(source.info().bands).unwrap_or(i32::MAX);
    let stack = spec.first_year.map(|first| (first, first + bands - spec.band as i32 - 1));
    TileLayer {
        id: layer.spec.id.clone(),
        title: None,
        kind: scheme.kind(),
        bounds: bounds_of(source),
        min_zoom: first_zoom(&[&[source], read].concat()),
        years: stack.or_else(|| scheme.years()),
        legend: scheme.legend(),
        licence: layer.spec.licence.clone(),
    }
}

/// The ground of a layer in degrees, as far as its files tell without a projection.
fn bounds_of(source: &dyn LayerSource) -> Option<[f64; 4]> {
    let info = source.info();
    if info.projection.as_ref().is_some_and(|projection| !projection.is_geographic()) {
        return None;
    }
    let tiles = info.sheets.iter().flat_map(|sheet| sheet.tiles.iter().map(|tile| sheet.grid.bounds_of(&tile.window)));
    let all = tiles.reduce(|all, tile| all.union(&tile))?;
    Some([all.min_x, all.min_y, all.max_x, all.max_y])
}

fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// The first zoom at which a tile has few enough cells, however many there are.
fn first_zoom(sources: &[&dyn LayerSource]) -> u8 {
    let cells_at = |zoom: u8| -> f64 { sources.iter().map(|source| cells_of_tile(*source, zoom)).sum() };
    (0..MOST_ZOOM).find(|&zoom| cells_at(zoom) <= MOST_CELLS as f64).unwrap_or(MOST_ZOOM)
}

/// Cells of a layer that are read for one tile near the equator, at most.
fn cells_of_tile(source: &dyn LayerSource, zoom: u8) -> f64 {
    const DEGREE_M: f64 = 111_195.0;
    let info = source.info();
    let projected = info.projection.as_ref().is_some_and(|projection| !projection.is_geographic());
    let side = 360.0 / f64::from(1u32 << zoom) * if projected { DEGREE_M } else { 1.0 };
    let of_sheet = |sheet: &Sheet| {
        let all = sheet.tiles.iter().map(|tile| tile.window).reduce(|all, window| all.union(&window));
        let all = all.unwrap_or_default();
        let block = sheet.tiles.iter().fold((1, 1), |(rows, cols), it| (it.block.0.max(rows), it.block.1.max(cols)));
        let along = |cells: f64, block: u32, all: i32| cells_along(cells, f64::from(block), f64::from(all));
        along(side / sheet.grid.size_y(), block.0, all.height) * along(side / sheet.grid.size_x(), block.1, all.width)
    };
    info.sheets.iter().map(of_sheet).sum()
}

/// Cells along a side that are read for so many: whole blocks, of which one more is met where they do not begin together; those
/// under no pixel's centre are not read.
fn cells_along(cells: f64, block: f64, all: f64) -> f64 {
    (((cells / block).ceil() + 1.0).min(f64::from(SIDE)) * block).min(all)
}

/// Whether ground shows on a tile at all.
fn shows(tile: TileId, bounds: &Bounds) -> bool {
    tile.bounds().intersects(bounds)
}

/// A position in pixels of a tile, as a plane with `y` to the north.
fn on_plane(tile: TileId, position: Position) -> Position {
    let [east, south] = tile.place(position);
    [east, -south]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_blocks_are_read_but_none_without_a_pixel() {
        // 2,800 rows and columns of a file of 40,000 a side: in tiles of 256, and in strips of one row.
        assert_eq!(cells_along(2800.0, 256.0, 40_000.0), 12.0 * 256.0);
        assert_eq!((cells_along(2800.0, 1.0, 40_000.0), cells_along(2800.0, 40_000.0, 40_000.0)), (256.0, 40_000.0));
    }
}
