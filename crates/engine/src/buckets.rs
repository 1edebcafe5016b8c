//! Cuts the sweep into buckets: the plots that one worker measures in one go.

use crate::{
    EngineError,
    byte_store::ByteStore,
    filing::{FiledPlot, SortedPlots},
    lattice::{Pending, Place, Squares},
    moves::reach_of_moves,
};
use lindero_plots::{Bounds, ShapeRef, ShapeStore};

/// Plots that lie beside each other.
pub(crate) struct Bucket {
    /// Its number in the order of the sweep.
    pub(crate) number: u32,
    pub(crate) plots: Vec<FiledPlot>,
    pub(crate) shapes: ShapeStore,
    /// What the plots declare.
    pub(crate) declared: ByteStore,
    /// Whether its plots are so large that all workers measure them together.
    pub(crate) is_large: bool,
    /// How many plots, the first ones, are not large.
    pub(crate) usual: usize,
}

impl Bucket {
    /// The squares that are read for each plot.
    pub(crate) fn squares(&self) -> impl Iterator<Item = Squares> + '_ {
        self.plots.iter().map(|plot| squares_of(plot, &self.shapes))
    }

    /// Takes the bucket's plots off those that are to come. Says whether any ground is done with now.
    pub(crate) fn settle(&self, pending: &Pending) -> bool {
        let mut done = false;
        for squares in self.squares().take(self.usual) {
            done |= pending.remove(squares);
        }
        done
    }
}

/// The squares that are read for a plot.
fn squares_of(plot: &FiledPlot, shapes: &ShapeStore) -> Squares {
    let reach = reach(shapes.get(plot.shape), plot.disc.map(|disc| shapes.get(disc)));
    Squares::read_for(&reach_of_moves(reach, plot.error_m))
}

/// Around all that is measured of a plot: a point may declare more ground than its 4 ha disc has, or less.
pub(crate) fn reach(shape: ShapeRef<'_>, disc: Option<ShapeRef<'_>>) -> Bounds {
    disc.map_or(shape.bounds(), |disc| disc.bounds().union(&shape.bounds()))
}

/// What a bucket holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BucketLimits {
    pub(crate) plots: usize,
    pub(crate) positions: usize,
    /// Squares of the lattice, whose cells of all layers fit in memory.
    pub(crate) squares: usize,
}

/// A bucket of large plots holds so many times the positions of another: all workers share it.
const LARGE_BUCKET: usize = 8;

/// Usual plots at most that are measured together with the large ones, if there are no more: a sweep of their own would decode
/// blocks that the large ones need again.
const MOST_BESIDE_LARGE: usize = 64;

/// Gives buckets in the order of the sweep; the same plots and limits give the same buckets.
pub(crate) struct Buckets {
    plots: SortedPlots,
    limits: BucketLimits,
    number: u32,
    /// Plots and positions of the bucket before: the next one has about as many.
    before: [usize; 2],
}

impl Buckets {
    pub(crate) fn new(plots: SortedPlots, limits: BucketLimits) -> Self {
        Self { plots, limits, number: 0, before: [0; 2] }
    }

    /// The next bucket; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the reel cannot be read.
    pub(crate) fn next(&mut self) -> Result<Option<Bucket>, EngineError> {
        let Some(first) = self.plots.peek() else { return Ok(None) };
        let number = self.number;
        self.number += 1;
        let [plots, positions] = self.before;
        let mut bucket = Bucket {
            number,
            plots: Vec::with_capacity(plots),
            shapes: ShapeStore::with_capacity(plots, positions),
            declared: ByteStore::default(),
            is_large: first.is_large(),
            usual: 0,
        };
        let (mut last, mut squares) = (first, 1);
        while let Some(place) = self.plots.peek() {
            let are_few = number == 0 && bucket.plots.len() <= MOST_BESIDE_LARGE;
            bucket.is_large |= place.is_large() && are_few;
            if !self.goes_in(&bucket, place, last, squares) {
                break;
            }
            bucket.usual += usize::from(!place.is_large());
            if place != last {
                (last, squares) = (place, squares + 1);
            }
            bucket.plots.extend(self.plots.next(&mut bucket.shapes, &mut bucket.declared)?);
        }
        self.before = [bucket.plots.len(), bucket.shapes.positions_len()];
        Ok(Some(bucket))
    }

    fn goes_in(&self, bucket: &Bucket, place: Place, last: Place, squares: usize) -> bool {
        if bucket.plots.is_empty() {
            return true;
        }
        if bucket.is_large {
            // The more of them are swept together, the fewer blocks are decoded again for those of the next bucket.
            return bucket.shapes.positions_len() < LARGE_BUCKET * self.limits.positions;
        }
        !place.is_large()
            && bucket.plots.len() < self.limits.plots
            && bucket.shapes.positions_len() < self.limits.positions
            && (place == last || squares < self.limits.squares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filing::{Filing, Moving};
    use crate::lattice::SweepOrder;
    use crate::scratch::{MemoryScratch, Scratch};
    use lindero_plots::Shape;

    /// For each bucket of some farms and one region: whether it is large, its plots, and how many of them are usual.
    fn buckets(farms: u32) -> Vec<(bool, usize, usize)> {
        let mut filing = Filing::new(1 << 20, MemoryScratch.reel("plots").unwrap());
        for row in 0..=farms {
            let [x, y, size] = if row == 0 { [-76.9, -9.9, 0.8] } else { [-76.0, -9.0, 0.01] };
            let shape = Shape::from_rings(vec![vec![vec![[x, y], [x + size, y], [x + size, y + size], [x, y]]]]);
            let place = SweepOrder::Morton.place(&reach(shape.as_ref(), None));
            filing.push(row, place, 1.0, Moving::default(), shape.as_ref(), None).unwrap();
        }
        let limits = BucketLimits { plots: 50, positions: 1 << 20, squares: 100 };
        let mut buckets = Buckets::new(filing.into_sorted().unwrap(), limits);
        std::iter::from_fn(|| buckets.next().unwrap())
            .map(|bucket| (bucket.is_large, bucket.plots.len(), bucket.usual))
            .collect()
    }

    #[test]
    fn a_few_usual_plots_are_measured_with_the_large_ones_and_many_on_their_own() {
        assert_eq!(buckets(0), [(true, 1, 0)]);
        assert_eq!(buckets(3), [(true, 4, 3)]);
        assert_eq!(buckets(50), [(true, 51, 50)]);
        assert_eq!(buckets(51), [(false, 50, 50), (false, 1, 1), (true, 1, 0)]);
        assert_eq!(buckets(120), [(false, 50, 50), (false, 50, 50), (false, 20, 20), (true, 1, 0)]);
    }
}
