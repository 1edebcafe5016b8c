//! What names mean: implemented by whoever owns the layers or the columns.

use crate::Day;

/// The names an expression may use.
pub trait Scope {
    /// What `name` means, or `None` if nobody has heard of it.
    ///
    /// `cutoff` (a day) and `cutoff_year` (a year) are asked for like any other name.
    fn symbol(&self, name: &str) -> Option<Symbol<'_>>;

    /// All names there are, to suggest one when another is misspelt.
    fn names(&self) -> Vec<&str>;
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Symbol<'a> {
    /// A layer, readable per cell.
    Layer {
        /// What its cells hold.
        kind: ValueKind,
        /// If it has one band a year, only `name[year]` can be read.
        bands: Option<YearBands>,
        /// For years and days: the last day it has seen. A question about what came after is unknown.
        until: Option<Day>,
    },
    /// A measurement or attribute: a column of a table.
    Column {
        /// What it holds.
        kind: ValueKind,
    },
    /// Another expression, by its source text; it is compiled in place.
    Term(&'a str),
    /// A fixed value.
    Constant(Constant<'a>),
    /// A named list of numbers, for `in`.
    List(&'a [f64]),
    /// Something that would be readable, but is not there: a layer a policy knows and this catalog lacks.
    Absent,
}

/// What a layer or column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A class, a percentage, an area: any number.
    Number,
    /// A calendar year.
    Year,
    /// A [`Day`], by its number.
    Day,
    /// Text, which can only be equal or not.
    Text,
    /// True or false: a condition by itself.
    Bool,
}

impl ValueKind {
    /// With its article, for messages.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Year => "a year",
            Self::Day => "a day",
            Self::Text => "text",
            Self::Bool => "a condition",
        }
    }
}

/// The years of a layer with one band a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearBands {
    /// The year of the first band.
    pub first: i32,
    /// How many years there are.
    pub count: u32,
    /// Whether another year is absent, like a layer the catalog lacks, rather than an error.
    pub absent_outside: bool,
}

impl YearBands {
    pub(crate) fn last(self) -> i64 {
        i64::from(self.first) + i64::from(self.count) - 1
    }

    pub(crate) fn contains(self, year: i32) -> bool {
        (i64::from(self.first)..=self.last()).contains(&i64::from(year))
    }
}

/// A fixed value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant<'a> {
    /// A number.
    Number(f64),
    /// A calendar year.
    Year(i32),
    /// A day.
    Day(Day),
    /// Text.
    Text(&'a str),
}
