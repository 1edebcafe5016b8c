//! The tree of an expression as written, before names mean anything.

use crate::Day;
use crate::value::{Arithmetic, Relation};

/// A part of an expression and where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Syntax {
    /// Its first character in the source, counted from 0, brackets around it left aside.
    pub(crate) at: usize,
    pub(crate) form: Form,
}

/// What is written there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Name(String),
    Number(f64),
    Text(String),
    Date(Day),
    Truth(bool),
    List(Vec<Syntax>),
    Index(Box<Syntax>, Box<Syntax>),
    Call(String, Vec<Syntax>),
    Not(Box<Syntax>),
    Negative(Box<Syntax>),
    /// A chain of `&&`, in source order.
    All(Vec<Syntax>),
    /// A chain of `||`, in source order.
    Any(Vec<Syntax>),
    Compare(Relation, Box<Syntax>, Box<Syntax>),
    Differ(Box<Syntax>, Box<Syntax>),
    In(Box<Syntax>, Box<Syntax>),
    Arithmetic(Arithmetic, Box<Syntax>, Box<Syntax>),
    Choose(Box<[Syntax; 3]>),
}

impl Syntax {
    /// What to call it in a message: short things as they are written.
    pub(crate) fn label(&self) -> String {
        match &self.form {
            Form::Name(name) => name.clone(),
            Form::Number(number) => number.to_string(),
            Form::Text(text) => format!("{text:?}"),
            Form::Date(day) => day.to_string(),
            Form::Truth(truth) => truth.to_string(),
            Form::Negative(inner) => match &inner.form {
                Form::Number(number) => format!("-{number}"),
                _ => "this part".to_owned(),
            },
            Form::Index(layer, year) => match (&layer.form, &year.form) {
                (Form::Name(_), Form::Number(_) | Form::Name(_)) => {
                    format!("{}[{}]", layer.label(), year.label())
                }
                _ => "this part".to_owned(),
            },
            _ => "this part".to_owned(),
        }
    }
}
