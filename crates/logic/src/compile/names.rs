//! Names, bands of years, and terms written out in place.

use super::{Compiler, Part, Place, Typed, number_part};
use crate::error::ExprError;
use crate::name::FUNCTIONS;
use crate::program::{Condition, Input, Operand};
use crate::reach::Reach;
use crate::scope::{Constant, Symbol, ValueKind};
use crate::suggest;
use crate::syntax::{Form, Syntax};

/// A layer's band or a column, found by its name.
pub(super) enum Readable {
    Layer { name: String, year: Option<i32>, kind: ValueKind, reach: Option<Reach> },
    Column { name: String, kind: ValueKind },
    Absent(String),
}

impl<'s> Compiler<'s> {
    pub(super) fn name(&mut self, syntax: &Syntax, name: &str) -> Result<Part, ExprError> {
        match self.symbol(syntax, name)? {
            Symbol::Term(source) => self.term(syntax, name, source),
            Symbol::Constant(constant) => Ok(match constant {
                Constant::Number(number) => number_part(number, ValueKind::Number),
                Constant::Year(year) => number_part(f64::from(year), ValueKind::Year),
                Constant::Day(day) => number_part(f64::from(day.number()), ValueKind::Day),
                Constant::Text(text) => Part::Operand(Typed::new(Operand::Text(text.to_owned()), ValueKind::Text)),
            }),
            Symbol::List(_) => {
                let error = self.error(syntax, format!("{name} is a list and has no value by itself"));
                Err(error.hint(format!("write x in {name}")))
            }
            Symbol::Layer { .. } | Symbol::Column { .. } | Symbol::Absent => {
                let readable = self.readable_name(syntax, name)?;
                self.reading(syntax, readable)
            }
        }
    }

    /// `layer[year]`
    pub(super) fn band(&mut self, layer: &Syntax, year: &Syntax) -> Result<Part, ExprError> {
        let readable = self.readable_band(layer, year)?;
        self.reading(layer, readable)
    }

    /// The layer or column that `syntax` names, where nothing else will do.
    pub(super) fn readable(&mut self, syntax: &Syntax, function: &str) -> Result<Readable, ExprError> {
        match &syntax.form {
            Form::Index(layer, year) => self.readable_band(layer, year),
            Form::Name(name) => match self.symbol(syntax, name)? {
                Symbol::Term(_) | Symbol::Constant(_) | Symbol::List(_) => {
                    let message = format!("{function} needs a layer, but {name} is none");
                    Err(self.error(syntax, message).hint(format!("write {function}(layer)")))
                }
                _ => self.readable_name(syntax, name),
            },
            _ => {
                let message = format!("{function} needs the name of a layer");
                Err(self.error(syntax, message).hint(format!("write {function}(layer)")))
            }
        }
    }

    pub(super) fn symbol(&self, syntax: &Syntax, name: &str) -> Result<Symbol<'s>, ExprError> {
        if let Some(symbol) = self.scope.symbol(name) {
            return Ok(symbol);
        }
        if FUNCTIONS.contains(&name) {
            return Err(self.error(syntax, format!("{name} is a function")).hint(format!("write {name}(...)")));
        }
        let error = self.error(syntax, format!("unknown name {name:?}"));
        Err(match suggest::nearest(name, self.scope.names()) {
            Some(known) => error.hint(format!("did you mean {known:?}?")),
            None => error,
        })
    }

    fn readable_name(&mut self, syntax: &Syntax, name: &str) -> Result<Readable, ExprError> {
        match self.symbol(syntax, name)? {
            Symbol::Layer { bands: Some(bands), .. } => {
                let message = format!("{name} has one band a year");
                Err(self.error(syntax, message).hint(format!("write {name}[{}]", bands.last())))
            }
            Symbol::Layer { kind, bands: None, until } => {
                Ok(Readable::Layer { name: name.to_owned(), year: None, kind, reach: Reach::of(kind, until) })
            }
            Symbol::Column { kind } => Ok(Readable::Column { name: name.to_owned(), kind }),
            _ => Ok(Readable::Absent(name.to_owned())),
        }
    }

    fn readable_band(&mut self, layer: &Syntax, year: &Syntax) -> Result<Readable, ExprError> {
        let Form::Name(name) = &layer.form else {
            let error = self.error(layer, "only the name of a layer can be followed by [year]");
            return Err(error.hint("write layer[2020]"));
        };
        let fixed = self.operand(year)?.and_then(|typed| match typed.kind {
            ValueKind::Number | ValueKind::Year => typed.fixed(),
            ValueKind::Day | ValueKind::Text | ValueKind::Bool => None,
        });
        let wanted = fixed.filter(|year| year.fract() == 0.0 && (0.0..=9999.0).contains(year));
        let Some(wanted) = wanted.map(|year| year as i32) else {
            let message = format!("the year in {name}[...] must be fixed, such as 2020");
            return Err(self.error(year, message));
        };
        match self.symbol(layer, name)? {
            Symbol::Layer { kind, bands: Some(bands), until } => {
                if bands.contains(wanted) {
                    let reach = Reach::of(kind, until);
                    return Ok(Readable::Layer { name: name.clone(), year: Some(wanted), kind, reach });
                }
                if bands.absent_outside {
                    return Ok(Readable::Absent(format!("{name}[{wanted}]")));
                }
                let message = format!("{name} has the years {} to {}, not {wanted}", bands.first, bands.last());
                Err(self.error(year, message))
            }
            Symbol::Absent => Ok(Readable::Absent(name.clone())),
            _ => Err(self.error(layer, format!("{name} has no bands of years")).hint(format!("write {name}"))),
        }
    }

    fn reading(&mut self, syntax: &Syntax, readable: Readable) -> Result<Part, ExprError> {
        let (name, year, kind, reach) = match readable {
            Readable::Layer { name, year, kind, reach } => (name, year, kind, reach),
            Readable::Column { name, .. } if self.inside_patch => {
                let message = format!("{name} is a column, and patch reads cells");
                return Err(self.error(syntax, message).hint("patches are made of layers"));
            }
            Readable::Column { name, kind } => (name, None, kind, None),
            Readable::Absent(name) => return Ok(Part::Absent(self.absent(name))),
        };
        let input = self.input(Input::Value { name, year });
        Ok(match kind {
            ValueKind::Bool => Part::Condition(Condition::Input(input)),
            _ => Part::Operand(Typed { operand: Operand::Input(input), kind, reach }),
        })
    }

    /// Compiles a term where it is used, so that it means there what its source would mean.
    fn term(&mut self, syntax: &Syntax, name: &str, source: &str) -> Result<Part, ExprError> {
        let names = || self.places.iter().filter_map(|place| place.term.as_deref());
        if let Some(start) = names().position(|other| other == name) {
            let round: Vec<&str> = names().skip(start).chain([name]).collect();
            return Err(self.error(syntax, format!("term {name:?} uses itself: {}", round.join(" -> "))));
        }
        self.places.push(Place { term: Some(name.to_owned()), source: source.to_owned() });
        let written = self.parse(source)?;
        let part = self.part(&written)?;
        self.places.pop();
        Ok(part)
    }
}
