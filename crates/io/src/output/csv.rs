//! CSV as RFC 4180 has it, but for the ends of lines.

use super::cell_text::CellText;
use super::error::{WriteError, check_batch};
use super::{Made, MadeRows, TableWriter};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use lindero_plots::RawGeometrySlice;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Starts a CSV file: UTF-8, a header line, lines ended by LF (which spreadsheets and scripts both
/// read), quotes only where needed, nulls empty, `true` and `false`, numbers as [`super::push_number`] writes them. Geometry is left out.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn csv(path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    let file = File::create(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    let mut csv = Csv { path: path.to_owned(), schema, file: BufWriter::new(file) };
    let mut lines = csv.lines();
    let names: Vec<_> = csv.schema.fields().iter().map(|field| field.name().clone()).collect();
    lines.write_record(&names).map_err(|error| csv_error(&csv.path, error))?;
    let head = Made(MadeRows::Text(csv.text(lines)?));
    csv.append(head)?;
    Ok(Box::new(csv))
}

struct Csv {
    path: PathBuf,
    schema: SchemaRef,
    file: BufWriter<File>,
}

fn csv_error(path: &Path, error: ::csv::Error) -> WriteError {
    WriteError::Format { path: path.to_owned(), reason: error.to_string() }
}

impl Csv {
    fn lines(&self) -> ::csv::Writer<Vec<u8>> {
        ::csv::Writer::from_writer(Vec::new())
    }

    fn text(&self, lines: ::csv::Writer<Vec<u8>>) -> Result<String, WriteError> {
        let bytes = lines.into_inner().map_err(|error| csv_error(&self.path, error.into_error().into()))?;
        Ok(String::from_utf8(bytes).expect("cells are text"))
    }
}

impl TableWriter for Csv {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(&self.path, &self.schema, batch, geometries)?;
        let format_error =
            |error: arrow_schema::ArrowError| WriteError::Format { path: self.path.clone(), reason: error.to_string() };
        let columns = batch.columns().iter().map(|column| CellText::new(column));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(format_error)?;
        let (mut lines, mut cell) = (self.lines(), String::new());
        for row in 0..batch.num_rows() {
            for column in &columns {
                cell.clear();
                column.push(row, &mut cell).map_err(format_error)?;
                lines.write_field(&cell).map_err(|error| csv_error(&self.path, error))?;
            }
            lines.write_record(None::<&[u8]>).map_err(|error| csv_error(&self.path, error))?;
        }
        Ok(Made(MadeRows::Text(self.text(lines)?)))
    }

    fn append(&mut self, made: Made) -> Result<(), WriteError> {
        let written = self.file.write_all(made.into_text().as_bytes());
        written.map_err(|source| WriteError::Io { path: self.path.clone(), source })
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.file.flush().map_err(|source| WriteError::Io { path: self.path, source })
    }
}
