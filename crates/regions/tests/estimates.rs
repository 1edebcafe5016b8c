//! Estimates of areas and accuracies, against published examples and against truths that are known.

use lindero_regions::estimate::{Estimate, Figure, StratifiedSample, Undefined, Z_95};
use lindero_testkit::SplitMix64;
use proptest::prelude::*;

/// Hectares of a pixel of 30 m.
const PIXEL_HA: f64 = 0.09;
/// Sums of a few dozen terms.
const ROUNDING: f64 = 1e-12;

/// Strata that are the map's classes, with the points of each reference class.
fn mapped(classes: &[&str], rows: &[(f64, &[u64])]) -> StratifiedSample {
    let mut sample = StratifiedSample::new(classes.iter().map(|&class| class.to_owned()).collect());
    for (class, (size, counts)) in rows.iter().enumerate() {
        let stratum = sample.add_stratum(classes[class], *size, Some(class));
        for (reference, &points) in counts.iter().enumerate() {
            sample.add_points(stratum, Some(class), reference, points);
        }
    }
    sample
}

/// The worked example of Olofsson et al. (2014), section 5.
fn olofsson() -> StratifiedSample {
    mapped(
        &["deforestation", "forest gain", "stable forest", "stable non-forest"],
        &[
            (200_000.0 * PIXEL_HA, &[66, 0, 5, 4]),
            (150_000.0 * PIXEL_HA, &[0, 55, 8, 12]),
            (3_200_000.0 * PIXEL_HA, &[1, 0, 153, 11]),
            (6_450_000.0 * PIXEL_HA, &[2, 1, 9, 313]),
        ],
    )
}

/// The numerical example of Stehman (2014): four strata of ten points, which the map's classes cut across. Each letter is a
/// point's class: on the map, and in truth.
fn stehman() -> StratifiedSample {
    let strata = [
        ("A", 40_000.0, "AAAAAAABBB", "AAAAACBABC"),
        ("B", 30_000.0, "ABBBBBBBBB", "ABBBBBAABB"),
        ("C", 20_000.0, "BBCCCCCCBB", "CCCCCDDBBA"),
        ("D", 10_000.0, "DDDDDDDDDD", "DDDDDDDCCB"),
    ];
    let class = |letter: u8| usize::from(letter - b'A');
    let mut sample = StratifiedSample::new(["A", "B", "C", "D"].map(str::to_owned).to_vec());
    for (name, size, map, reference) in strata {
        let stratum = sample.add_stratum(name, size, None);
        for (map, reference) in map.bytes().zip(reference.bytes()) {
            sample.add_points(stratum, Some(class(map)), class(reference), 1);
        }
    }
    sample
}

/// Checks figures to as many decimals as are printed.
fn check(figures: &[f64], decimals: i32, printed: &[f64]) {
    let half_a_digit = 0.5 * 10f64.powi(-decimals) + 1e-9;
    assert_eq!(figures.len(), printed.len());
    for (figure, printed) in figures.iter().zip(printed) {
        assert!((figure - printed).abs() <= half_a_digit, "{figure} is not {printed}: {figures:?}");
    }
}

fn values<'a>(figures: impl Iterator<Item = &'a Figure>) -> Vec<f64> {
    figures.map(|figure| figure.value.clone().unwrap()).collect()
}

fn half_widths<'a>(figures: impl Iterator<Item = &'a Figure>) -> Vec<f64> {
    figures.map(|figure| figure.half_width(Z_95).unwrap()).collect()
}

#[test]
fn the_worked_example_of_olofsson_2014_comes_out_to_every_printed_digit() {
    let Estimate { points, classes, overall, .. } = olofsson().estimate();
    assert_eq!(points, 640);
    check(&values(classes.iter().map(|it| &it.area)), 1, &[21_157.8, 11_686.2, 285_769.9, 581_386.2]);
    check(&half_widths(classes.iter().map(|it| &it.area)), 1, &[6_157.6, 3_755.8, 15_509.8, 16_281.7]);
    check(&values(classes.iter().map(|it| &it.users)), 4, &[0.8800, 0.7333, 0.9273, 0.9631]);
    check(&values(classes.iter().map(|it| &it.producers)), 4, &[0.7487, 0.8472, 0.9345, 0.9616]);
    check(&half_widths(classes.iter().map(|it| &it.producers)), 4, &[0.2133, 0.2544, 0.0343, 0.0184]);
    check(&values([overall.clone()].iter()), 4, &[0.9465]);
    check(&half_widths([overall].iter()), 4, &[0.0185]);
}

#[test]
fn strata_that_are_the_maps_classes_give_the_formulas_of_olofsson_2014() {
    let sample = olofsson();
    let estimate = sample.estimate();
    let n = |i: usize, j: usize| *sample.strata()[i].counts.get(&(Some(i), j)).unwrap_or(&0) as f64;
    let total = |i: usize| sample.strata()[i].points() as f64;
    let size = |i: usize| sample.strata()[i].size;
    let users = |i: usize| n(i, i) / total(i);
    let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < ROUNDING, "{a} {b}");
    for j in 0..4 {
        let class = &estimate.classes[j];
        // Equation 6.
        close(class.users.se.clone().unwrap(), (users(j) * (1.0 - users(j)) / (total(j) - 1.0)).sqrt());
        // Equation 7.
        let found: f64 = (0..4).map(|i| size(i) * n(i, j) / total(i)).sum();
        let producers = size(j) * users(j) / found;
        let own = size(j).powi(2) * (1.0 - producers).powi(2) * users(j) * (1.0 - users(j)) / (total(j) - 1.0);
        let term = |i: usize| size(i).powi(2) * n(i, j) / total(i) * (1.0 - n(i, j) / total(i)) / (total(i) - 1.0);
        let others: f64 = (0..4).filter(|&i| i != j).map(term).sum();
        close(class.producers.se.clone().unwrap(), ((own + producers.powi(2) * others) / found.powi(2)).sqrt());
        // Equations 10 and 11.
        close(class.area.se.clone().unwrap(), (0..4).map(term).sum::<f64>().sqrt());
        assert_eq!(class.map_size, Some(size(j)));
    }
}

#[test]
fn the_numerical_example_of_stehman_2014_comes_out_to_every_printed_digit() {
    let Estimate { points, size, classes, overall, confusion } = stehman().estimate();
    assert_eq!((points, size), (40, 100_000.0));
    check(
        &[classes[0].area.value.clone().unwrap() / size, classes[2].area.value.clone().unwrap() / size],
        2,
        &[0.35, 0.20],
    );
    check(
        &[classes[0].area.se.clone().unwrap() / size, classes[2].area.se.clone().unwrap() / size],
        3,
        &[0.082, 0.064],
    );
    check(&[overall.value.unwrap(), classes[1].users.value.clone().unwrap()], 3, &[0.63, 0.574]);
    check(&[overall.se.unwrap(), classes[1].users.se.clone().unwrap()], 3, &[0.085, 0.125]);
    check(&[classes[1].producers.value.clone().unwrap(), confusion.clone().unwrap()[1][2]], 3, &[0.794, 0.08]);
    // As another program (mapac, for R) prints this sample: by class, user's and producer's accuracy with standard errors.
    check(&values(classes.iter().map(|it| &it.users)), 7, &[0.741_935_5, 0.574_468_1, 0.5, 0.7]);
    check(&values(classes.iter().map(|it| &it.producers)), 7, &[0.657_142_9, 0.794_117_6, 0.3, 0.636_363_6]);
    let se = |figure: &Figure| figure.se.clone().unwrap();
    let users: Vec<f64> = classes.iter().map(|it| se(&it.users)).collect();
    check(&users, 7, &[0.164_562_7, 0.124_802_3, 0.215_165_7, 0.152_752_5]);
    let producers: Vec<f64> = classes.iter().map(|it| se(&it.producers)).collect();
    check(&producers, 7, &[0.147_731_8, 0.116_567_1, 0.150_443_8, 0.162_324_2]);
    let rows = confusion.unwrap().concat().iter().map(|share| share * 1e5).collect::<Vec<_>>();
    let printed = [
        [23_000.0, 4_000.0, 4_000.0, 0.0],
        [12_000.0, 27_000.0, 8_000.0, 0.0],
        [0.0, 2_000.0, 6_000.0, 4_000.0],
        [0.0, 1_000.0, 2_000.0, 7_000.0],
    ];
    check(&rows, 6, &printed.concat());
    assert_eq!(classes[0].map_size, None);
}

#[test]
fn the_share_of_cells_that_was_looked_at_reduces_the_error_as_in_mapaccuracy() {
    let mut sample = stehman();
    for (stratum, cells) in [40_000, 30_000, 20_000, 10_000].into_iter().enumerate() {
        sample.set_cells(stratum, cells);
    }
    let Estimate { size, classes, overall, .. } = sample.estimate();
    let se = |figure: &Figure| figure.se.clone().unwrap();
    // As the package mapaccuracy for R gives them.
    check(&[se(&classes[0].area) / size, se(&overall)], 7, &[0.082_247_8, 0.084_642_2]);
    check(&[se(&classes[2].area) / size], 7, &[0.064_279_8]);
    check(&[se(&classes[1].users), se(&classes[1].producers)], 7, &[0.124_782_2, 0.116_547_9]);
}

#[test]
fn a_stratum_of_which_every_cell_was_looked_at_leaves_nothing_to_chance() {
    let mut sample = mapped(&["loss", "other"], &[(10.0, &[6, 4]), (90.0, &[0, 1])]);
    sample.set_cells(0, 10);
    sample.set_cells(1, 1);
    let estimate = sample.estimate();
    assert_eq!(estimate.classes[0].area, Figure { value: Ok(6.0), se: Ok(0.0) });
    assert_eq!(estimate.overall.se, Ok(0.0));
}

#[test]
fn one_point_gives_an_estimate_and_no_variance() {
    let estimate = mapped(&["loss", "other"], &[(10.0, &[1, 0]), (90.0, &[3, 6])]).estimate();
    let one = Undefined::OnePoint { stratum: "loss".into() };
    assert_eq!(estimate.classes[0].area, Figure { value: Ok(40.0), se: Err(one.clone()) });
    assert_eq!(estimate.overall.se, Err(one.clone()));
    assert_eq!(estimate.classes[0].users, Figure { value: Ok(1.0), se: Err(one) });
    // The user's accuracy of a class rests on its own stratum alone.
    assert!(estimate.classes[1].users.se.is_ok());
}

#[test]
fn a_stratum_without_points_leaves_areas_unknown_and_not_nought() {
    let estimate = mapped(&["loss", "other"], &[(10.0, &[0, 0]), (90.0, &[3, 6])]).estimate();
    let none = Undefined::NoPoints { stratum: "loss".into() };
    assert_eq!(estimate.classes[1].area.value, Err(none.clone()));
    assert_eq!(estimate.overall.value, Err(none.clone()));
    assert_eq!(estimate.confusion, Err(none));
    assert_eq!(estimate.classes[1].users.value, Ok(6.0 / 9.0));
    // A stratum that has no ground is missed by nobody.
    assert_eq!(
        mapped(&["loss", "other"], &[(0.0, &[0, 0]), (90.0, &[3, 6])]).estimate().classes[0].area.value,
        Ok(30.0)
    );
}

#[test]
fn what_was_never_mapped_or_never_found_has_no_accuracy() {
    let mut sample = StratifiedSample::new(["loss", "other", "water"].map(str::to_owned).to_vec());
    let stratum = sample.add_stratum("all", 100.0, None);
    sample.add_points(stratum, Some(0), 1, 10);
    sample.add_points(stratum, Some(1), 1, 20);
    let classes = sample.estimate().classes;
    assert_eq!(classes[0].producers.value, Err(Undefined::NeverFound));
    assert_eq!(classes[0].users.value, Ok(0.0));
    assert_eq!(classes[2].users.value, Err(Undefined::NeverMapped));
}

#[test]
fn strata_without_the_maps_class_give_areas_alone() {
    let mut sample = StratifiedSample::new(["loss", "other"].map(str::to_owned).to_vec());
    for (name, size, loss) in [("north", 60.0, 3), ("south", 40.0, 5)] {
        let stratum = sample.add_stratum(name, size, None);
        sample.add_points(stratum, None, 0, loss);
        sample.add_points(stratum, None, 1, 10 - loss);
    }
    let estimate = sample.estimate();
    assert_eq!(estimate.classes[0].area.value, Ok(60.0 * 0.3 + 40.0 * 0.5));
    let expected = (3600.0 * 0.21 / 9.0 + 1600.0 * 0.25 / 9.0f64).sqrt();
    assert!((estimate.classes[0].area.se.clone().unwrap() - expected).abs() < ROUNDING);
    assert_eq!(estimate.overall.value, Err(Undefined::MapUnknown));
    assert_eq!(estimate.confusion, Err(Undefined::MapUnknown));
}

/// Shares of intervals that hold the truth, over simulated samples of a landscape with a known one: of the areas of both
/// classes and of the overall accuracy.
fn coverage(draws: u32, seed: u64) -> [f64; 3] {
    // A map of three strata; each with its size, its points and the share of it that is truly loss.
    let strata = [(0.2, 100, 0.8), (0.3, 100, 0.3), (0.5, 200, 0.1)];
    let truth: f64 = strata.iter().map(|(size, _, loss)| size * loss).sum();
    // The first is mapped as loss, the others not.
    let accuracy = 0.2 * 0.8 + 0.3 * 0.7 + 0.5 * 0.9;
    let mut chance = SplitMix64::new(seed);
    let mut held = [0u32; 3];
    for _ in 0..draws {
        let mut sample = StratifiedSample::new(["loss", "other"].map(str::to_owned).to_vec());
        for (index, (size, points, loss)) in strata.into_iter().enumerate() {
            let mapped = usize::from(index > 0);
            let stratum = sample.add_stratum(&index.to_string(), size, Some(mapped));
            for _ in 0..points {
                sample.add_points(stratum, Some(mapped), usize::from(!chance.chance(loss)), 1);
            }
        }
        let Estimate { classes, overall, .. } = sample.estimate();
        let holds = |figure: &Figure, truth: f64| {
            (figure.value.clone().unwrap() - truth).abs() <= figure.half_width(Z_95).unwrap()
        };
        held[0] += u32::from(holds(&classes[0].area, truth));
        held[1] += u32::from(holds(&classes[1].area, 1.0 - truth));
        held[2] += u32::from(holds(&overall, accuracy));
    }
    held.map(|held| f64::from(held) / f64::from(draws))
}

#[test]
fn intervals_of_95_percent_hold_the_truth_in_about_95_of_100_samples() {
    for share in coverage(1000, 2014) {
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
}

proptest! {
    #[test]
    fn areas_of_all_classes_sum_to_the_ground(
        sizes in prop::collection::vec(0.0f64..1e6, 4),
        counts in prop::collection::vec(2u64..40, 16),
    ) {
        let rows: Vec<(f64, &[u64])> = sizes.iter().copied().zip(counts.chunks(4)).collect();
        let sample = mapped(&["a", "b", "c", "d"], &rows);
        let estimate = sample.estimate();
        let sum: f64 = estimate.classes.iter().map(|class| class.area.value.clone().unwrap()).sum();
        prop_assert!((sum - estimate.size).abs() <= 1e-9 * estimate.size.max(1.0));
        for class in &estimate.classes {
            for share in [&class.users.value, &class.producers.value].into_iter().flatten() {
                prop_assert!((0.0..=1.0 + ROUNDING).contains(share));
            }
        }
    }

    #[test]
    fn a_unit_scales_areas_and_leaves_accuracies(counts in prop::collection::vec(1u64..40, 9), scale in 1e-6f64..1e6) {
        let rows = |scale: f64| -> Vec<(f64, &[u64])> {
            [3.0, 5.0, 11.0].iter().map(|size| size * scale).zip(counts.chunks(3)).collect()
        };
        let one = mapped(&["a", "b", "c"], &rows(1.0)).estimate();
        let other = mapped(&["a", "b", "c"], &rows(scale)).estimate();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1e-9);
        for (a, b) in one.classes.iter().zip(&other.classes) {
            prop_assert!(near(a.area.se.clone().unwrap() * scale, b.area.se.clone().unwrap()));
            prop_assert!(near(a.producers.se.clone().unwrap(), b.producers.se.clone().unwrap()));
        }
    }
}
