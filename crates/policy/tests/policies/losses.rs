//! What counts as lost, as lost in 2021 without a day, and as lost within whole cells.

use lindero_logic::Value::{Never, Number, Silent, Unknown};
use lindero_logic::{Input, InputValue, Program, Truth, Value};

use crate::ground::Cells;
use crate::plot::shipped;

/// As the page of the policy writes it.
const LOST: &str = "lossyear > 2021 || tmfdef > 2021 || (tmf_latest == 3 && tmf2020 in [1, 2, 4] && tmfdef != 2021) \
     || (lossyear == 2021 && tmfdef == 2021 && !(alert3 <= 2020-12-31)) || alert3 > 2020-12-31";
/// Day numbers of 2020-12-31 and the day after.
const CUT_OFF: f64 = 18_627.0;
const DAY_AFTER: f64 = 18_628.0;

#[derive(Clone, Copy, Debug)]
struct Cell {
    lossyear: Value<'static>,
    tmfdef: Value<'static>,
    tmf_latest: Value<'static>,
    tmf2020: Value<'static>,
    alert3: Value<'static>,
}

impl Cell {
    /// The truth where the cells of the layers `whole` lie wholly inside the plot.
    fn truth(&self, program: &Program, whole: &[&str]) -> Truth {
        let value = |input: &Input| match input {
            Input::Whole { name, .. } => InputValue::Truth(whole.contains(&name.as_str()).into()),
            Input::Patch { .. } => panic!("a loss asks for no patch"),
            Input::Value { name, .. } => InputValue::Value(match name.as_str() {
                "lossyear" => self.lossyear,
                "tmfdef" => self.tmfdef,
                "tmf_latest" => self.tmf_latest,
                "tmf2020" => self.tmf2020,
                "alert3" => self.alert3,
                other => panic!("{other} sees no loss"),
            }),
        };
        let values: Vec<InputValue<'_>> = program.inputs().iter().map(value).collect();
        program.truth(&values)
    }
}

fn cells() -> Vec<Cell> {
    let years = [Never, Number(2005.0), Number(2020.0), Number(2021.0), Number(2023.0), Unknown];
    let classes = [Number(1.0), Number(3.0), Number(6.0), Unknown];
    let mut cells = Vec::new();
    for lossyear in years {
        for tmfdef in years {
            for tmf_latest in classes {
                for tmf2020 in classes {
                    for alert3 in [Silent, Number(CUT_OFF), Number(DAY_AFTER)] {
                        cells.push(Cell { lossyear, tmfdef, tmf_latest, tmf2020, alert3 });
                    }
                }
            }
        }
    }
    cells
}

const EVERY_LAYER: &[&str] = &["lossyear", "tmfdef", "tmf_latest", "alert3"];

fn check(without: &[&str]) {
    let policy = shipped("eudr-2020");
    let scope = Cells { policy: &policy, without };
    let [lost, by_the_page, whole] = ["lost", LOST, "lost_whole"].map(|source| scope.program(source).unwrap());
    for cell in cells() {
        let truth = cell.truth(&lost, &[]);
        assert_eq!(truth, cell.truth(&by_the_page, &[]), "without {without:?}: {cell:?}");
        let within = cell.truth(&whole, EVERY_LAYER);
        assert_eq!(within.is_true(), truth.is_true(), "without {without:?}: {cell:?}");
        assert!(!cell.truth(&whole, &[]).is_true(), "without {without:?}: {cell:?}");
    }
}

#[test]
fn lost_is_what_the_page_says_and_whole_is_its_part_in_whole_cells() {
    check(&[]);
}

#[test]
fn layers_the_catalog_lacks_drop_out() {
    check(&["alert3"]);
    check(&["tmfdef"]);
    check(&["lossyear"]);
    check(&["tmf2020", "tmf_latest", "tmfdef"]);
}

#[test]
fn only_the_cell_of_the_layer_that_saw_the_loss_must_be_whole() {
    let policy = shipped("eudr-2020");
    let whole = Cells { policy: &policy, without: &[] }.program("lost_whole").unwrap();
    let stands = Cell { lossyear: Never, tmfdef: Never, tmf_latest: Number(1.0), tmf2020: Number(1.0), alert3: Silent };
    let hansen = Cell { lossyear: Number(2022.0), ..stands };
    let alert = Cell { alert3: Number(DAY_AFTER), ..stands };
    let latest = Cell { tmf_latest: Number(3.0), ..stands };
    for (cell, layer) in [(hansen, "lossyear"), (alert, "alert3"), (latest, "tmf_latest")] {
        for other in EVERY_LAYER {
            assert_eq!(cell.truth(&whole, &[other]).is_true(), *other == layer, "{other}: {cell:?}");
        }
    }
}

#[test]
fn a_loss_of_2021_is_lost_or_undated_and_never_both() {
    let policy = shipped("eudr-2020");
    let scope = Cells { policy: &policy, without: &[] };
    let [lost, undated] = ["lost", "lost_2021"].map(|source| scope.program(source).unwrap());
    for cell in cells() {
        let [lost, undated] = [&lost, &undated].map(|program| cell.truth(program, &[]));
        assert!(!(lost.is_true() && undated.is_true()), "{cell:?}");
        let of_2021 = cell.lossyear == Number(2021.0) || cell.tmfdef == Number(2021.0);
        assert!(!of_2021 || lost.is_true() || undated.is_true() || !lost.is_known(), "{cell:?}");
    }
    let alone =
        Cell { lossyear: Number(2021.0), tmfdef: Never, tmf_latest: Number(1.0), tmf2020: Number(1.0), alert3: Silent };
    let told = |cell: Cell| [&lost, &undated].map(|program| cell.truth(program, &[]).is_true());
    assert_eq!(told(alone), [false, true]);
    assert_eq!(told(Cell { alert3: Number(DAY_AFTER), ..alone }), [true, false]);
    assert_eq!(told(Cell { alert3: Number(CUT_OFF), ..alone }), [false, true]);
    let both = Cell { tmfdef: Number(2021.0), tmf_latest: Number(3.0), ..alone };
    assert_eq!(told(both), [true, false]);
    assert_eq!(told(Cell { alert3: Number(CUT_OFF), ..both }), [false, true]);
}

#[test]
fn every_indicator_compiles_and_only_what_needs_a_missing_layer_is_missing() {
    let policy = shipped("eudr-2020");
    let check = |without: &[&str], expected: &[&str]| {
        let scope = Cells { policy: &policy, without };
        let absent = |spec: &&lindero_indicators::IndicatorSpec| match &spec.kind {
            lindero_indicators::IndicatorKind::Cells(cells) => {
                scope.program(&cells.condition.as_ref().expect("a condition").source).is_none()
            }
            lindero_indicators::IndicatorKind::Overlaps { layer } => without.contains(&layer.source.as_str()),
        };
        let missing: Vec<&str> =
            policy.definitions().indicators.iter().filter(absent).map(|spec| spec.id.as_str()).collect();
        assert_eq!(missing, expected, "without {without:?}");
    };
    check(&[], &[]);
    check(&["mb"], &["farmed", "contested_mb", "loss_farmed", "hint_farmed"]);
    check(&["alert2", "alert3"], &["hint_alert", "watched_alert3"]);
    check(&["tmfdef", "alert3", "primary2001"], &["watched_tmfdef", "watched_alert3"]);
    check(
        &["tmf2020", "primary2001"],
        &["natural", "contested_tmf", "loss_natural", "loss_natural_whole", "stand_natural"],
    );
    check(&["anp", "lossyear"], &["watched_lossyear", "protected"]);
    check(
        &["mb", "alert2", "tmfdeg"],
        &["farmed", "contested_mb", "loss_farmed", "hint", "hint_degraded", "hint_alert", "hint_farmed"],
    );
}
