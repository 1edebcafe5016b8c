//! Expressions too long, too deep or too bushy are refused before they cost anything.

use lindero_logic::{Scope, Symbol, Truth, Value, ValueKind, compile_condition};

use crate::catalog::{example, layer, truth};

fn check(source: &str, expected: &str) {
    let error = compile_condition(source, &example()).expect_err("too much");
    assert_eq!(error.to_string(), expected);
}

fn nested(depth: usize) -> String {
    format!("{}farmed{}", "(".repeat(depth), ")".repeat(depth))
}

#[test]
fn sixty_four_brackets_are_read_and_one_more_is_not() {
    assert_eq!(truth(&nested(64), &example(), &[("farmed", Value::Bool(true))]), Truth::True);
    let message = "brackets and operators nest more than 64 deep; name parts of the expression as terms";
    check(&nested(65), &format!("line 1, column 65: {message}"));
    check(&nested(4_000), &format!("line 1, column 65: {message}"));
    check(&"(".repeat(9_000), &format!("line 1, column 65: {message}"));
    check(&"[".repeat(9_000), &format!("line 1, column 65: {message}"));
    check(&"!(".repeat(4_000), &format!("line 1, column 130: {message}"));
}

#[test]
fn chains_of_operators_nest_and_chains_of_conditions_do_not() {
    let sum = |terms: usize| format!("{} == 1", vec!["1"; terms].join("+"));
    assert_eq!(truth(&sum(64), &example(), &[]), Truth::False);
    let message = "brackets and operators nest more than 64 deep; name parts of the expression as terms";
    check(&sum(65), &format!("line 1, column 131: {message}"));
    let choices = format!("{}true", "farmed?true:".repeat(65));
    check(&choices, &format!("line 1, column 775: {message}"));
    let brackets = format!("{}1{}", "(".repeat(60), "+1)".repeat(60));
    check(&format!("{brackets} == 1"), &format!("line 1, column 158: {message}"));
    let conditions = vec!["cover==1"; 900].join("||");
    assert_eq!(truth(&conditions, &example(), &[("cover", Value::Number(1.0))]), Truth::True);
    let negations = format!("{}farmed", "!".repeat(9_001));
    assert_eq!(truth(&negations, &example(), &[("farmed", Value::Bool(true))]), Truth::False);
}

#[test]
fn ten_thousand_characters_are_read_and_one_more_is_not() {
    let padded = |length: usize| format!("{:<length$}", "farmed");
    assert_eq!(truth(&padded(10_000), &example(), &[]), Truth::Unknown);
    check(
        &padded(10_001),
        "line 1, column 1: the expression has 10001 characters, at most 10000 are read; name parts of it as terms",
    );
}

/// Terms `t0` to `t200`, each made from the one before.
struct Chain {
    sources: Vec<String>,
}

impl Chain {
    fn of(step: impl Fn(String) -> String) -> Self {
        let sources = (0..200).map(|i| if i == 0 { "n == 1".to_owned() } else { step(format!("t{}", i - 1)) });
        Self { sources: sources.collect() }
    }
}

impl Scope for Chain {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        if name == "n" {
            return Some(layer(ValueKind::Number));
        }
        let index: usize = name.strip_prefix('t')?.parse().ok()?;
        self.sources.get(index).map(|source| Symbol::Term(source))
    }

    fn names(&self) -> Vec<&str> {
        vec!["n"]
    }
}

#[test]
fn terms_that_double_are_refused_once_they_grow_too_large() {
    let chain = Chain::of(|term| format!("{term} || {term}"));
    assert!(compile_condition("t8", &chain).is_ok());
    let error = compile_condition("t60", &chain).expect_err("2 to the 60");
    let message = "the expression has more than 10000 parts once its terms are written out";
    assert!(error.to_string().ends_with(message), "{error}");
}

#[test]
fn terms_that_nest_are_refused_once_they_go_too_deep() {
    let chain = Chain::of(|term| format!("!{term}"));
    assert!(compile_condition("t80", &chain).is_ok());
    let error = compile_condition("t199", &chain).expect_err("too deep");
    let message = "the expression nests more than 256 deep once its terms are written out";
    assert!(error.to_string().ends_with(message), "{error}");
}
