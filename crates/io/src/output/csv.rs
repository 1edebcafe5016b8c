//! CSV as RFC 4180 has it, but for the ends of lines.

use super::TableWriter;
use super::cell_text::CellText;
use super::error::{WriteError, check_batch};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use lindero_plots::RawGeometrySlice;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Starts a CSV file: UTF-8, a header line, lines ended by LF (which spreadsheets and scripts both
/// read), quotes only where needed, nulls empty, `true` and `false`, numbers as [`super::push_number`] writes them. Geometry is left out.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn csv(path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    let file = File::create(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    let writer = ::csv::Writer::from_writer(BufWriter::new(file));
    let mut csv = Csv { path: path.to_owned(), schema, writer, cell: String::new() };
    let names: Vec<_> = csv.schema.fields().iter().map(|field| field.name().clone()).collect();
    csv.writer.write_record(&names).map_err(|error| csv_error(&csv.path, error))?;
    Ok(Box::new(csv))
}

struct Csv {
    path: PathBuf,
    schema: SchemaRef,
    writer: ::csv::Writer<BufWriter<File>>,
    cell: String,
}

fn csv_error(path: &Path, error: ::csv::Error) -> WriteError {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.into_kind() {
        ::csv::ErrorKind::Io(source) => WriteError::Io { path, source },
        _ => WriteError::Format { path, reason },
    }
}

impl TableWriter for Csv {
    fn write(&mut self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<(), WriteError> {
        check_batch(&self.path, &self.schema, batch, geometries)?;
        let format_error =
            |error: arrow_schema::ArrowError| WriteError::Format { path: self.path.clone(), reason: error.to_string() };
        let columns = batch.columns().iter().map(|column| CellText::new(column));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(format_error)?;
        for row in 0..batch.num_rows() {
            for column in &columns {
                self.cell.clear();
                column.push(row, &mut self.cell).map_err(format_error)?;
                self.writer.write_field(&self.cell).map_err(|error| csv_error(&self.path, error))?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(|error| csv_error(&self.path, error))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.writer.flush().map_err(|source| WriteError::Io { path: self.path, source })
    }
}
