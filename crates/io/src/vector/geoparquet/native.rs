//! Geometry in GeoParquet's native encodings: lists of lists of coordinates.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use lindero_plots::{Position, RawGeometry};

/// How a geometry column is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Wkb,
    Point,
    MultiPoint,
    Polygon,
    MultiPolygon,
    LineString,
    MultiLineString,
}

impl Encoding {
    /// The encoding of a name in the metadata, with or without the prefix of drafts.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.strip_prefix("geoarrow.").unwrap_or(&name) {
            "wkb" => Self::Wkb,
            "point" => Self::Point,
            "multipoint" => Self::MultiPoint,
            "polygon" => Self::Polygon,
            "multipolygon" => Self::MultiPolygon,
            "linestring" => Self::LineString,
            "multilinestring" => Self::MultiLineString,
            _ => return None,
        })
    }
}

/// Reads all rows of a column.
///
/// # Errors
///
/// A reason, if the column is not of the types the encoding has.
pub(super) fn read(encoding: Encoding, column: &ArrayRef) -> Result<Vec<RawGeometry>, String> {
    (0..column.len())
        .map(|row| {
            if column.is_null(row) {
                return Ok(RawGeometry::Missing);
            }
            let geometry = match encoding {
                Encoding::Wkb => return wkb(column, row),
                Encoding::LineString => return Ok(RawGeometry::Unsupported("LineString".to_owned())),
                Encoding::MultiLineString => return Ok(RawGeometry::Unsupported("MultiLineString".to_owned())),
                Encoding::Point => RawGeometry::Points(positions(&column.slice(row, 1))?),
                Encoding::MultiPoint => RawGeometry::Points(positions(&element(column, row)?)?),
                Encoding::Polygon => RawGeometry::Polygons(vec![rings(&element(column, row)?)?]),
                Encoding::MultiPolygon => {
                    let parts = element(column, row)?;
                    let parts = (0..parts.len()).map(|part| rings(&element(&parts, part)?));
                    RawGeometry::Polygons(parts.collect::<Result<_, _>>()?)
                }
            };
            Ok(match geometry {
                RawGeometry::Points(points) if points.iter().all(|[x, y]| x.is_nan() && y.is_nan()) => {
                    RawGeometry::Missing
                }
                RawGeometry::Polygons(parts) if parts.iter().all(Vec::is_empty) => RawGeometry::Missing,
                geometry => geometry,
            })
        })
        .collect()
}

fn wkb(column: &ArrayRef, row: usize) -> Result<RawGeometry, String> {
    let bytes = if let Some(array) = column.as_binary_opt::<i32>() {
        array.value(row)
    } else if let Some(array) = column.as_binary_opt::<i64>() {
        array.value(row)
    } else if let Some(array) = column.as_binary_view_opt() {
        array.value(row)
    } else {
        return Err(format!("its geometry is a column of {}, where WKB should be bytes", column.data_type()));
    };
    Ok(super::super::wkb::read(bytes))
}

/// One element of a column of lists.
fn element(list: &ArrayRef, index: usize) -> Result<ArrayRef, String> {
    if let Some(array) = list.as_list_opt::<i32>() {
        Ok(array.value(index))
    } else if let Some(array) = list.as_list_opt::<i64>() {
        Ok(array.value(index))
    } else {
        Err(format!("its geometry has {} where a list should be", list.data_type()))
    }
}

fn rings(list: &ArrayRef) -> Result<Vec<Vec<Position>>, String> {
    (0..list.len()).map(|ring| positions(&element(list, ring)?)).collect()
}

/// Coordinates: a struct of columns `x` and `y`, or lists of fixed length.
fn positions(coordinates: &ArrayRef) -> Result<Vec<Position>, String> {
    let wrong = || format!("its geometry has {} where coordinates should be", coordinates.data_type());
    if let Some(columns) = coordinates.as_struct_opt() {
        let ordinate = |name: &str| -> Option<Float64Array> {
            columns.column_by_name(name)?.as_primitive_opt::<Float64Type>().cloned()
        };
        let (x, y) = ordinate("x").zip(ordinate("y")).ok_or_else(wrong)?;
        return Ok(x.values().iter().zip(y.values()).map(|(&x, &y)| [x, y]).collect());
    }
    let lists = coordinates.as_fixed_size_list_opt().ok_or_else(wrong)?;
    let size = usize::try_from(lists.value_length()).ok().filter(|&size| size >= 2).ok_or_else(wrong)?;
    let start = lists.value_offset(0) as usize;
    let values = lists.values().as_primitive_opt::<Float64Type>().ok_or_else(wrong)?;
    let values = &values.values()[start..start + size * lists.len()];
    Ok(values.chunks_exact(size).map(|position| [position[0], position[1]]).collect())
}
