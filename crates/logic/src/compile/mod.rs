//! From [`Syntax`] to a [`Program`]: what names mean, what fits together, and what falls away with absent layers.
//!
//! One file for each kind of part: `conditions`, `comparisons`, `formulas`, `functions`, `names`.

mod comparisons;
mod conditions;
mod formulas;
mod functions;
mod names;

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::error::ExprError;
use crate::parse::parse;
use crate::program::{Condition, Input, Operand, PatchSpec, Program, Root};
use crate::reach::Reach;
use crate::scope::{Scope, ValueKind};
use crate::syntax::{Form, Syntax};

/// Parts an expression may have once its terms are written out.
const MOST_PARTS: usize = 10_000;
/// How deep it may then nest.
const DEEPEST: usize = 256;

/// What became of an expression, and what it would have liked to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Compilation {
    /// The program, or that nothing is left of it.
    pub compiled: Compiled,
    /// The absent names it mentions, sorted, also those that dropped out without harm.
    pub absent_names: Vec<String>,
}

/// A program, unless it was about absent things only.
#[derive(Clone, Debug, PartialEq)]
pub enum Compiled {
    /// It can be evaluated.
    Program(Program),
    /// What it asks about is absent.
    Absent,
}

/// Compiles a condition, such as the `where` of an indicator or the `when` of a rule.
///
/// # Method
///
/// Absent names are folded away here, not evaluated: `a || absent` is `a`; absent items drop out of `at_least` and of
/// the list after `in`; `a && absent` is absent, but `a && !absent` is `a`, because what is absent gives no evidence
/// against; anything else about an absent name is absent. A caller that cannot use an answer with parts missing looks
/// at [`Compilation::absent_names`].
///
/// # Errors
///
/// [`ExprError`] if the source is not a condition of the language, or uses names the scope does not know.
pub fn compile_condition(source: &str, scope: &dyn Scope) -> Result<Compilation, ExprError> {
    let mut compiler = Compiler::new(source, scope);
    let syntax = compiler.parse(source)?;
    let root = compiler.condition(&syntax)?.present().map(Root::Condition);
    Ok(compiler.finish(root))
}

/// Compiles a formula that gives a number, year or day, such as a threshold `0.07 * 2`.
///
/// # Errors
///
/// [`ExprError`] if the source is not such a formula, or uses names the scope does not know.
pub fn compile_number(source: &str, scope: &dyn Scope) -> Result<Compilation, ExprError> {
    let mut compiler = Compiler::new(source, scope);
    let syntax = compiler.parse(source)?;
    let root = match compiler.operand(&syntax)? {
        Some(Typed { kind: ValueKind::Text, .. }) => {
            return Err(compiler.error(&syntax, format!("{} is text, not a number", syntax.label())));
        }
        typed => typed.map(|typed| Root::Formula(typed.operand, typed.kind)),
    };
    Ok(compiler.finish(root))
}

/// What a part of an expression compiled to.
#[derive(Clone)]
enum Part {
    Condition(Condition),
    Operand(Typed),
    Absent(Absence),
}

/// How an absent part behaves in `&&`.
#[derive(Clone, Copy, PartialEq)]
enum Absence {
    /// It takes the conjunction with it: evidence for it cannot be had.
    Asserted,
    /// It drops out: it stood under a negation, and there is no evidence against.
    Denied,
}

/// A condition, unless it was about absent things only.
enum Folded {
    Present(Condition),
    Absent(Absence),
}

impl Folded {
    fn present(self) -> Option<Condition> {
        match self {
            Self::Present(condition) => Some(condition),
            Self::Absent(_) => None,
        }
    }
}

impl From<Folded> for Part {
    fn from(folded: Folded) -> Self {
        match folded {
            Folded::Present(condition) => Self::Condition(condition),
            Folded::Absent(absence) => Self::Absent(absence),
        }
    }
}

/// An operand with what is known of its values.
#[derive(Clone)]
struct Typed {
    operand: Operand,
    kind: ValueKind,
    reach: Option<Reach>,
}

impl Typed {
    fn new(operand: Operand, kind: ValueKind) -> Self {
        Self { operand, kind, reach: None }
    }

    /// Its number, if it is fixed.
    fn fixed(&self) -> Option<f64> {
        match self.operand {
            Operand::Number(number) => Some(number),
            _ => None,
        }
    }

    fn is_fixed(&self) -> bool {
        matches!(self.operand, Operand::Number(_) | Operand::Text(_))
    }
}

/// A source text being compiled: the expression's own, or that of a term it uses.
struct Place {
    term: Option<String>,
    source: String,
}

struct Compiler<'s> {
    scope: &'s dyn Scope,
    /// The expression's own source first, then the terms being written out.
    places: Vec<Place>,
    inputs: Vec<Input>,
    patches: Vec<PatchSpec>,
    absent: BTreeSet<String>,
    inside_patch: bool,
    parts: usize,
    depth: usize,
}

impl<'s> Compiler<'s> {
    fn new(source: &str, scope: &'s dyn Scope) -> Self {
        Self {
            scope,
            places: vec![Place { term: None, source: source.to_owned() }],
            inputs: Vec::new(),
            patches: Vec::new(),
            absent: BTreeSet::new(),
            inside_patch: false,
            parts: 0,
            depth: 0,
        }
    }

    fn finish(self, root: Option<Root>) -> Compilation {
        let compiled = match root {
            Some(root) => Compiled::Program(Program::new(root, &self.inputs, &self.patches)),
            None => Compiled::Absent,
        };
        Compilation { compiled, absent_names: self.absent.into_iter().collect() }
    }

    /// Parses the innermost source.
    fn parse(&self, source: &str) -> Result<Rc<Syntax>, ExprError> {
        parse(source).map_err(|error| self.placed(error))
    }

    /// Compiles any part of the tree.
    fn part(&mut self, syntax: &Syntax) -> Result<Part, ExprError> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            let message = format!("the expression has more than {MOST_PARTS} parts once its terms are written out");
            return Err(self.error(syntax, message));
        }
        if self.depth == DEEPEST {
            let message = format!("the expression nests more than {DEEPEST} deep once its terms are written out");
            return Err(self.error(syntax, message));
        }
        self.depth += 1;
        let part = self.part_by_form(syntax);
        self.depth -= 1;
        part
    }

    fn part_by_form(&mut self, syntax: &Syntax) -> Result<Part, ExprError> {
        match &syntax.form {
            Form::Name(name) => self.name(syntax, name),
            Form::Index(layer, year) => self.band(layer, year),
            Form::Number(number) => Ok(number_part(*number, ValueKind::Number)),
            Form::Date(day) => Ok(number_part(f64::from(day.number()), ValueKind::Day)),
            Form::Text(text) => Ok(Part::Operand(Typed::new(Operand::Text(text.clone()), ValueKind::Text))),
            Form::Truth(truth) => Ok(Part::Condition(Condition::Fixed((*truth).into()))),
            Form::List(_) => Err(self
                .error(syntax, "a list has no value by itself")
                .hint("lists stand after in, and inside at_least")),
            Form::Call(name, arguments) => self.call(syntax, name, arguments),
            Form::Not(inner) => self.negation(inner).map(Part::from),
            Form::All(parts) => self.conjunction(parts).map(Part::from),
            Form::Any(parts) => self.disjunction(parts).map(Part::from),
            Form::Compare(relation, left, right) => self.comparison(*relation, left, right).map(Part::from),
            Form::Differ(left, right) => self.difference(left, right).map(Part::from),
            Form::In(left, list) => self.membership(left, list).map(Part::from),
            Form::Negative(inner) => self.negative(inner),
            Form::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right),
            Form::Choose(parts) => self.choice(parts),
        }
    }

    /// The place of an input in the table, new or known.
    fn input(&mut self, input: Input) -> usize {
        let known = self.inputs.iter().position(|other| *other == input);
        known.unwrap_or_else(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        })
    }

    /// Remembers that something is absent.
    fn absent(&mut self, name: impl Into<String>) -> Absence {
        self.absent.insert(name.into());
        Absence::Asserted
    }

    fn error(&self, syntax: &Syntax, message: impl Into<String>) -> ExprError {
        let place = self.places.last().expect("the expression itself is never left");
        self.placed(ExprError::at(&place.source, syntax.at, message))
    }

    /// Says which term an error is in.
    fn placed(&self, mut error: ExprError) -> ExprError {
        error.term = self.places.last().and_then(|place| place.term.clone());
        error
    }
}

fn number_part(number: f64, kind: ValueKind) -> Part {
    Part::Operand(Typed::new(Operand::Number(number), kind))
}
