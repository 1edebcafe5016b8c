//! A compiled expression, ready to be asked of cell after cell.

use crate::reach::Sight;
use crate::value::{Arithmetic, InputValue, Relation, Value, finite};
use crate::{Truth, ValueKind};

/// Something a program needs to be told before it can answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The value of a layer at the cell, or of a column.
    Value {
        /// The layer or column.
        name: String,
        /// Which band, for a layer with one band a year.
        year: Option<i32>,
    },
    /// Whether the layer's own cell lies wholly inside the plot.
    Whole {
        /// The layer.
        name: String,
        /// Which band, for a layer with one band a year.
        year: Option<i32>,
    },
    /// Whether the cell belongs to a patch.
    Patch {
        /// Which of [`Program::patches`].
        index: usize,
    },
}

/// A patch of cells an expression asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchSpec {
    /// The condition joined cells have in common, with inputs of its own.
    pub of: Program,
    /// The area a patch must exceed, in hectares.
    pub over_ha: f64,
}

/// A comparison of one input with a fixed value, for reports that say how near the threshold a plot was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference<'a> {
    /// The layer or column compared.
    pub name: &'a str,
    /// Which band, for a layer with one band a year.
    pub year: Option<i32>,
    /// How it is compared, the input to the left.
    pub relation: Relation,
    /// What it is compared with.
    pub threshold: f64,
}

/// A compiled expression: a condition, or a formula that gives a number.
///
/// Evaluating allocates nothing. Equal inputs give equal answers, so a caller may remember them.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    root: Root,
    inputs: Vec<Input>,
    patches: Vec<PatchSpec>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Root {
    Condition(Condition),
    Formula(Operand, ValueKind),
}

/// A part that is true, false or unknown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Fixed(Truth),
    /// An input that is a truth by itself.
    Input(usize),
    /// Whether an input has a value.
    Known(usize),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    AtLeast(usize, Vec<Condition>),
    Compare(Box<Comparison>),
    /// Equal to any of the numbers.
    OneOf {
        left: Operand,
        numbers: Vec<f64>,
        open: bool,
    },
    Same(Box<[Condition; 2]>),
    Choose(Box<[Condition; 3]>),
}

/// `left relation right`. Where a layer's reach matters, the layer is to the left.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) relation: Relation,
    pub(crate) left: Operand,
    pub(crate) right: Operand,
    pub(crate) sight: Sight,
}

/// A part that has a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Number(f64),
    Text(String),
    Input(usize),
    Arithmetic(Arithmetic, Box<[Operand; 2]>),
    Choose(Box<(Condition, [Operand; 2])>),
}

impl Program {
    /// Keeps of the compiler's `inputs` and `patches` only those the finished tree reads, in order of appearance.
    pub(crate) fn new(mut root: Root, inputs: &[Input], patches: &[PatchSpec]) -> Self {
        let mut kept: Vec<usize> = Vec::new();
        root.each_input(&mut |input| {
            let place = kept.iter().position(|known| known == input);
            *input = place.unwrap_or_else(|| {
                kept.push(*input);
                kept.len() - 1
            });
        });
        let mut program = Self { root, inputs: Vec::with_capacity(kept.len()), patches: Vec::new() };
        for input in kept {
            program.inputs.push(match &inputs[input] {
                Input::Patch { index } => {
                    program.patches.push(patches[*index].clone());
                    Input::Patch { index: program.patches.len() - 1 }
                }
                other => other.clone(),
            });
        }
        program
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// What it needs to be told, each once, in the order of first appearance in the source.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The patches its inputs refer to.
    #[must_use]
    pub fn patches(&self) -> &[PatchSpec] {
        &self.patches
    }

    /// What it gives: [`ValueKind::Bool`] for a condition, else the kind of its value.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self.root {
            Root::Condition(_) => ValueKind::Bool,
            Root::Formula(_, kind) => kind,
        }
    }

    /// The answer of a condition, given a value for each of [`Program::inputs`], in their order.
    ///
    /// A missing value counts as unknown. A formula has no truth: it answers unknown.
    #[must_use]
    pub fn truth(&self, values: &[InputValue<'_>]) -> Truth {
        match &self.root {
            Root::Condition(condition) => condition.truth(values),
            Root::Formula(..) => Truth::Unknown,
        }
    }

    /// The value of a formula, given a value for each of [`Program::inputs`], in their order.
    ///
    /// A missing value counts as unknown. A condition has no number: its value is unknown.
    #[must_use]
    pub fn number<'v>(&'v self, values: &[InputValue<'v>]) -> Value<'v> {
        match &self.root {
            Root::Condition(_) => Value::Unknown,
            Root::Formula(operand, _) => operand.value(values),
        }
    }

    /// Its comparisons of one input with one fixed number, in source order; not those inside patches.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut references = Vec::new();
        self.root.each_comparison(&mut |comparison| {
            let (input, relation, threshold) = match (&comparison.left, &comparison.right) {
                (Operand::Input(input), Operand::Number(number)) => (*input, comparison.relation, *number),
                (Operand::Number(number), Operand::Input(input)) => (*input, comparison.relation.mirrored(), *number),
                _ => return,
            };
            if let Input::Value { name, year } = &self.inputs[input] {
                references.push(Reference { name, year: *year, relation, threshold });
            }
        });
        references
    }
}

impl Root {
    fn each_input(&mut self, visit: &mut dyn FnMut(&mut usize)) {
        match self {
            Self::Condition(condition) => condition.each_input(visit),
            Self::Formula(operand, _) => operand.each_input(visit),
        }
    }

    fn each_comparison<'a>(&'a self, visit: &mut dyn FnMut(&'a Comparison)) {
        match self {
            Self::Condition(condition) => condition.each_comparison(visit),
            Self::Formula(operand, _) => operand.each_comparison(visit),
        }
    }
}

impl Condition {
    fn truth(&self, values: &[InputValue<'_>]) -> Truth {
        match self {
            Self::Fixed(truth) => *truth,
            Self::Input(input) => Self::of_input(values.get(*input).copied()),
            Self::Known(input) => Self::of_known(values.get(*input).copied()),
            Self::Not(inner) => !inner.truth(values),
            Self::All(parts) => {
                let mut all = Truth::SilentTrue;
                for part in parts {
                    all = all & part.truth(values);
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Truth::SilentFalse;
                for part in parts {
                    any = any | part.truth(values);
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
            Self::AtLeast(count, parts) => Truth::at_least(*count, parts.iter().map(|part| part.truth(values))),
            Self::Compare(comparison) => comparison.truth(values),
            Self::OneOf { left, numbers, open } => Self::of_list(left.value(values), numbers, *open),
            Self::Same(sides) => Self::of_same(sides[0].truth(values), sides[1].truth(values)),
            Self::Choose(parts) => {
                let [condition, yes, no] = &**parts;
                choose(condition.truth(values), || yes.truth(values), || no.truth(values), Truth::Unknown)
            }
        }
    }

    /// An input that is a truth by itself.
    pub(crate) fn of_input(given: Option<InputValue<'_>>) -> Truth {
        match given {
            Some(InputValue::Truth(truth)) => truth,
            Some(InputValue::Value(Value::Bool(truth))) => truth.into(),
            Some(InputValue::Value(Value::Never)) => Truth::False,
            Some(InputValue::Value(Value::Silent)) => Truth::SilentFalse,
            _ => Truth::Unknown,
        }
    }

    /// Whether an input has a value.
    pub(crate) fn of_known(given: Option<InputValue<'_>>) -> Truth {
        match given {
            Some(InputValue::Value(Value::Number(number))) => number.is_finite().into(),
            Some(InputValue::Value(Value::Silent)) => Truth::SilentFalse,
            Some(InputValue::Value(Value::Text(_) | Value::Bool(_) | Value::Never)) => Truth::True,
            Some(InputValue::Value(Value::Unknown) | InputValue::Truth(_)) | None => Truth::False,
        }
    }

    /// Whether a value is one of the numbers.
    pub(crate) fn of_list(value: Value<'_>, numbers: &[f64], open: bool) -> Truth {
        match value {
            Value::Number(number) => numbers.contains(&number).into(),
            Value::Never if !open => Truth::False,
            Value::Silent if !open => Truth::SilentFalse,
            _ => Truth::Unknown,
        }
    }

    /// Whether two truths are the same.
    pub(crate) fn of_same(left: Truth, right: Truth) -> Truth {
        (left & right) | (!left & !right)
    }

    fn each_input(&mut self, visit: &mut dyn FnMut(&mut usize)) {
        match self {
            Self::Fixed(_) => {}
            Self::Input(input) | Self::Known(input) => visit(input),
            Self::Not(inner) => inner.each_input(visit),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter_mut().for_each(|part| part.each_input(visit));
            }
            Self::Compare(comparison) => {
                comparison.left.each_input(visit);
                comparison.right.each_input(visit);
            }
            Self::OneOf { left, .. } => left.each_input(visit),
            Self::Same(parts) => parts.iter_mut().for_each(|part| part.each_input(visit)),
            Self::Choose(parts) => parts.iter_mut().for_each(|part| part.each_input(visit)),
        }
    }

    fn each_comparison<'a>(&'a self, visit: &mut dyn FnMut(&'a Comparison)) {
        match self {
            Self::Fixed(_) | Self::Input(_) | Self::Known(_) => {}
            Self::Not(inner) => inner.each_comparison(visit),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().for_each(|part| part.each_comparison(visit));
            }
            Self::Compare(comparison) => {
                visit(comparison);
                comparison.left.each_comparison(visit);
                comparison.right.each_comparison(visit);
            }
            Self::OneOf { left, .. } => left.each_comparison(visit),
            Self::Same(parts) => parts.iter().for_each(|part| part.each_comparison(visit)),
            Self::Choose(parts) => parts.iter().for_each(|part| part.each_comparison(visit)),
        }
    }
}

impl Comparison {
    fn truth(&self, values: &[InputValue<'_>]) -> Truth {
        Self::of_values(self.relation, self.sight, self.left.value(values), self.right.value(values))
    }

    pub(crate) fn of_values(relation: Relation, sight: Sight, left: Value<'_>, right: Value<'_>) -> Truth {
        match (sight, left) {
            (Sight::Beyond, _) | (Sight::Open, Value::Never | Value::Silent) => Truth::Unknown,
            _ => relation.compare(left, right),
        }
    }
}

impl Operand {
    fn value<'v>(&'v self, values: &[InputValue<'v>]) -> Value<'v> {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Input(input) => match values.get(*input) {
                Some(InputValue::Value(Value::Number(number))) => finite(*number),
                Some(InputValue::Value(value)) => *value,
                _ => Value::Unknown,
            },
            Self::Arithmetic(operation, sides) => operation.apply(sides[0].value(values), sides[1].value(values)),
            Self::Choose(parts) => {
                let (condition, [yes, no]) = &**parts;
                choose(condition.truth(values), || yes.value(values), || no.value(values), Value::Unknown)
            }
        }
    }

    fn each_input(&mut self, visit: &mut dyn FnMut(&mut usize)) {
        match self {
            Self::Number(_) | Self::Text(_) => {}
            Self::Input(input) => visit(input),
            Self::Arithmetic(_, sides) => sides.iter_mut().for_each(|side| side.each_input(visit)),
            Self::Choose(parts) => {
                parts.0.each_input(visit);
                parts.1.iter_mut().for_each(|part| part.each_input(visit));
            }
        }
    }

    fn each_comparison<'a>(&'a self, visit: &mut dyn FnMut(&'a Comparison)) {
        match self {
            Self::Number(_) | Self::Text(_) | Self::Input(_) => {}
            Self::Arithmetic(_, sides) => sides.iter().for_each(|side| side.each_comparison(visit)),
            Self::Choose(parts) => {
                parts.0.each_comparison(visit);
                parts.1.iter().for_each(|part| part.each_comparison(visit));
            }
        }
    }
}

/// One of two answers; if it is not known which, then what they agree on, else `unknown`.
pub(crate) fn choose<T: PartialEq>(condition: Truth, yes: impl Fn() -> T, no: impl Fn() -> T, unknown: T) -> T {
    if condition.is_true() {
        return yes();
    }
    if condition.is_false() {
        return no();
    }
    let answer = yes();
    if answer == no() { answer } else { unknown }
}
