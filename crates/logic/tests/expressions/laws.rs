//! Laws that hold for every expression, and for every text somebody might type.

use lindero_logic::{
    Compiled, Input, InputValue, Programs, Scope, Symbol, Truth, Value, ValueKind, check_name, compile_condition,
};
use proptest::prelude::*;

use crate::catalog::{example, layer, program, truth};

/// Conditions that read layers of every kind.
fn condition() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "gfc2020 == 1",
        "cover != 2",
        "cover in [1, 2]",
        "lossyear > 2020",
        "lossyear > 2024",
        "lossyear <= 2025",
        "tmfdef == 2024",
        "lossyear + 1 in [2022, 2026]",
        "alert3 > 2020-12-31",
        "alert3 <= cutoff",
        "alert3 != 2021-01-01",
        "(cover == 1 ? 1 : 2) == gfc2020",
        "farmed",
        "true",
    ])
    .prop_map(str::to_owned);
    atom.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            (1..=3, inner.clone(), inner.clone(), inner)
                .prop_map(|(n, a, b, c)| format!("at_least({n}, [{a}, {b}, {c}])")),
        ]
    })
}

const NAMES: [&str; 6] = ["gfc2020", "cover", "lossyear", "tmfdef", "alert3", "farmed"];

fn value() -> impl Strategy<Value = Value<'static>> {
    let numbers = [0.0, 1.0, 2.0, 2020.0, 2021.0, 2024.0, 18_627.0, 18_628.0].map(Value::Number);
    let others = [Value::Never, Value::Silent, Value::Bool(true), Value::Bool(false)];
    prop::sample::select([&numbers[..], &others].concat())
}

/// A value for each of `NAMES`; about half of them unknown.
fn cell() -> impl Strategy<Value = [Value<'static>; 6]> {
    prop::array::uniform6(prop_oneof![Just(Value::Unknown), value()])
}

/// A scope where every name is a layer of truths.
struct Anything;

impl Scope for Anything {
    fn symbol(&self, _name: &str) -> Option<Symbol<'_>> {
        Some(layer(ValueKind::Bool))
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

fn answer(source: &str, cell: [Value<'static>; 6]) -> Truth {
    let given: Vec<(&str, Value<'_>)> = NAMES.into_iter().zip(cell).collect();
    truth(source, &example(), &given)
}

proptest! {
    #[test]
    fn learning_more_never_flips_a_known_answer(
        source in condition(),
        before in cell(),
        learnt in prop::array::uniform6(value()),
    ) {
        let mut after = before;
        for (value, learnt) in after.iter_mut().zip(learnt) {
            if *value == Value::Unknown {
                *value = learnt;
            }
        }
        let (first, second) = (answer(&source, before), answer(&source, after));
        prop_assert!(
            !first.is_known() || (second.is_known() && first.is_true() == second.is_true()),
            "{source}: {first:?} became {second:?}"
        );
    }

    #[test]
    fn programs_asked_together_answer_as_each_alone(
        sources in prop::collection::vec(condition(), 1..6),
        cell in cell(),
    ) {
        let given: Vec<InputValue<'_>> = cell.into_iter().map(InputValue::Value).collect();
        let mut together = Programs::default();
        let added = sources.iter().map(|source| {
            let program = program(source, &example());
            let place = |input: &Input| match input {
                Input::Value { name, .. } => NAMES.iter().position(|known| known == name).expect("one of the names"),
                _ => unreachable!("conditions read values only"),
            };
            let places: Vec<usize> = program.inputs().iter().map(place).collect();
            let id = together.add(&program, &places);
            (id, program.truth(&places.iter().map(|&place| given[place]).collect::<Vec<_>>()))
        });
        let added: Vec<_> = added.collect();
        let answers = together.answers(&given);
        for ((id, alone), source) in added.into_iter().zip(&sources) {
            prop_assert_eq!(answers.truth(id), alone, "{}", source);
        }
    }

    #[test]
    fn de_morgan_holds_for_whole_expressions(a in condition(), b in condition(), cell in cell()) {
        let and = answer(&format!("!(({a}) && ({b}))"), cell);
        prop_assert_eq!(and, answer(&format!("!({a}) || !({b})"), cell));
        let or = answer(&format!("!(({a}) || ({b}))"), cell);
        prop_assert_eq!(or, answer(&format!("!({a}) && !({b})"), cell));
    }

    #[test]
    fn brackets_and_order_of_operands_do_not_matter(a in condition(), b in condition(), c in condition(), cell in cell()) {
        let left = answer(&format!("(({a}) || ({b})) || ({c})"), cell);
        prop_assert_eq!(left, answer(&format!("({c}) || ({b}) || ({a})"), cell));
    }

    #[test]
    fn compiling_twice_gives_the_same_program(source in condition()) {
        prop_assert_eq!(program(&source, &example()), program(&source, &example()));
    }

    #[test]
    fn every_permitted_name_can_be_read(name in "[a-z_]{1,5}|[a-z][a-z0-9_]{0,9}") {
        let compiled = compile_condition(&format!("!{name} || {name}"), &Anything);
        prop_assert!(check_name(&name).is_err() || compiled.is_ok(), "{name}: {compiled:?}");
    }

    #[test]
    fn no_soup_of_words_and_signs_does_harm(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "gfc2020", "lossyear", "alert3", "mb", "member", "farmed", "agri", "gone", "forest", "cutoff", "at_least",
                "whole", "known", "patch", "date", "in", "true", "1", "2020", "0.5", "2020-12-31", "'yes'", "&&", "||",
                "!", "<", "<=", "==", "!=", "+", "-", "*", "/", "?", ":", "(", ")", "[", "]", ",", "\n", "has", "x.y",
                "//", "{", "=", "é", "and", "all",
            ]),
            0..24,
        ),
        spaced in any::<bool>(),
    ) {
        let source = words.join(if spaced { " " } else { "" });
        harmless(&source)?;
    }

    #[test]
    fn expressions_with_a_piece_missing_do_no_harm(source in condition(), from in 0usize..80, length in 1usize..6) {
        let kept = source.chars().take(from).chain(source.chars().skip(from + length));
        harmless(&kept.collect::<String>())?;
    }

    #[test]
    fn no_text_does_harm(source in any::<String>()) {
        harmless(&source)?;
    }
}

/// A source compiles to something that answers, or is refused with a place that is in it.
fn harmless(source: &str) -> Result<(), TestCaseError> {
    match compile_condition(source, &example()) {
        Ok(compilation) => {
            if let Compiled::Program(program) = compilation.compiled {
                let unknown = vec![InputValue::Value(Value::Unknown); program.inputs().len()];
                let first = program.truth(&unknown);
                prop_assert_eq!(first, program.truth(&unknown));
            }
        }
        Err(error) => {
            let text = if error.term.is_some() { "gfc2020 == 1" } else { source };
            let line = text.split('\n').nth(error.line - 1);
            prop_assert!(
                line.is_some_and(|line| error.column <= line.chars().count() + 1),
                "{:?} is not in {:?}",
                error,
                source
            );
        }
    }
    Ok(())
}
