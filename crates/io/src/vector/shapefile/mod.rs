//! Shapefiles: `.shp` with the files beside it.
//!
//! Read by the crate `shapefile` and its `dbase`. What they leave open is here: the lengths a damaged file
//! announces are checked before they see them, rows keep their shapes where records are deleted or missing,
//! text has the encoding of the `.cpg`, holes are given to their outer rings, and cells keep their digits.

mod dbf;
mod dbf_records;
mod encoding;
mod plain_table;
mod rings;
mod shp;

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::ColumnType;
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, until_error};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use dbf::{DbfError, DbfField, DbfHeader, read_header};
use dbf_records::{DbfRecord, DbfRecords};
use encoding::TextEncoding;
use lindero_plots::RawGeometry;
use shp::{Shapes, ShpError, read_index, walk_index};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens a Shapefile. The `.dbf` is read once to check its types and find its encoding.
pub(super) fn open(path: &Path) -> Result<Opened, VectorError> {
    let shp_error = |error| match error {
        ShpError::Io(source) => VectorError::Read { path: path.to_owned(), source },
        ShpError::Damaged(reason) => VectorError::Damaged { path: path.to_owned(), reason },
    };
    let shp = File::open(path).map_err(|source| VectorError::Read { path: path.to_owned(), source })?;
    let mut notes = Vec::new();
    let offsets = match open_beside(path, "shx")? {
        Some((_, shx)) => read_index(shx).map_err(shp_error)?,
        None => walk_index(shp.try_clone().map_err(|error| shp_error(error.into()))?).map_err(shp_error)?,
    };
    Shapes::new(shp).map_err(shp_error)?;
    let (schema, table) = match open_beside(path, "dbf")? {
        None => {
            notes.push("there is no .dbf beside the .shp: the plots have no columns".to_owned());
            (Arc::new(Schema::empty()), None)
        }
        Some((dbf, file)) => {
            let opened = Table::open(dbf.clone(), file, path, &mut notes);
            let (schema, table) = opened.map_err(|error| dbf_error(&dbf, error))?;
            (schema, Some(table))
        }
    };
    let rows = table.as_ref().map_or(0, |table| table.header.records);
    let shapes = offsets.len() as u64;
    if table.is_some() && rows != shapes {
        notes
            .push(format!("the .shp has {shapes} shapes and the .dbf {rows} rows: the missing ones are read as empty"));
    }
    let deleted = table.as_ref().map_or(0, |table| table.deleted);
    if deleted > 0 {
        notes.push(format!("{deleted} records are marked as deleted and are not read"));
    }
    let crs = match open_beside(path, "prj")? {
        None => FileCrs::Unstated,
        Some((prj, file)) => {
            let text = io::read_to_string(file).map_err(|source| VectorError::Read { path: prj, source })?;
            if text.trim().is_empty() { FileCrs::Unstated } else { FileCrs::Named(text.trim().to_owned()) }
        }
    };
    Ok(Opened {
        source: Box::new(Shapefile { path: path.to_owned(), offsets, schema: Arc::clone(&schema), table }),
        schema,
        count: Some(shapes.max(rows) - deleted),
        crs,
        layer: None,
        notes,
    })
}

fn dbf_error(path: &Path, error: DbfError) -> VectorError {
    let path = path.to_owned();
    match error {
        DbfError::Io(source) => VectorError::Read { path, source },
        DbfError::Damaged(reason) => VectorError::Damaged { path, reason },
    }
}

/// The files beside a `.shp` that are read with it, in a fixed order.
pub(super) fn parts_beside(path: &Path) -> Vec<PathBuf> {
    let parts = ["shx", "dbf", "prj", "cpg"].into_iter();
    parts.filter_map(|part| open_beside(path, part).ok().flatten()).map(|(path, _)| path).collect()
}

/// The file of the same name with another extension, in lower or upper case; `None` if there is none.
fn open_beside(path: &Path, extension: &str) -> Result<Option<(PathBuf, File)>, VectorError> {
    for extension in [extension.to_owned(), extension.to_uppercase()] {
        let beside = path.with_extension(extension);
        match File::open(&beside) {
            Ok(file) => return Ok(Some((beside, file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(VectorError::Read { path: beside, source }),
        }
    }
    Ok(None)
}

/// A checked `.dbf`.
#[derive(Debug)]
struct Table {
    path: PathBuf,
    header: DbfHeader,
    /// The columns that are read, in the order of the schema.
    fields: Vec<DbfField>,
    encoding: TextEncoding,
    deleted: u64,
}

impl Table {
    /// Reads the table through: types, deleted records, encoding.
    fn open(path: PathBuf, mut file: File, shp: &Path, notes: &mut Vec<String>) -> Result<(SchemaRef, Self), DbfError> {
        let header = read_header(&mut file)?;
        let fields: Vec<_> = header.fields.iter().filter(|field| field.is_readable()).cloned().collect();
        if fields.len() < header.fields.len() {
            notes.push("columns of memos and pictures lie in other files and are not read".to_owned());
        }
        let mut types = vec![ColumnType::Empty; fields.len()];
        let mut deleted = 0;
        let mut text = TextSeen { ascii: true, utf_8: false, not_utf_8: false };
        fields.iter().for_each(|field| text.see(&field.name, field.name.len() > 9));
        let mut records = DbfRecords::new(file, &header)?;
        while let Some(record) = records.next()? {
            let DbfRecord::Cells(record) = record else {
                deleted += 1;
                continue;
            };
            for (field, seen) in fields.iter().zip(&mut types) {
                if field.is_text() {
                    let cell = field.trimmed(&record);
                    text.see(cell, cell.len() == field.width);
                    *seen = ColumnType::Text;
                } else {
                    *seen = seen.with(field.type_of(&record));
                }
            }
        }
        let encoding = choose_encoding(shp, header.language, text, notes)?;
        let columns = fields.iter().zip(types).map(|(field, seen)| {
            let column_type = if seen == ColumnType::Empty { field.declared_type() } else { seen };
            Field::new(encoding.decode(&field.name), column_type.data_type(), true)
        });
        let schema = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        Ok((schema, Self { path, header, fields, encoding, deleted }))
    }
}

/// What the text of a table could be.
#[derive(Clone, Copy)]
struct TextSeen {
    ascii: bool,
    /// A character of several bytes was seen.
    utf_8: bool,
    /// Bytes that UTF-8 does not have were seen.
    not_utf_8: bool,
}

impl TextSeen {
    /// Looks at a cell; one that fills its column may end in the middle of a character.
    fn see(&mut self, bytes: &[u8], fills_column: bool) {
        if bytes.is_ascii() {
            return;
        }
        self.ascii = false;
        match std::str::from_utf8(bytes) {
            Ok(_) => self.utf_8 = true,
            Err(error) if fills_column && error.error_len().is_none() => {
                self.utf_8 |= !bytes[..error.valid_up_to()].is_ascii();
            }
            Err(_) => self.not_utf_8 = true,
        }
    }
}

/// What a `.cpg` says; else UTF-8 where the text is (other text hardly ever is by chance); else what the
/// table's language byte says; else Western.
fn choose_encoding(
    shp: &Path,
    language: u8,
    text: TextSeen,
    notes: &mut Vec<String>,
) -> Result<TextEncoding, DbfError> {
    let cpg = open_beside(shp, "cpg").ok().flatten();
    if let Some((_, file)) = cpg {
        let mut named = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, 256), &mut named)?;
        let named = String::from_utf8_lossy(&named);
        match TextEncoding::of_cpg(&named) {
            Some(encoding) => return Ok(encoding),
            None => notes.push(format!("the .cpg names the encoding {:?}, which is not known", named.trim())),
        }
    }
    if text.ascii || (text.utf_8 && !text.not_utf_8) {
        return Ok(TextEncoding::UTF_8);
    }
    let encoding = TextEncoding::of_language_byte(language).unwrap_or(TextEncoding::WESTERN);
    notes.push(format!(
        "there is no .cpg that names the encoding of text; it is read as {}: a .cpg beside the .shp says otherwise",
        encoding.name()
    ));
    Ok(encoding)
}

/// A checked Shapefile.
#[derive(Debug)]
struct Shapefile {
    path: PathBuf,
    offsets: Vec<u64>,
    schema: SchemaRef,
    table: Option<Table>,
}

impl Source for Shapefile {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let shapes = File::open(&self.path)
            .map_err(ShpError::Io)
            .and_then(Shapes::new)
            .map_err(|error| self.shp_error(error))?;
        let rows = match &self.table {
            None => None,
            Some(table) => Some(
                File::open(&table.path)
                    .map_err(DbfError::Io)
                    .and_then(|file| DbfRecords::new(file, &table.header))
                    .map_err(|error| dbf_error(&table.path, error))?,
            ),
        };
        let builder = BatchBuilder::new(Arc::clone(&self.schema));
        let mut batches = ShapefileBatches { file: self, shapes, rows, next: 0, builder, done: false };
        Ok(until_error(move || batches.fill()))
    }
}

impl Shapefile {
    fn shp_error(&self, error: ShpError) -> VectorError {
        let path = self.path.clone();
        match error {
            ShpError::Io(source) => VectorError::Read { path, source },
            ShpError::Damaged(reason) => VectorError::Damaged { path, reason },
        }
    }
}

struct ShapefileBatches<'a> {
    file: &'a Shapefile,
    shapes: Shapes,
    rows: Option<DbfRecords>,
    /// Index of the next record, deleted ones included.
    next: usize,
    builder: BatchBuilder,
    done: bool,
}

impl ShapefileBatches<'_> {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            let offset = self.file.offsets.get(self.next).copied();
            self.next += 1;
            let mut has_row = false;
            if let (Some(table), Some(rows)) = (&self.file.table, &mut self.rows) {
                match rows.next().map_err(|error| dbf_error(&table.path, error))? {
                    None => {}
                    Some(DbfRecord::Deleted) => continue,
                    Some(DbfRecord::Cells(record)) => {
                        has_row = true;
                        for (column, field) in table.fields.iter().enumerate() {
                            self.builder.set(column, cell(table, field, &record, self.file.schema.field(column)));
                        }
                    }
                }
            }
            let geometry = match offset {
                Some(offset) => self.shapes.read(offset).map_err(|error| self.file.shp_error(error))?,
                None if has_row => RawGeometry::Missing,
                None => {
                    self.done = true;
                    break;
                }
            };
            self.builder.end_row(geometry);
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }
}

/// A cell in the type of its column: the digits of numbers and dates stay as they are in text.
fn cell<'a>(table: &Table, field: &DbfField, record: &'a [Vec<u8>], column: &Field) -> Value<'a> {
    if *column.data_type() != DataType::Utf8 {
        return field.value(record, table.encoding);
    }
    match field.trimmed(record) {
        [] => Value::Null,
        text => Value::Text(table.encoding.decode(text)),
    }
}
