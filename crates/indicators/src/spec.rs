//! `[list]`, `[term]` and `[indicator.*]` of a catalog or a policy.

use lindero_layers::{ConfigError, Entry, Expression, Section};
use lindero_logic::check_name;
use std::collections::BTreeMap;

/// Named lists, terms and indicators, as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    /// Lists of numbers for `in`.
    pub lists: BTreeMap<String, List>,
    /// Conditions per cell that other expressions use by name.
    pub terms: BTreeMap<String, Expression>,
    /// What is measured, in the order of the file.
    pub indicators: Vec<IndicatorSpec>,
}

/// A named list of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The numbers.
    pub numbers: Vec<f64>,
    /// Where it stands, for messages.
    pub at: Expression,
}

/// One `[indicator.*]`.
#[derive(Clone, Debug, PartialEq)]
pub struct IndicatorSpec {
    /// Its name, the beginning of its columns.
    pub id: String,
    /// What is measured.
    pub kind: IndicatorKind,
    /// Where it stands, for messages.
    pub at: Expression,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum IndicatorKind {
    /// Something about the cells of a plot.
    Cells(Box<CellsSpec>),
    /// How much of the plot lies in the features of a vector layer.
    Overlaps {
        /// The layer.
        layer: Expression,
    },
}

/// What is measured of the cells of a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct CellsSpec {
    /// The condition of a cell; `None`: every cell.
    pub condition: Option<Expression>,
    /// Counts a cell only in a connected area.
    pub patch: Option<Patch>,
    /// The layer whose grid is the analysis grid; `None`: the finest of those read.
    pub grid: Option<Expression>,
    /// Layers of years or days that date a cell; the earliest year they give from `years` on counts.
    pub by: Vec<Expression>,
    /// First and last year that get a column.
    pub years: Option<(i32, i32)>,
    /// The layer whose mean over the cells is measured.
    pub mean: Option<Expression>,
    /// Counts whole cells whose centre lies in the plot, instead of shares.
    pub by_centre: bool,
}

/// `patch = { of = "forest_any", over_ha = 0.5 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// What the cells of the connected area have in common.
    pub of: Expression,
    /// The area it must exceed.
    pub over_ha: f64,
}

impl Definitions {
    /// Reads the sections of a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn read(root: &Section<'_>) -> Result<Self, ConfigError> {
        let mut definitions = Self::default();
        if let Some(lists) = root.get("list") {
            for (name, entry) in lists.section()?.entries() {
                named("list", name, &entry)?;
                let numbers = entry.list()?.iter().map(Entry::number).collect::<Result<_, _>>()?;
                definitions.lists.insert(name.to_owned(), List { numbers, at: entry.place() });
            }
        }
        if let Some(terms) = root.get("term") {
            for (name, entry) in terms.section()?.entries() {
                named("term", name, &entry)?;
                definitions.terms.insert(name.to_owned(), entry.expression()?);
            }
        }
        if let Some(indicators) = root.get("indicator") {
            for (id, entry) in indicators.section()?.entries() {
                named("indicator", id, &entry)?;
                definitions.indicators.push(IndicatorSpec::read(id, &entry)?);
            }
        }
        Ok(definitions)
    }

    /// These, then the other's. What both define must be the same in both: a name has one meaning.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] at the other's definition of the first name that means something else here.
    pub fn joined(mut self, other: Self) -> Result<Self, ConfigError> {
        for (name, list) in other.lists {
            let mine = self.lists.entry(name.clone()).or_insert_with(|| list.clone());
            if mine.numbers != list.numbers {
                let message = format!("list {name:?} has other numbers in the policy: choose another name");
                return Err(list.at.error_text(&message));
            }
        }
        for (name, term) in other.terms {
            let mine = self.terms.entry(name.clone()).or_insert_with(|| term.clone());
            if mine.source != term.source {
                return Err(
                    term.error_text(&format!("term {name:?} means something else in the policy: choose another name"))
                );
            }
        }
        for indicator in other.indicators {
            if self.indicators.iter().any(|mine| mine.id == indicator.id) {
                let message = format!("indicator {:?} is one of the policy's: choose another name", indicator.id);
                return Err(indicator.at.error_text(&message));
            }
            self.indicators.push(indicator);
        }
        Ok(self)
    }
}

fn named(what: &str, name: &str, entry: &Entry<'_>) -> Result<(), ConfigError> {
    check_name(name).map_err(|e| entry.error_at_key(format!("{what} name {e}")))
}

/// Largest area a patch can be asked to exceed (hectares): the search goes cell by cell.
const LARGEST_PATCH_HA: f64 = 10.0;

impl IndicatorSpec {
    fn read(id: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let section = entry.section()?;
        section.only(&["where", "patch", "grid", "by", "years", "mean", "rule", "overlaps"])?;
        let text = |key: &str| section.get(key).map(|e| e.expression()).transpose();
        let at = |expression: &Expression| Expression { path: entry.path().to_owned(), ..expression.clone() };
        if let Some(layer) = text("overlaps")? {
            if let Some((key, other)) = section.entries().find(|(key, _)| *key != "overlaps") {
                return Err(other.error_at_key(format!("{} goes not with overlaps: leave {key} out", entry.path())));
            }
            return Ok(Self { id: id.to_owned(), at: at(&layer), kind: IndicatorKind::Overlaps { layer } });
        }
        let condition = text("where")?;
        let mean = text("mean")?;
        let Some(first) = condition.as_ref().or(mean.as_ref()) else {
            return Err(entry.error_at_key(format!("{} needs where, mean or overlaps", entry.path())));
        };
        let at = at(first);
        let by = match section.get("by") {
            None => Vec::new(),
            Some(by) => by.one_or_more()?.iter().map(Entry::expression).collect::<Result<_, _>>()?,
        };
        let years = section.get("years").map(|entry| years(&entry)).transpose()?;
        if let (Some(entry), true) = (section.get("years"), by.is_empty()) {
            return Err(entry.error_at_key(format!("{} needs by: the layer that dates a cell", entry.path())));
        }
        let by_centre = match section.get("rule") {
            None => false,
            Some(rule) => match rule.text()? {
                "centre" => true,
                "exact" => false,
                _ => return Err(rule.wrong("\"exact\" or \"centre\"")),
            },
        };
        let patch = section.get("patch").map(|entry| patch(&entry)).transpose()?;
        let cells = CellsSpec { condition, patch, grid: text("grid")?, by, years, mean, by_centre };
        Ok(Self { id: id.to_owned(), kind: IndicatorKind::Cells(Box::new(cells)), at })
    }
}

fn years(entry: &Entry<'_>) -> Result<(i32, i32), ConfigError> {
    match entry.list()?.as_slice() {
        [first, last] if first.year()? <= last.year()? => Ok((first.year()?, last.year()?)),
        _ => Err(entry.wrong("the first and the last year, such as [2021, 2024]")),
    }
}

fn patch(entry: &Entry<'_>) -> Result<Patch, ConfigError> {
    let section = entry.section()?;
    section.only(&["of", "over_ha"])?;
    let over = section.require("over_ha")?;
    match over.number()? {
        over_ha if over_ha > 0.0 && over_ha <= LARGEST_PATCH_HA => {
            Ok(Patch { of: section.require("of")?.expression()?, over_ha })
        }
        _ => Err(over.wrong("hectares above 0 and at most 10")),
    }
}
