//! Many programs asked of the same cell: parts that several of them share are evaluated once.

use crate::program::{Comparison, Condition, Operand, Root, choose};
use crate::reach::Sight;
use crate::value::{Arithmetic, InputValue, Relation, Value, finite};
use crate::{Program, Truth};

/// Programs over one list of inputs.
///
/// Terms are written into every program that names them; here each distinct part stands once, in an order in which a
/// part comes after those it is made of. The answers are those of [`Program::truth`] and [`Program::number`].
#[derive(Clone, Debug, Default)]
pub struct Programs {
    parts: Vec<Part>,
    /// For each part, which inputs it reads, ascending.
    reads: Vec<Vec<usize>>,
    /// Inputs whose value itself matters to a part that is no condition on that input alone.
    entangled: Vec<usize>,
}

/// One of the programs in [`Programs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramId(usize);

/// What all the parts say, given a value for each input.
#[derive(Clone, Debug)]
pub struct Answers<'p>(Vec<InputValue<'p>>);

/// A part, with the parts it is made of as indices.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Fixed(Truth),
    Input(usize),
    Known(usize),
    Not(usize),
    All(Vec<usize>),
    Any(Vec<usize>),
    AtLeast(usize, Vec<usize>),
    Compare {
        relation: Relation,
        left: usize,
        right: usize,
        sight: Sight,
    },
    OneOf {
        left: usize,
        numbers: Vec<f64>,
        open: bool,
    },
    Same([usize; 2]),
    Choose([usize; 3]),
    /// By its bits: 0 and -0 are two numbers.
    Number(u64),
    Text(String),
    Value(usize),
    Arithmetic(Arithmetic, [usize; 2]),
    ChooseValue([usize; 3]),
}

impl Programs {
    /// Adds a program; `places` says which of the common inputs each of its own inputs is.
    ///
    /// # Panics
    ///
    /// If there is no place for one of its inputs.
    pub fn add(&mut self, program: &Program, places: &[usize]) -> ProgramId {
        ProgramId(match program.root() {
            Root::Condition(condition) => self.condition(condition, places),
            Root::Formula(operand, _) => {
                let root = self.operand(operand, places);
                if self.reads[root].len() > 1 {
                    self.entangle(root);
                }
                root
            }
        })
    }

    /// What the programs say. A missing value counts as unknown.
    #[must_use]
    pub fn answers<'p>(&'p self, values: &[InputValue<'p>]) -> Answers<'p> {
        let mut answers = Answers(Vec::with_capacity(self.parts.len()));
        for part in &self.parts {
            let answer = part.answer(values, &answers);
            answers.0.push(answer);
        }
        answers
    }

    /// Whether some program calculates with this input and another, or compares the two: then any two values of it may
    /// give two answers.
    #[must_use]
    pub fn is_entangled(&self, input: usize) -> bool {
        self.entangled.contains(&input)
    }

    /// What the conditions on this input alone say, given answers in which it has a value.
    ///
    /// Of an input that is not [entangled](Self::is_entangled), two values for which these truths are the same give
    /// the same answers of every condition, whatever the other inputs are.
    pub fn told_of<'a>(&'a self, input: usize, answers: &'a Answers<'_>) -> impl Iterator<Item = Truth> + 'a {
        let alone = move |part: &usize| self.parts[*part].is_atom() && self.reads[*part] == [input];
        (0..self.parts.len()).filter(alone).map(|part| answers.truth_of(part))
    }

    fn condition(&mut self, condition: &Condition, places: &[usize]) -> usize {
        let part = match condition {
            Condition::Fixed(truth) => Part::Fixed(*truth),
            Condition::Input(input) => Part::Input(places[*input]),
            Condition::Known(input) => Part::Known(places[*input]),
            Condition::Not(inner) => Part::Not(self.condition(inner, places)),
            Condition::All(parts) => Part::All(self.conditions(parts, places)),
            Condition::Any(parts) => Part::Any(self.conditions(parts, places)),
            Condition::AtLeast(count, parts) => Part::AtLeast(*count, self.conditions(parts, places)),
            Condition::Compare(comparison) => {
                let Comparison { relation, left, right, sight } = &**comparison;
                let [left, right] = [self.operand(left, places), self.operand(right, places)];
                Part::Compare { relation: *relation, left, right, sight: *sight }
            }
            Condition::OneOf { left, numbers, open } => {
                Part::OneOf { left: self.operand(left, places), numbers: numbers.clone(), open: *open }
            }
            Condition::Same(sides) => {
                Part::Same([self.condition(&sides[0], places), self.condition(&sides[1], places)])
            }
            Condition::Choose(parts) => {
                let [condition, yes, no] = &**parts;
                Part::Choose([
                    self.condition(condition, places),
                    self.condition(yes, places),
                    self.condition(no, places),
                ])
            }
        };
        let is_atom = part.is_atom();
        let index = self.place(part);
        if is_atom && self.reads[index].len() > 1 {
            self.entangle(index);
        }
        index
    }

    fn conditions(&mut self, conditions: &[Condition], places: &[usize]) -> Vec<usize> {
        conditions.iter().map(|condition| self.condition(condition, places)).collect()
    }

    fn operand(&mut self, operand: &Operand, places: &[usize]) -> usize {
        let part = match operand {
            Operand::Number(number) => Part::Number(number.to_bits()),
            Operand::Text(text) => Part::Text(text.clone()),
            Operand::Input(input) => Part::Value(places[*input]),
            Operand::Arithmetic(operation, sides) => {
                Part::Arithmetic(*operation, [self.operand(&sides[0], places), self.operand(&sides[1], places)])
            }
            Operand::Choose(parts) => {
                let (condition, [yes, no]) = &**parts;
                Part::ChooseValue([
                    self.condition(condition, places),
                    self.operand(yes, places),
                    self.operand(no, places),
                ])
            }
        };
        self.place(part)
    }

    /// The index of a part, new or known.
    fn place(&mut self, part: Part) -> usize {
        if let Some(known) = self.parts.iter().position(|known| *known == part) {
            return known;
        }
        let mut reads: Vec<usize> = part.parts().flat_map(|part| self.reads[part].iter().copied()).collect();
        reads.extend(part.input());
        reads.sort_unstable();
        reads.dedup();
        self.parts.push(part);
        self.reads.push(reads);
        self.parts.len() - 1
    }

    fn entangle(&mut self, part: usize) {
        let reads = self.reads[part].clone();
        self.entangled.extend(reads);
        self.entangled.sort_unstable();
        self.entangled.dedup();
    }
}

impl Answers<'_> {
    /// The answer of a condition; of a formula unknown.
    #[must_use]
    pub fn truth(&self, program: ProgramId) -> Truth {
        self.truth_of(program.0)
    }

    /// The value of a formula; of a condition unknown.
    #[must_use]
    pub fn number(&self, program: ProgramId) -> Value<'_> {
        self.value_of(program.0)
    }

    fn truth_of(&self, part: usize) -> Truth {
        match self.0[part] {
            InputValue::Truth(truth) => truth,
            InputValue::Value(_) => Truth::Unknown,
        }
    }
}

impl<'p> Answers<'p> {
    fn value_of(&self, part: usize) -> Value<'p> {
        match self.0[part] {
            InputValue::Value(value) => value,
            InputValue::Truth(_) => Value::Unknown,
        }
    }
}

impl Part {
    /// Whether it is the place where a value becomes a truth.
    fn is_atom(&self) -> bool {
        matches!(self, Self::Input(_) | Self::Known(_) | Self::Compare { .. } | Self::OneOf { .. })
    }

    /// The input that it reads itself.
    fn input(&self) -> Option<usize> {
        match self {
            Self::Input(input) | Self::Known(input) | Self::Value(input) => Some(*input),
            _ => None,
        }
    }

    /// The parts it is made of.
    fn parts(&self) -> impl Iterator<Item = usize> {
        let (some, more): (&[usize], &[usize]) = match self {
            Self::Fixed(_) | Self::Input(_) | Self::Known(_) | Self::Number(_) | Self::Text(_) | Self::Value(_) => {
                (&[], &[])
            }
            Self::Not(part) | Self::OneOf { left: part, .. } => (std::slice::from_ref(part), &[]),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => (parts, &[]),
            Self::Compare { left, right, .. } => (std::slice::from_ref(left), std::slice::from_ref(right)),
            Self::Same(parts) | Self::Arithmetic(_, parts) => (parts, &[]),
            Self::Choose(parts) | Self::ChooseValue(parts) => (parts, &[]),
        };
        some.iter().chain(more).copied()
    }

    fn answer<'p>(&'p self, values: &[InputValue<'p>], answers: &Answers<'p>) -> InputValue<'p> {
        let truth = |part: &usize| answers.truth_of(*part);
        let value = |part: &usize| answers.value_of(*part);
        let given = |input: &usize| values.get(*input).copied();
        InputValue::Truth(match self {
            Self::Fixed(fixed) => *fixed,
            Self::Input(input) => Condition::of_input(given(input)),
            Self::Known(input) => Condition::of_known(given(input)),
            Self::Not(inner) => !truth(inner),
            Self::All(parts) => parts.iter().fold(Truth::SilentTrue, |all, part| all & truth(part)),
            Self::Any(parts) => parts.iter().fold(Truth::SilentFalse, |any, part| any | truth(part)),
            Self::AtLeast(count, parts) => Truth::at_least(*count, parts.iter().map(truth)),
            Self::Compare { relation, left, right, sight } => {
                Comparison::of_values(*relation, *sight, value(left), value(right))
            }
            Self::OneOf { left, numbers, open } => Condition::of_list(value(left), numbers, *open),
            Self::Same([left, right]) => Condition::of_same(truth(left), truth(right)),
            Self::Choose([condition, yes, no]) => choose(truth(condition), || truth(yes), || truth(no), Truth::Unknown),
            Self::Number(bits) => return InputValue::Value(Value::Number(f64::from_bits(*bits))),
            Self::Text(text) => return InputValue::Value(Value::Text(text)),
            Self::Value(input) => {
                return InputValue::Value(match given(input) {
                    Some(InputValue::Value(Value::Number(number))) => finite(number),
                    Some(InputValue::Value(value)) => value,
                    _ => Value::Unknown,
                });
            }
            Self::Arithmetic(operation, [left, right]) => {
                return InputValue::Value(operation.apply(value(left), value(right)));
            }
            Self::ChooseValue([condition, yes, no]) => {
                return InputValue::Value(choose(truth(condition), || value(yes), || value(no), Value::Unknown));
            }
        })
    }
}
