//! Up to which day the maps have watched, and what a policy makes of it.

use lindero_logic::{Day, Value, ValueKind};
use lindero_policy::{Bound, Column, Decision, RunDates, Verdict};

use crate::plot::{Desk, Plot};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn dates(production_end: Option<&str>) -> RunDates {
    let until = [("lossyear", "2024-12-31"), ("tmfdef", "2023-12-31"), ("alert3", "2025-12-31")];
    RunDates {
        until: until.map(|(layer, last)| (layer.to_owned(), day(last))).into(),
        production_end: production_end.map(day),
    }
}

/// `eudr-2020` with the days of its layers.
struct Dated {
    desk: Desk,
    bound: Bound,
}

impl Dated {
    fn new(production_end: Option<&str>) -> Self {
        let mut desk = Desk::of("eudr-2020");
        desk.columns.push(Column { name: "claimed_pct".to_owned(), kind: ValueKind::Number });
        let bound = desk.policy.bind_dated(&desk.columns, &dates(production_end)).unwrap();
        Self { desk, bound }
    }

    fn decide(&self, given: &[(&str, f64)]) -> Decision {
        let given: Vec<_> = given.iter().map(|(name, number)| (*name, Value::Number(*number))).collect();
        self.bound.decide(&Plot::with(&self.desk.columns, &given))
    }

    /// Asserts the day and the codes for a plot with a hectare of forest, of which the layers watched so much.
    fn check(&self, [lossyear, tmfdef, alert3]: [f64; 3], until: Option<&str>, codes: &[&str]) {
        let decision = self.decide(&[
            ("forest_any_ha", 1.0),
            ("forest_any_pct", 50.0),
            ("watched_lossyear_ha", lossyear),
            ("watched_tmfdef_ha", tmfdef),
            ("watched_alert3_ha", alert3),
        ]);
        assert_eq!(decision.evidence_until, until.map(day));
        assert_eq!(self.desk.codes(&decision), codes);
    }
}

#[test]
fn the_evidence_ends_with_the_latest_layer_that_watched_nearly_all_of_the_forest() {
    let dated = Dated::new(None);
    dated.check([1.0, 1.0, 1.0], Some("2025-12-31"), &[]);
    dated.check([1.0, 1.0, 0.94], Some("2024-12-31"), &[]);
    dated.check([0.95, 1.0, 0.0], Some("2024-12-31"), &[]);
    dated.check([0.0, 1.0, 0.0], Some("2023-12-31"), &[]);
    dated.check([0.9, 0.9, 0.9], None, &[]);
}

#[test]
fn where_nothing_was_forest_no_more_is_claimed_than_every_layer_has_seen() {
    let decision = Dated::new(None).decide(&[]);
    assert_eq!(decision.evidence_until, Some(day("2023-12-31")));
}

#[test]
fn a_harvest_after_the_maps_asks_a_question_and_one_before_their_end_does_not() {
    let dated = Dated::new(Some("2025-03-31"));
    dated.check([1.0, 1.0, 1.0], Some("2025-12-31"), &[]);
    dated.check([1.0, 1.0, 0.0], Some("2024-12-31"), &["D4"]);
    // Nobody knows how far the evidence reaches: not knowing is a question too.
    dated.check([0.0, 0.0, 0.0], None, &["D4?"]);
    assert_eq!(
        Dated::new(Some("2026-01-01")).decide(&[]).verdict,
        Verdict::Low,
        "without forest there is nothing to watch"
    );
}

#[test]
fn a_low_plot_is_told_with_the_day_up_to_which_it_was_watched() {
    let low = |until: Option<&str>, decision: &Decision| {
        let until = until.unwrap_or("an unknown day");
        let sentence = format!("These maps show no forest turned into farmland, up to {until}.");
        assert_eq!(decision.sentences().collect::<Vec<_>>(), [sentence]);
    };
    low(Some("2023-12-31"), &Dated::new(None).decide(&[]));
    let undated = Desk::of("eudr-2020").decide(&[]);
    low(None, &undated);
    let high = Dated::new(None).decide(&[("loss_natural_whole_ha", 1.0)]);
    assert_eq!((high.verdict, high.said), (Verdict::High, None));
}

#[test]
fn ground_that_other_producers_claim_asks_a_question() {
    let dated = Dated::new(None);
    let codes = |share: f64| dated.desk.codes(&dated.decide(&[("claimed_pct", share)]));
    assert_eq!(codes(10.0), Vec::<String>::new());
    assert_eq!(codes(10.1), ["D5"]);
}

#[test]
fn rules_about_days_and_claims_are_silent_where_nobody_told_of_them() {
    assert_eq!(Desk::of("eudr-2020").bound.not_assessed(), Vec::<&lindero_policy::Unassessed>::new());
}
