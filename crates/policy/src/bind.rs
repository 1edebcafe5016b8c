//! A policy tied to the columns of a run.

use crate::columns::year_of_column;
use crate::decide::Row;
use crate::digits::{ENGLISH, SPANISH, Unit, Words, printed};
use crate::evidence::{BoundEvidence, RunDates};
use crate::names::{Beside, EVIDENCE_UNTIL, FROM_POINT, GEOMETRY_USABLE, RuleNames, is_special};
use crate::sentence::{BoundPiece, BoundSentence, Piece, Sentence};
use crate::{About, Column, Outcome, Policy, Rule, When};
use lindero_layers::{ConfigError, Expression};
use lindero_logic::{Compiled, Constant, Day, Input, Program, Scope, Symbol, Value, ValueKind, compile_condition};
use std::collections::{BTreeMap, BTreeSet};

/// How sentences write the units of numbers, after them.
const UNITS: [&str; 2] = [" %", " ha"];

/// A policy that knows where its columns are: ready to decide row after row.
#[derive(Clone, Debug)]
pub struct Bound {
    pub(crate) rules: Vec<BoundRule>,
    pub(crate) most_inputs: usize,
    pub(crate) evidence: Option<BoundEvidence>,
    /// The sentence of a plot that is low.
    pub(crate) low: Option<BoundSentence>,
    /// Percent of a plot's moved copies below which its verdict is unsteady.
    pub(crate) stable_pct: f64,
    unassessed: Vec<Unassessed>,
    untold: Vec<Unassessed>,
}

/// A rule that reads columns which are not there, because the catalog lacks their layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unassessed {
    /// Index of the rule among [`Policy::rules`].
    pub rule: usize,
    /// Its code.
    pub code: String,
    /// The columns that are not there, sorted.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundRule {
    pub(crate) code: String,
    pub(crate) about: About,
    pub(crate) outcome: Outcome,
    pub(crate) alone: bool,
    pub(crate) asked: Asked,
    pub(crate) sentence: BoundSentence,
    /// The same in Spanish, where the policy has it.
    pub(crate) spanish: Option<BoundSentence>,
}

#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A condition, with its inputs in the program's order.
    Condition(Program, Vec<BoundInput>),
    /// What the two discs of a point gave.
    Points,
    /// What the copies of a plot gave that were moved by its position error.
    Moves,
    /// Nothing: it cannot be assessed.
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundInput {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) kind: ValueKind,
    pub(crate) is_attribute: bool,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Column(usize),
    GeometryUsable,
    FromPoint,
    /// The last day up to which the plot was watched.
    EvidenceUntil,
    /// An attribute that nobody declares.
    Undeclared,
}

impl Source {
    /// The column, where it is one.
    pub(crate) fn column(&self) -> Option<usize> {
        if let Self::Column(column) = self { Some(*column) } else { None }
    }

    /// The value of a row that was watched up to a day.
    pub(crate) fn value<'r, R: Row + ?Sized>(&self, row: &'r R, until: Option<Day>) -> Value<'r> {
        match self {
            Self::Column(column) => row.value(*column),
            Self::GeometryUsable => Value::Bool(row.geometry_usable()),
            Self::FromPoint => Value::Bool(row.is_point()),
            Self::EvidenceUntil => until.map_or(Value::Unknown, |day| Value::Number(f64::from(day.number()))),
            Self::Undeclared => Value::Unknown,
        }
    }
}

impl Policy {
    /// Ties the policy to the `columns` that every row will have, in their order.
    ///
    /// A column of the policy's own indicators may be missing, as the catalog may lack a layer. What reads it drops
    /// out of `||`, and of `&&` where it is negated; a rule of which nothing is left is [not
    /// assessed](Bound::not_assessed). An attribute may be missing too: it is unknown. Of days nothing is known; see
    /// [`Policy::bind_dated`]. A rule about what a run may be told and was not (`production_end`, `claimed_pct`) is silent.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] at the place of a name that is neither among `columns` nor one of the policy's own, with the
    /// one that was probably meant.
    pub fn bind(&self, columns: &[Column]) -> Result<Bound, ConfigError> {
        self.bind_dated(columns, &RunDates::default())
    }

    /// The same for a run that knows up to which day its layers have seen, and perhaps the day of the harvest.
    ///
    /// # Errors
    ///
    /// As [`Policy::bind`].
    pub fn bind_dated(&self, columns: &[Column], dates: &RunDates) -> Result<Bound, ConfigError> {
        let kinds: BTreeMap<&str, ValueKind> = columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        for attribute in &self.attributes {
            if let Some(given) = kinds.get(attribute.name.as_str()).filter(|given| **given != attribute.kind) {
                let (wanted, given) = (described(attribute.kind), described(*given));
                let message = format!("the policy reads it as {wanted}, and the column given holds {given}");
                return Err(attribute.at.error_text(&message));
            }
        }
        let evidence = BoundEvidence::of(self, columns, dates);
        let beside = Beside { evidence: evidence.is_some(), production_end: dates.production_end };
        let scope = RuleNames::of_columns(self, &kinds, beside);
        self.check_expressions(&scope)?;
        let binder = Binder { policy: self, columns, scope };
        let mut bound = Bound {
            rules: Vec::with_capacity(self.rules.len()),
            most_inputs: 0,
            evidence,
            low: self.low.as_ref().map(|low| binder.sentence(low, &ENGLISH)).transpose()?,
            stable_pct: self.stable_pct(),
            unassessed: Vec::new(),
            untold: Vec::new(),
        };
        for (index, rule) in self.rules.iter().enumerate() {
            let (asked, mut missing) = binder.asked(rule)?;
            // What a run may be told and was not is no layer that is missing: the rule is silent.
            let untold: Vec<String> = missing.extract_if(.., |name| is_special(name)).collect();
            if !untold.is_empty() {
                bound.untold.push(Unassessed { rule: index, code: rule.code.clone(), missing: untold });
            }
            if let Asked::Condition(_, inputs) = &asked {
                bound.most_inputs = bound.most_inputs.max(inputs.len());
            }
            if !missing.is_empty() {
                bound.unassessed.push(Unassessed { rule: index, code: rule.code.clone(), missing });
            }
            bound.rules.push(BoundRule {
                code: rule.code.clone(),
                about: rule.about,
                outcome: rule.outcome,
                alone: rule.alone,
                asked,
                sentence: binder.sentence(&rule.reason, &ENGLISH)?,
                spanish: rule.spanish.as_ref().map(|text| binder.sentence(text, &SPANISH)).transpose()?,
            });
        }
        Ok(bound)
    }
}

impl Bound {
    /// The rules that cannot be assessed, with the columns that are not there.
    #[must_use]
    pub fn not_assessed(&self) -> Vec<&Unassessed> {
        self.unassessed.iter().filter(|gap| matches!(self.rules[gap.rule].asked, Asked::Nothing)).collect()
    }

    /// The rules that are assessed without some columns which are not there.
    #[must_use]
    pub fn assessed_in_part(&self) -> Vec<&Unassessed> {
        self.unassessed.iter().filter(|gap| !matches!(self.rules[gap.rule].asked, Asked::Nothing)).collect()
    }

    /// The rules that read what a run may be told and was not (`production_end`, `outside_country`), with what that is: such a
    /// rule is silent, or says nothing of that.
    #[must_use]
    pub fn untold(&self) -> &[Unassessed] {
        &self.untold
    }

    /// Which of the columns its rules, its sentences and its evidence read, by index, ascending.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<usize> {
        let of_rules = self.rules.iter().flat_map(|rule| rule.asked.reads().chain(rule.sentence.reads()));
        let of_low = self.low.iter().flat_map(BoundSentence::reads);
        of_rules.chain(of_low).chain(self.evidence.iter().flat_map(BoundEvidence::reads)).collect()
    }
}

impl Bound {
    /// The names of the columns and attributes that the condition of a rule reads, each once, in its order.
    #[must_use]
    pub fn names_read(&self, rule: usize) -> Vec<&str> {
        match &self.rules[rule].asked {
            Asked::Condition(_, inputs) => inputs.iter().map(|input| input.name.as_str()).collect(),
            Asked::Points | Asked::Moves | Asked::Nothing => Vec::new(),
        }
    }

    /// The sentence of a rule in Spanish with the numbers of a plot, where the policy has one. Of points it tells no findings.
    #[must_use]
    pub fn spanish<R: Row + ?Sized>(&self, rule: usize, row: &R) -> Option<String> {
        let until = self.evidence.as_ref().and_then(|evidence| evidence.until(row));
        self.rules[rule].spanish.as_ref().map(|sentence| sentence.of_row(row, until))
    }
}

impl Asked {
    /// Indices of the columns that it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = usize> {
        let inputs = match self {
            Self::Condition(_, inputs) => inputs.as_slice(),
            Self::Points | Self::Moves | Self::Nothing => &[],
        };
        inputs.iter().filter_map(|input| input.source.column())
    }
}

pub(crate) struct Binder<'b> {
    pub(crate) policy: &'b Policy,
    pub(crate) columns: &'b [Column],
    pub(crate) scope: RuleNames<'b>,
}

impl Binder<'_> {
    fn asked(&self, rule: &Rule) -> Result<(Asked, Vec<String>), ConfigError> {
        match &rule.when {
            When::True(condition) => self.condition(condition),
            When::PointNotLow => Ok((Asked::Points, Vec::new())),
            When::Unsteady => Ok((Asked::Moves, Vec::new())),
        }
    }

    /// A condition with its inputs, and the absent columns that it names.
    pub(crate) fn condition(&self, condition: &Expression) -> Result<(Asked, Vec<String>), ConfigError> {
        let compilation = compile_condition(&condition.source, &self.scope).map_err(|e| condition.error(&e))?;
        let asked = match compilation.compiled {
            Compiled::Absent => Asked::Nothing,
            Compiled::Program(program) => {
                let inputs = program.inputs().iter().map(|input| self.input(input));
                let inputs = inputs.collect::<Option<Vec<_>>>();
                let inputs = inputs.ok_or_else(|| {
                    condition.error_text("a rule reads columns, not cells: patch belongs into a term")
                })?;
                Asked::Condition(program, inputs)
            }
        };
        Ok((asked, compilation.absent_names))
    }

    fn input(&self, input: &Input) -> Option<BoundInput> {
        let Input::Value { name, .. } = input else { return None };
        let is_attribute = self.policy.attributes.iter().any(|attribute| attribute.name == *name);
        let Some(Symbol::Column { kind }) = self.scope.symbol(name) else { return None };
        Some(BoundInput { name: name.clone(), source: self.source(name), kind, is_attribute })
    }

    /// Where the value of a column or attribute is.
    fn source(&self, name: &str) -> Source {
        match name {
            GEOMETRY_USABLE => Source::GeometryUsable,
            FROM_POINT => Source::FromPoint,
            EVIDENCE_UNTIL => Source::EvidenceUntil,
            _ => self.place(name).map_or(Source::Undeclared, Source::Column),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn sentence(&self, text: &Expression, words: &'static Words) -> Result<BoundSentence, ConfigError> {
        let sentence = Sentence::parse(&text.source).map_err(|message| text.error_text(&message))?;
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => BoundPiece::Text(text.clone()),
            Piece::Defects => BoundPiece::Defects,
            Piece::Findings => BoundPiece::Findings,
            Piece::Moved(number) => BoundPiece::Moved(*number),
            Piece::Years(id) => BoundPiece::Years(self.years(id)),
            Piece::Value(name) => self.value(name, words),
        };
        let mut pieces: Vec<BoundPiece> = sentence.pieces().iter().map(piece).collect();
        // What is not measured has no unit: `12 %`, but `not measured`.
        for at in 1..pieces.len() {
            let (before, rest) = pieces.split_at_mut(at);
            if let (Some(BoundPiece::Text(value)), BoundPiece::Text(text)) = (before.last(), &mut rest[0])
                && value == words.not_measured
            {
                *text = without_unit(text).to_owned();
            }
        }
        Ok(BoundSentence { pieces, words })
    }

    fn value(&self, name: &str, words: &Words) -> BoundPiece {
        match self.scope.symbol(name) {
            Some(Symbol::Constant(Constant::Number(number))) => {
                BoundPiece::Text(printed(Value::Number(number), Unit::of_column(name, ValueKind::Number), words))
            }
            Some(Symbol::Constant(Constant::Day(day))) => BoundPiece::Text(day.to_string()),
            Some(Symbol::Column { kind }) => BoundPiece::Value(self.source(name), Unit::of_column(name, kind)),
            _ if name == EVIDENCE_UNTIL => BoundPiece::Text(words.unknown_day.to_owned()),
            _ => BoundPiece::Text(words.not_measured.to_owned()),
        }
    }

    fn years(&self, indicator: &str) -> Vec<(i32, usize)> {
        let year = |(index, column): (usize, &Column)| Some((year_of_column(indicator, &column.name)?, index));
        let mut years: Vec<(i32, usize)> = self.columns.iter().enumerate().filter_map(year).collect();
        years.sort_unstable();
        years
    }
}

/// What follows a value, without its unit.
fn without_unit(text: &str) -> &str {
    let rest = UNITS.iter().find_map(|unit| text.strip_prefix(unit)).unwrap_or(text);
    // Not the beginning of a word.
    if rest.starts_with(char::is_alphanumeric) { text } else { rest }
}

fn described(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "a number",
        ValueKind::Year => "a year",
        ValueKind::Day => "a day",
        ValueKind::Text => "text",
        ValueKind::Bool => "yes or no",
    }
}
