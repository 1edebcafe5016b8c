//! Which plots a layer's files reach, before anything is measured.

use crate::shapes::Projector;
use crate::{EngineError, PlotTable};
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
///
/// # Errors
///
/// If the layer's coordinate system cannot be reached.
pub fn reach(table: &PlotTable, name: &str, source: &dyn LayerSource) -> Result<Reach, EngineError> {
    let projector = Projector::for_layer((name, source))?;
    let files: Vec<Bounds> = source
        .info()
        .sheets
        .iter()
        .flat_map(|sheet| sheet.tiles.iter().map(|tile| sheet.grid.bounds_of(&tile.window)))
        .collect();
    let mut reach = Reach::default();
    for shape in table.rows.iter().filter_map(|row| row.shape) {
        let shape = table.shapes.get(shape);
        let bounds = match &projector {
            None => shape.bounds(),
            Some(projector) => projector.shape(shape).as_ref().bounds(),
        };
        let touched: Vec<&Bounds> = files.iter().filter(|file| file.intersects(&bounds)).collect();
        // Neighbouring tiles together hold a plot across their seam.
        let together =
            touched.iter().fold(None, |all: Option<Bounds>, file| Some(all.map_or(**file, |all| all.union(file))));
        let inside = together.is_some_and(|all| all.contains(&bounds));
        match (inside, touched.is_empty()) {
            (true, _) => reach.inside += 1,
            (false, false) => reach.partly += 1,
            (false, true) => reach.outside += 1,
        }
    }
    Ok(reach)
}
