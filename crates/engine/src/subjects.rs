//! Every shape that is measured of the plots of one bucket, and whose it is.

use crate::{Moves, buckets::Bucket, measure::Subject};
use lindero_plots::{ShapeStore, area_m2, moved};
use lindero_regions::{RegionPart, RegionSet};
use std::borrow::Cow;

/// The shapes and what they are.
pub(crate) struct Subjects<'b> {
    pub(crate) shapes: Cow<'b, ShapeStore>,
    /// Of each plot in turn: itself or the disc of its declared area, then of a point the 4 ha disc, then its pieces. Behind
    /// them the moved copies of all plots.
    pub(crate) list: Vec<Subject>,
    /// For each plot of the bucket.
    pub(crate) of_plots: Vec<PlotSubjects>,
}

/// The subjects of one plot.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlotSubjects {
    /// The plot itself; those after it follow in the list.
    pub(crate) first: u32,
    pub(crate) has_disc: bool,
    /// Its ground by region, the largest part first; empty without regions. A part without a piece of its own is the
    /// whole plot.
    pub(crate) parts: Vec<SubjectPart>,
}

/// A plot's ground in one region, or outside every one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SubjectPart {
    pub(crate) region: Option<u32>,
    /// Its share of the plot.
    pub(crate) share: f64,
    pub(crate) is_piece: bool,
}

/// The moved copies of one plot: each as one subject, of a point as two discs that follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copies {
    first: u32,
    count: u32,
    has_disc: bool,
}

impl Copies {
    /// The first subject of each copy.
    pub(crate) fn firsts(self) -> impl Iterator<Item = u32> {
        let step = 1 + u32::from(self.has_disc);
        (0..self.count).map(move |copy| self.first + copy * step)
    }
}

impl<'b> Subjects<'b> {
    pub(crate) fn of(bucket: &'b Bucket, regions: Option<&RegionSet>) -> Self {
        let mut subjects = Self {
            shapes: Cow::Borrowed(&bucket.shapes),
            list: Vec::with_capacity(bucket.plots.len()),
            of_plots: Vec::with_capacity(bucket.plots.len()),
        };
        for plot in &bucket.plots {
            let first = subjects.push(plot.shape, plot.shape, plot.area_m2);
            if let Some(disc) = plot.disc {
                let disc_m2 = area_m2(subjects.shapes.get(disc));
                subjects.push(disc, disc, disc_m2);
            }
            let parts = regions.map(|regions| regions.assign(bucket.shapes.get(plot.shape), plot.area_m2).parts);
            let parts = parts.into_iter().flatten().map(|part| subjects.part(plot.shape, part)).collect();
            subjects.of_plots.push(PlotSubjects { first, has_disc: plot.disc.is_some(), parts });
        }
        subjects
    }

    /// Adds the moved copies of every plot of the bucket, each moved as one with its discs.
    pub(crate) fn add_copies(&mut self, bucket: &Bucket, moves: &Moves) -> Vec<Copies> {
        let mut copies = Vec::with_capacity(bucket.plots.len());
        for plot in &bucket.plots {
            let first = self.list.len() as u32;
            let latitude = bucket.shapes.get(plot.shape).bounds().center()[1];
            for by in moves.degrees(plot.error_m, latitude) {
                for shape in [Some(plot.shape), plot.disc].into_iter().flatten() {
                    let copy = moved(bucket.shapes.get(shape), by);
                    let shape = self.shapes.to_mut().push(copy.as_ref());
                    self.push(shape, shape, area_m2(copy.as_ref()));
                }
            }
            let count = moves.offsets().len() as u32;
            copies.push(Copies { first, count, has_disc: plot.disc.is_some() });
        }
        copies
    }

    fn part(&mut self, plot_shape: u32, part: RegionPart) -> SubjectPart {
        let RegionPart { region, share, shape } = part;
        if let Some(piece) = &shape {
            let shape = self.shapes.to_mut().push(piece.as_ref());
            self.push(shape, plot_shape, area_m2(piece.as_ref()));
        }
        SubjectPart { region, share, is_piece: shape.is_some() }
    }

    fn push(&mut self, shape: u32, plot_shape: u32, area_m2: f64) -> u32 {
        self.list.push(Subject { shape, plot_shape, area_m2 });
        self.list.len() as u32 - 1
    }
}
