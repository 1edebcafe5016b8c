//! Parts of plots into rows of regions.

use lindero_regions::{MeasuredPart, RegionRow, RollUp};
use lindero_testkit::SplitMix64;
use proptest::prelude::*;

/// Each sum is right to a rounding of its own; a dozen of them to a dozen.
const ROUNDING: f64 = 1e-12;

/// Row, region, whether the largest part, hectares, values, verdict.
type Drawn<'a> = (u64, Option<u32>, bool, f64, [Option<f64>; 2], &'a str);

const NAMES: [&str; 3] = ["Rioja", "Lamas", "Moyobamba"];

fn rolled_up(parts: &[Drawn<'_>]) -> Vec<RegionRow> {
    let names = NAMES.map(str::to_owned).to_vec();
    let mut roll_up = RollUp::new(names, vec!["forest_ha".into(), "loss_ha".into()]);
    for &(row, region, is_largest, area_ha, values, verdict) in parts {
        roll_up.add(MeasuredPart { row, region, is_largest, area_ha, values: &values, verdict });
    }
    roll_up.finish()
}

/// Checks rows written as `name plots(low,more_info,high) area unmeasured sums`.
fn check(parts: &[Drawn<'_>], expected: &[&str]) {
    let written = |row: &RegionRow| {
        let sums: Vec<String> = row.sums.iter().map(|s| s.map_or("-".into(), |s| s.to_string())).collect();
        format!(
            "{} {}({},{},{}) {} {} {}",
            row.name,
            row.plots,
            row.plots_low,
            row.plots_more_info,
            row.plots_high,
            row.area_ha,
            row.unmeasured_ha,
            sums.join(" ")
        )
    };
    assert_eq!(rolled_up(parts).iter().map(written).collect::<Vec<_>>(), expected);
}

#[test]
fn a_plot_counts_where_its_largest_part_lies_and_its_ground_where_it_is() {
    check(
        &[
            (0, Some(0), true, 0.73, [Some(0.5), Some(0.25)], "high"),
            (0, Some(2), false, 0.27, [Some(0.25), Some(0.0)], "high"),
            (1, Some(2), true, 1.0, [Some(0.0), Some(0.0)], "low"),
        ],
        &["Moyobamba 1(1,0,0) 1.27 0 0.25 0", "Rioja 1(0,0,1) 0.73 0 0.5 0.25", "(all plots) 2(1,0,1) 2 0 0.75 0.25"],
    );
}

#[test]
fn rows_are_in_the_order_of_names_with_outside_and_total_last() {
    let part = |row, region| (row, region, true, 1.0, [Some(1.0), None], "more_info");
    check(
        &[part(0, None), part(1, Some(0)), part(2, Some(1)), part(3, Some(2))],
        &[
            "Lamas 1(0,1,0) 1 0 1 -",
            "Moyobamba 1(0,1,0) 1 0 1 -",
            "Rioja 1(0,1,0) 1 0 1 -",
            "(outside all regions) 1(0,1,0) 1 0 1 -",
            "(all plots) 4(0,4,0) 4 0 4 -",
        ],
    );
}

#[test]
fn what_was_not_measured_is_no_zero() {
    check(
        &[
            (0, Some(0), true, 2.0, [None, None], "more_info"),
            (1, Some(0), true, 4.0, [Some(3.0), None], "low"),
            (2, Some(1), true, 8.0, [None, Some(f64::NAN)], "defect"),
        ],
        &["Lamas 1(0,0,0) 8 8 - -", "Rioja 2(1,1,0) 6 2 3 -", "(all plots) 3(1,1,0) 14 10 3 -"],
    );
}

#[test]
fn no_plot_gives_the_total_row_alone() {
    check(&[], &["(all plots) 0(0,0,0) 0 0 - -"]);
}

proptest! {
    #[test]
    fn rows_sum_to_the_total_whatever_the_order_of_a_plots_parts(seed: u64, plots in 1u64..200) {
        let mut rng = SplitMix64::new(seed);
        let mut parts: Vec<Drawn<'_>> = Vec::new();
        for row in 0..plots {
            let regions = 1 + rng.below(4);
            let first = rng.below(4);
            for nth in 0..regions {
                let region = Some(((first + nth) % 4) as u32).filter(|&region| region < 3);
                // From square metres to districts.
                let area_ha = libm::exp10(rng.between(-4.0, 6.0));
                let value = |rng: &mut SplitMix64| rng.chance(0.8).then(|| area_ha * rng.unit());
                let values = [value(&mut rng), value(&mut rng)];
                parts.push((row, region, nth == 0, area_ha, values, *rng.pick(&["low", "more_info", "high"])));
            }
        }
        let rows = rolled_up(&parts);
        let (total, regions) = rows.split_last().expect("a total row");
        let near = |a: f64, b: f64| (a - b).abs() <= ROUNDING * b.abs();
        prop_assert_eq!(total.plots, plots);
        prop_assert_eq!(regions.iter().map(|row| row.plots).sum::<u64>(), plots);
        prop_assert_eq!(total.plots_low + total.plots_more_info + total.plots_high, plots);
        prop_assert!(near(regions.iter().map(|row| row.area_ha).sum(), total.area_ha));
        prop_assert!(near(regions.iter().map(|row| row.unmeasured_ha).sum(), total.unmeasured_ha));
        for column in 0..2 {
            let sum = regions.iter().filter_map(|row| row.sums[column]).sum();
            prop_assert!(near(sum, total.sums[column].unwrap_or(0.0)));
        }
        for i in (1..parts.len()).rev() {
            parts.swap(i, rng.below(i + 1));
        }
        parts.sort_by_key(|part| part.0);
        prop_assert_eq!(rolled_up(&parts), rows);
    }
}
