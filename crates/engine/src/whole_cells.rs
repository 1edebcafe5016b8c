//! Whether the cell of a layer that answers at a cell of the analysis grid lies wholly inside the plot.

use crate::readings::Readings;
use crate::shapes::Projector;
use crate::sweep::Visit;
use crate::transforms::Transforms;
use crate::{ScreenLayer, keys::Homes, measure::Subject};
use lindero_grid::{Cell, Coverage, FULL, Grid, Scratch, cover_rows};
use lindero_indicators::{Analysis, whole_flag};
use lindero_plots::{ShapeRef, ShapeStore};

/// Layers with the same cells, of which it is asked whether these lie wholly inside the plot.
pub(crate) struct WholeLayers<'a> {
    /// One of them, as an index among the layers of the ground.
    place: usize,
    /// Which grids and tiles they share.
    home: usize,
    /// The flags of all.
    flags: u64,
    /// The grid of each of their sheets.
    grids: Vec<Grid>,
    /// The plots in their system, one per subject; `None`: the store's own shapes.
    projected: Option<ShapeStore>,
    store: &'a ShapeStore,
    subjects: &'a [Subject],
}

/// Buffers of one worker.
#[derive(Default)]
pub(crate) struct WholeScratch {
    cells: Vec<Option<(usize, Cell)>>,
    /// For each column of the row under way, whether it is whole.
    row: Vec<bool>,
    scratch: Scratch,
    coverage: Coverage,
}

impl<'a> WholeLayers<'a> {
    /// Those of an analysis: each plot is laid over each of their grids once.
    pub(crate) fn all(
        analysis: &Analysis,
        layers: &[ScreenLayer],
        readings: &Readings<'_>,
        homes: &Homes,
        store: &'a ShapeStore,
        subjects: &'a [Subject],
        transforms: &Transforms,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (index, &layer) in analysis.wholes.iter().enumerate() {
            let slot = analysis.slots().position(|slot| slot.layer == layer).expect("a layer in whole() has a slot");
            let place = readings.places[slot].0;
            let home = homes.0[slot];
            let flag = whole_flag(index);
            match all.iter_mut().find(|known| known.home == home) {
                Some(known) => known.flags |= flag,
                None => all.push(Self {
                    place,
                    home,
                    flags: flag,
                    grids: layers[layer].raster().info().sheets.iter().map(|sheet| sheet.grid).collect(),
                    projected: projected(&layers[layer], store, subjects, transforms),
                    store,
                    subjects,
                }),
            }
        }
        all
    }

    fn shape(&self, subject: u32) -> ShapeRef<'_> {
        match &self.projected {
            Some(moved) => moved.get(subject),
            None => self.store.get(self.subjects[subject as usize].plot_shape),
        }
    }

    /// Sets the flags of the visited cells, row by row, that have a whole cell of a subject's plot.
    pub(crate) fn flag(&self, subject: u32, visit: &Visit<'_>, worker: &mut WholeScratch, flags: &mut [u64]) {
        let shape = self.shape(subject);
        let Some(facet) = visit.ground.covering(self.place, &visit.on) else {
            return self.flag_cell_by_cell(shape, visit, worker, flags);
        };
        let facet = visit.ground.facet(self.place, facet);
        let (map, grid) = (facet.map(), &self.grids[facet.sheet()]);
        let rows = map.row(visit.on.row)..map.row(visit.on.row_end() - 1) + 1;
        if cover_rows(shape, grid, rows, &mut worker.scratch, &mut worker.coverage).is_none() {
            return;
        }
        let cols = map.cols_of(&visit.on);
        let mut found = None;
        for (row, flags) in (visit.on.row..visit.on.row_end()).zip(flags.chunks_exact_mut(cols.len())) {
            let layer_row = map.row(row);
            if found != Some(layer_row) {
                worker.find_whole(layer_row, cols);
                found = Some(layer_row);
            }
            for (flags, &whole) in flags.iter_mut().zip(&worker.row) {
                *flags |= if whole { self.flags } else { 0 };
            }
        }
    }

    fn flag_cell_by_cell(&self, shape: ShapeRef<'_>, visit: &Visit<'_>, worker: &mut WholeScratch, flags: &mut [u64]) {
        visit.ground.gather_cells(self.place, visit.on, visit.transforms, &mut worker.cells);
        for (sheet, grid) in self.grids.iter().enumerate() {
            let rows = worker.cells.iter().flatten().filter(|found| found.0 == sheet).map(|found| found.1.row);
            let (Some(first), Some(last)) = (rows.clone().min(), rows.max()) else { continue };
            if cover_rows(shape, grid, first..last + 1, &mut worker.scratch, &mut worker.coverage).is_none() {
                continue;
            }
            for (flags, found) in flags.iter_mut().zip(&worker.cells) {
                if let Some((of_sheet, cell)) = *found
                    && of_sheet == sheet
                    && worker.coverage.share(cell.row, cell.col) == FULL
                {
                    *flags |= self.flags;
                }
            }
        }
    }
}

impl WholeScratch {
    /// Finds which of the layer's columns are whole in a row of it.
    fn find_whole(&mut self, layer_row: i32, cols: &[i32]) {
        self.row.clear();
        self.row.resize(cols.len(), false);
        for span in self.coverage.row(layer_row).iter().filter(|span| span.share == FULL) {
            // Columns ascend.
            let first = cols.partition_point(|&col| col < span.col);
            let end = cols.partition_point(|&col| col < span.col_end());
            self.row[first..end].fill(true);
        }
    }
}

/// The plots in a layer's system, one per subject.
fn projected(
    layer: &ScreenLayer,
    store: &ShapeStore,
    subjects: &[Subject],
    transforms: &Transforms,
) -> Option<ShapeStore> {
    Projector::onto(layer.raster(), transforms).map(|projector| {
        let mut moved = ShapeStore::new();
        for subject in subjects {
            moved.push(projector.shape(store.get(subject.plot_shape)).as_ref());
        }
        moved
    })
}
