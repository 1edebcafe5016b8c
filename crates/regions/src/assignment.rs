//! A plot's parts by region.

use std::cmp::Ordering;

use lindero_plots::{Shape, ShapeRef, area_m2, union};

/// A smaller share of a plot is the disagreement of two drawings of one border, and goes to the plot's largest part.
const SLIVER_SHARE: f64 = 1e-6;

/// In which regions a plot lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// At least one; the largest share first, equal ones by the regions' names, ground outside all regions last.
    /// Shares sum to one.
    pub parts: Vec<RegionPart>,
}

/// A plot's ground in one region, or outside every one.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionPart {
    /// Index of the region in its set; `None` outside every region.
    pub region: Option<u32>,
    /// Its share of the plot, in `0.0..=1.0`.
    pub share: f64,
    /// The ground; `None` if it is the whole plot.
    pub shape: Option<Shape>,
}

/// A region, or `None` for ground outside every one, and its share of a plot.
pub type RegionShare = (Option<u32>, f64);

impl Assignment {
    /// The shares alone.
    #[must_use]
    pub fn shares(&self) -> Vec<RegionShare> {
        self.parts.iter().map(|part| (part.region, part.share)).collect()
    }

    /// The whole plot in one region, or outside every one.
    pub(crate) fn whole(region: Option<u32>) -> Self {
        Self { parts: vec![RegionPart { region, share: 1.0, shape: None }] }
    }

    /// The assignment of the pieces that a plot was cut into. `by_name` orders regions.
    pub(crate) fn of_pieces(
        mut pieces: Vec<Piece>,
        plot_area_m2: f64,
        by_name: impl Fn(Option<u32>, Option<u32>) -> Ordering,
    ) -> Self {
        pieces.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then_with(|| by_name(a.region, b.region)));
        let parts = pieces.partition_point(|piece| piece.area_m2 >= SLIVER_SHARE * plot_area_m2).max(1);
        let slivers: Vec<Piece> = pieces.drain(parts.min(pieces.len())..).collect();
        match &mut pieces[..] {
            [] => return Self::whole(None),
            [alone] => return Self::whole(alone.region),
            [largest, ..] => largest.take_in(&slivers),
        }
        let sum_m2: f64 = pieces.iter().map(|piece| piece.area_m2).sum();
        let part =
            |piece: Piece| RegionPart { region: piece.region, share: piece.area_m2 / sum_m2, shape: Some(piece.shape) };
        Self { parts: pieces.into_iter().map(part).collect() }
    }
}

/// Ground of a plot that belongs to one region.
pub(crate) struct Piece {
    pub(crate) region: Option<u32>,
    pub(crate) shape: Shape,
    pub(crate) area_m2: f64,
}

impl Piece {
    pub(crate) fn new(region: Option<u32>, shape: Shape) -> Self {
        Self { region, area_m2: area_m2(shape.as_ref()), shape }
    }

    /// Adds slivers to this piece.
    fn take_in(&mut self, slivers: &[Self]) {
        if slivers.is_empty() {
            return;
        }
        let shapes: Vec<ShapeRef<'_>> =
            std::iter::once(&*self).chain(slivers).map(|piece| piece.shape.as_ref()).collect();
        *self = Self::new(self.region, union(&shapes));
    }
}
