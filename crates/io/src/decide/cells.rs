//! What stands in the row of a table, for a policy.

use super::columns::{Source, Tied};
use super::input::TableBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use lindero_logic::{Day, Value, ValueKind};
use lindero_policy::{Moved, Row};

/// What people and programs write where there is no value.
const BLANKS: [&str; 5] = ["", "na", "n/a", "nan", "null"];

/// The measurements of one plot, as a policy sees them.
pub(super) struct TableRow {
    values: Vec<Known>,
    is_usable: bool,
    is_point: bool,
    defects: String,
    /// What became of its moved copies.
    pub(super) moved: Option<Moved>,
}

/// A value that was read.
enum Known {
    Number(f64),
    Text(String),
    Bool(bool),
    Nothing,
}

/// A cell that cannot be what its column is.
pub(super) struct WrongCell {
    pub(super) column: usize,
    pub(super) reason: String,
}

impl TableRow {
    /// Reads what the policy reads of a row.
    pub(super) fn read(tied: &Tied, batch: &TableBatch, row: usize) -> Result<Self, WrongCell> {
        let reader = Reader { batch: &batch.columns, row, has_decimal_commas: batch.has_decimal_commas };
        let special = &tied.special;
        let value = |source: &Option<Source>| match source {
            None | Some(Source::Missing) => Ok(Known::Nothing),
            Some(Source::Fixed(number)) => Ok(Known::Number(*number)),
            Some(Source::Cell { column, kind, is_declared }) => match reader.known(*column, *kind) {
                Err(_) if *is_declared => Ok(Known::Nothing),
                read => read,
            },
            Some(Source::LayerPercent(column)) => reader.layer(tied, *column, Measure::Percent),
            Some(Source::LayerHectares(column)) => reader.layer(tied, *column, Measure::Hectares),
        };
        let values = tied.sources.iter().map(value).collect::<Result<_, _>>()?;
        let status = special.geometry_status.map(|column| reader.text(column)).unwrap_or_default();
        let flag = |column: Option<usize>| column.map_or(Ok(None), |column| reader.yes_no(column));
        let moved = match tied.moved {
            Some((cases, columns)) => reader.moved(columns)?.map(|numbers| Moved::of_numbers(numbers, cases)),
            None => None,
        };
        let defects = special.defects.map(|column| reader.text(column)).unwrap_or_default();
        Ok(Self {
            values,
            is_usable: flag(special.geometry_usable)?.unwrap_or(status != "unusable"),
            is_point: flag(special.from_point)?.unwrap_or(status == "disc"),
            moved,
            defects: if defects.is_empty() { "what is wrong with it is not in the table".to_owned() } else { defects },
        })
    }
}

impl Row for TableRow {
    fn value(&self, column: usize) -> Value<'_> {
        match &self.values[column] {
            Known::Number(number) => Value::Number(*number),
            Known::Text(text) => Value::Text(text),
            Known::Bool(truth) => Value::Bool(*truth),
            Known::Nothing => Value::Unknown,
        }
    }

    fn geometry_usable(&self) -> bool {
        self.is_usable
    }

    fn is_point(&self) -> bool {
        self.is_point
    }

    fn defects(&self) -> String {
        self.defects.clone()
    }
}

/// What is asked of a column that has the name of an indicator.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Percent,
    Hectares,
}

/// What stands in a cell.
enum Cell<'b> {
    Blank,
    Text(&'b str),
    Number(f64),
    Bool(bool),
    Day(i32),
}

struct Reader<'b> {
    batch: &'b RecordBatch,
    row: usize,
    has_decimal_commas: bool,
}

impl<'b> Reader<'b> {
    fn cell(&self, column: usize) -> Cell<'b> {
        let array = self.batch.column(column);
        if array.is_null(self.row) {
            return Cell::Blank;
        }
        match array.data_type() {
            DataType::Boolean => Cell::Bool(array.as_boolean().value(self.row)),
            DataType::Int64 => Cell::Number(array.as_primitive::<Int64Type>().value(self.row) as f64),
            DataType::Float64 => match array.as_primitive::<Float64Type>().value(self.row) {
                number if number.is_nan() => Cell::Blank,
                number => Cell::Number(number),
            },
            DataType::Date32 => Cell::Day(array.as_primitive::<Date32Type>().value(self.row)),
            DataType::Utf8 => match array.as_string::<i32>().value(self.row).trim() {
                blank if BLANKS.iter().any(|it| blank.eq_ignore_ascii_case(it)) => Cell::Blank,
                text => Cell::Text(text),
            },
            _ => Cell::Blank,
        }
    }

    fn known(&self, column: usize, kind: ValueKind) -> Result<Known, WrongCell> {
        Ok(match kind {
            ValueKind::Number => self.number(column)?.map_or(Known::Nothing, Known::Number),
            ValueKind::Bool => self.yes_no(column)?.map_or(Known::Nothing, Known::Bool),
            ValueKind::Year => match self.number(column)? {
                None => Known::Nothing,
                Some(year) if year.fract() == 0.0 && (1000.0..=9999.0).contains(&year) => Known::Number(year),
                Some(other) => return Err(wrong(column, format!("must be a year such as 2020, not {other}"))),
            },
            ValueKind::Day => match self.cell(column) {
                Cell::Blank => Known::Nothing,
                Cell::Day(day) => Known::Number(f64::from(day)),
                other => match other.written().parse::<Day>() {
                    Ok(day) => Known::Number(f64::from(day.number())),
                    Err(error) => return Err(wrong(column, error.to_string())),
                },
            },
            ValueKind::Text => match self.cell(column) {
                Cell::Blank => Known::Nothing,
                other => Known::Text(other.written()),
            },
        })
    }

    fn number(&self, column: usize) -> Result<Option<f64>, WrongCell> {
        let number = match self.cell(column) {
            Cell::Blank => return Ok(None),
            Cell::Number(number) => Some(number),
            Cell::Text(text) => self.number_of(text),
            Cell::Bool(_) | Cell::Day(_) => None,
        };
        match number.filter(|number| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => {
                let written = self.cell(column).written();
                Err(wrong(column, format!("must be a number or empty, not {written:?}")))
            }
        }
    }

    fn number_of(&self, text: &str) -> Option<f64> {
        // Not the words that Rust takes for numbers: inf, infinity, nan.
        let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b',' | b'e' | b'E'));
        let comma = self.has_decimal_commas && !text.contains('.');
        let text = if comma { text.replacen(',', ".", 1) } else { text.to_owned() };
        if is_number { text.parse().ok() } else { None }
    }

    /// The numbers of a plot's moved copies; `None` if it was not moved.
    fn moved<const N: usize>(&self, columns: [Option<usize>; N]) -> Result<Option<[f64; N]>, WrongCell> {
        let mut numbers = [0.0; N];
        for (told, column) in numbers.iter_mut().zip(columns) {
            let Some(column) = column else { return Ok(None) };
            let Some(number) = self.number(column)? else { return Ok(None) };
            *told = number;
        }
        Ok(Some(numbers))
    }

    fn yes_no(&self, column: usize) -> Result<Option<bool>, WrongCell> {
        match self.cell(column) {
            Cell::Blank => Ok(None),
            Cell::Bool(truth) => Ok(Some(truth)),
            other => match other.written().to_lowercase().as_str() {
                "yes" | "true" => Ok(Some(true)),
                "no" | "false" => Ok(Some(false)),
                _ => Err(wrong(column, format!("must be yes, no or empty, not {:?}", other.written()))),
            },
        }
    }

    fn text(&self, column: usize) -> String {
        self.cell(column).written()
    }

    /// A column with the name of an indicator, by the unit and the area of the row.
    ///
    /// # Method
    ///
    /// As Whisp: hectares by the area, times 100, no more than 100; of a plot of area 0, a point, all of it where there is
    /// anything.
    fn layer(&self, tied: &Tied, column: usize, measure: Measure) -> Result<Known, WrongCell> {
        let Some(value) = self.number(column)? else { return Ok(Known::Nothing) };
        if value < 0.0 {
            return Err(wrong(column, format!("must be 0 or more, not {value}")));
        }
        let unit_column = tied.special.unit.expect("Tied::new asks for a unit where there are columns of maps");
        let unit = self.text(unit_column).to_lowercase();
        let in_hectares = match unit.as_str() {
            "ha" => true,
            "percent" | "%" => false,
            _ => return Err(wrong(unit_column, format!("must be ha or percent, not {unit:?}"))),
        };
        let area = tied.special.area.map_or(Ok(None), |area| self.number(area))?;
        if let (Some(area_ha), Some(column)) = (area.filter(|area_ha| *area_ha < 0.0), tied.special.area) {
            return Err(wrong(column, format!("must be hectares of 0 or more, not {area_ha}")));
        }
        let as_given = (measure == Measure::Hectares) == in_hectares;
        Ok(match (area, measure) {
            (Some(0.0), Measure::Percent) => Known::Number(if value > 0.0 { 100.0 } else { 0.0 }),
            // Of any area.
            _ if as_given || value == 0.0 => Known::Number(value),
            (Some(area_ha), Measure::Percent) => Known::Number((value / area_ha * 100.0).clamp(0.0, 100.0)),
            (Some(area_ha), Measure::Hectares) => Known::Number(value * area_ha / 100.0),
            (None, _) => Known::Nothing,
        })
    }
}

impl Cell<'_> {
    fn written(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => (*text).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Bool(truth) => truth.to_string(),
            Self::Day(day) => Day::from_number(*day).to_string(),
        }
    }
}

fn wrong(column: usize, reason: String) -> WrongCell {
    WrongCell { column, reason }
}
