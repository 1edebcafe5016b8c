//! Plots known only as a point.

use lindero_policy::Verdict::{self, Low, MoreInfo};
use lindero_policy::{About, Policy};

use crate::plot::{Desk, Plot, numbers, owned};

const CLEARED: &[(&str, f64)] =
    &[("loss_natural_whole_ha", 0.2), ("loss_natural_ha", 0.25), ("loss_natural_2022_ha", 0.25)];
const STANDING: &[(&str, f64)] = &[("stand_natural_pct", 62.0), ("stand_natural_ha", 2.48)];
const NOTE: &[(&str, f64)] = &[("loss_farmed_ha", 0.1), ("loss_farmed_2023_ha", 0.1)];

fn check(own: &[(&str, f64)], disc: &[(&str, f64)], verdict: Verdict, codes: &[&str], sentence: &str) {
    let desk = Desk::of("eudr-2020");
    let decision = desk.bound.decide_point(desk.decide(&numbers(own)), desk.decide(&numbers(disc)));
    assert_eq!((decision.verdict, desk.codes(&decision)), (verdict, owned(codes)), "{own:?} {disc:?}");
    let told = decision.findings.first().map_or("", |finding| finding.sentence.as_str());
    assert_eq!(told, sentence);
}

#[test]
fn a_point_is_low_only_if_both_discs_are() {
    check(&[], &[], Low, &[], "");
    let note = "Trees were lost on 0.10 ha in 2023 on ground farmed before the cut-off: not deforestation.";
    check(NOTE, &[], Low, &["N1"], note);
    check(&[], NOTE, Low, &[], "");
}

#[test]
fn a_point_is_never_high_and_says_what_was_found_around_it() {
    let both = "Only a point is known. On the disc of its declared area or of 4 ha around it: L1: 0.25 ha of natural forest \
                standing at the end of 2020 were cleared in 2022. Walk the boundary.";
    check(CLEARED, CLEARED, MoreInfo, &["D2"], both);
    check(CLEARED, &[], MoreInfo, &["D2"], both);
    let disc = "Only a point is known. On the disc of its declared area or of 4 ha around it: F1: 62 % of the plot (2.48 ha) \
                is natural forest still standing: draw the cocoa only, or say how cocoa is grown there. Walk the boundary.";
    check(&[], STANDING, MoreInfo, &["D2"], disc);
}

#[test]
fn a_disc_without_data_does_not_read_as_low() {
    let sentence = "Only a point is known. On the disc of its declared area or of 4 ha around it: F1: cannot be decided: \
                    stand_natural_pct is unknown. Walk the boundary.";
    check(&[], &[("stand_natural_pct", f64::NAN)], MoreInfo, &["D2"], sentence);
}

#[test]
fn what_it_is_about_is_kept_and_capped() {
    let desk = Desk::of("eudr-2020");
    let decision = desk.bound.decide_point(desk.decide(&[]), desk.decide(&numbers(CLEARED)));
    assert_eq!(About::ALL.map(|about| decision.verdict_about(about)), [MoreInfo, MoreInfo, Low]);
}

#[test]
fn a_point_that_cannot_be_used_is_that_and_nothing_else() {
    let desk = Desk::of("eudr-2020");
    let mut plot = Plot::with(&desk.columns, &[]);
    plot.usable = false;
    let decision = desk.bound.decide_point(desk.bound.decide(&plot), desk.decide(&numbers(CLEARED)));
    assert_eq!((decision.verdict, desk.codes(&decision)), (MoreInfo, owned(&["D1"])));
}

#[test]
fn a_policy_without_a_rule_for_points_tells_the_findings_themselves() {
    let policy = Policy::parse(
        "p.toml",
        r#"
name = "p"
title = "t"
version = "1"
about = "a"
source = "s"
[attribute.declared]
kind = "number"
[[rule]]
code = "A1"
name = "too-much"
about = "forest"
verdict = "high"
when = "known(declared) && declared > 1"
reason = "{declared} is too much."
source = "s"
limits = "l"
"#,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let columns = crate::plot::columns(&policy, &[]);
    let bound = policy.bind(&columns).unwrap();
    let decide = |number: f64| bound.decide(&Plot::with(&columns, &numbers(&[("declared", number)])));
    let decision = bound.decide_point(decide(0.0), decide(2.5));
    assert_eq!(decision.verdict, MoreInfo);
    assert_eq!(decision.findings[0].sentence, "2.5 is too much.");
}

#[test]
fn a_point_of_which_one_disc_alone_is_known_is_neither_low_nor_high() {
    let desk = Desk::of("eudr-2020");
    let decided = |given: &[(&str, f64)]| desk.bound.decide_point_on_one_disc(desk.decide(&numbers(given)));
    let low = decided(&[("loss_farmed_ha", 0.1)]);
    assert_eq!((low.verdict, desk.codes(&low)), (MoreInfo, owned(&["D2", "N1"])));
    assert!(low.findings[0].sentence.contains("nothing on the only one that was measured"), "{low:?}");
    assert_eq!(About::ALL.map(|about| low.verdict_about(about)), [Low, MoreInfo, Low]);
    let high = decided(CLEARED);
    assert_eq!((high.verdict, desk.codes(&high)), (MoreInfo, owned(&["D2"])));
}
