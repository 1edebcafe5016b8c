//! How a layer is coloured, and its legend.

use super::classes::{Class, classes_of, other_colour};
use crate::picture::{Colour, between, loss_colour};
use lindero_layers::{Coding, Conditions, RasterSpec, Reading};
use lindero_logic::{Day, Value};

/// Of tree cover: none, and all.
const COVER: (Colour, Colour) = ([246, 241, 228], [0, 68, 27]);
/// Steps of tree cover in a legend, percent.
const COVER_STEPS: [i32; 5] = [0, 25, 50, 75, 100];
/// Alerts by day begin about here, where no period is stated.
const FIRST_ALERT: i32 = 2019;
/// Classes that nobody has named are coloured up to here.
const MOST_CLASSES: f64 = 255.0;

/// What the numbers of a layer are, for the eye.
pub(super) enum Scheme {
    /// A year or a day that something happened in: by year, the later the darker.
    Event { years: (i32, i32), by_day: bool },
    /// Percent of tree cover.
    Cover,
    /// Classes with names.
    Named(&'static [Class]),
    /// Other classes.
    Numbered,
}

/// A colour and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendLine {
    /// As in CSS.
    pub colour: String,
    /// A class, a year or a percentage.
    pub meaning: String,
}

impl Scheme {
    pub(super) fn of(path: &str, spec: &RasterSpec) -> Self {
        let meaning = &spec.meaning;
        let until = meaning.until.map(Day::year);
        match meaning.coding {
            Coding::Year { .. } => {
                let years = meaning.period.or_else(|| Some((FIRST_ALERT, until?)));
                Self::Event { years: years.unwrap_or((2001, 2030)), by_day: false }
            }
            Coding::Yyddd | Coding::DaysSince { .. } | Coding::Graded { .. } => {
                let years = meaning.period.unwrap_or((FIRST_ALERT, until.unwrap_or(2030)));
                Self::Event { years, by_day: true }
            }
            Coding::Number if spec.tree_cover_year.is_some() => Self::Cover,
            Coding::Number => classes_of(path).map_or(Self::Numbered, Self::Named),
        }
    }

    /// The colour of a reading where the layer's own conditions have such answers; `None`: nothing is drawn. Events after
    /// `up_to` are not drawn.
    pub(super) fn colour(
        &self,
        spec: &RasterSpec,
        (reading, conditions): (Reading, Conditions),
        up_to: Option<i32>,
    ) -> Option<Colour> {
        let Value::Number(number) = spec.meaning.value(reading, conditions) else { return None };
        match self {
            Self::Event { years, by_day } => {
                let year = if *by_day { Day::from_number(number as i32).year() } else { number as i32 };
                up_to.is_none_or(|last| year <= last).then(|| loss_colour(year, *years))
            }
            Self::Cover => Some(between(COVER.0, COVER.1, number.clamp(0.0, 100.0) as i32, 100)),
            Self::Named(classes) => classes.iter().find(|class| f64::from(class.value) == number).map(|it| it.colour),
            Self::Numbered if number.fract() == 0.0 && (0.0..=MOST_CLASSES).contains(&number) => {
                Some(other_colour(number as u32))
            }
            Self::Numbered => None,
        }
    }

    /// First and last year that the layer tells apart.
    pub(super) fn years(&self) -> Option<(i32, i32)> {
        match self {
            Self::Event { years, .. } => Some(*years),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Event { .. } => "years",
            Self::Cover => "percent",
            Self::Named(_) | Self::Numbered => "classes",
        }
    }

    pub(super) fn legend(&self) -> Vec<LegendLine> {
        let line = |colour: Colour, meaning: String| LegendLine { colour: crate::picture::css(colour), meaning };
        match self {
            Self::Event { years, .. } => {
                (years.0..=years.1).map(|year| line(loss_colour(year, *years), year.to_string())).collect()
            }
            Self::Cover => COVER_STEPS
                .iter()
                .map(|&step| line(between(COVER.0, COVER.1, step, 100), format!("{step} %")))
                .collect(),
            Self::Named(classes) => classes.iter().map(|class| line(class.colour, class.name.to_owned())).collect(),
            Self::Numbered => Vec::new(),
        }
    }
}
