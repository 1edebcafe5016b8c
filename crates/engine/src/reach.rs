//! Which plots a layer's files reach, before anything is measured.

use crate::shapes::Projector;
use crate::transforms::Transforms;
use crate::{CheckedBatch, EngineError};
use lindero_layers::LayerSource;
use lindero_plots::Bounds;

/// How many plots lie in a layer's files, by their bounding boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Wholly inside.
    pub inside: usize,
    /// Partly.
    pub partly: usize,
    /// Not at all.
    pub outside: usize,
}

/// Counts the plots that a layer's files reach.
pub struct Reaching<'l> {
    source: &'l dyn LayerSource,
    transforms: Transforms,
    files: Vec<Bounds>,
    /// Of the plots so far.
    pub reach: Reach,
}

impl<'l> Reaching<'l> {
    /// No plot yet.
    ///
    /// # Errors
    ///
    /// If the layer's coordinate system cannot be reached.
    pub fn of(name: &str, source: &'l dyn LayerSource) -> Result<Self, EngineError> {
        let tiles = source
            .info()
            .sheets
            .iter()
            .flat_map(|sheet| sheet.tiles.iter().map(|tile| sheet.grid.bounds_of(&tile.window)));
        let files = tiles.collect();
        Ok(Self { source, transforms: Transforms::of([(name, source)])?, files, reach: Reach::default() })
    }

    /// Counts some more plots.
    pub fn add(&mut self, batch: &CheckedBatch) {
        let projector = Projector::onto(self.source, &self.transforms);
        for shape in batch.rows.iter().filter_map(|row| row.shape) {
            let shape = batch.shapes.get(shape);
            let bounds = match &projector {
                None => shape.bounds(),
                Some(projector) => projector.shape(shape).as_ref().bounds(),
            };
            let touched: Vec<&Bounds> = self.files.iter().filter(|file| file.intersects(&bounds)).collect();
            // Neighbouring tiles together hold a plot across their seam.
            let together =
                touched.iter().fold(None, |all: Option<Bounds>, file| Some(all.map_or(**file, |all| all.union(file))));
            let inside = together.is_some_and(|all| all.contains(&bounds));
            match (inside, touched.is_empty()) {
                (true, _) => self.reach.inside += 1,
                (false, false) => self.reach.partly += 1,
                (false, true) => self.reach.outside += 1,
            }
        }
    }
}
