//! What is asked of plots beside what maps say of them: whether they lie where they are said to, and whether others claim the
//! same ground.

use crate::checked_plots::column;
use crate::producers::Producers;
use crate::subjects::{Copies, Subjects};
use crate::{CheckedBatch, ColumnValues, EngineError, MeasurementColumn, Progress, buckets::Bucket};
use lindero_plots::doubts::{Country, DoubtRules, Places, lies_outside};
use lindero_plots::{ConflictRules, PlotGround, PlotGrounds, Position, RawGeometryRef, ShapeStore, claimed_shares};
use lindero_policy::{CLAIMED_PCT, OUTSIDE_COUNTRY};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What is asked: each answer is a column behind what is measured, for rules to read.
#[derive(Clone, Default)]
pub struct Claims<'a> {
    /// The country in which all plots are said to lie, and who knows what lies where: `outside_country`.
    pub country: Option<(Country, &'a (dyn Places + Sync))>,
    /// Whether plots are compared with each other: `claimed_pct`. All shapes are then held while plots are read: 300 MB a
    /// million plots of 17 corners.
    pub compared: bool,
    /// The column with who has the plot: what one producer has twice is claimed by nobody else.
    pub producer: Option<String>,
}

impl Claims<'_> {
    /// The columns, without values.
    pub(crate) fn columns(&self) -> Vec<MeasurementColumn> {
        self.named(Vec::new(), Vec::new())
    }

    fn named(&self, outside: Vec<Option<bool>>, claimed: Vec<Option<f64>>) -> Vec<MeasurementColumn> {
        let column = |name: &str, values| MeasurementColumn { name: name.to_owned(), values };
        let outside = self.country.is_some().then(|| column(OUTSIDE_COUNTRY, ColumnValues::Truths(outside)));
        let claimed = self.compared.then(|| column(CLAIMED_PCT, ColumnValues::Numbers(claimed)));
        outside.into_iter().chain(claimed).collect()
    }

    /// The columns of a bucket: what holds of a plot, of all its subjects and copies.
    pub(crate) fn measured(
        &self,
        found: &FoundClaims,
        bucket: &Bucket,
        subjects: &Subjects<'_>,
        copies: &[Copies],
    ) -> Vec<MeasurementColumn> {
        let mut outside = vec![None; subjects.list.len()];
        let mut claimed = vec![None; subjects.list.len()];
        for (index, (plot, of_plot)) in bucket.plots.iter().zip(&subjects.of_plots).enumerate() {
            let own = of_plot.first..of_plot.first + of_plot.count();
            let of_copies = copies.get(index).map(|copies| copies.subjects()).into_iter().flatten();
            for subject in own.chain(of_copies) {
                outside[subject as usize] = found.outside(plot.row);
                claimed[subject as usize] = Some(found.claimed_pct(plot.row));
            }
        }
        self.named(outside, claimed)
    }
}

/// What was found, of the few plots of which there is anything to say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct FoundClaims {
    /// Rows that are not known to lie in the country, ascending: whether that is known at all.
    outside: Vec<(u32, bool)>,
    /// Rows of which others claim some ground, ascending: its share, as the bits of a double, which survive being written.
    claimed: Vec<(u32, u64)>,
}

impl FoundClaims {
    fn outside(&self, row: u32) -> Option<bool> {
        match self.outside.binary_search_by_key(&row, |of| of.0) {
            Ok(index) => self.outside[index].1.then_some(true),
            Err(_) => Some(false),
        }
    }

    fn claimed_pct(&self, row: u32) -> f64 {
        let index = self.claimed.binary_search_by_key(&row, |of| of.0);
        index.map_or(0.0, |index| 100.0 * f64::from_bits(self.claimed[index].1))
    }
}

/// Takes plots as they are read.
pub(crate) struct Gathering<'c> {
    claims: &'c Claims<'c>,
    found: FoundClaims,
    rows: Vec<PlotGround>,
    shapes: ShapeStore,
    points: Vec<(u32, Position)>,
    producers: Producers,
}

impl<'c> Gathering<'c> {
    pub(crate) fn new(claims: &'c Claims<'c>) -> Self {
        Self {
            claims,
            found: FoundClaims::default(),
            rows: Vec::new(),
            shapes: ShapeStore::new(),
            points: Vec::new(),
            producers: Producers::default(),
        }
    }

    pub(crate) fn take(&mut self, batch: &CheckedBatch) {
        if let Some((country, places)) = self.claims.country {
            self.place(batch, country, places);
        }
        if self.claims.compared {
            self.keep(batch);
        }
    }

    fn place(&mut self, batch: &CheckedBatch, country: Country, places: &(dyn Places + Sync)) {
        let rules = DoubtRules::default();
        let of_row = |row: usize| lies_outside(batch.geometries.get(row), country, places, &rules);
        let outside: Vec<Option<bool>> = (0..batch.rows.len()).into_par_iter().map(of_row).collect();
        let rows = (batch.first_row as u32..).zip(outside);
        self.found.outside.extend(rows.filter(|of| of.1 != Some(false)).map(|(row, known)| (row, known.is_some())));
    }

    fn keep(&mut self, batch: &CheckedBatch) {
        let producer = self.claims.producer.as_deref().and_then(|name| column(&batch.attributes, name));
        let first = self.shapes.append(&batch.shapes);
        for (row, plot) in batch.rows.iter().enumerate() {
            if let (Some(_), RawGeometryRef::Points(points)) = (plot.disc, batch.geometries.get(row)) {
                let number = (batch.first_row + row as u64) as u32;
                self.points.extend(points.iter().map(|&at| (number, at)));
            }
            self.rows.push(PlotGround {
                // Of a point nobody knows which ground is meant.
                shape: plot.shape.filter(|_| plot.disc.is_none()).map(|shape| first + shape),
                area_m2: plot.area_m2.unwrap_or(0.0),
                producer: producer.and_then(|column| self.producers.number(column, row)),
            });
        }
    }

    /// Compares all plots with each other, if that is asked.
    ///
    /// # Errors
    ///
    /// [`EngineError::Interrupted`].
    pub(crate) fn finish(mut self, progress: &dyn Progress) -> Result<FoundClaims, EngineError> {
        if self.claims.compared {
            progress.stage("comparing plots", 0);
            if progress.interrupted() {
                return Err(EngineError::Interrupted);
            }
            let grounds = PlotGrounds::new(&self.shapes, &self.rows);
            let claimed = claimed_shares(&grounds, &ConflictRules::default(), &self.points);
            self.found.claimed = claimed.into_iter().map(|of| (of.row, of.share.to_bits())).collect();
        }
        Ok(self.found)
    }
}
