//! Features in XML: KML and GPX, as phones and globes write them.
//!
//! A file is walked twice: to find its columns, then to read it. Memory is one feature's.

mod gpx;
mod kml;
mod nodes;

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::{ColumnType, SeenColumns};
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, until_error};
use super::typed_text::{self, Decimal};
use arrow_schema::{DataType, SchemaRef};
use lindero_plots::RawGeometry;
use nodes::XmlFile;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// Opens a KML file.
pub(super) fn open_kml(path: &Path) -> Result<Opened, VectorError> {
    open::<kml::Placemarks>(path)
}

/// Opens a GPX file.
pub(super) fn open_gpx(path: &Path) -> Result<Opened, VectorError> {
    open::<gpx::Records>(path)
}

/// The kind of XML a text is by the name of its root, if it is any.
pub(super) fn root_name(start: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(start);
    let text = without_comments(&text);
    let element = text.split('<').skip(1).find(|tag| tag.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
    let name = element.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()?;
    Some(name.rsplit(':').next().unwrap_or(name).to_owned())
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once("-->").map_or("", |(_, behind)| behind))
}

/// A feature as an element says it.
struct XmlFeature {
    /// What the format itself has names for: always text.
    texts: Vec<(&'static str, String)>,
    /// What the user named.
    data: Vec<NamedText>,
    geometry: RawGeometry,
}

/// A cell that the user named.
struct NamedText {
    name: String,
    text: String,
    /// Whether the file declares it to be text; of others the type is in the value.
    is_text: bool,
}

impl NamedText {
    /// The type of the value. Formats without days declare them as text: a day is one all the same.
    fn column_type(&self) -> ColumnType {
        match typed_text::type_of(&self.text, Decimal::Point) {
            found @ (ColumnType::Empty | ColumnType::Date) => found,
            _ if self.is_text => ColumnType::Text,
            found => found,
        }
    }
}

/// What a format implements.
trait Walk: Sized {
    fn new(file: &XmlFile) -> Result<Self, VectorError>;

    /// The next feature in the order of the file.
    fn next(&mut self) -> Result<Option<XmlFeature>, VectorError>;

    /// What the user should be told of what was walked over.
    fn notes(&self) -> Vec<String>;
}

fn open<W: Walk + 'static>(path: &Path) -> Result<Opened, VectorError> {
    let mut notes = Vec::new();
    let file = XmlFile::open(path, &mut notes)?;
    let mut columns = SeenColumns::default();
    let mut walk = W::new(&file)?;
    let mut count = 0;
    let unusable = |reason| VectorError::Unusable { path: path.to_owned(), reason };
    while let Some(feature) = walk.next()? {
        count += 1;
        for (name, _) in &feature.texts {
            columns.see(name, ColumnType::Text).map_err(unusable)?;
        }
        for cell in &feature.data {
            columns.see(&cell.name, cell.column_type()).map_err(unusable)?;
        }
    }
    notes.extend(walk.notes());
    let schema = columns.schema();
    let source = XmlSource::<W> { file, schema: Arc::clone(&schema), walk: std::marker::PhantomData };
    Ok(Opened { source: Box::new(source), schema, count: Some(count), crs: FileCrs::Wgs84, layer: None, notes })
}

/// A file that has been walked through once.
struct XmlSource<W> {
    file: XmlFile,
    schema: SchemaRef,
    walk: std::marker::PhantomData<fn() -> W>,
}

impl<W> std::fmt::Debug for XmlSource<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XmlSource").field("file", &self.file).finish_non_exhaustive()
    }
}

impl<W: Walk + 'static> Source for XmlSource<W> {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let names = self.schema.fields().iter().enumerate();
        let mut batches = XmlBatches {
            walk: W::new(&self.file)?,
            schema: Arc::clone(&self.schema),
            index: names.map(|(i, field)| (field.name().clone(), i)).collect(),
            builder: BatchBuilder::new(Arc::clone(&self.schema)),
            done: false,
        };
        Ok(until_error(move || batches.fill()))
    }
}

struct XmlBatches<W> {
    walk: W,
    schema: SchemaRef,
    index: FxHashMap<String, usize>,
    builder: BatchBuilder,
    done: bool,
}

impl<W: Walk> XmlBatches<W> {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            let Some(feature) = self.walk.next()? else {
                self.done = true;
                break;
            };
            let texts = feature.texts.iter().map(|(name, text)| (*name, text));
            let data = feature.data.iter().map(|cell| (cell.name.as_str(), &cell.text));
            for (name, text) in texts.chain(data) {
                // A file that changes while it is read may have columns of which nobody knew.
                let Some(&column) = self.index.get(name) else { continue };
                let value = match self.schema.field(column).data_type() {
                    DataType::Utf8 if text.trim().is_empty() => Value::Null,
                    DataType::Utf8 => Value::Text(text.as_str().into()),
                    _ => typed_text::value_of(text, Decimal::Point),
                };
                self.builder.set(column, value);
            }
            self.builder.end_row(feature.geometry);
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::root_name;

    #[test]
    fn the_root_is_named_whatever_stands_before_it() {
        let check = |text: &str, name: Option<&str>| assert_eq!(root_name(text.as_bytes()).as_deref(), name, "{text}");
        check("<kml>", Some("kml"));
        check("<?xml version=\"1.0\"?>\n<!-- no <b>? -->\n<kml:kml xmlns:kml=\"x\">", Some("kml"));
        check("<?xml version=\"1.0\"?>\n<!DOCTYPE gpx>\n<gpx version=\"1.1\">", Some("gpx"));
        check("id,name\n1,<", None);
    }
}
