//! Ten thousand random boundaries, most of them broken, are judged as GEOS judges them.
//!
//! The verdicts are stored in `fixtures/reference/boundaries.txt`; `cargo xtask check-boundaries` asks GEOS again, also about
//! what boundaries are repaired to.

use lindero_plots::{PlotGeometry, RawGeometry, take_in};
use lindero_testkit::{BOUNDARIES_SEED, SplitMix64, random_boundary, to_wkt};

#[test]
fn random_boundaries_are_judged_as_geos_judges_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/reference/boundaries.txt");
    let stored = std::fs::read_to_string(path).expect("the stored verdicts");
    let verdicts: Vec<char> = stored.chars().filter(|letter| !letter.is_whitespace()).collect();
    assert_eq!(verdicts.len(), 10_000);
    let mut rng = SplitMix64::new(BOUNDARIES_SEED);
    let mut valid = 0;
    for (number, verdict) in verdicts.into_iter().enumerate() {
        let boundary = random_boundary(&mut rng);
        let wkt = to_wkt(&boundary);
        let intake = take_in(&RawGeometry::Polygons(boundary));
        let is_valid = intake.geometry != PlotGeometry::Unusable;
        assert_eq!(is_valid, verdict == 'v', "boundary {number}: {:?}: {wkt}", intake.defects);
        valid += usize::from(is_valid);
    }
    assert!((1_000..9_000).contains(&valid), "{valid} valid ones: both kinds must be met");
}
