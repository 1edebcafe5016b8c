//! Looks for measurements of which a condition is true.

use lindero_logic::{Input, InputValue, Landmarks, Program, Scope, Symbol, Value, ValueKind};

/// Evaluations after which the search is given up: a tenth of a second.
const MOST_TRIES: usize = 200_000;

/// A value worth trying.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trial {
    Number(f64),
    Text(String),
    Bool(bool),
    Unknown,
}

impl Trial {
    pub(super) fn value(&self) -> InputValue<'_> {
        InputValue::Value(match self {
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Unknown => Value::Unknown,
        })
    }
}

/// What a search comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// A value for each input.
    Trials(Vec<Trial>),
    Nothing,
    /// There was too much to try, or a formula in it.
    GaveUp,
}

/// A program, and between them the values that show everything it can say.
pub(super) struct Search<'p> {
    program: &'p Program,
    pub(super) names: Vec<&'p str>,
    pub(super) landmarks: Landmarks,
    /// For each input.
    pub(super) trials: Vec<Vec<Trial>>,
    tries: usize,
}

impl<'p> Search<'p> {
    pub(super) fn new(program: &'p Program, scope: &dyn Scope) -> Self {
        let landmarks = program.landmarks();
        let names = program.inputs().iter().map(|input| match input {
            Input::Value { name, .. } => name.as_str(),
            Input::Whole { .. } | Input::Patch { .. } => "",
        });
        let names: Vec<&str> = names.collect();
        let trials = names.iter().zip(&landmarks.inputs).map(|(name, input)| {
            let kind = match scope.symbol(name) {
                Some(Symbol::Column { kind }) => kind,
                _ => ValueKind::Number,
            };
            match kind {
                ValueKind::Bool => vec![Trial::Bool(true), Trial::Bool(false)],
                ValueKind::Text => {
                    let other = std::iter::once(format!("none of {}", input.texts.join(", ")));
                    input.texts.iter().cloned().chain(other).map(Trial::Text).collect()
                }
                ValueKind::Year | ValueKind::Day => whole_numbers(&input.numbers),
                ValueKind::Number => numbers(&input.numbers, range(name)),
            }
        });
        let trials = trials.collect();
        Self { program, names, landmarks, trials, tries: 0 }
    }

    /// Values of all inputs by which the program is true.
    ///
    /// # Method
    ///
    /// Input by input; what is left open is unknown, and as knowing more never changes an answer that is known already, a
    /// branch ends where the answer is. Only whether something is known is no such question: those inputs come first.
    pub(super) fn is_true(&mut self) -> Found {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by_key(|input| !self.landmarks.inputs[*input].asked_known);
        let first = self.landmarks.inputs.iter().filter(|input| input.asked_known).count();
        for input in 0..self.names.len() {
            if self.landmarks.inputs[input].asked_known {
                self.trials[input].push(Trial::Unknown);
            }
        }
        let mut chosen = vec![Trial::Unknown; self.names.len()];
        self.tries = 0;
        if self.try_from(0, first, &order, &mut chosen) {
            for (input, trial) in chosen.iter_mut().enumerate() {
                if *trial == Trial::Unknown && !self.landmarks.inputs[input].asked_known {
                    *trial = self.trials[input][0].clone();
                }
            }
            return Found::Trials(chosen);
        }
        if self.tries > MOST_TRIES || self.landmarks.has_formulas { Found::GaveUp } else { Found::Nothing }
    }

    fn try_from(&mut self, depth: usize, first: usize, order: &[usize], chosen: &mut [Trial]) -> bool {
        self.tries += 1;
        if self.tries > MOST_TRIES {
            return false;
        }
        if depth >= first {
            let values: Vec<InputValue<'_>> = chosen.iter().map(Trial::value).collect();
            let truth = self.program.truth(&values);
            if truth.is_known() || depth == order.len() {
                return truth.is_true();
            }
        }
        let input = order[depth];
        for trial in self.trials[input].clone() {
            chosen[input] = trial;
            if self.try_from(depth + 1, first, order, chosen) {
                return true;
            }
        }
        chosen[input] = Trial::Unknown;
        false
    }
}

/// The least and the greatest value that a column of this name can have.
fn range(name: &str) -> (f64, f64) {
    match name {
        _ if name.ends_with("_pct") => (0.0, 100.0),
        _ if name.ends_with("_ha") || name.ends_with("_m2") => (0.0, f64::INFINITY),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// At, between and beyond the landmarks, within the range.
fn numbers(landmarks: &[f64], (least, most): (f64, f64)) -> Vec<Trial> {
    let ends = [least, most].into_iter().filter(|end| end.is_finite());
    let mut at: Vec<f64> = landmarks.iter().copied().chain(ends).filter(|it| (least..=most).contains(it)).collect();
    at.sort_by(f64::total_cmp);
    at.dedup();
    let between: Vec<f64> = at.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
    let beyond = [at.first().map_or(0.0, |first| first - 1.0), at.last().map_or(0.0, |last| last + 1.0)];
    at.extend(between);
    at.extend(beyond.into_iter().filter(|it| (least..=most).contains(it)));
    at.sort_by(f64::total_cmp);
    at.dedup();
    at.into_iter().map(Trial::Number).collect()
}

/// At and beside the landmarks.
fn whole_numbers(landmarks: &[f64]) -> Vec<Trial> {
    let beside = |landmark: &f64| [landmark.floor() - 1.0, landmark.floor(), landmark.ceil(), landmark.ceil() + 1.0];
    let mut numbers: Vec<f64> = landmarks.iter().flat_map(beside).collect();
    if numbers.is_empty() {
        numbers.push(2020.0);
    }
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers.into_iter().map(Trial::Number).collect()
}
