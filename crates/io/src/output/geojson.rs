//! GeoJSON as RFC 7946 has it.

use super::cell_text::CellText;
use super::drawable::{Drawable, turned};
use super::error::{WriteError, check_batch};
use super::number::push_number;
use super::text_out::TextOut;
use super::{Made, MadeRows, TableWriter};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use lindero_plots::{Part, Position, RawGeometryRef, RawGeometrySlice};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Starts a GeoJSON feature collection, one feature a line, properties in the order of the columns.
///
/// Coordinates keep the digits they were read with; rings are closed and turned the way RFC 7946 asks
/// (outer rings counter-clockwise).
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn geojson(path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    let keys = schema.fields().iter().map(|field| {
        let mut key = String::new();
        push_text(&mut key, field.name());
        key.push(':');
        key
    });
    let keys = keys.collect();
    let writer = GeoJson { schema, file: TextOut::create(path)?, keys, is_first: AtomicBool::new(true) };
    writer.file.put("{\"type\":\"FeatureCollection\",\"features\":[")?;
    Ok(Box::new(writer))
}

/// Stands before each feature but the first.
const BETWEEN: &str = ",\n";

struct GeoJson {
    schema: SchemaRef,
    file: TextOut,
    /// Column names as JSON, with a colon.
    keys: Vec<String>,
    /// Whether no feature is written yet.
    is_first: AtomicBool,
}

impl GeoJson {
    /// Appends the properties of one row.
    fn push_properties(
        &self,
        line: &mut String,
        columns: &[CellText<'_>],
        row: usize,
        cell: &mut String,
    ) -> Result<(), ArrowError> {
        line.push('{');
        for (i, (key, column)) in self.keys.iter().zip(columns).enumerate() {
            if i > 0 {
                line.push(',');
            }
            line.push_str(key);
            cell.clear();
            if !column.push(row, cell)? {
                line.push_str("null");
            } else if column.is_bare() {
                line.push_str(cell);
            } else {
                push_text(line, cell);
            }
        }
        line.push('}');
        Ok(())
    }
}

impl TableWriter for GeoJson {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(self.file.path(), &self.schema, batch, geometries)?;
        let format_error =
            |error: ArrowError| WriteError::Format { path: self.file.path().to_owned(), reason: error.to_string() };
        let columns = batch.columns().iter().map(|column| CellText::new(column));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(format_error)?;
        let (mut lines, mut cell) = (String::new(), String::new());
        for row in 0..batch.num_rows() {
            lines.push_str(BETWEEN);
            lines.push_str("{\"type\":\"Feature\",\"properties\":");
            self.push_properties(&mut lines, &columns, row, &mut cell).map_err(format_error)?;
            lines.push_str(",\"geometry\":");
            push_geometry(&mut lines, geometries.map_or(RawGeometryRef::Missing, |all| all.get(row)));
            lines.push('}');
        }
        Ok(Made(MadeRows::Text(lines)))
    }

    fn append(&self, made: Made) -> Result<(), WriteError> {
        let lines = made.into_text();
        match lines.strip_prefix(BETWEEN) {
            Some(lines) if self.is_first.swap(false, Ordering::Relaxed) => {
                self.file.put("\n")?;
                self.file.put(lines)
            }
            _ => self.file.put(&lines),
        }
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        self.file.put("\n]}\n")?;
        self.file.finish()
    }
}

/// Appends text as a JSON string.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("text is always JSON"));
}

/// Appends a geometry; `null` where it cannot be drawn.
pub(crate) fn push_geometry(out: &mut String, geometry: RawGeometryRef<'_>) {
    match Drawable::new(geometry) {
        None => out.push_str("null"),
        Some(drawable) => push_drawable(out, &drawable),
    }
}

fn push_drawable(out: &mut String, geometry: &Drawable<'_>) {
    out.push_str("{\"type\":\"");
    out.push_str(geometry.type_name());
    out.push_str("\",");
    match geometry {
        Drawable::Points([point]) => {
            out.push_str("\"coordinates\":");
            push_position(out, point);
        }
        Drawable::Points(points) => {
            out.push_str("\"coordinates\":");
            push_list(out, points.iter(), push_position);
        }
        Drawable::Polygons(parts) => {
            out.push_str("\"coordinates\":");
            match parts.as_slice() {
                [part] => push_polygon(out, *part),
                parts => push_list(out, parts.iter(), |out, part| push_polygon(out, *part)),
            }
        }
        Drawable::Collection(members) => {
            out.push_str("\"geometries\":");
            push_list(out, members.iter(), push_drawable);
        }
    }
    out.push('}');
}

fn push_polygon(out: &mut String, part: Part<'_>) {
    push_list(out, part.rings().enumerate(), |out, (i, ring)| push_list(out, turned(ring, i == 0), push_position));
}

fn push_list<T>(out: &mut String, items: impl Iterator<Item = T>, push: impl Fn(&mut String, T)) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        push(out, item);
    }
    out.push(']');
}

fn push_position(out: &mut String, &[x, y]: &Position) {
    out.push('[');
    push_number(out, x);
    out.push(',');
    push_number(out, y);
    out.push(']');
}
