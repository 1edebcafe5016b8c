//! Which column of a table is which of a policy.

use super::input::RunFacts;
use crate::run::declared_columns;
use arrow_schema::Schema;
use lindero_indicators::IndicatorKind;
use lindero_layers::ConfigError;
use lindero_logic::ValueKind;
use lindero_policy::{Bound, BoundConditions, Column, MOVED_COLUMNS, Outcome, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that say of every row how it is to be read.
const UNIT: &str = "unit";
const AREA: [&str; 3] = ["area", "plot_area_ha", "area_ha"];
const GEOMETRY_STATUS: &str = "geometry_status";
const GEOMETRY_USABLE: &str = "geometry_usable";
const FROM_POINT: &str = "from_point";
const DEFECTS: &str = "defects";

/// Names of missing columns in a message.
const MOST_NAMED: usize = 8;

/// Where a value that a policy reads comes from. Columns by their place in the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// A measurement or, if nothing is wrong with what cannot be read, a declaration.
    Cell { column: usize, kind: ValueKind, is_declared: bool },
    /// Percent of the plot from a column with the name of the indicator, in the unit of the row.
    LayerPercent(usize),
    /// The same in hectares.
    LayerHectares(usize),
    /// The same for every row.
    Fixed(f64),
    /// Not there, and not known.
    Missing,
}

/// A policy tied to a table.
pub(super) struct Tied {
    pub(super) bound: Bound,
    pub(super) conditions: BoundConditions,
    /// Of each column that the policy is tied to: where its value comes from, if it is read at all.
    pub(super) sources: Vec<Option<Source>>,
    pub(super) special: Special,
    /// How often each plot was moved, and the columns that say what became of it, where that says something of the policy.
    pub(super) moved: Option<(u32, [Option<usize>; MOVED_COLUMNS.len()])>,
    /// What the user should be told.
    pub(super) notes: Vec<String>,
}

/// Columns that are no measurements, where the table has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Special {
    pub(super) unit: Option<usize>,
    pub(super) area: Option<usize>,
    pub(super) geometry_status: Option<usize>,
    pub(super) geometry_usable: Option<usize>,
    pub(super) from_point: Option<usize>,
    pub(super) defects: Option<usize>,
}

/// Why a policy cannot be tied to a table.
pub(super) enum NotTied {
    Policy(ConfigError),
    Columns(String),
}

impl From<ConfigError> for NotTied {
    fn from(error: ConfigError) -> Self {
        Self::Policy(error)
    }
}

impl Tied {
    /// Looks up what the policy reads.
    ///
    /// # Method
    ///
    /// Names are compared without regard to case, and to what is neither letter nor digit (`GLAD-L_after_2020` is
    /// `glad_l_after_2020`). Conditions that the policy lets tables answer come first, then measurements by their own names,
    /// then columns with the names of indicators, in the unit that the table says.
    ///
    /// What is not there drops out of `||`, as a layer that a catalog lacks; but a rule of which nothing is left is undecided
    /// of every plot, unless it asks about territories (overlaps with features), or the table is a run that was decided without
    /// it by the same policy.
    pub(super) fn new(
        policy: &Policy,
        schema: &Schema,
        run: Option<&RunFacts>,
        attributes: &BTreeMap<String, usize>,
    ) -> Result<Self, NotTied> {
        let table = Table(schema.fields().iter().map(|field| plain(field.name())).collect());
        let special = table.special()?;
        let (mut columns, mut sources) = (Vec::new(), Vec::new());
        let mut add = |name: String, kind: ValueKind, source: Source| {
            if columns.iter().all(|column: &Column| column.name != name) {
                columns.push(Column { name, kind });
                sources.push(source);
            }
        };
        let cell = |column, kind, is_declared| Source::Cell { column, kind, is_declared };
        for answer in &policy.table().answers {
            if let Some(column) = table.find(&answer.column)? {
                add(answer.condition.clone(), ValueKind::Bool, cell(column, ValueKind::Bool, false));
            }
        }
        let all: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let declared = run.map(|run| declared_columns(&run.manifest, &all)).unwrap_or_default();
        for attribute in policy.attributes() {
            let column = attributes.get(&attribute.name).or_else(|| declared.get(&attribute.name));
            if let Some(&column) = column {
                add(attribute.name.clone(), attribute.kind, cell(column, attribute.kind, true));
            }
        }
        for name in &table.0 {
            if let Some(kind) = policy.kind_of_column(name)
                && let Some(column) = table.find(name)?
            {
                let is_declared = policy.attributes().iter().any(|attribute| attribute.name == *name);
                add(name.clone(), kind, cell(column, kind, is_declared));
            }
        }
        for id in policy.definitions().indicators.iter().map(|spec| &spec.id) {
            if let Some(column) = table.find(id)? {
                add(format!("{id}_pct"), ValueKind::Number, Source::LayerPercent(column));
                add(format!("{id}_ha"), ValueKind::Number, Source::LayerHectares(column));
            }
            if let Some(observed) = policy.table().observed_pct {
                add(format!("{id}_observed_pct"), ValueKind::Number, Source::Fixed(observed));
            }
        }
        let dates = run.map(|run| run.dates.clone()).unwrap_or_default();
        let bound = policy.bind_dated(&columns, &dates)?;
        check_inputs(policy, &bound, &sources)?;
        let conditions = policy.bind_conditions(&columns)?;
        let absent = missing(policy, &bound, run);
        columns.extend(absent.iter().map(|(name, kind)| Column { name: name.clone(), kind: *kind }));
        sources.extend(absent.iter().map(|_| Source::Missing));
        let bound = policy.bind_dated(&columns, &dates)?;
        let reads: BTreeSet<usize> = bound.reads().union(&conditions.reads()).copied().collect();
        let reads_layers =
            reads.iter().any(|read| matches!(sources[*read], Source::LayerPercent(_) | Source::LayerHectares(_)));
        if reads_layers && special.unit.is_none() {
            let message = "it has columns of maps and no column Unit that says whether they are in ha or percent";
            return Err(NotTied::Columns(message.to_owned()));
        }
        let mut notes = notes(&bound, &absent);
        if reads_layers && special.area.is_none() {
            notes.push(
                "the table has no column Area: of what it has in ha nobody knows which share of a plot it is"
                    .to_owned(),
            );
        }
        let moved = run.and_then(|run| run.cases).filter(|_| bound.rule_of_moves().is_some());
        let moved = moved.map(|cases| (cases, MOVED_COLUMNS.map(|name| all.iter().position(|column| *column == name))));
        let is_same_policy = run.is_some_and(|run| run.is_same_policy);
        if moved.is_some() && !is_same_policy {
            notes.push(
                "the run has moved its plots and decided their copies by another policy or other thresholds: how steady \
                 these verdicts are is not told"
                    .to_owned(),
            );
        }
        let moved = moved.filter(|_| is_same_policy);
        let sources = sources.into_iter().enumerate().map(|(index, it)| reads.contains(&index).then_some(it)).collect();
        Ok(Self { bound, conditions, sources, special, moved, notes })
    }
}

/// Checks that the policy reads any measurement of the table.
fn check_inputs(policy: &Policy, bound: &Bound, sources: &[Source]) -> Result<(), NotTied> {
    let is_measured =
        |read: &usize| !matches!(sources[*read], Source::Fixed(_) | Source::Cell { is_declared: true, .. });
    if bound.reads().iter().any(is_measured) {
        return Ok(());
    }
    let gaps = bound.not_assessed();
    let answers = policy.table().answers.iter().map(|answer| answer.column.as_str());
    let mut wanted: Vec<&str> = Vec::new();
    for name in answers.chain(gaps.iter().flat_map(|gap| gap.missing.iter().map(String::as_str))) {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    wanted.truncate(MOST_NAMED);
    let named = wanted.join(", ");
    let message = format!("policy {} reads none of its columns: it needs columns such as {named}", policy.name());
    Err(NotTied::Columns(message))
}

/// What rules that decide would have read and nothing of the table gives.
fn missing(policy: &Policy, bound: &Bound, run: Option<&RunFacts>) -> Vec<(String, ValueKind)> {
    let known_absent = run.filter(|run| run.policy == policy.name()).map(|run| &run.absent);
    let deciding = |rule: usize| policy.rules()[rule].outcome != Outcome::Note;
    let gaps = bound.not_assessed();
    let names: BTreeSet<&String> = gaps.iter().filter(|gap| deciding(gap.rule)).flat_map(|gap| &gap.missing).collect();
    let unknown = names.into_iter().filter(|name| known_absent.is_none_or(|absent| !absent.contains(*name)));
    // Territories that nobody mapped are not assessed, as where a catalog lacks their layer.
    let overlaps =
        policy.definitions().indicators.iter().filter(|spec| matches!(spec.kind, IndicatorKind::Overlaps { .. }));
    let overlaps: Vec<String> = overlaps.map(|spec| format!("{}_", spec.id)).collect();
    let unknown = unknown.filter(|name| !overlaps.iter().any(|id| name.starts_with(id.as_str())));
    unknown.filter_map(|name| Some((name.clone(), policy.kind_of_column(name)?))).collect()
}

fn notes(bound: &Bound, absent: &[(String, ValueKind)]) -> Vec<String> {
    let mut notes = Vec::new();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|(name, _)| name.as_str()).collect();
        notes.push(format!("not in the table, and so unknown of every plot: {}", names.join(", ")));
    }
    for gap in bound.not_assessed() {
        notes.push(format!("{} is not assessed: {}", gap.code, gap.missing.join(", ")));
    }
    for gap in bound.assessed_in_part() {
        notes.push(format!("{} is decided without {}", gap.code, gap.missing.join(", ")));
    }
    notes
}

/// The names of a table's columns, as they are compared.
struct Table(Vec<String>);

impl Table {
    fn find(&self, name: &str) -> Result<Option<usize>, NotTied> {
        let wanted = plain(name);
        let mut found = (0..self.0.len()).filter(|index| self.0[*index] == wanted);
        match (found.next(), found.next()) {
            (Some(first), Some(second)) => {
                let (first, second) = (first + 1, second + 1);
                let message =
                    format!("columns {first} and {second} are both {name:?} for the policy: rename one of them");
                Err(NotTied::Columns(message))
            }
            (found, _) => Ok(found),
        }
    }

    fn special(&self) -> Result<Special, NotTied> {
        Ok(Special {
            unit: self.find(UNIT)?,
            area: AREA.iter().map(|name| self.find(name)).find_map(Result::transpose).transpose()?,
            geometry_status: self.find(GEOMETRY_STATUS)?,
            geometry_usable: self.find(GEOMETRY_USABLE)?,
            from_point: self.find(FROM_POINT)?,
            defects: self.find(DEFECTS)?,
        })
    }
}

/// A name without case and signs.
fn plain(name: &str) -> String {
    name.trim().chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}
