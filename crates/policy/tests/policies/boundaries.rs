//! Boundaries that cannot be used.

use crate::plot::{Plot, columns, shipped};
use lindero_policy::{About, BUILTIN, Policy, Verdict};

/// A policy that does not ask about boundaries, and whose only rule is false of what is unknown.
const CARELESS: &str = r#"
name = "careless"
title = "Trees"
version = "1"
about = "Whether there are trees."
source = "our choice"
low = "No trees."

[indicator.trees]
where = "trees == 1"

[[rule]]
code = "A1"
name = "trees"
about = "forest"
verdict = "high"
when = "known(trees_pct) && trees_pct > 10"
reason = "{trees_pct} % of the plot is trees."
source = "our choice"
limits = "Which trees."
"#;

#[test]
fn a_plot_without_a_usable_boundary_is_never_low_whatever_a_policy_asks() {
    let careless = Policy::parse("careless.toml", CARELESS).unwrap_or_else(|error| panic!("{error}"));
    for policy in BUILTIN.iter().map(|name| shipped(name)).chain([careless]) {
        let columns = columns(&policy, &[]);
        let bound = policy.bind(&columns).unwrap_or_else(|error| panic!("{error}"));
        let mut plot = Plot::with(&columns, &[]);
        plot.usable = false;
        assert_eq!(bound.decide(&plot).verdict, Verdict::MoreInfo, "{}", policy.name());
    }
}

#[test]
fn a_policy_that_does_not_ask_about_boundaries_says_so_of_one_that_cannot_be_used() {
    let careless = Policy::parse("careless.toml", CARELESS).unwrap_or_else(|error| panic!("{error}"));
    let columns = columns(&careless, &[]);
    let bound = careless.bind(&columns).unwrap_or_else(|error| panic!("{error}"));
    let mut plot = Plot::with(&columns, &[]);
    assert_eq!(bound.decide(&plot).sentences().collect::<Vec<_>>(), ["No trees."]);
    plot.usable = false;
    let decision = bound.decide(&plot);
    let said = "The boundary cannot be used, and no rule of the policy asks about it.";
    assert_eq!(decision.sentences().collect::<Vec<_>>(), [said]);
    let about = [Verdict::Low, Verdict::MoreInfo, Verdict::Low];
    assert_eq!(About::ALL.map(|it| decision.verdict_about(it)), about);
}
