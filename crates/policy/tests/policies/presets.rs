//! `strict` and `gfwpro-afi`, complete over yes, no and unknown; and thresholds set for one run.

use lindero_logic::Value;
use lindero_policy::Verdict::{High, Low, MoreInfo};

use crate::plot::{Desk, shipped};

/// Something, nothing, and nobody knows.
const STATES: [Value<'static>; 3] = [Value::Number(0.000_1), Value::Number(0.0), Value::Unknown];

#[test]
fn strict_is_low_only_where_nothing_at_all_is_known_to_be() {
    let desk = Desk::of("strict");
    for loss in STATES {
        for hint in STATES {
            for forest in STATES {
                let given = [("any_loss_ha", loss), ("any_hint_ha", hint), ("any_forest_ha", forest)];
                let expected = match (loss, hint, forest) {
                    (Value::Number(loss), ..) if loss > 0.0 => High,
                    (Value::Number(_), Value::Number(hint), Value::Number(forest)) if hint + forest == 0.0 => Low,
                    _ => MoreInfo,
                };
                assert_eq!(desk.decide(&given).verdict, expected, "{given:?}");
            }
        }
    }
    desk.check(&[("any_loss_observed_pct", 99.8)], MoreInfo, &["S4"]);
    desk.check(&[("protected_ha", 0.001)], MoreInfo, &["S7"]);
}

#[test]
fn one_cell_of_natural_forest_lost_is_high_for_the_framework() {
    let desk = Desk::of("gfwpro-afi");
    for (loss, expected) in STATES.into_iter().zip([High, Low, MoreInfo]) {
        assert_eq!(desk.decide(&[("natural_loss_ha", loss)]).verdict, expected, "{loss:?}");
    }
    desk.check(&[("natural_loss_observed_pct", 94.9)], MoreInfo, &["A2"]);
    let cells = |id: &str| desk.policy.definitions().indicators.iter().find(|spec| spec.id == id).cloned().unwrap();
    for id in ["natural_loss", "natural"] {
        let lindero_indicators::IndicatorKind::Cells(cells) = cells(id).kind else { panic!("{id} is of cells") };
        assert!(cells.by_centre, "{id} counts the centres of cells");
    }
}

#[test]
fn a_threshold_set_for_a_run_decides_and_is_printed() {
    let policy = shipped("whisp-pcrop").with_threshold("ind_01_pct", 20.0).unwrap();
    let columns = crate::plot::columns(&policy, &[]);
    let bound = policy.bind(&columns).unwrap();
    let verdict = |pct: f64| {
        let given = crate::plot::numbers(&[("eufo_2020_pct", pct)]);
        bound.decide(&crate::plot::Plot::with(&columns, &given)).verdict
    };
    assert_eq!((verdict(20.0), verdict(20.1)), (Low, MoreInfo));
    assert!(policy.page().contains("| `ind_01_pct` | 20 | set for this run |"));
    let policy = shipped("eudr-2020").with_threshold("whole_ha", 0.5).unwrap();
    let bound = policy.bind(&crate::plot::columns(&policy, &[])).unwrap();
    let given = crate::plot::numbers(&[("loss_ncm_ha", 0.1), ("loss_natural_whole_ha", 0.4)]);
    let decision = bound.decide(&crate::plot::Plot::with(&crate::plot::columns(&policy, &[]), &given));
    assert!(decision.findings[0].sentence.contains("less than 0.50 ha"), "{decision:?}");
}

#[test]
fn a_threshold_that_is_not_there_or_cannot_be_is_told() {
    let said = |name: &str, value: f64| shipped("eudr-2020").with_threshold(name, value).unwrap_err().to_string();
    assert_eq!(said("tuch_ha", 1.0), "policy eudr-2020 has no threshold \"tuch_ha\"; did you mean \"touch_ha\"?");
    assert!(said("limit", 1.0).starts_with("policy eudr-2020 has no threshold \"limit\"; it has whole_ha, touch_ha"));
    assert_eq!(said("touch_pct", 101.0), "threshold touch_pct must be from 0 to 100 percent, not 101");
    assert_eq!(said("touch_ha", -1.0), "threshold touch_ha must be at least 0 hectares, not -1");
    assert_eq!(said("touch_ha", f64::NAN), "threshold touch_ha must be a finite number, not NaN");
}
