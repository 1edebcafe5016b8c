//! What names mean in expressions over cells.

use crate::Definitions;
use lindero_layers::{LayerKind, LayerSpec, RasterInfo};
use lindero_logic::{Constant, Day, Scope, Symbol, YearBands};
use std::collections::BTreeSet;

/// A layer of a catalog with what only its files tell.
#[derive(Clone, Copy, Debug)]
pub struct LayerFacts<'a> {
    /// What the catalog says.
    pub spec: &'a LayerSpec,
    /// Number of bands in its files; 0 for features.
    pub bands: u32,
    /// Area of one of its cells where the plots are (square metres); 0 for features.
    pub cell_m2: f64,
    /// The first layer of the catalog with the same cells, if it comes before this one: what is measured on the grid
    /// of one can be measured on the grid of the other.
    pub cells_of: Option<usize>,
}

impl LayerFacts<'_> {
    /// Finds [`Self::cells_of`] for every layer; `infos` is what their files say, `None` for features.
    pub fn compare_cells(facts: &mut [Self], infos: &[Option<&RasterInfo>]) {
        for (index, (facts, info)) in facts.iter_mut().zip(infos).enumerate() {
            let has_cells_of = |other: &Option<&RasterInfo>| info.zip(*other).is_some_and(|(a, b)| a.has_cells_of(b));
            facts.cells_of = infos[..index].iter().position(has_cells_of);
        }
    }
}

/// Everything that expressions over cells may name.
pub struct CellScope<'a> {
    /// The catalog's layers.
    pub layers: &'a [LayerFacts<'a>],
    /// Terms and lists.
    pub definitions: &'a Definitions,
    /// The last day on which clearing forest was still lawful.
    pub cutoff: Day,
    /// Layers that a policy knows and this catalog may lack.
    pub may_lack: &'a BTreeSet<String>,
}

impl CellScope<'_> {
    /// Index of a raster layer.
    pub(crate) fn raster(&self, name: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.spec.id == name && layer.spec.raster().is_some())
    }

    /// The bands of a stack.
    pub(crate) fn year_bands(&self, layer: usize) -> Option<YearBands> {
        let facts = &self.layers[layer];
        let first = facts.spec.raster()?.first_year?;
        let absent_outside = self.may_lack.contains(&facts.spec.id);
        Some(YearBands { first, count: facts.bands, absent_outside })
    }
}

impl Scope for CellScope<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        match name {
            "cutoff" => return Some(Symbol::Constant(Constant::Day(self.cutoff))),
            "cutoff_year" => return Some(Symbol::Constant(Constant::Year(self.cutoff.year()))),
            _ => {}
        }
        if let Some(index) = self.raster(name) {
            let raster = self.layers[index].spec.raster().expect("raster() finds rasters");
            let bands = self.year_bands(index);
            return Some(Symbol::Layer { kind: raster.value_kind(), bands, until: raster.meaning.until });
        }
        if let Some(term) = self.definitions.terms.get(name) {
            return Some(Symbol::Term(&term.source));
        }
        if let Some(list) = self.definitions.lists.get(name) {
            return Some(Symbol::List(&list.numbers));
        }
        self.may_lack.contains(name).then_some(Symbol::Absent)
    }

    fn names(&self) -> Vec<&str> {
        let layers = self.layers.iter().filter(|layer| matches!(layer.spec.kind, LayerKind::Raster(_)));
        let mut names: Vec<&str> = layers.map(|layer| layer.spec.id.as_str()).collect();
        names.extend(self.definitions.terms.keys().map(String::as_str));
        names.extend(self.definitions.lists.keys().map(String::as_str));
        names.extend(["cutoff", "cutoff_year"]);
        names
    }
}
