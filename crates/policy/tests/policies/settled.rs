//! Answers of people stand beside the verdict.

use lindero_policy::{Answer, Finding, State, Verdict};
use proptest::prelude::*;

use crate::plot::{Desk, numbers};

fn rule(desk: &Desk, code: &str) -> usize {
    desk.policy.rules().iter().position(|rule| rule.code == code).expect("a code of the policy")
}

/// Asserts what is decided of a plot with answers to its findings, by code.
fn check(given: &[(&str, f64)], answers: &[(&str, Answer)], expected: Verdict) {
    let desk = Desk::of("eudr-2020");
    let decision = desk.decide(&numbers(given));
    let answers: Vec<(usize, Answer)> = answers.iter().map(|(code, answer)| (rule(&desk, code), *answer)).collect();
    let decided = desk.policy.decision(decision.verdict, &decision.findings, &answers);
    assert_eq!(decided, expected, "{given:?} {answers:?}");
}

#[test]
fn every_question_that_is_answered_stops_counting_and_the_rest_still_counts() {
    let two = [("stand_mixed_pct", 60.0), ("protected_pct", 30.0), ("protected_ha", 0.3)];
    check(&two, &[], Verdict::MoreInfo);
    check(&two, &[("F2", Answer::Low)], Verdict::MoreInfo);
    check(&two, &[("F2", Answer::Low), ("P1", Answer::Low)], Verdict::Low);
    check(&two, &[("F2", Answer::Low), ("P1", Answer::MoreInfo)], Verdict::MoreInfo);
    check(&two, &[("F2", Answer::High), ("P1", Answer::Low)], Verdict::High);
}

#[test]
fn a_finding_that_is_high_can_be_settled_and_answers_to_what_was_not_asked_change_nothing() {
    let cleared = [("loss_natural_whole_ha", 0.3)];
    check(&cleared, &[("L1", Answer::Low)], Verdict::Low);
    check(&cleared, &[("F1", Answer::Low)], Verdict::High);
    check(&[], &[("F1", Answer::High)], Verdict::Low);
}

#[test]
fn the_last_answer_to_a_question_counts() {
    let standing = [("stand_mixed_pct", 60.0)];
    check(&standing, &[("F2", Answer::High), ("F2", Answer::Low)], Verdict::Low);
}

#[test]
fn a_boundary_that_cannot_be_used_stays_a_question() {
    let desk = Desk::of("eudr-2020");
    let findings = [Finding { rule: rule(&desk, "D1"), state: State::Fired, sentence: String::new() }];
    let decided = desk.policy.decision(Verdict::MoreInfo, &findings, &[(rule(&desk, "D1"), Answer::Low)]);
    assert_eq!(decided, Verdict::MoreInfo);
}

proptest! {
    #[test]
    fn without_answers_the_decision_is_the_verdict(values in prop::collection::vec(0.0..100.0f64, 12)) {
        let desk = Desk::of("eudr-2020");
        let names = ["loss_natural_whole_ha", "loss_natural_pct", "loss_ncm_ha", "stand_natural_pct", "stand_mixed_pct",
            "contested_pct", "protected_pct", "protected_ha", "hint_ha", "loss_2021_ha", "lost_observed_pct", "community_ha"];
        let given: Vec<(&str, f64)> = names.into_iter().zip(values).collect();
        let decision = desk.decide(&numbers(&given));
        prop_assert_eq!(desk.policy.decision(decision.verdict, &decision.findings, &[]), decision.verdict);
    }
}
