//! Readings of which the same is told can be exchanged: no outcome changes.

use lindero_indicators::{CellScope, Definitions, IndicatorPlan, LayerFacts, Outcomes, whole_flag};
use lindero_layers::{ConfigFile, LayerSpec, Reading};
use lindero_logic::Day;
use lindero_testkit::SplitMix64;
use std::collections::{BTreeSet, HashMap};

const LAYERS: &str = r#"
[layer.valid]
path = "valid.tif"
[layer.cover]
path = "cover.tif"
valid_where = "valid == 1"
[layer.lossyear]
path = "loss.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
nodata = [99]
[layer.grade]
path = "alert.tif"
band = 1
[layer.alert]
path = "alert.tif"
band = 2
date = { coding = "yyddd" }
only_where = "grade == 3 || cover > 60"
says = "yes only"
until = 2025-12-31
"#;

/// Comparisons of one layer, of two, and a calculation.
const ATOMS: [&str; 12] = [
    "valid == 1",
    "cover > 10",
    "cover in [3, 30, 55]",
    "cover * 2 - 1 >= 40",
    "known(cover)",
    "lossyear > 2020",
    "lossyear <= 2025",
    "alert > 2020-12-31",
    "whole(lossyear)",
    "patch(cover > 30, 0.5)",
    "cover > valid",
    "(valid == 1 ? lossyear : 2020) == 2020",
];

fn random_condition(rng: &mut SplitMix64, atoms: usize, depth: usize) -> String {
    if depth == 0 || rng.chance(0.2) {
        return (*rng.pick(&ATOMS[..atoms])).to_owned();
    }
    let mut part = || random_condition(rng, atoms, depth - 1);
    let (a, b, c) = (part(), part(), part());
    match rng.below(6) {
        0 => format!("!({a})"),
        1 => format!("(({a}) && ({b}))"),
        2 => format!("(({a}) || ({b}))"),
        3 => format!("at_least(2, [{a}, {b}, {c}])"),
        4 => format!("(({a}) == ({b}))"),
        _ => format!("(({a}) ? ({b}) : ({c}))"),
    }
}

/// A catalog with random indicators on one grid; layers are compared with each other in half of them.
fn catalog(rng: &mut SplitMix64) -> String {
    let atoms = if rng.chance(0.5) { ATOMS.len() } else { ATOMS.len() - 2 };
    let indicator = |index: usize| {
        let by = *rng.pick(&[
            "",
            "by = \"lossyear\"\nyears = [2019, 2023]\n",
            "by = [\"lossyear\", \"alert\"]\nyears = [2021, 2025]\n",
        ]);
        let condition = random_condition(rng, atoms, 3);
        format!("[indicator.i{index}]\nwhere = \"{condition}\"\ngrid = \"cover\"\n{by}")
    };
    format!("{LAYERS}{}", (0..4).map(indicator).collect::<String>())
}

fn random_reading(rng: &mut SplitMix64) -> Reading {
    let number = *rng.pick(&[0.0, 1.0, 3.0, 10.0, 11.0, 20.0, 20.5, 21.0, 24.0, 30.0, 55.0, 61.0, 99.0]);
    match rng.below(4) {
        0 => *rng.pick(&[Reading::NO_DATA, Reading::OUTSIDE]),
        1 => Reading::of(*rng.pick(&[20_366.0, 21_001.0, 21_365.0, 24_100.0, 26_001.0])),
        2 => Reading::of(rng.below(100) as f64),
        _ => Reading::of(number),
    }
}

#[test]
fn readings_of_which_the_same_is_told_give_the_same_outcomes() {
    let mut rng = SplitMix64::new(11);
    let mut exchanged = 0;
    for _ in 0..60 {
        let text = catalog(&mut rng);
        let file = ConfigFile::parse("lindero.toml", &text).unwrap();
        let specs = LayerSpec::read_all(&file.root()).unwrap();
        let definitions = Definitions::read(&file.root()).unwrap();
        let facts = |spec| LayerFacts { spec, bands: 2, cell_m2: 900.0, cells_of: None };
        let layers: Vec<LayerFacts<'_>> = specs.iter().map(facts).collect();
        let (may_lack, cutoff) = (BTreeSet::new(), Day::from_ymd(2020, 12, 31).unwrap());
        let scope = CellScope { layers: &layers, definitions: &definitions, cutoff, may_lack: &may_lack };
        let plan = IndicatorPlan::of(&scope).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for analysis in &plan.analyses {
            let outcomes = Outcomes::of(analysis);
            let slots = analysis.slots().len();
            let mut samples: HashMap<_, Reading> = HashMap::new();
            for _ in 0..200 {
                let key: Vec<u64> = (0..slots).map(|_| random_reading(&mut rng).bits()).collect();
                let flags = if rng.chance(0.5) { whole_flag(0) } else { 0 };
                let exchanged_key: Vec<u64> = (0..slots)
                    .map(|slot| {
                        let reading = Reading::from_bits(key[slot]);
                        if outcomes.tells_all(slot) {
                            return reading.bits();
                        }
                        let sample = samples.entry((slot, outcomes.told(slot, reading))).or_insert(reading);
                        exchanged += usize::from(*sample != reading);
                        sample.bits()
                    })
                    .collect();
                assert_eq!(outcomes.of_key(&key, flags), outcomes.of_key(&exchanged_key, flags), "{text}");
                for patch in 0..analysis.patch_areas_ha().len() {
                    let joins = [&key, &exchanged_key].map(|key| outcomes.joins(patch, key));
                    assert_eq!(joins[0], joins[1], "{text}");
                }
            }
        }
    }
    assert!(exchanged > 10_000, "{exchanged} readings were exchanged: the law has been asked of hardly any");
}
