//! `tree-loss`: what one map of loss can say.

use lindero_logic::Value::{self, Unknown};
use lindero_logic::{Compiled, Input, InputValue, Scope, Symbol, ValueKind, compile_condition};
use lindero_policy::Verdict::{Low, MoreInfo};

use crate::plot::{Desk, Plot, shipped};

#[test]
fn loss_counts_from_either_limit_and_the_note_is_always_there() {
    let desk = Desk::of("tree-loss");
    desk.check(&[], Low, &["T5"]);
    desk.check(&[("loss_ha", 0.02)], MoreInfo, &["T1", "T5"]);
    desk.check(&[("loss_pct", 2.0)], MoreInfo, &["T1", "T5"]);
    desk.check(&[("loss_ha", 0.0199), ("loss_pct", 1.99)], Low, &["T5"]);
}

#[test]
fn a_twentieth_without_data_asks() {
    let desk = Desk::of("tree-loss");
    desk.check(&[("watched_observed_pct", 94.9)], MoreInfo, &["T2", "T5"]);
    desk.check(&[("watched_observed_pct", 95.0)], Low, &["T5"]);
}

#[test]
fn an_unusable_boundary_stands_alone() {
    let desk = Desk::of("tree-loss");
    let mut plot = Plot::with(&desk.columns, &[("loss_ha", Unknown)]);
    plot.usable = false;
    let decision = desk.bound.decide(&plot);
    assert_eq!((decision.verdict, desk.codes(&decision)), (MoreInfo, vec!["T3".to_owned()]));
}

#[test]
fn no_rule_is_ever_high_and_the_about_says_how_little_it_proves() {
    let policy = shipped("tree-loss");
    assert!(policy.rules().iter().all(|rule| rule.outcome.as_str() != "high"));
    assert!(policy.about().contains("not forest in 2020"));
    assert!(policy.about().contains("one map"));
}

struct Hansen<'d> {
    term: &'d str,
    has_tree_cover: bool,
}

impl Scope for Hansen<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        match name {
            "treecover2000" if !self.has_tree_cover => Some(Symbol::Absent),
            "treecover2000" => Some(Symbol::Layer { kind: ValueKind::Number, bands: None, until: None }),
            "lossyear" => Some(Symbol::Layer { kind: ValueKind::Year, bands: None, until: None }),
            "not_bare_2000" => Some(Symbol::Term(self.term)),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

#[test]
fn a_loss_counts_where_nobody_knows_the_tree_cover() {
    let policy = shipped("tree-loss");
    let term = &policy.definitions().terms["not_bare_2000"].source;
    let check = |has_tree_cover: bool, cover: Value<'static>, expected: bool| {
        let compilation = compile_condition("lossyear > 2020 && not_bare_2000", &Hansen { term, has_tree_cover });
        let Compiled::Program(program) = compilation.unwrap().compiled else { panic!("loss is there") };
        let value = |input: &Input| match input {
            Input::Value { name, .. } if name == "lossyear" => InputValue::Value(Value::Number(2022.0)),
            _ => InputValue::Value(cover),
        };
        let values: Vec<InputValue<'_>> = program.inputs().iter().map(value).collect();
        assert_eq!(program.truth(&values).is_true(), expected, "{cover:?}");
    };
    check(true, Value::Number(10.0), true);
    check(true, Value::Number(9.0), false);
    check(true, Unknown, true);
    check(false, Unknown, true);
}
