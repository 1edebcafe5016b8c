//! Made maps, as hard to pack as real ones.

use lindero_testkit::SplitMix64;
use ndarray::Array2;

/// Percent of tree cover: every cell near its neighbours and like none of them.
#[must_use]
pub fn tree_cover(size: usize) -> Array2<f64> {
    let mut chance = SplitMix64::new(3);
    let mut cover = 80.0;
    Array2::from_shape_simple_fn((size, size), || {
        let next: f64 = cover + (chance.below(9) as f64 - 4.0);
        cover = next.clamp(0.0, 100.0);
        cover
    })
}

/// Years of loss: clearings of one year in much that was never cleared.
#[must_use]
pub fn loss_year(size: usize) -> Array2<f64> {
    /// Side of the squares that are cleared as a whole.
    const CLEARING: usize = 12;
    let mut chance = SplitMix64::new(4);
    let squares = Array2::from_shape_simple_fn((size.div_ceil(CLEARING), size.div_ceil(CLEARING)), || {
        if chance.chance(0.06) { 1.0 + chance.below(24) as f64 } else { 0.0 }
    });
    Array2::from_shape_fn((size, size), |(row, col)| squares[(row / CLEARING, col / CLEARING)])
}
