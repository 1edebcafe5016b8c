//! Bands of layers that are looked at together, cell by cell, each where its own conditions let it speak.

use crate::analysis::Analysis;
use crate::bound::SlotRef;
use crate::plan::Binder;
use crate::{CellClass, CellScope};
use lindero_layers::{ConfigError, Expression, RasterSpec};
use lindero_logic::InputValue;

/// What has to be read so that the classes of some bands are known at a cell.
#[derive(Debug)]
pub struct Crossing {
    analysis: Analysis,
    /// The slots of the bands asked for, with what their values mean; other slots are what conditions stand on.
    asked: Vec<(usize, RasterSpec)>,
}

impl Crossing {
    /// Looks at these layers, each with the year of a stack's band.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] at the layer whose condition or band cannot be used. `file` names the catalog.
    ///
    /// # Panics
    ///
    /// If a layer is none of cells.
    pub fn of(scope: &CellScope<'_>, bands: &[(usize, Option<i32>)], file: &str) -> Result<Self, ConfigError> {
        let mut analysis = Analysis {
            grid_layer: bands[0].0,
            by_centre: false,
            slots: Vec::new(),
            wholes: Vec::new(),
            patches: Vec::new(),
            indicators: Vec::new(),
        };
        let mut asked = Vec::new();
        for &(layer, year) in bands {
            let spec = scope.layers[layer].spec;
            let raster = spec.raster().expect("a layer of cells");
            let place = format!("layer.{}", spec.id);
            let at = Expression { source: String::new(), file: file.to_owned(), line: spec.line, path: place };
            asked.push((Binder::new(&mut analysis, scope).slot(&spec.id, year, &at)?, raster.clone()));
        }
        Ok(Self { analysis, asked })
    }

    /// What is read at each cell, in the order in which [`Self::classes`] wants the readings.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = SlotRef> + '_ {
        self.analysis.slots()
    }

    /// The classes of the bands asked for at a cell with these readings.
    #[must_use]
    pub fn classes(&self, readings: &[u64]) -> Vec<CellClass> {
        let values = self.analysis.values(readings);
        let class = |(slot, spec): &(usize, RasterSpec)| match values[*slot] {
            InputValue::Value(value) => CellClass::of(value, spec),
            InputValue::Truth(_) => unreachable!("slots have values"),
        };
        self.asked.iter().map(class).collect()
    }
}
