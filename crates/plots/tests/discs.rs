//! Discs: round, of exactly their area, and merged where they overlap.

use geo::{Distance, Geodesic, Point};
use lindero_plots::{PlotGeometry, Position, RawGeometry, Shape, area_m2, disc, discs, take_in};
use proptest::prelude::*;

fn area(shape: &Shape) -> f64 {
    area_m2(shape.as_ref())
}

/// Whether a shape passes the door as it is.
fn is_sound(shape: &Shape) -> bool {
    let raw = shape.as_ref().parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect();
    let intake = take_in(&RawGeometry::Polygons(raw));
    !intake.repaired && intake.geometry == PlotGeometry::Area(shape.clone())
}

#[test]
fn a_disc_is_round_on_the_ground() {
    for centre in [[-76.0, -9.3], [10.0, 0.0], [25.0, 68.0]] {
        let shape = disc(centre, 40_000.0).expect("a disc");
        let middle = Point::new(centre[0], centre[1]);
        let radius_m = |p: &Position| Geodesic.distance(middle, Point::new(p[0], p[1]));
        let radii: Vec<f64> = shape.as_ref().positions().iter().map(radius_m).collect();
        let shortest = radii.iter().copied().fold(f64::INFINITY, f64::min);
        let longest = radii.iter().copied().fold(0.0, f64::max);
        assert_eq!(radii.len(), 65);
        // The metric of the centre holds to about a radius over the Earth's radius, 2e-5, times tan(latitude).
        assert!(longest / shortest - 1.0 < 1e-4, "{centre:?}: {shortest} {longest}");
        assert!((shortest - 112.9).abs() < 0.1, "{shortest}");
    }
}

#[test]
fn impossible_discs_are_none() {
    assert_eq!(disc([0.0, 89.95], 1e4), None);
    assert_eq!(disc([0.0, -90.0], 1e4), None);
    assert_eq!(disc([181.0, 0.0], 1e4), None);
    assert_eq!(disc([f64::NAN, 0.0], 1e4), None);
    for area_m2 in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e12] {
        assert_eq!(disc([0.0, 0.0], area_m2), None, "{area_m2}");
    }
    assert_eq!(discs(&[], 1e4), None);
    assert_eq!(discs(&[[0.0, 0.0], [0.0, 89.95]], 1e4), None);
}

#[test]
fn discs_apart_stay_discs_and_equal_points_are_one() {
    let (here, there) = ([-76.0, -9.0], [-75.0, -9.0]);
    let both = discs(&[there, here, here], 40_000.0).expect("discs");
    assert_eq!(both.as_ref().parts().len(), 2);
    assert!((area(&both) / 80_000.0 - 1.0).abs() < 1e-12);
    let one = discs(&[here, here], 40_000.0).expect("a disc");
    assert_eq!(Some(one), disc(here, 40_000.0));
}

#[test]
fn overlapping_discs_are_one_part_whose_ground_counts_once() {
    // Two circles of radius r at a distance of r share 2 pi / 3 - sqrt(3) / 2 of r².
    let radius_deg = 112.9 / 111_320.0;
    let both = discs(&[[0.0, 0.0], [radius_deg, 0.0]], 40_000.0).expect("discs");
    assert_eq!(both.as_ref().parts().len(), 1);
    let shared = (2.0 * std::f64::consts::PI / 3.0 - 3.0_f64.sqrt() / 2.0) / std::f64::consts::PI;
    let expected = 40_000.0 * (2.0 - shared);
    assert!((area(&both) / expected - 1.0).abs() < 2e-3, "{}", area(&both));
    assert!(is_sound(&both));
}

#[test]
fn a_ring_of_discs_has_a_hole() {
    let around = |i: i32| {
        let (sin, cos) = libm::sincos(f64::from(i) * std::f64::consts::TAU / 8.0);
        [-76.0 + 0.0024 * cos, -9.0 + 0.0024 * sin]
    };
    let wreath = discs(&(0..8).map(around).collect::<Vec<_>>(), 40_000.0).expect("discs");
    assert_eq!(wreath.as_ref().parts().len(), 1);
    assert_eq!(wreath.as_ref().rings().len(), 2);
    assert!(is_sound(&wreath));
}

proptest! {
    #[test]
    fn a_disc_has_exactly_its_area(x in -180.0..180.0, y in -89.0..89.0, m2 in prop_oneof![100.0..1e4, 1e4..1e6_f64]) {
        let shape = disc([x, y], m2).expect("a disc");
        prop_assert!((area(&shape) / m2 - 1.0).abs() <= 1e-12, "{}", area(&shape) / m2 - 1.0);
    }

    #[test]
    fn unions_are_sound_and_no_larger_than_their_discs(
        offsets in prop::collection::vec([-0.004..0.004, -0.004..0.004_f64], 1..12),
        x in -170.0..170.0, y in -60.0..60.0,
    ) {
        let centres: Vec<Position> = offsets.iter().map(|o| [x + o[0], y + o[1]]).collect();
        let union = discs(&centres, 40_000.0).expect("discs");
        prop_assert!(is_sound(&union));
        prop_assert!(area(&union) <= 40_000.0 * centres.len() as f64 * (1.0 + 1e-7));
        prop_assert!(area(&union) >= 40_000.0 * (1.0 - 1e-7));
        let mut other_order = centres;
        other_order.reverse();
        prop_assert_eq!(discs(&other_order, 40_000.0), Some(union));
    }
}
