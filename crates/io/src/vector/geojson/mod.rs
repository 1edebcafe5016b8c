//! GeoJSON: collections, single features, bare geometries, and one object after the other.

mod parse;
mod scan;

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::{ColumnType, SeenColumns};
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, until_error};
use arrow_schema::SchemaRef;
use lindero_plots::RawGeometry;
use parse::{Object, Want};
use rustc_hash::FxHashMap;
use scan::{Piece, Place, ScanError, Scanner};
use serde_json::{Map, Value as Json};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Reads the whole file once: it checks the syntax, counts the features and finds the columns, so that
/// reading for the second time meets no surprise. Memory is one feature's.
pub(super) fn open(path: &Path) -> Result<Opened, VectorError> {
    let mut columns = SeenColumns::default();
    let mut walk = Walk::new(path, Want::Attributes)?;
    let mut count = 0;
    while let Some((feature, place)) = walk.next()? {
        count += 1;
        for (name, value) in feature.properties.iter().flatten() {
            columns.see(name, type_of(value)).map_err(|reason| walk.syntax(place.error(reason)))?;
        }
    }
    let schema = columns.schema();
    Ok(Opened {
        source: Box::new(GeoJson { path: path.to_owned(), schema: schema.clone() }),
        schema,
        count: Some(count),
        crs: walk.crs.map_or(FileCrs::Wgs84, FileCrs::Named),
        layer: None,
        notes: walk.notes,
    })
}

/// A file that has been read through once.
#[derive(Debug)]
struct GeoJson {
    path: PathBuf,
    schema: SchemaRef,
}

impl Source for GeoJson {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let names = self.schema.fields().iter().enumerate();
        let mut batches = GeoJsonBatches {
            walk: Walk::new(&self.path, Want::All)?,
            index: names.map(|(i, field)| (field.name().clone(), i)).collect(),
            builder: BatchBuilder::new(self.schema.clone()),
            done: false,
        };
        Ok(until_error(move || batches.fill()))
    }
}

struct GeoJsonBatches {
    walk: Walk,
    index: FxHashMap<String, usize>,
    builder: BatchBuilder,
    done: bool,
}

impl GeoJsonBatches {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            let Some((feature, place)) = self.walk.next()? else {
                self.done = true;
                break;
            };
            for (name, value) in feature.properties.into_iter().flatten() {
                let Some(&column) = self.index.get(&name) else {
                    return Err(self.walk.syntax(
                        place.error(format!("property {name:?} was not there a moment ago: the file is being changed")),
                    ));
                };
                self.builder.set(column, value_of(value));
            }
            if let Some(id) = feature.id {
                self.builder.set_id(&id);
            }
            self.builder.end_row(feature.geometry);
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }
}

/// The geometry in a text of its own, such as the cell of a table: a geometry or a feature.
pub(super) fn read_text(text: &str) -> RawGeometry {
    match Object::parse(text.as_bytes(), Want::All) {
        Err(error) => RawGeometry::Unreadable(format!("its GeoJSON cannot be read: {error}")),
        Ok(Some(object)) if object.is_geometry() || object.kind.as_deref() == Some("Feature") => object.into_geometry(),
        Ok(object) => {
            let kind = object.and_then(|object| object.kind).unwrap_or_default();
            RawGeometry::Unreadable(format!("its GeoJSON is of type {kind:?}, which is no geometry"))
        }
    }
}

/// A feature as read.
struct Feature {
    geometry: RawGeometry,
    id: Option<String>,
    properties: Option<Map<String, Json>>,
}

/// Walks over the features of a file, whatever holds them.
struct Walk {
    path: PathBuf,
    scanner: Scanner<File>,
    want: Want,
    crs: Option<String>,
    notes: Vec<String>,
}

impl Walk {
    fn new(path: &Path, want: Want) -> Result<Self, VectorError> {
        let file = File::open(path).map_err(|source| VectorError::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), scanner: Scanner::new(file), want, crs: None, notes: Vec::new() })
    }

    /// Puts the path to a scanner's error.
    fn syntax(&self, error: ScanError) -> VectorError {
        let path = self.path.clone();
        match error {
            ScanError::Io(source) => VectorError::Read { path, source },
            ScanError::Syntax { line, column, reason } => VectorError::Syntax { path, line, column, reason },
        }
    }

    fn next(&mut self) -> Result<Option<(Feature, Place)>, VectorError> {
        self.step().map_err(|error| self.syntax(error))
    }

    fn step(&mut self) -> Result<Option<(Feature, Place)>, ScanError> {
        while let Some(piece) = self.scanner.next()? {
            let (text, place) = self.scanner.piece(piece);
            let (object, unreadable) = match Object::parse(text, self.want) {
                Ok(object) => (object, None),
                // A number no f64 holds (1e999) spoils its feature only: the rest is JSON.
                Err(error) => match Object::parse(text, Want::Attributes) {
                    Ok(object) => (object, Some(error.to_string())),
                    Err(error) => return Err(place.json_error(&error)),
                },
            };
            let object = match piece {
                Piece::Feature => object,
                Piece::Root { had_features, is_empty } => {
                    let root = object.unwrap_or_default();
                    let Some(root) = self.root(root, had_features, is_empty, place)? else {
                        continue;
                    };
                    Some(root)
                }
            };
            return Ok(Some((feature(object, unreadable), place)));
        }
        Ok(None)
    }

    /// Checks the end of a root object: `None` if it was a collection, the object if it is a feature.
    fn root(
        &mut self,
        root: Object,
        had_features: bool,
        is_empty: bool,
        place: Place,
    ) -> Result<Option<Object>, ScanError> {
        match &root.crs {
            None | Some(Json::Null) => {}
            Some(crs) => match crs_name(crs) {
                None => self.notes.push(format!("the crs member {crs} names no system and is ignored")),
                Some(name) => match &self.crs {
                    Some(other) if *other != name => {
                        return Err(place.error(format!("two coordinate systems in one file: {other:?} and {name:?}")));
                    }
                    _ => self.crs = Some(name),
                },
            },
        }
        match root.kind.as_deref() {
            Some("FeatureCollection") if had_features => Ok(None),
            Some("FeatureCollection") => Err(place.error("the FeatureCollection has no list of features")),
            // Rows that were handed out already; an empty list is a foreign member like any other.
            _ if !is_empty => Err(place.error("an object with features whose \"type\" is not \"FeatureCollection\"")),
            Some("Feature") => Ok(Some(root)),
            Some(_) if root.is_geometry() => Ok(Some(root)),
            Some(other) => Err(place.error(format!("\"type\" is {other:?}, which is no GeoJSON"))),
            None => Err(place.error("an object without \"type\" is no GeoJSON")),
        }
    }
}

/// What becomes a row: everything in a list of features, so that none is lost.
fn feature(object: Option<Object>, unreadable: Option<String>) -> Feature {
    let Some(mut object) = object else {
        let geometry = RawGeometry::Unreadable("this element of the features is no object".to_owned());
        return Feature { geometry, id: None, properties: None };
    };
    let (id, properties) = (object.id.take(), object.properties.take());
    let geometry = match (&object.kind, unreadable) {
        (_, Some(reason)) => RawGeometry::Unreadable(reason),
        // A feature that does not say so is one all the same.
        (None, _) => object.into_geometry(),
        (Some(kind), _) if kind == "Feature" || object.is_geometry() => object.into_geometry(),
        (Some(kind), _) => RawGeometry::Unreadable(format!("\"type\" is {kind:?}, which is no feature")),
    };
    Feature { geometry, id, properties }
}

/// The name in a `crs` member of GeoJSON before RFC 7946.
fn crs_name(crs: &Json) -> Option<String> {
    let properties = crs.get("properties")?;
    match crs.get("type")?.as_str()? {
        "name" => properties.get("name")?.as_str().map(str::to_owned),
        "EPSG" => properties.get("code").map(|code| format!("EPSG:{}", code.to_string().trim_matches('"'))),
        _ => None,
    }
}

fn type_of(value: &Json) -> ColumnType {
    match value {
        Json::Null => ColumnType::Empty,
        Json::Bool(_) => ColumnType::Bool,
        Json::Number(number) if number.is_f64() => ColumnType::Float,
        Json::Number(number) => number.as_i64().map_or(ColumnType::Text, ColumnType::of_int),
        Json::String(_) | Json::Array(_) | Json::Object(_) => ColumnType::Text,
    }
}

fn value_of(value: Json) -> Value<'static> {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => Value::Int(value),
            (None, Some(value)) if number.is_f64() => Value::Float(value),
            _ => Value::Text(number.to_string().into()),
        },
        Json::String(text) => Value::Text(text.into()),
        nested => Value::Text(nested.to_string().into()),
    }
}
