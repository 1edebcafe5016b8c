//! Plots drawn over regions, and laws for random ones.

use lindero_plots::{Shape, ShapeStore, area_m2};
use lindero_regions::{Assignment, RegionError, RegionSet};
use lindero_testkit::{SplitMix64, polygon, random_star};
use proptest::prelude::*;

/// Corners where borders cross a plot are known to 3e-14 degrees, of plots of at least 1e-3 degrees.
const ROUNDING: f64 = 1e-9;

fn shape(wkt: &str) -> Shape {
    Shape::from_rings(polygon(wkt))
}

fn regions(features: &[(&str, Shape)]) -> RegionSet {
    let mut shapes = ShapeStore::new();
    features.iter().for_each(|(_, shape)| _ = shapes.push(shape.as_ref()));
    let names = features.iter().map(|(name, _)| (*name).to_owned()).collect();
    RegionSet::new(names, shapes).expect("names and shapes in pairs")
}

fn assign(regions: &RegionSet, plot: &Shape) -> Assignment {
    regions.assign(plot.as_ref(), area_m2(plot.as_ref()))
}

/// Lays a square of 0.01 degrees at the origin over drawn regions.
fn check(features: &[(&str, &str)], text: &str) {
    let features: Vec<(&str, Shape)> = features.iter().map(|(name, wkt)| (*name, shape(wkt))).collect();
    let regions = regions(&features);
    let plot = shape("POLYGON((0 0, 0.01 0, 0.01 0.01, 0 0.01, 0 0))");
    let assignment = assign(&regions, &plot);
    assert_eq!(regions.shares_text(&assignment.shares()), text);
    check_parts(&assignment, &plot);
}

/// Shares sum to one, areas to the plot's, and a whole plot is not copied.
fn check_parts(assignment: &Assignment, plot: &Shape) {
    let whole_m2 = area_m2(plot.as_ref());
    let parts = &assignment.parts;
    assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-12);
    let shares: Vec<f64> = parts.iter().map(|part| part.share).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?} of {whole_m2} m2");
    match &parts[..] {
        [alone] => assert_eq!((alone.share, &alone.shape), (1.0, &None)),
        _ => {
            let part_m2 = |part: &lindero_regions::RegionPart| {
                let m2 = area_m2(part.shape.as_ref().expect("a part of a plot").as_ref());
                assert!((m2 / whole_m2 - part.share).abs() < ROUNDING, "{m2} of {whole_m2} and {}", part.share);
                m2
            };
            let sum_m2: f64 = parts.iter().map(part_m2).sum();
            assert!((sum_m2 / whole_m2 - 1.0).abs() < ROUNDING, "{sum_m2} of {whole_m2}");
        }
    }
}

const WEST: &str = "POLYGON((-1 -1, 0.0073 -1, 0.0073 1, -1 1, -1 -1))";
const EAST: &str = "POLYGON((0.0073 -1, 1 -1, 1 1, 0.0073 1, 0.0073 -1))";
const SOUTH: &str = "POLYGON((-1 -1, 1 -1, 1 0.004, -1 0.004, -1 -1))";
const AROUND: &str = "POLYGON((-1 -1, 1 -1, 1 1, -1 1, -1 -1))";
const FAR: &str = "POLYGON((5 5, 6 5, 6 6, 5 6, 5 5))";

#[test]
fn a_plot_across_two_regions_has_a_share_in_each() {
    check(&[("Rioja", WEST), ("Moyobamba", EAST)], "Rioja:0.73;Moyobamba:0.27");
}

#[test]
fn a_plot_inside_a_region_is_whole() {
    check(&[("Far", FAR), ("Rioja", AROUND)], "Rioja:1");
}

#[test]
fn ground_outside_every_region_is_a_part() {
    check(&[("Rioja", WEST)], "Rioja:0.73;(outside all regions):0.27");
    check(&[("Far", FAR)], "(outside all regions):1");
    check(&[], "(outside all regions):1");
}

#[test]
fn features_of_one_name_are_one_region() {
    check(&[("Rioja", WEST), ("Rioja", EAST)], "Rioja:1");
    check(&[("Rioja", WEST), ("Rioja", SOUTH)], "Rioja:0.838;(outside all regions):0.162");
}

#[test]
fn ground_in_several_regions_goes_to_the_first_by_name() {
    check(&[("B", AROUND), ("A", WEST)], "A:0.73;B:0.27");
    check(&[("A", AROUND), ("B", WEST)], "A:1");
    check(&[("C", SOUTH), ("A", WEST)], "A:0.73;(outside all regions):0.162;C:0.108");
}

#[test]
fn equal_shares_are_in_the_order_of_names_with_outside_last() {
    // Quarters of a plot from west to east, of the same width to the last bit.
    let (west, inner) =
        ("POLYGON((-1 -1, 0.25 -1, 0.25 1, -1 1, -1 -1))", "POLYGON((0.25 -1, 0.5 -1, 0.5 1, 0.25 1, 0.25 -1))");
    let east = "POLYGON((0.75 -1, 2 -1, 2 1, 0.75 1, 0.75 -1))";
    let plot = shape("POLYGON((0 0, 1 0, 1 0.5, 0 0.5, 0 0))");
    let set = regions(&[("C", shape(west)), ("A", shape(inner)), ("B", shape(east))]);
    let assignment = assign(&set, &plot);
    assert_eq!(set.shares_text(&assignment.shares()), "A:0.25;B:0.25;C:0.25;(outside all regions):0.25");
    let shares: Vec<f64> = assignment.parts.iter().map(|part| part.share).collect();
    assert_eq!(shares, [0.25; 4]);
}

#[test]
fn a_sliver_goes_to_the_largest_part() {
    // East of 0.01 less a ten-millionth of the plot's width.
    let sliver = "POLYGON((0.009999999 -1, 1 -1, 1 1, 0.009999999 1, 0.009999999 -1))";
    let rest = "POLYGON((-1 -1, 0.009999999 -1, 0.009999999 1, -1 1, -1 -1))";
    check(&[("A sliver", sliver), ("Rioja", rest)], "Rioja:1");
    check(&[("A sliver", sliver), ("Rioja", WEST)], "Rioja:0.73;(outside all regions):0.27");
}

#[test]
fn names_in_shares_keep_their_separators_apart() {
    check(&[("Rioja; la: nueva", AROUND)], "Rioja, la, nueva:1");
}

#[test]
fn names_come_in_order_of_first_appearance() {
    let set = regions(&[("Rioja", shape(WEST)), ("Moyobamba", shape(EAST)), ("Rioja", shape(FAR))]);
    assert_eq!(set.names(), ["Rioja", "Moyobamba"]);
}

#[test]
fn regions_without_a_name_or_a_shape_are_refused() {
    let mut shapes = ShapeStore::new();
    shapes.push(shape(WEST).as_ref());
    let message = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        RegionSet::new(names, shapes.clone()).map(|_| ()).map_err(|e: RegionError| e.to_string())
    };
    assert_eq!(
        message(&[" "]),
        Err("feature 0 of the regions has no name; the first feature is 0, and each needs a name".into())
    );
    assert_eq!(message(&[]), Err("regions have 0 names and 1 shapes; each shape needs one name".into()));
    assert_eq!(message(&["Rioja"]), Ok(()));
}

/// A plot and regions around it, all of them stars.
fn stars(seed: u64, count: usize, corners: usize, apart: f64) -> (Shape, Vec<(&'static str, Shape)>) {
    let mut rng = SplitMix64::new(seed);
    let mut star = |radius: f64, corners: usize| {
        let spread = 0.01 * apart;
        let centre = [-76.0 + rng.between(-1.0, 1.0) * spread, -9.0 + rng.between(-1.0, 1.0) * spread];
        Shape::from_rings(vec![vec![random_star(&mut rng, centre, radius, corners)]])
    };
    let plot = star(0.01, 14);
    let names = ["E", "B", "A", "B", "D", "C", "F"];
    (plot, (0..count).map(|i| (names[i], star(0.02, corners))).collect())
}

/// Found by the law below: each broke an earlier way to put corners back or to unite slivers with the largest part.
#[test]
fn stars_that_were_hard_to_share_out_are_shared_out() {
    for (seed, count, corners, apart) in [
        (14_350_022_833_769_254_063, 4, 286, 1.301_913_321_107_850_4),
        (12_404_122_619_144_753_524, 2, 52, 1.497_041_552_090_023_3),
        (16_430_339_401_550_273_609, 6, 351, 1.233_894_237_198_999_6),
    ] {
        let (plot, features) = stars(seed, count, corners, apart);
        check_parts(&assign(&regions(&features), &plot), &plot);
    }
}

proptest! {
    #[test]
    fn parts_of_a_plot_sum_to_it(seed: u64, count in 1usize..7, corners in 3usize..400, apart in 0.0..1.5) {
        let (plot, mut features) = stars(seed, count, corners, apart);
        let set = regions(&features);
        let assignment = assign(&set, &plot);
        check_parts(&assignment, &plot);
        // The order of features in the file decides nothing.
        features.reverse();
        let reversed = regions(&features);
        prop_assert_eq!(set.shares_text(&assignment.shares()), reversed.shares_text(&assign(&reversed, &plot).shares()));
    }
}
