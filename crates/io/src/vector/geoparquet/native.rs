//! Geometry columns of GeoParquet: WKB, and the native encodings, lists of lists of coordinates.

use super::super::wkb;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray};
use lindero_plots::{OpenGeometry, Position, RawGeometries};
use std::ops::Range;

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
pub(super) fn read(encoding: Encoding, column: &ArrayRef) -> Result<RawGeometries, String> {
    let mut out = RawGeometries::new();
    // Nothing is known of a column without values.
    let reader = if column.null_count() == column.len() { Rows::Unsupported("") } else { Rows::of(encoding, column)? };
    for row in 0..column.len() {
        let mut into = out.open();
        if column.is_null(row) {
            into.close_as_missing();
            continue;
        }
        match &reader {
            Rows::Unsupported(kind) => into.close_as_unsupported(*kind),
            Rows::Wkb(bytes) => wkb::read(bytes.value(row), into),
            Rows::Point(coordinates) => close_as_points(coordinates, row..row + 1, into),
            Rows::MultiPoint(points, coordinates) => close_as_points(coordinates, points.element(row), into),
            Rows::Polygon(rings, corners, coordinates) => {
                add_part(coordinates, corners, rings.element(row), &mut into);
                into.close_as_polygons();
            }
            Rows::MultiPolygon(parts, rings, corners, coordinates) => {
                for part in parts.element(row) {
                    add_part(coordinates, corners, rings.element(part), &mut into);
                }
                into.close_as_polygons();
            }
        }
    }
    Ok(out)
}

/// Not-a-number is how an empty point is written.
fn close_as_points(coordinates: &Coordinates<'_>, points: Range<usize>, mut into: OpenGeometry<'_>) {
    if coordinates.get(points.clone()).all(|[x, y]| x.is_nan() && y.is_nan()) {
        return into.close_as_missing();
    }
    into.extend(coordinates.get(points));
    into.close_as_points();
}

fn add_part(coordinates: &Coordinates<'_>, corners: &Lists<'_>, rings: Range<usize>, into: &mut OpenGeometry<'_>) {
    for ring in rings {
        into.extend(coordinates.get(corners.element(ring)));
        into.end_ring();
    }
    into.end_part();
}

/// A column, taken apart once for all its rows.
enum Rows<'a> {
    Unsupported(&'static str),
    Wkb(Bytes<'a>),
    Point(Coordinates<'a>),
    MultiPoint(Lists<'a>, Coordinates<'a>),
    Polygon(Lists<'a>, Lists<'a>, Coordinates<'a>),
    MultiPolygon(Lists<'a>, Lists<'a>, Lists<'a>, Coordinates<'a>),
}

impl<'a> Rows<'a> {
    fn of(encoding: Encoding, column: &'a ArrayRef) -> Result<Self, String> {
        Ok(match encoding {
            Encoding::LineString => Self::Unsupported("LineString"),
            Encoding::MultiLineString => Self::Unsupported("MultiLineString"),
            Encoding::Wkb => Self::Wkb(Bytes::of(column)?),
            Encoding::Point => Self::Point(Coordinates::of(column)?),
            Encoding::MultiPoint => {
                let (points, coordinates) = Lists::of(column)?;
                Self::MultiPoint(points, Coordinates::of(coordinates)?)
            }
            Encoding::Polygon => {
                let (rings, corners) = Lists::of(column)?;
                let (corners, coordinates) = Lists::of(corners)?;
                Self::Polygon(rings, corners, Coordinates::of(coordinates)?)
            }
            Encoding::MultiPolygon => {
                let (parts, rings) = Lists::of(column)?;
                let (rings, corners) = Lists::of(rings)?;
                let (corners, coordinates) = Lists::of(corners)?;
                Self::MultiPolygon(parts, rings, corners, Coordinates::of(coordinates)?)
            }
        })
    }
}

/// A column of bytes.
enum Bytes<'a> {
    Binary(&'a BinaryArray),
    Large(&'a LargeBinaryArray),
    View(&'a BinaryViewArray),
}

impl<'a> Bytes<'a> {
    fn of(column: &'a ArrayRef) -> Result<Self, String> {
        if let Some(array) = column.as_binary_opt::<i32>() {
            Ok(Self::Binary(array))
        } else if let Some(array) = column.as_binary_opt::<i64>() {
            Ok(Self::Large(array))
        } else if let Some(array) = column.as_binary_view_opt() {
            Ok(Self::View(array))
        } else {
            Err(format!("its geometry is a column of {}, where WKB should be bytes", column.data_type()))
        }
    }

    fn value(&self, row: usize) -> &'a [u8] {
        match self {
            Self::Binary(array) => array.value(row),
            Self::Large(array) => array.value(row),
            Self::View(array) => array.value(row),
        }
    }
}

/// Where the elements of lists are among all elements.
enum Lists<'a> {
    Short(&'a [i32]),
    Long(&'a [i64]),
}

impl<'a> Lists<'a> {
    /// A column of lists, and the column of all their elements.
    fn of(column: &'a ArrayRef) -> Result<(Self, &'a ArrayRef), String> {
        if let Some(array) = column.as_list_opt::<i32>() {
            Ok((Self::Short(array.value_offsets()), array.values()))
        } else if let Some(array) = column.as_list_opt::<i64>() {
            Ok((Self::Long(array.value_offsets()), array.values()))
        } else {
            Err(format!("its geometry has {} where a list should be", column.data_type()))
        }
    }

    fn element(&self, index: usize) -> Range<usize> {
        match self {
            Self::Short(offsets) => offsets[index] as usize..offsets[index + 1] as usize,
            Self::Long(offsets) => offsets[index] as usize..offsets[index + 1] as usize,
        }
    }
}

/// Coordinates: a struct of columns `x` and `y`, or lists of fixed length.
struct Coordinates<'a> {
    x: &'a [f64],
    y: &'a [f64],
    /// From one position's ordinate to the next one's.
    step: usize,
}

impl<'a> Coordinates<'a> {
    fn of(column: &'a ArrayRef) -> Result<Self, String> {
        let wrong = || format!("its geometry has {} where coordinates should be", column.data_type());
        if let Some(columns) = column.as_struct_opt() {
            let ordinate = |name| Some(columns.column_by_name(name)?.as_primitive_opt::<Float64Type>()?.values());
            let (x, y) = ordinate("x").zip(ordinate("y")).ok_or_else(wrong)?;
            return Ok(Self { x, y, step: 1 });
        }
        let lists = column.as_fixed_size_list_opt().ok_or_else(wrong)?;
        let step = usize::try_from(lists.value_length()).ok().filter(|&size| size >= 2).ok_or_else(wrong)?;
        let values = lists.values().as_primitive_opt::<Float64Type>().ok_or_else(wrong)?;
        let start = lists.value_offset(0) as usize;
        let values = &values.values()[start..start + step * lists.len()];
        Ok(Self { x: values, y: values.get(1..).unwrap_or(&[]), step })
    }

    fn get(&self, range: Range<usize>) -> impl Iterator<Item = Position> {
        range.map(|i| [self.x[i * self.step], self.y[i * self.step]])
    }
}
