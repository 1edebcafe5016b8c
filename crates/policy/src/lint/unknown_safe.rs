//! What becomes unknown must not make a plot `low`.
//!
//! Three-valued logic sees to it but for one word: `known(x)` is false where `x` is unknown. Of what the user declares that is
//! wanted, of a measurement never.

use super::search::{Search, Trial};
use crate::names::{RuleNames, is_special, kind_of_told};
use crate::{Outcome, Policy, When};
use lindero_layers::ConfigError;
use lindero_logic::{InputValue, Program, Truth};

/// Combinations that are tried before a rule is taken to be as bad as it may be.
const MOST_COMBINATIONS: usize = 50_000;

pub(super) fn lints(policy: &Policy, programs: &[Option<Program>]) -> Vec<ConfigError> {
    let scope = RuleNames::of_file(policy);
    let mut lints = Vec::new();
    for (index, (rule, program)) in policy.rules.iter().zip(programs).enumerate() {
        let (When::True(condition), Some(program)) = (&rule.when, program) else { continue };
        if rule.outcome == Outcome::Note {
            continue;
        }
        let search = Search::new(program, &scope);
        for (input, name) in search.names.iter().enumerate() {
            let is_told = is_special(name) && kind_of_told(name).is_none();
            let is_measured = !is_told && policy.attributes.iter().all(|attribute| attribute.name != *name);
            if !is_measured || !search.landmarks.inputs[input].asked_known {
                continue;
            }
            let others = Others { policy, programs, rule: index };
            if may_become_low(program, &search, input, &others) {
                let message = format!(
                    "rule {} asks known({name}), and a plot can become low when {name} becomes unknown, which an unknown \
                     measurement must never do: leave known() out, and {name} is unknown to the rule, which then asks",
                    rule.code
                );
                lints.push(condition.error_text(&message));
            }
        }
    }
    lints
}

/// Whether there are measurements by which the rule is not false, and false once `input` is unknown, while no other rule asks.
fn may_become_low(program: &Program, search: &Search<'_>, input: usize, others: &Others<'_>) -> bool {
    let trials: Vec<Vec<Trial>> = search
        .trials
        .iter()
        .enumerate()
        .map(|(other, trials)| {
            let may_be_unknown = other != input && search.landmarks.inputs[other].asked_known;
            trials.iter().cloned().chain(may_be_unknown.then_some(Trial::Unknown)).collect()
        })
        .collect();
    let combinations = trials.iter().try_fold(1_usize, |product, trials| product.checked_mul(trials.len()));
    if combinations.is_none_or(|combinations| combinations > MOST_COMBINATIONS) {
        return true;
    }
    let mut places = vec![0; trials.len()];
    loop {
        let mut chosen: Vec<&Trial> = trials.iter().zip(&places).map(|(trials, place)| &trials[*place]).collect();
        let truth = |chosen: &[&Trial]| {
            let values: Vec<InputValue<'_>> = chosen.iter().map(|trial| trial.value()).collect();
            program.truth(&values)
        };
        let before = truth(&chosen);
        chosen[input] = &Trial::Unknown;
        if !before.is_false() && truth(&chosen).is_false() && !others.ask(&search.names, &chosen) {
            return true;
        }
        // The next combination, as an odometer counts.
        let Some(turned) = (0..places.len()).find(|place| places[*place] + 1 < trials[*place].len()) else {
            return false;
        };
        places[turned] += 1;
        places[..turned].fill(0);
    }
}

/// The rules of the policy but one.
struct Others<'p> {
    policy: &'p Policy,
    programs: &'p [Option<Program>],
    rule: usize,
}

impl Others<'_> {
    /// Whether one of them is sure to lead to a question or worse where these inputs are what is given, whatever all others are.
    fn ask(&self, names: &[&str], given: &[&Trial]) -> bool {
        self.policy.rules.iter().zip(self.programs).enumerate().any(|(index, (rule, program))| {
            let Some(program) = program.as_ref().filter(|_| index != self.rule && rule.outcome != Outcome::Note) else {
                return false;
            };
            let landmarks = program.landmarks();
            let mut is_all_given = true;
            let mut values = Vec::with_capacity(landmarks.inputs.len());
            for (input, asked) in program.inputs().iter().zip(&landmarks.inputs) {
                let lindero_logic::Input::Value { name, .. } = input else { return false };
                match names.iter().position(|known| known == name) {
                    Some(known) => values.push(given[known].value()),
                    None if asked.asked_known => return false,
                    None => {
                        is_all_given = false;
                        values.push(Trial::Unknown.value());
                    }
                }
            }
            match program.truth(&values) {
                truth if truth.is_true() => true,
                Truth::Unknown => is_all_given,
                _ => false,
            }
        })
    }
}
