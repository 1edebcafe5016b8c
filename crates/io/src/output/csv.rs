//! CSV as RFC 4180 has it, but for the ends of lines.

use super::cell_text::CellText;
use super::drawable::Drawable;
use super::error::{WriteError, check_batch};
use super::text_out::TextOut;
use super::wkt::push_wkt;
use super::{Made, MadeRows, TableWriter};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use lindero_plots::RawGeometrySlice;
use std::path::Path;

/// Starts a CSV file: UTF-8, a header line, lines ended by LF (which spreadsheets and scripts both
/// read), quotes only where needed, nulls empty, `true` and `false`, numbers as [`super::push_number`] writes them. Geometry is left out.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn csv(path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    start(path, schema, None)
}

/// Starts a CSV file as [`csv()`] does, with the geometry as Well-known text in a last column `WKT`, by which programs that
/// read tables of geometries know it. Numbers of columns of decimals have a point, so that types are read back.
///
/// Where a column of the table is called so already, the geometry has another of the usual names.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn csv_wkt(path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    let name = geometry_name(&schema);
    start(path, schema, Some(name))
}

/// Names by which a column of geometry is known, the most usual first.
const GEOMETRY_NAMES: [&str; 4] = ["WKT", "wkt_geom", "wkt_geometry", "geometry"];

/// A name that no column of the table has.
fn geometry_name(schema: &SchemaRef) -> String {
    let is_free = |name: &String| !schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name));
    let usual = GEOMETRY_NAMES.into_iter().map(str::to_owned);
    let more = (2..).map(|number: usize| format!("{}_{number}", GEOMETRY_NAMES[0]));
    usual.chain(more).find(is_free).expect("a table has finitely many columns")
}

fn start(path: &Path, schema: SchemaRef, geometry: Option<String>) -> Result<Box<dyn TableWriter>, WriteError> {
    let has_geometry = geometry.is_some();
    let csv = Csv { schema, file: TextOut::create(path)?, has_geometry };
    let mut lines = csv.lines();
    let names = csv.schema.fields().iter().map(|field| field.name().clone()).chain(geometry);
    lines.write_record(names.collect::<Vec<_>>()).map_err(|error| csv_error(path, error))?;
    csv.file.put(&csv.text(lines)?)?;
    Ok(Box::new(csv))
}

struct Csv {
    schema: SchemaRef,
    file: TextOut,
    /// Whether rows end with their geometry.
    has_geometry: bool,
}

fn csv_error(path: &Path, error: ::csv::Error) -> WriteError {
    WriteError::Format { path: path.to_owned(), reason: error.to_string() }
}

impl Csv {
    fn lines(&self) -> ::csv::Writer<Vec<u8>> {
        ::csv::Writer::from_writer(Vec::new())
    }

    fn text(&self, lines: ::csv::Writer<Vec<u8>>) -> Result<String, WriteError> {
        let bytes = lines.into_inner().map_err(|error| csv_error(self.file.path(), error.into_error().into()))?;
        Ok(String::from_utf8(bytes).expect("cells are text"))
    }
}

impl TableWriter for Csv {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(self.file.path(), &self.schema, batch, geometries)?;
        let format_error = |error: arrow_schema::ArrowError| WriteError::Format {
            path: self.file.path().to_owned(),
            reason: error.to_string(),
        };
        let columns = batch.columns().iter().map(|column| CellText::new(column));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(format_error)?;
        let (mut lines, mut cell) = (self.lines(), String::new());
        for row in 0..batch.num_rows() {
            for column in &columns {
                cell.clear();
                let pushed =
                    if self.has_geometry { column.push_typed(row, &mut cell) } else { column.push(row, &mut cell) };
                pushed.map_err(format_error)?;
                lines.write_field(&cell).map_err(|error| csv_error(self.file.path(), error))?;
            }
            if self.has_geometry {
                cell.clear();
                if let Some(drawable) = geometries.and_then(|all| Drawable::new(all.get(row))) {
                    push_wkt(&mut cell, &drawable);
                }
                lines.write_field(&cell).map_err(|error| csv_error(self.file.path(), error))?;
            }
            lines.write_record(None::<&[u8]>).map_err(|error| csv_error(self.file.path(), error))?;
        }
        Ok(Made(MadeRows::Text(self.text(lines)?)))
    }

    fn append(&self, made: Made) -> Result<(), WriteError> {
        self.file.put(&made.into_text())
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        self.file.finish()
    }
}
