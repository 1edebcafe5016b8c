//! Up to which day the maps have watched a plot.

use crate::decide::Row;
use crate::{Column, Policy};
use lindero_layers::{ConfigError, Entry, Expression};
use lindero_logic::{Day, Value};
use std::collections::BTreeMap;

/// What a run knows of days, beside its measurements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunDates {
    /// The last day that each layer has seen, by the layer's id.
    pub until: BTreeMap<String, Day>,
    /// The last day on which what was grown may have been harvested. Where nobody says, rules that read it are not assessed.
    pub production_end: Option<Day>,
}

/// `[evidence]` of a policy: which layers watch, and how to tell that one of them watched a plot.
///
/// The evidence reaches up to the latest `until` among the layers whose watched area is at least `least_pct` of the area `of`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// The column with the area that is to be watched (hectares).
    pub(crate) of: Expression,
    /// How much of it must have been watched (percent).
    pub(crate) least_pct: f64,
    /// By layer: the column with the part of that area where the layer says anything (hectares).
    pub(crate) watched: Vec<(String, Expression)>,
}

impl Evidence {
    pub(crate) fn read(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let section = entry.section()?;
        section.only(&["of", "least_pct", "watched"])?;
        let least = section.require("least_pct")?;
        let least_pct = least.number()?;
        if !(least_pct > 0.0 && least_pct <= 100.0) {
            return Err(least.wrong("a share above 0 and up to 100 percent"));
        }
        let watched = section.require("watched")?.section()?;
        let watched = watched.entries().map(|(layer, column)| Ok((layer.to_owned(), column.expression()?)));
        Ok(Self { of: section.require("of")?.expression()?, least_pct, watched: watched.collect::<Result<_, _>>()? })
    }
}

/// Evidence that knows where its columns are.
#[derive(Clone, Debug)]
pub(crate) struct BoundEvidence {
    of: usize,
    least_share: f64,
    /// The day of each layer whose column is there, and that column.
    watched: Vec<(Day, usize)>,
}

impl BoundEvidence {
    /// `None` if the policy has none, or if no layer that watches is there with a day.
    pub(crate) fn of(policy: &Policy, columns: &[Column], dates: &RunDates) -> Option<Self> {
        let evidence = policy.evidence.as_ref()?;
        let place = |name: &Expression| columns.iter().position(|column| column.name == name.source);
        let watched = evidence.watched.iter();
        let watched: Vec<_> =
            watched.filter_map(|(layer, column)| Some((*dates.until.get(layer)?, place(column)?))).collect();
        (!watched.is_empty()).then_some(())?;
        Some(Self { of: place(&evidence.of)?, least_share: evidence.least_pct / 100.0, watched })
    }

    /// Indices of the columns that it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = usize> {
        self.watched.iter().map(|(_, column)| *column).chain([self.of])
    }

    /// The last day up to which a plot was watched; `None` if nobody knows. Where there was nothing to be watched, the
    /// earliest of the layers' days: more is not claimed.
    pub(crate) fn until<R: Row + ?Sized>(&self, row: &R) -> Option<Day> {
        let number = |column: usize| match row.value(column) {
            Value::Number(number) if number.is_finite() => Some(number),
            _ => None,
        };
        let of = number(self.of)?;
        let watched = |(_, column): &&(Day, usize)| number(*column).is_some_and(|ha| ha >= self.least_share * of);
        let days = self.watched.iter().filter(watched).map(|(day, _)| *day);
        if of > 0.0 { days.max() } else { days.min() }
    }
}
