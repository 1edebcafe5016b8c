//! KML 2.2: a Placemark a row, its cells as typed data of a schema.

use super::cell_text::CellText;
use super::drawable::{Drawable, turned};
use super::error::{WriteError, check_batch};
use super::number::push_number;
use super::text_out::TextOut;
use super::xml_text::xml_text;
use super::{Made, MadeRows, TableWriter};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, SchemaRef};
use lindero_plots::{Part, Position, RawGeometryRef, RawGeometrySlice};
use std::fmt::Write as _;
use std::path::Path;

/// The column whose cells label the Placemarks where no column is called `name`.
const LABEL: &str = "plot_id";

/// Lines without filling, so that the picture underneath is seen. KML has colours as opacity, blue, green, red.
const STYLE: &str = "<Style id=\"outline\"><LineStyle><color>ff00a5ff</color><width>2</width></LineStyle>\
                     <PolyStyle><fill>0</fill></PolyStyle></Style>\n";

/// Starts a KML file. Columns are declared in a schema with the types that KML has, and stand in the order of the table;
/// nulls are left out. Text columns called `name` and `description` are the Placemark's own; where none is called `name`,
/// Placemarks are labelled with their `plot_id`.
///
/// Coordinates keep the digits they were read with; rings are closed and outer ones run counter-clockwise. Whole numbers of
/// 64 bits are declared `double` and days `string`, as KML has neither; numbers of columns of decimals have a point, by
/// which the two kinds are told apart again.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made.
pub fn kml(path: &Path, schema: SchemaRef, layer_name: &str) -> Result<Box<dyn TableWriter>, WriteError> {
    let columns: Vec<Column> =
        schema.fields().iter().map(|field| Column::of(field.name(), field.data_type())).collect();
    let has_names = columns.iter().any(|column| matches!(column, Column::Own("name")));
    let label = schema.index_of(LABEL).ok().filter(|_| !has_names);
    let mut head = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
    );
    let layer = xml_text(layer_name);
    let _ = writeln!(head, "<name>{layer}</name>");
    head.push_str(STYLE);
    let _ = writeln!(head, "<Schema name=\"{layer}\" id=\"columns\">");
    for (column, field) in columns.iter().zip(schema.fields()) {
        if let Column::Data(name) = column {
            let kind = declared(field.data_type());
            let _ = writeln!(head, "<SimpleField name=\"{name}\" type=\"{kind}\"></SimpleField>");
        }
    }
    head.push_str("</Schema>\n");
    let writer = Kml { schema, file: TextOut::create(path)?, columns, label };
    writer.file.put(&head)?;
    Ok(Box::new(writer))
}

/// Where a column's cells stand.
enum Column {
    /// In an element of the Placemark itself.
    Own(&'static str),
    /// In the extended data, under this name, which is escaped.
    Data(String),
}

impl Column {
    fn of(name: &str, kind: &DataType) -> Self {
        match (name, kind) {
            ("name", DataType::Utf8) => Self::Own("name"),
            ("description", DataType::Utf8) => Self::Own("description"),
            _ => Self::Data(xml_text(name).into_owned()),
        }
    }
}

/// The type of KML by which readers lose nothing: those of whole numbers are taken to have 32 bits.
fn declared(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "bool",
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => "int",
        DataType::Int64 | DataType::UInt32 | DataType::Float16 | DataType::Float32 | DataType::Float64 => "double",
        _ => "string",
    }
}

struct Kml {
    schema: SchemaRef,
    file: TextOut,
    columns: Vec<Column>,
    /// The column that labels the Placemarks.
    label: Option<usize>,
}

impl Kml {
    fn push_cells(&self, out: &mut String, cells: &[CellText<'_>], row: usize) -> Result<(), ArrowError> {
        if let Some(label) = self.label {
            push_own(out, "name", &cells[label], row)?;
        }
        for own in ["name", "description"] {
            let column = self.columns.iter().position(|column| matches!(column, Column::Own(name) if *name == own));
            if let Some(column) = column {
                push_own(out, own, &cells[column], row)?;
            }
        }
        out.push_str("<styleUrl>#outline</styleUrl><ExtendedData><SchemaData schemaUrl=\"#columns\">");
        let mut cell = String::new();
        for (column, cells) in self.columns.iter().zip(cells) {
            let Column::Data(name) = column else { continue };
            cell.clear();
            if cells.push_typed(row, &mut cell)? {
                let _ = write!(out, "<SimpleData name=\"{name}\">{}</SimpleData>", xml_text(&cell));
            }
        }
        out.push_str("</SchemaData></ExtendedData>");
        Ok(())
    }
}

impl TableWriter for Kml {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(self.file.path(), &self.schema, batch, geometries)?;
        let format_error =
            |error: ArrowError| WriteError::Format { path: self.file.path().to_owned(), reason: error.to_string() };
        let cells = batch.columns().iter().map(|column| CellText::new(column));
        let cells = cells.collect::<Result<Vec<_>, _>>().map_err(format_error)?;
        let mut lines = String::new();
        for row in 0..batch.num_rows() {
            lines.push_str("<Placemark>");
            self.push_cells(&mut lines, &cells, row).map_err(format_error)?;
            let geometry = geometries.map_or(RawGeometryRef::Missing, |all| all.get(row));
            if let Some(drawable) = Drawable::new(geometry) {
                push_geometry(&mut lines, &drawable);
            }
            lines.push_str("</Placemark>\n");
        }
        Ok(Made(MadeRows::Text(lines)))
    }

    fn append(&self, made: Made) -> Result<(), WriteError> {
        self.file.put(&made.into_text())
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        self.file.put("</Document></kml>\n")?;
        self.file.finish()
    }
}

/// Appends an element of the Placemark itself, if its cell is not null.
fn push_own(out: &mut String, name: &str, cells: &CellText<'_>, row: usize) -> Result<(), ArrowError> {
    let mut cell = String::new();
    if cells.push(row, &mut cell)? {
        let _ = write!(out, "<{name}>{}</{name}>", xml_text(&cell));
    }
    Ok(())
}

fn push_geometry(out: &mut String, geometry: &Drawable<'_>) {
    match geometry {
        Drawable::Points([point]) => push_point(out, point),
        Drawable::Polygons(parts) if parts.len() == 1 => push_polygon(out, parts[0]),
        Drawable::Points(points) => push_several(out, points.iter(), push_point),
        Drawable::Polygons(parts) => push_several(out, parts.iter(), |out, part| push_polygon(out, *part)),
        Drawable::Collection(members) => push_several(out, members.iter(), push_geometry),
    }
}

fn push_several<T>(out: &mut String, members: impl Iterator<Item = T>, push: impl Fn(&mut String, T)) {
    out.push_str("<MultiGeometry>");
    members.for_each(|member| push(out, member));
    out.push_str("</MultiGeometry>");
}

fn push_point(out: &mut String, point: &Position) {
    out.push_str("<Point><coordinates>");
    push_position(out, point);
    out.push_str("</coordinates></Point>");
}

fn push_polygon(out: &mut String, part: Part<'_>) {
    out.push_str("<Polygon>");
    for (index, ring) in part.rings().enumerate() {
        let side = if index == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" };
        let _ = write!(out, "<{side}><LinearRing><coordinates>");
        for (place, position) in turned(ring, index == 0).enumerate() {
            if place > 0 {
                out.push(' ');
            }
            push_position(out, position);
        }
        let _ = write!(out, "</coordinates></LinearRing></{side}>");
    }
    out.push_str("</Polygon>");
}

fn push_position(out: &mut String, &[x, y]: &Position) {
    push_number(out, x);
    out.push(',');
    push_number(out, y);
}
