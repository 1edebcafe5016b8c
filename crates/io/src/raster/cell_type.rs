//! The types a cell can have.

use lindero_layers::Cells;
use ndarray::Array2;

/// The type of a layer's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

impl CellType {
    /// Its name for people: `uint8`, `float32`…
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::F32 => "float32",
            Self::F64 => "float64",
        }
    }

    /// The number as a cell of this type would hold it; `None` if no cell can hold it, so that a
    /// nodata tag of -9999 on unsigned bytes tags nothing.
    pub(crate) fn hold(self, value: f64) -> Option<f64> {
        let (low, high) = match self {
            Self::U8 => (0.0, f64::from(u8::MAX)),
            Self::I8 => (f64::from(i8::MIN), f64::from(i8::MAX)),
            Self::U16 => (0.0, f64::from(u16::MAX)),
            Self::I16 => (f64::from(i16::MIN), f64::from(i16::MAX)),
            Self::U32 => (0.0, f64::from(u32::MAX)),
            Self::I32 => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Self::F32 => {
                let held = f64::from(value as f32);
                return (held.is_finite() == value.is_finite()).then_some(held);
            }
            Self::F64 => return Some(value),
        };
        (value.fract() == 0.0 && (low..=high).contains(&value)).then_some(value)
    }

    /// Cells that all have one value, which the type holds.
    pub(crate) fn filled(self, dim: (usize, usize), value: f64) -> Cells {
        match self {
            Self::U8 => Cells::U8(Array2::from_elem(dim, value as u8)),
            Self::I8 => Cells::I8(Array2::from_elem(dim, value as i8)),
            Self::U16 => Cells::U16(Array2::from_elem(dim, value as u16)),
            Self::I16 => Cells::I16(Array2::from_elem(dim, value as i16)),
            Self::U32 => Cells::U32(Array2::from_elem(dim, value as u32)),
            Self::I32 => Cells::I32(Array2::from_elem(dim, value as i32)),
            Self::F32 => Cells::F32(Array2::from_elem(dim, value as f32)),
            Self::F64 => Cells::F64(Array2::from_elem(dim, value)),
        }
    }
}

/// Reads the text of GDAL's nodata tag as a value of the type.
pub(crate) fn nodata_of_text(text: &str, cell_type: CellType) -> Option<f64> {
    let word = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').split_whitespace().next()?;
    // Windows' C library once printed "not a number" as -1.#IND or 1.#QNAN.
    let value = if word.contains("#IND") || word.contains("#QNAN") { f64::NAN } else { word.parse().ok()? };
    cell_type.hold(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cell_type: CellType, expected: Option<f64>) {
        let found = nodata_of_text(text, cell_type);
        let same = found.map(f64::to_bits) == expected.map(f64::to_bits)
            || found.is_some_and(f64::is_nan) && expected.is_some_and(f64::is_nan);
        assert!(same, "{text:?} as {} is {found:?}, not {expected:?}", cell_type.name());
    }

    #[test]
    fn a_nodata_tag_is_a_value_of_the_bands_type() {
        check("255", CellType::U8, Some(255.0));
        check("-1", CellType::I8, Some(-1.0));
        check(" 0 ", CellType::I32, Some(0.0));
        check("-3.4e+38", CellType::F32, Some(f64::from(-3.4e38_f32)));
        check("-3.40282346638529e+38", CellType::F32, Some(f64::from(f32::MIN)));
        check("0.1", CellType::F64, Some(0.1));
        check("nan", CellType::F32, Some(f64::NAN));
        check("-nan", CellType::F64, Some(f64::NAN));
        check("-1.#IND", CellType::F64, Some(f64::NAN));
        check("-inf", CellType::F32, Some(f64::NEG_INFINITY));
    }

    #[test]
    fn a_nodata_tag_that_no_cell_can_hold_tags_nothing() {
        check("-9999", CellType::U8, None);
        check("256", CellType::U8, None);
        check("0.5", CellType::I16, None);
        check("nan", CellType::U8, None);
        check("1e300", CellType::F32, None);
        check("none", CellType::U8, None);
        check("", CellType::U8, None);
    }
}
