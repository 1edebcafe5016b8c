//! Classes of cells, as a table of areas has them.

use crate::COVER_CLASSES;
use lindero_layers::RasterSpec;
use lindero_logic::{Day, Value, ValueKind};
use std::cmp::Ordering;
use std::fmt;

/// What a layer says at a cell, as far as a table of areas tells it apart.
#[derive(Clone, Copy, Debug)]
pub enum CellClass {
    /// A class or a number, itself.
    Number(f64),
    /// Percent of tree cover: more than `over` and at most `most`; the lowest class has 0 too.
    Cover {
        /// Not in the class, but for 0.
        over: u32,
        /// In the class.
        most: u32,
    },
    /// A calendar year; of layers of days the year of the day.
    Year(i32),
    /// Known not to have happened while the layer watched.
    Never,
    /// No signal, of a layer that only ever says yes.
    Silent,
    /// No data, outside the layer, or a value that means nothing.
    Unknown,
}

impl CellClass {
    /// The class of a value of a layer.
    #[must_use]
    pub fn of(value: Value<'_>, layer: &RasterSpec) -> Self {
        match (value, layer.value_kind()) {
            (Value::Number(year), ValueKind::Year) => Self::Year(year as i32),
            (Value::Number(day), ValueKind::Day) => Self::Year(Day::from_number(day as i32).year()),
            (Value::Number(percent), _) if layer.tree_cover_year.is_some() => Self::cover(percent),
            (Value::Number(number), _) => Self::Number(number),
            (Value::Never, _) => Self::Never,
            (Value::Silent, _) => Self::Silent,
            (Value::Unknown | Value::Text(_) | Value::Bool(_), _) => Self::Unknown,
        }
    }

    /// The class of a percentage of tree cover, by the limits of [`COVER_CLASSES`].
    fn cover(percent: f64) -> Self {
        if !(0.0..=100.0).contains(&percent) {
            return Self::Unknown;
        }
        let over = COVER_CLASSES.into_iter().rev().find(|&limit| percent > f64::from(limit)).unwrap_or(0);
        let most = COVER_CLASSES.into_iter().find(|&limit| limit > over).unwrap_or(100);
        Self::Cover { over, most }
    }

    /// What classes are sorted by: what is known first, the unknown last.
    fn order(self) -> (u8, f64) {
        match self {
            Self::Number(number) => (0, number),
            Self::Cover { over, .. } => (1, f64::from(over)),
            Self::Year(year) => (2, f64::from(year)),
            Self::Never => (3, 0.0),
            Self::Silent => (4, 0.0),
            Self::Unknown => (5, 0.0),
        }
    }
}

impl Ord for CellClass {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((mine, a), (theirs, b)) = (self.order(), other.order());
        mine.cmp(&theirs).then_with(|| a.total_cmp(&b))
    }
}

impl PartialOrd for CellClass {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for CellClass {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for CellClass {}

/// As in tables and names of columns: `3`, `10-20`, `2021`, `never`, `silent`, `unknown`.
impl fmt::Display for CellClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Cover { over, most } => write!(f, "{over}-{most}"),
            Self::Year(year) => write!(f, "{year}"),
            Self::Never => f.write_str("never"),
            Self::Silent => f.write_str("silent"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CellClass;

    fn check(percent: f64, expected: &str) {
        assert_eq!(CellClass::cover(percent).to_string(), expected, "{percent}");
    }

    #[test]
    fn a_limit_belongs_to_the_class_below_it() {
        for (percent, class) in [(0.0, "0-10"), (10.0, "0-10"), (10.5, "10-20"), (20.0, "10-20"), (21.0, "20-30")] {
            check(percent, class);
        }
        for (percent, class) in [(30.0, "20-30"), (50.0, "30-50"), (51.0, "50-100"), (100.0, "50-100")] {
            check(percent, class);
        }
    }

    #[test]
    fn what_is_no_percentage_is_unknown_and_comes_last() {
        check(255.0, "unknown");
        check(-1.0, "unknown");
        let mut classes = [
            CellClass::Unknown,
            CellClass::Never,
            CellClass::Number(15.0),
            CellClass::Year(2021),
            CellClass::Number(3.0),
        ];
        classes.sort();
        assert_eq!(classes.map(|class| class.to_string()), ["3", "15", "2021", "never", "unknown"]);
    }
}
