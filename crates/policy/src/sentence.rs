//! The sentence of a rule: text with placeholders.
//!
//! `{loss_ha}` prints a column, attribute or threshold, `{loss.years}` the years with area of an indicator that is
//! measured by year, `{protected.names}` the column `protected_names`, `{geometry.defects}` what is wrong with the
//! boundary; `{findings}`, in the rule that decides points, what its discs showed; `{moved.low}` and the like, in the rule that
//! tells unsteady verdicts, what became of the plot's moved copies.

use crate::When;
use crate::bind::Source;
use crate::decide::Row;
use crate::digits::{Unit, Words, push_printed, years_printed};
use crate::names::RuleNames;
use crate::stability::{Moved, MovedNumber};
use lindero_logic::{Constant, Day, Scope, Symbol, Value, nearest};

/// Bytes that hold most sentences.
const USUAL_BYTES: usize = 128;

/// What a sentence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A plot.
    Plot,
    /// What the discs of a point showed.
    Points,
    /// What became of moved copies.
    Moves,
}

impl Told {
    /// By the rule that prints it.
    pub(crate) fn by(when: &When) -> Self {
        match when {
            When::True(_) => Self::Plot,
            When::PointNotLow => Self::Points,
            When::Unsteady => Self::Moves,
        }
    }
}

/// A sentence as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Value(String),
    Years(String),
    Defects,
    Findings,
    Moved(MovedNumber),
}

impl Sentence {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            if rest[at..].starts_with('}') {
                return Err("a } without a { before it".to_owned());
            }
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            let Some(end) = after.find(['{', '}']).filter(|end| after[*end..].starts_with('}')) else {
                return Err("a { without a } after it".to_owned());
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::placeholder(&after[..end])?);
            rest = &after[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Checks that every placeholder stands for something.
    pub(crate) fn check(&self, told: Told, scope: &RuleNames<'_>) -> Result<(), String> {
        let (decides_points, tells_moves) = (told == Told::Points, told == Told::Moves);
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(_) => Ok(()),
            Piece::Findings if decides_points => Ok(()),
            Piece::Findings => Err("only the rule with point = true can print {findings}".to_owned()),
            Piece::Moved(_) if tells_moves => Ok(()),
            Piece::Moved(_) => Err("only the rule with stability = true can print {moved.…}".to_owned()),
            Piece::Value(name) if tells_moves && is_threshold(name, scope) => Ok(()),
            _ if tells_moves => Err("the rule with stability = true can print {moved.error_m}, {moved.cases}, \
                                     {moved.same}, {moved.low}, {moved.more_info}, {moved.high} and thresholds only"
                .to_owned()),
            _ if decides_points => Err("the rule with point = true can print {findings} only".to_owned()),
            Piece::Defects => Ok(()),
            Piece::Years(id) if scope.has_indicator(id) => Ok(()),
            Piece::Years(id) => Err(format!("{{{id}.years}} names no indicator{}", hint(id, scope.indicators()))),
            Piece::Value(name) => match scope.symbol(name) {
                Some(Symbol::Term(_)) => Err(format!("{{{name}}} is a condition and cannot be printed")),
                Some(Symbol::List(_)) => Err(format!("{{{name}}} is a list and cannot be printed")),
                Some(_) => Ok(()),
                None => Err(format!("{{{name}}} names no column{}", hint(name, scope.names()))),
            },
        })
    }
}

fn is_threshold(name: &str, scope: &RuleNames<'_>) -> bool {
    matches!(scope.symbol(name), Some(Symbol::Constant(Constant::Number(_))))
}

fn hint<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(typed, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
}

impl Piece {
    fn placeholder(text: &str) -> Result<Self, String> {
        match text.split_once('.') {
            None if text == "findings" => Ok(Self::Findings),
            None => Ok(Self::Value(text.to_owned())),
            Some(("geometry", "defects")) => Ok(Self::Defects),
            Some((id, "years")) => Ok(Self::Years(id.to_owned())),
            Some(("moved", number)) if let Some(number) = MovedNumber::of_name(number) => Ok(Self::Moved(number)),
            Some((id, "names")) => Ok(Self::Value(format!("{id}_names"))),
            Some((id, _)) => {
                Err(format!("{{{text}}} is no placeholder; write {{{id}_ha}}, {{{id}.years}} or {{{id}.names}}"))
            }
        }
    }
}

/// A sentence that knows where its numbers are.
#[derive(Clone, Debug)]
pub(crate) struct BoundSentence {
    pub(crate) pieces: Vec<BoundPiece>,
    pub(crate) words: &'static Words,
}

#[derive(Clone, Debug)]
pub(crate) enum BoundPiece {
    Text(String),
    Value(Source, Unit),
    /// Columns of single years, ascending.
    Years(Vec<(i32, usize)>),
    Defects,
    Findings,
    Moved(MovedNumber),
}

impl BoundSentence {
    /// Indices of the columns that it prints.
    pub(crate) fn reads(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().flat_map(|piece| match piece {
            BoundPiece::Value(source, _) => source.column().into_iter().collect(),
            BoundPiece::Years(columns) => columns.iter().map(|(_, column)| *column).collect(),
            BoundPiece::Text(_) | BoundPiece::Defects | BoundPiece::Findings | BoundPiece::Moved(_) => Vec::new(),
        })
    }

    pub(crate) fn of_row<R: Row + ?Sized>(&self, row: &R, until: Option<Day>) -> String {
        self.printed(|piece, out| match piece {
            BoundPiece::Value(source, unit) => push_printed(out, source.value(row, until), *unit, self.words),
            BoundPiece::Years(columns) => {
                let has_area = |column: usize| matches!(row.value(column), Value::Number(area) if area > 0.0);
                let years = columns.iter().filter(|(_, column)| has_area(*column)).map(|(year, _)| *year);
                out.push_str(&years_printed(&years.collect::<Vec<_>>(), self.words));
            }
            BoundPiece::Defects => out.push_str(&row.defects()),
            BoundPiece::Text(_) | BoundPiece::Findings | BoundPiece::Moved(_) => {}
        })
    }

    pub(crate) fn of_findings(&self, findings: &str) -> String {
        self.printed(|piece, out| {
            if matches!(piece, BoundPiece::Findings) {
                out.push_str(findings);
            }
        })
    }

    pub(crate) fn of_moved(&self, moved: &Moved) -> String {
        self.printed(|piece, out| {
            if let BoundPiece::Moved(number) = piece {
                push_printed(out, Value::Number(number.of(moved)), Unit::Plain, self.words);
            }
        })
    }

    fn printed(&self, push: impl Fn(&BoundPiece, &mut String)) -> String {
        let mut sentence = String::with_capacity(USUAL_BYTES);
        for piece in &self.pieces {
            match piece {
                BoundPiece::Text(text) => sentence.push_str(text),
                other => push(other, &mut sentence),
            }
        }
        sentence
    }
}
