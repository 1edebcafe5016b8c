//! The codes of all slots along a row of the analysis grid.

use crate::codes::{SlotCodes, TooMany};
use crate::keys::{Place, Word};
use crate::sweep::Visit;
use lindero_indicators::Outcomes;
use lindero_layers::Reading;
use std::ops::Range;

/// The words of a row's cells, without flags.
#[derive(Default)]
pub(crate) struct RowCodes {
    words: Vec<Vec<u64>>,
    /// For each group of slots in each word.
    groups: Vec<GroupCodes>,
    readings: Vec<Reading>,
}

/// The codes of slots whose layers share a grid.
#[derive(Default)]
struct GroupCodes {
    place: GroupPlace,
    /// For each of the slots, which part of its layer covers the visit; `None` if none is near.
    facets: Vec<Option<usize>>,
    layer_row: LayerRow,
    /// Where no rows and columns find the cells: of all cells of the visit.
    codes: Vec<u64>,
}

/// The codes along a row of cells of the layers' grid: it serves all rows of the analysis grid that lie on it.
#[derive(Default)]
struct LayerRow {
    row: Option<i32>,
    first_col: i32,
    codes: Vec<u64>,
}

/// How the layers of a group are read on a visit.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum GroupPlace {
    /// No part of any of them is near.
    #[default]
    Nowhere,
    /// One part of each answers everywhere, by the same rows and columns: those of this part of a layer.
    Covered { layer: usize, facet: usize },
    /// By several parts, or by projection.
    CellByCell,
}

impl RowCodes {
    /// For each word, what it says at the cells of the last row.
    #[inline]
    pub(crate) fn words(&self) -> &[Vec<u64>] {
        &self.words
    }

    /// Prepares for the rows of a visit. `places` is, for each slot, the layer's index in the ground and the band's
    /// index there.
    pub(crate) fn begin(
        &mut self,
        outcomes: &Outcomes<'_>,
        (layout, codes): (&[Word], &mut [SlotCodes]),
        places: &[(usize, usize)],
        visit: &Visit<'_>,
    ) -> Result<(), TooMany> {
        self.words.resize_with(layout.len(), Vec::new);
        let groups = layout.iter().flat_map(|word| &word.groups);
        self.groups.resize_with(groups.clone().count(), GroupCodes::default);
        for (group, known) in groups.zip(&mut self.groups) {
            known.find(group, places, visit);
            if known.place != GroupPlace::CellByCell {
                continue;
            }
            known.codes.clear();
            known.codes.resize(visit.on.height as usize * visit.on.width as usize, 0);
            for &Place { slot, shift } in group {
                let (layer, band) = places[slot];
                visit.ground.gather(layer, band, visit.on, visit.transforms, &mut self.readings);
                for (code, reading) in known.codes.iter_mut().zip(&self.readings) {
                    *code |= codes[slot].code(outcomes, *reading)? << shift;
                }
            }
        }
        Ok(())
    }

    /// Reads the columns of a row.
    pub(crate) fn read(
        &mut self,
        outcomes: &Outcomes<'_>,
        (layout, codes): (&[Word], &mut [SlotCodes]),
        places: &[(usize, usize)],
        visit: &Visit<'_>,
        row: i32,
        cols: Range<i32>,
    ) -> Result<(), TooMany> {
        let at = (cols.start - visit.on.col) as usize;
        let mut groups = self.groups.iter_mut();
        for (word, into) in layout.iter().zip(&mut self.words) {
            into.clear();
            into.resize(cols.len(), 0);
            for (group, known) in word.groups.iter().zip(&mut groups) {
                let facet = match known.place {
                    GroupPlace::CellByCell => {
                        let start = (row - visit.on.row) as usize * visit.on.width as usize + at;
                        let known = &known.codes[start..start + cols.len()];
                        into.iter_mut().zip(known).for_each(|(code, known)| *code |= known);
                        continue;
                    }
                    GroupPlace::Nowhere => {
                        for &Place { slot, shift } in group {
                            let outside = codes[slot].code(outcomes, Reading::OUTSIDE)? << shift;
                            into.iter_mut().for_each(|code| *code |= outside);
                        }
                        continue;
                    }
                    GroupPlace::Covered { layer, facet } => visit.ground.facet(layer, facet),
                };
                let facets = &known.facets;
                let mut read = |row: i32, cols: Range<i32>, into: &mut [u64]| {
                    for (&Place { slot, shift }, facet) in group.iter().zip(facets) {
                        let (layer, band) = places[slot];
                        let place = facet.map(|facet| (&visit.ground.facet(layer, facet).mosaic, band));
                        codes[slot].add_row(outcomes, place, row, cols.clone(), shift, into)?;
                    }
                    Ok(())
                };
                if facet.has_analysis_cells() {
                    read(row, cols.clone(), into)?;
                    continue;
                }
                let map_cols = facet.map().cols_of(&visit.on);
                known.layer_row.go_to(facet.map().row(row), map_cols, read)?;
                let LayerRow { first_col, codes, .. } = &known.layer_row;
                for (code, &col) in into.iter_mut().zip(&map_cols[at..at + cols.len()]) {
                    *code |= codes[(col - first_col) as usize];
                }
            }
        }
        Ok(())
    }
}

impl GroupCodes {
    /// Finds the layers of a group, which share their grids and tiles, on a visit.
    fn find(&mut self, group: &[Place], places: &[(usize, usize)], visit: &Visit<'_>) {
        self.place = GroupPlace::Nowhere;
        self.facets.clear();
        self.layer_row.row = None;
        for place in group {
            let layer = places[place.slot].0;
            let facet = visit.ground.covering(layer, &visit.on);
            self.facets.push(facet);
            match (facet, self.place) {
                (None, _) if visit.ground.lacks(layer) => {}
                (None, _) => {
                    self.place = GroupPlace::CellByCell;
                    return;
                }
                (Some(facet), GroupPlace::Nowhere) => self.place = GroupPlace::Covered { layer, facet },
                _ => {}
            }
        }
    }
}

impl LayerRow {
    /// Reads the layers' row, unless it is the one read last.
    fn go_to(
        &mut self,
        row: i32,
        map_cols: &[i32],
        mut read: impl FnMut(i32, Range<i32>, &mut [u64]) -> Result<(), TooMany>,
    ) -> Result<(), TooMany> {
        if self.row == Some(row) {
            return Ok(());
        }
        let cols = map_cols[0]..map_cols[map_cols.len() - 1] + 1;
        self.first_col = cols.start;
        self.codes.clear();
        self.codes.resize(cols.len(), 0);
        read(row, cols, &mut self.codes)?;
        self.row = Some(row);
        Ok(())
    }
}
