//! Not knowing never reads as low risk.

use lindero_logic::Value;
use lindero_policy::{About, BUILTIN, Verdict};
use proptest::prelude::*;

use crate::plot::{Desk, Plot};

/// At, just above and just below the thresholds of the shipped policies, and far from them.
const NUMBERS: [f64; 13] = [0.0, 0.0199, 0.02, 0.05, 0.051, 0.07, 0.3, 2.0, 5.1, 10.1, 50.1, 94.9, 100.0];

#[derive(Debug)]
struct Draw {
    /// Columns that hold another number than nothing found.
    found: Vec<(prop::sample::Index, usize)>,
    /// Columns that then become unknown.
    hidden: Vec<prop::sample::Index>,
    planted_year: Option<i32>,
}

fn draws() -> impl Strategy<Value = Draw> {
    let found = prop::collection::vec((any::<prop::sample::Index>(), 0..NUMBERS.len()), 0..6);
    let hidden = prop::collection::vec(any::<prop::sample::Index>(), 0..40);
    (found, hidden, prop::option::of(2010..2024)).prop_map(|(found, hidden, planted_year)| Draw {
        found,
        hidden,
        planted_year,
    })
}

thread_local! {
    static DESKS: Vec<Desk> = BUILTIN.iter().map(|name| Desk::of(name)).collect();
}

fn plot_of(desk: &Desk, draw: &Draw) -> Plot {
    let mut plot = Plot::with(&desk.columns, &[]);
    for (column, number) in &draw.found {
        let column = column.index(desk.columns.len());
        let value = match desk.columns[column].kind {
            lindero_logic::ValueKind::Number => Value::Number(NUMBERS[*number]),
            _ => continue,
        };
        plot.set(column, value);
    }
    if let (Some(year), Some(column)) = (draw.planted_year, desk.columns.iter().position(|c| c.name == "planted_year"))
    {
        plot.set(column, Value::Number(f64::from(year)));
    }
    plot
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_becomes_unknown_never_makes_a_verdict_low_nor_high(draw in draws()) {
        DESKS.with(|desks| for desk in desks {
            let mut plot = plot_of(desk, &draw);
            let before = desk.bound.decide(&plot);
            for column in &draw.hidden {
                plot.set(column.index(desk.columns.len()), Value::Unknown);
            }
            let after = desk.bound.decide(&plot);
            for about in About::ALL {
                let (before, after) = (before.verdict_about(about), after.verdict_about(about));
                assert!(after >= before.min(Verdict::MoreInfo), "{before:?} became {after:?}");
                assert!(after < Verdict::High || before == Verdict::High, "{before:?} became {after:?}");
            }
        });
    }

    #[test]
    fn a_point_is_low_if_and_only_if_both_discs_are_and_never_high(own in draws(), disc in draws()) {
        DESKS.with(|desks| for desk in desks {
            let [own, disc] = [&own, &disc].map(|draw| desk.bound.decide(&plot_of(desk, draw)));
            let both_low = own.verdict == Verdict::Low && disc.verdict == Verdict::Low;
            let decision = desk.bound.decide_point(own, disc);
            let expected = if both_low { Verdict::Low } else { Verdict::MoreInfo };
            assert_eq!(decision.verdict, expected);
        });
    }
}

#[test]
fn each_measurement_a_rule_reads_asks_a_question_when_it_alone_is_unknown() {
    let desk = Desk::of("eudr-2020");
    for (name, codes) in [
        ("loss_natural_whole_ha", vec!["L1?"]),
        ("loss_mixed_whole_ha", vec!["L3?"]),
        ("loss_ncm_ha", vec!["L4?"]),
        ("loss_2021_pct", vec!["L5?"]),
        ("hint_ha", vec!["L6?"]),
        ("contested_pct", vec!["F3?"]),
        ("protected_pct", vec![]),
    ] {
        let decision = desk.decide(&[(name, Value::Unknown)]);
        assert_eq!(desk.codes(&decision), codes, "{name}");
    }
    // The area in protected ground is known to be below its limit, whatever the share.
    assert_eq!(desk.decide(&[("protected_pct", Value::Unknown)]).verdict, Verdict::Low);
}
