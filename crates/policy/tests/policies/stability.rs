//! The rule that tells verdicts which depend on where exactly the plot lies.

use lindero_logic::ValueKind;
use lindero_policy::{Column, Moved, Policy, Verdict};

use crate::plot::{Desk, Plot, numbers, owned};

const CLEARED: &[(&str, f64)] =
    &[("loss_natural_whole_ha", 0.2), ("loss_natural_ha", 0.25), ("loss_natural_2022_ha", 0.25)];

fn moved(same: u32, low: u32, more_info: u32, high: u32) -> Moved {
    Moved { error_m: 5.0, same, low, more_info, high }
}

fn check(policy: &str, given: &[(&str, f64)], moved: &Moved, verdict: Verdict, codes: &[&str]) {
    let desk = Desk::of(policy);
    let decision = desk.bound.told_if_unsteady(desk.decide(&numbers(given)), moved);
    assert_eq!((decision.verdict, desk.codes(&decision)), (verdict, owned(codes)), "{moved:?}");
}

#[test]
fn a_verdict_that_less_than_four_in_five_copies_have_is_told_and_stays() {
    check("eudr-2020", CLEARED, &moved(25, 7, 0, 25), Verdict::High, &["L1", "S1"]);
    check("eudr-2020", CLEARED, &moved(26, 6, 0, 26), Verdict::High, &["L1"]);
    // Four in five is enough.
    check("eudr-2020", CLEARED, &moved(8, 2, 0, 8), Verdict::High, &["L1"]);
    let protected = [("protected_pct", 60.0), ("protected_ha", 1.0)];
    check("eudr-2020", &protected, &moved(1, 31, 1, 0), Verdict::MoreInfo, &["S1", "P1"]);
    check("tree-loss", &[("loss_ha", 0.03)], &moved(20, 12, 20, 0), Verdict::MoreInfo, &["T1", "S1", "T5"]);
    check("tree-loss", &[("loss_ha", 0.03)], &moved(26, 6, 26, 0), Verdict::MoreInfo, &["T1", "T5"]);
}

#[test]
fn a_plot_that_is_low_gets_no_finding() {
    check("eudr-2020", &[], &moved(12, 12, 20, 0), Verdict::Low, &[]);
}

#[test]
fn what_stands_alone_stays_alone() {
    let desk = Desk::of("eudr-2020");
    let mut plot = Plot::with(&desk.columns, &[]);
    plot.usable = false;
    let decision = desk.bound.told_if_unsteady(desk.bound.decide(&plot), &moved(0, 32, 0, 0));
    assert_eq!(desk.codes(&decision), owned(&["D1"]));
}

#[test]
fn the_sentence_says_what_became_of_the_copies() {
    let desk = Desk::of("eudr-2020");
    let copies = Moved { error_m: 7.5, ..moved(12, 14, 6, 12) };
    let decision = desk.bound.told_if_unsteady(desk.decide(&numbers(CLEARED)), &copies);
    assert_eq!(
        decision.findings[1].sentence,
        "Moved by the position error of 7.5 m, the verdict stays the same in only 12 of 32 cases: it is low in 14, more_info \
         in 6 and high in 12. What was found may be beyond the boundary."
    );
}

#[test]
fn the_sentence_is_there_in_spanish_too() {
    let copies = Moved { error_m: 7.5, ..moved(12, 14, 6, 12) };
    let spanish = Desk::of("eudr-2020").bound.spanish_of_moved(&copies);
    let expected = "Movida por el error de posición de 7.5 m, la parcela conserva su resultado en solo 12 de 32 casos: bajo en 14, \
                    falta información en 6 y alto en 12. Lo encontrado puede estar fuera del lindero.";
    assert_eq!(spanish.as_deref(), Some(expected));
    assert!(Desk::of("tree-loss").bound.spanish_of_moved(&copies).is_some());
}

#[test]
fn numbers_of_copies_come_back_from_percent() {
    for cases in [8_u32, 32, 256] {
        for same in 0..=cases {
            let pct = |count: u32| 100.0 * f64::from(count) / f64::from(cases);
            let copies = Moved::of_numbers([5.0, pct(same), pct(cases - same), pct(same), 0.0], cases);
            assert_eq!(copies, moved(same, cases - same, same, 0));
        }
    }
}

#[test]
fn only_columns_that_can_change_a_verdict_decide() {
    let desk = Desk::of("eudr-2020");
    let names: Vec<&str> =
        desk.bound.deciding_columns().into_iter().map(|column| desk.columns[column].name.as_str()).collect();
    assert!(
        ["loss_natural_whole_ha", "stand_mixed_pct", "protected_ha", "lost_observed_pct"]
            .iter()
            .all(|it| names.contains(it))
    );
    // Of a note, of a sentence, and of nothing.
    assert!(["loss_farmed_ha", "mixed_ha", "open_ha"].iter().all(|it| !names.contains(it)), "{names:?}");
    assert!(names.len() < 35, "{names:?}");
}

const POLICY: &str = r#"name = "p"
title = "t"
version = "1"
about = "a"
source = "s"
[threshold]
stable_pct = 50
[[rule]]
code = "A1"
name = "loss"
about = "forest"
verdict = "high"
when = "loss_ha > 0"
reason = "{loss_ha} ha"
source = "s"
limits = "l"
[[rule]]
code = "S1"
name = "unsteady"
about = "data"
verdict = "note"
stability = true
reason = "{moved.same} of {moved.cases}, below {stable_pct} %"
source = "s"
limits = "l"
"#;

fn columns() -> Vec<Column> {
    vec![Column { name: "loss_ha".to_owned(), kind: ValueKind::Number }]
}

#[test]
fn a_policy_sets_its_own_threshold() {
    let told = |text: &str, same: u32| {
        let policy = Policy::parse("p.toml", text).unwrap_or_else(|error| panic!("{error}"));
        let bound = policy.bind(&columns()).unwrap();
        let decision = bound.decide(&Plot::with(&columns(), &numbers(&[("loss_ha", 1.0)])));
        let decision = bound.told_if_unsteady(decision, &moved(same, 32 - same, 0, same));
        decision.findings.get(1).map(|finding| finding.sentence.clone())
    };
    assert_eq!(told(POLICY, 15).as_deref(), Some("15 of 32, below 50 %"));
    assert_eq!(told(POLICY, 16), None);
    let usual = POLICY.replace("[threshold]\nstable_pct = 50\n", "").replace(", below {stable_pct} %", "");
    assert_eq!(told(&usual, 25).as_deref(), Some("25 of 32"));
    assert_eq!(told(&usual, 26), None);
    let without = &POLICY[..POLICY.rfind("[[rule]]").unwrap()];
    assert_eq!(told(without, 0), None);
}

fn refused(old: &str, new: &str, expected: &str) {
    assert!(POLICY.contains(old), "{old}");
    let error = Policy::parse("p.toml", &POLICY.replacen(old, new, 1)).expect_err(new);
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn what_such_a_rule_cannot_be_is_told() {
    refused("verdict = \"note\"", "verdict = \"high\"", "stability never changes a verdict");
    refused("stability = true", "when = \"loss_ha > 1\"\nstability = true", "needs one of when, a condition");
    refused("{moved.same}", "{loss_ha}", "can print {moved.error_m}");
    refused("{loss_ha} ha", "{moved.low} ha", "only the rule with stability = true");
    refused("{moved.same}", "{moved.some}", "{moved.some} is no placeholder");
    let rule = &POLICY[POLICY.rfind("[[rule]]").unwrap()..];
    let twice = format!("{POLICY}{}", rule.replace("S1", "S2"));
    let error = Policy::parse("p.toml", &twice).expect_err("two such rules");
    assert!(error.to_string().contains("rule S1 tells unsteady verdicts already"), "{error}");
}
