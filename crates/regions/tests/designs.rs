//! How many points, and how many in each stratum.

use lindero_regions::design::{Expected, allocate, expected_se, sample_size};
use proptest::prelude::*;

/// The strata of section 5.1 of Olofsson et al. (2014).
const OLOFSSON: [(f64, f64); 4] = [(0.02, 0.7), (0.015, 0.6), (0.32, 0.9), (0.645, 0.95)];
const MANY: u64 = 1 << 40;

fn strata(of: &[(f64, f64)]) -> Vec<Expected> {
    of.iter().map(|&(weight, users_accuracy)| Expected { weight, users_accuracy }).collect()
}

#[test]
fn the_sample_size_of_olofsson_2014_is_641() {
    assert_eq!(sample_size(&strata(&OLOFSSON), 0.01), 641);
}

#[test]
fn rare_strata_get_their_minimum_and_the_rest_is_proportional() {
    let weights = OLOFSSON.map(|(weight, _)| weight);
    assert_eq!(allocate(641, &weights, &[MANY; 4], 75), [75, 75, 163, 328]);
    assert_eq!(allocate(641, &weights, &[MANY; 4], 0), [13, 10, 205, 413]);
    // A stratum of few cells gives its points to the others.
    assert_eq!(allocate(100, &[0.5, 0.5], &[10, MANY], 20), [10, 90]);
    // Least numbers that are more than the total.
    assert_eq!(allocate(60, &weights, &[MANY; 4], 50), [50, 50, 50, 50]);
    assert_eq!(allocate(10, &weights, &[3; 4], 50), [3; 4]);
}

#[test]
fn points_in_proportion_come_near_the_target() {
    let expected = strata(&OLOFSSON);
    let points = allocate(sample_size(&expected, 0.01), &OLOFSSON.map(|(weight, _)| weight), &[MANY; 4], 0);
    // The formula holds for the best allocation; in proportion to weights is not quite that.
    let se = expected_se(&expected, &points);
    assert!((0.0099..0.0103).contains(&se), "{se}");
}

proptest! {
    #[test]
    fn all_points_are_given_and_every_stratum_has_its_due(
        weights in prop::collection::vec(0.001f64..1.0, 1..8),
        total in 1u64..3000,
        minimum in 0u64..100,
        few in 1u64..500,
    ) {
        let cells: Vec<u64> = (0..weights.len() as u64).map(|stratum| few * (stratum + 1)).collect();
        let points = allocate(total, &weights, &cells, minimum);
        for (points, cells) in points.iter().zip(&cells) {
            prop_assert!(*points <= *cells && *points >= minimum.min(*cells));
        }
        let least: u64 = cells.iter().map(|&cells| cells.min(minimum)).sum();
        let most: u64 = cells.iter().sum();
        prop_assert_eq!(points.iter().sum::<u64>(), total.clamp(least, most));
    }
}
