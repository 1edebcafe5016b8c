//! How many reference points a map needs, and how many of them in each stratum.
//!
//! # Method
//!
//! Olofsson et al. (2014), *Remote Sensing of Environment* 148: 42–57, section 5.1: equation 13 in its form for large
//! populations, rare strata given a least number of points, the others in proportion to their ground.

/// What is expected of a stratum before anybody has looked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Its share of the ground, in `0.0..=1.0`.
    pub weight: f64,
    /// The share of it on which the map is right, in `0.0..=1.0`.
    pub users_accuracy: f64,
}

/// Points that bring the standard error of the overall accuracy down to `target_se`: (Σ W S / SE)², rounded up.
///
/// # Panics
///
/// If the target is not above 0.
#[must_use]
pub fn sample_size(strata: &[Expected], target_se: f64) -> u64 {
    assert!(target_se > 0.0, "a standard error of {target_se}");
    let deviation = |it: &Expected| it.weight * (it.users_accuracy * (1.0 - it.users_accuracy)).sqrt();
    let ratio = strata.iter().map(deviation).sum::<f64>() / target_se;
    (ratio * ratio).ceil() as u64
}

/// The standard error of the overall accuracy that so many points in each stratum can be expected to give; not a number where a
/// stratum has none.
#[must_use]
pub fn expected_se(strata: &[Expected], points: &[u64]) -> f64 {
    let term = |(it, &points): (&Expected, &u64)| {
        it.weight * it.weight * it.users_accuracy * (1.0 - it.users_accuracy) / points as f64
    };
    strata.iter().zip(points).map(term).sum::<f64>().sqrt()
}

/// Halvings of a range of rates after which no whole number of points changes.
const HALVINGS: u32 = 200;

/// Gives `total` points to strata of these weights: in proportion, but no stratum less than `minimum` nor more than its `cells`.
///
/// Where the least numbers are more than `total`, so is their sum; where all cells are fewer, each is taken. What is left over
/// from rounding down goes to the largest remainders, of equal ones to the first.
#[must_use]
pub fn allocate(total: u64, weights: &[f64], cells: &[u64], minimum: u64) -> Vec<u64> {
    let least: Vec<u64> = cells.iter().map(|&cells| minimum.min(cells)).collect();
    let total = total.clamp(least.iter().sum(), cells.iter().sum());
    // Points per weight at which the strata, each within its bounds, take no more than the total: found by halving.
    let shares = |rate: f64| -> Vec<f64> {
        let bounds = least.iter().zip(cells);
        weights
            .iter()
            .zip(bounds)
            .map(|(weight, (&low, &high))| (rate * weight).clamp(low as f64, high as f64))
            .collect()
    };
    let fills = |(weight, &cells): (&f64, &u64)| if *weight > 0.0 { cells as f64 / weight } else { 0.0 };
    let (mut low, mut high) = (0.0, weights.iter().zip(cells).map(fills).fold(0.0, f64::max));
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if shares(middle).iter().sum::<f64>() <= total as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let shares = shares(low);
    let mut points: Vec<u64> = shares.iter().map(|share| share.floor() as u64).collect();
    let mut open: Vec<usize> = (0..shares.len()).filter(|&stratum| points[stratum] < cells[stratum]).collect();
    open.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()).then(a.cmp(&b)));
    let left = total - points.iter().sum::<u64>();
    for &stratum in open.iter().take(left as usize) {
        points[stratum] += 1;
    }
    points
}
