//! KML: Placemarks in whatever folders.

use super::super::error::VectorError;
use super::nodes::{Node, Nodes, XmlFile};
use super::{NamedText, Walk, XmlFeature};
use lindero_plots::{Nesting, Position, RawGeometry};
use rustc_hash::FxHashMap;

/// A walk over Placemarks.
pub(super) struct Placemarks {
    nodes: Nodes,
    links: u64,
    schemas: Schemas,
}

/// The fields of each schema, by its id.
type Schemas = FxHashMap<String, Vec<SchemaField>>;

/// A column that a schema declares.
struct SchemaField {
    name: String,
    is_text: bool,
}

impl Walk for Placemarks {
    fn new(file: &XmlFile) -> Result<Self, VectorError> {
        Ok(Self { nodes: Nodes::new(file)?, links: 0, schemas: Schemas::default() })
    }

    fn next(&mut self) -> Result<Option<XmlFeature>, VectorError> {
        loop {
            match self.nodes.next()? {
                Node::Open { name, .. } if name == "Placemark" => {
                    return placemark(&mut self.nodes, &self.schemas).map(Some);
                }
                Node::Open { name, attributes } if name == "Schema" => {
                    let id = Node::attribute(&attributes, "id").unwrap_or_default();
                    self.schemas.insert(id.to_owned(), schema(&mut self.nodes)?);
                }
                Node::Open { name, .. } if name == "NetworkLink" => self.links += 1,
                Node::Open { .. } | Node::Close | Node::Text(_) => {}
                Node::End => return Ok(None),
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        let note = || format!("{} link(s) to other files are not followed: give those files themselves", self.links);
        if self.links > 0 { vec![note()] } else { Vec::new() }
    }
}

fn schema(nodes: &mut Nodes) -> Result<Vec<SchemaField>, VectorError> {
    let mut fields = Vec::new();
    nodes.each_child(|nodes, element, attributes| {
        if element == "SimpleField" {
            let is_text = Node::attribute(attributes, "type") == Some("string");
            fields.push(SchemaField { name: column(element, attributes), is_text });
        }
        nodes.skip()
    })?;
    Ok(fields)
}

fn placemark(nodes: &mut Nodes, schemas: &Schemas) -> Result<XmlFeature, VectorError> {
    let (mut texts, mut data, mut geometries) = (Vec::new(), Vec::new(), Vec::new());
    nodes.each_child(|nodes, name, _| {
        match name {
            "name" => texts.push(("name", nodes.text()?)),
            "description" => texts.push(("description", nodes.text()?)),
            "ExtendedData" => extended_data(nodes, schemas, &mut data)?,
            _ => match geometry(nodes, name)? {
                Some(geometry) => geometries.push(geometry),
                None => nodes.skip()?,
            },
        }
        Ok(())
    })?;
    Ok(XmlFeature { texts, data, geometry: merged(geometries) })
}

/// The column of an element of extended data. Placemarks have a name and a description of their own.
fn column(element: &str, attributes: &[(String, String)]) -> String {
    let name = Node::attribute(attributes, "name").map(str::trim).filter(|name| !name.is_empty()).unwrap_or(element);
    if matches!(name, "name" | "description") { format!("{name}_2") } else { name.to_owned() }
}

/// `Data` with a value, `SimpleData` of a schema, and elements of whatever namespace.
fn extended_data(nodes: &mut Nodes, schemas: &Schemas, data: &mut Vec<NamedText>) -> Result<(), VectorError> {
    nodes.each_child(|nodes, name, attributes| {
        let named = column(name, attributes);
        match name {
            "Data" => {
                let mut value = String::new();
                nodes.each_child(|nodes, name, _| {
                    let text = nodes.text()?;
                    value = if name == "value" { text } else { std::mem::take(&mut value) };
                    Ok(())
                })?;
                data.push(NamedText { name: named, text: value, is_text: false });
            }
            "SchemaData" => {
                // The schema may be named with the file in which it is.
                let url = Node::attribute(attributes, "schemaUrl").unwrap_or_default();
                let fields = schemas.get(url.rsplit('#').next().unwrap_or_default()).map_or(&[][..], Vec::as_slice);
                schema_data(nodes, fields, data)?;
            }
            _ => data.push(NamedText { name: named, text: nodes.text()?, is_text: false }),
        }
        Ok(())
    })
}

/// The cells of a schema's fields, in their order, and then of those that it does not declare. A field without a cell is
/// empty: its column is there all the same.
fn schema_data(nodes: &mut Nodes, fields: &[SchemaField], data: &mut Vec<NamedText>) -> Result<(), VectorError> {
    let first = data.len();
    let declared = fields.iter().map(|SchemaField { name, is_text }| NamedText {
        name: name.clone(),
        text: String::new(),
        is_text: *is_text,
    });
    data.extend(declared);
    nodes.each_child(|nodes, name, attributes| {
        let (name, text) = (column(name, attributes), nodes.text()?);
        match data[first..].iter_mut().find(|cell| cell.name == name) {
            Some(cell) if cell.text.is_empty() => cell.text = text,
            _ => data.push(NamedText { name, text, is_text: false }),
        }
        Ok(())
    })
}

/// The geometry that was just opened; `None` if the element is none, and then it is still open.
fn geometry(nodes: &mut Nodes, name: &str) -> Result<Option<RawGeometry>, VectorError> {
    Ok(Some(match name {
        "Point" => match coordinates(nodes)? {
            Ok(positions) => RawGeometry::Points(positions),
            Err(reason) => RawGeometry::Unreadable(format!("Point: {reason}")),
        },
        "LinearRing" => match coordinates(nodes)? {
            Ok(ring) => RawGeometry::Polygons(vec![vec![ring]]),
            Err(reason) => RawGeometry::Unreadable(format!("LinearRing: {reason}")),
        },
        "Polygon" => polygon(nodes)?,
        "MultiGeometry" => {
            let mut members = Vec::new();
            nodes.each_child(|nodes, name, _| {
                match geometry(nodes, name)? {
                    Some(member) => members.push(member),
                    None => nodes.skip()?,
                }
                Ok(())
            })?;
            merged(members)
        }
        "LineString" | "Track" | "MultiTrack" | "Model" => {
            nodes.skip()?;
            RawGeometry::Unsupported(name.to_owned())
        }
        _ => return Ok(None),
    }))
}

fn polygon(nodes: &mut Nodes) -> Result<RawGeometry, VectorError> {
    let (mut outer, mut inner, mut wrong) = (Vec::new(), Vec::new(), None);
    nodes.each_child(|nodes, name, _| {
        let rings = match name {
            "outerBoundaryIs" => &mut outer,
            "innerBoundaryIs" => &mut inner,
            _ => return nodes.skip(),
        };
        nodes.each_child(|nodes, name, _| {
            if name != "LinearRing" {
                return nodes.skip();
            }
            match coordinates(nodes)? {
                Ok(ring) => rings.push(ring),
                Err(reason) => wrong = Some(reason),
            }
            Ok(())
        })
    })?;
    Ok(match (wrong, outer.len()) {
        (Some(reason), _) => RawGeometry::Unreadable(format!("Polygon: {reason}")),
        (None, 0) if inner.is_empty() => RawGeometry::Missing,
        (None, 1) => RawGeometry::Polygons(vec![outer.into_iter().chain(inner).collect()]),
        (None, _) if inner.is_empty() => {
            RawGeometry::Misnested(Nesting::MultiPolygonInPolygon, outer.into_iter().map(|ring| vec![ring]).collect())
        }
        (None, count) => RawGeometry::Unreadable(format!("Polygon: it has {count} outer boundaries, expected one")),
    })
}

/// The positions of an element with `coordinates`, or why they are none.
fn coordinates(nodes: &mut Nodes) -> Result<Result<Vec<Position>, String>, VectorError> {
    let mut found = Ok(Vec::new());
    nodes.each_child(|nodes, name, _| {
        let text = nodes.text()?;
        if name == "coordinates" {
            found = positions(&text);
        }
        Ok(())
    })?;
    Ok(found)
}

/// `lon,lat,altitude lon,lat,altitude`: space between positions, commas within them, whatever space beside the commas.
fn positions(text: &str) -> Result<Vec<Position>, String> {
    let mut positions = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut numbers = [0.0; 2];
        let mut count = 0;
        loop {
            let len = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(len);
            let number = word.parse().ok().filter(|value: &f64| value.is_finite());
            let number = number.ok_or_else(|| {
                format!("position {} has {word:?} for a number, expected longitude,latitude", positions.len() + 1)
            })?;
            if let Some(slot) = numbers.get_mut(count) {
                *slot = number;
            }
            count += 1;
            rest = behind.trim_start();
            match rest.strip_prefix(',') {
                Some(behind) => rest = behind.trim_start(),
                None => break,
            }
            // A comma behind the last number of a position is one too many.
            if count >= 2 && (rest.is_empty()) {
                break;
            }
        }
        if count < 2 {
            return Err(format!("position {} has one number, expected longitude,latitude", positions.len() + 1));
        }
        positions.push(numbers);
    }
    Ok(positions)
}

/// Members of one kind as one geometry, else a collection; those without positions do not count.
fn merged(members: Vec<RawGeometry>) -> RawGeometry {
    let is_there = |member: &RawGeometry| match member {
        RawGeometry::Missing => false,
        RawGeometry::Points(points) => !points.is_empty(),
        _ => true,
    };
    let members: Vec<RawGeometry> = members.into_iter().filter(is_there).collect();
    let all_points = members.iter().all(|member| matches!(member, RawGeometry::Points(_)));
    let all_polygons = members.iter().all(|member| matches!(member, RawGeometry::Polygons(_)));
    let points = |member: RawGeometry| if let RawGeometry::Points(points) = member { points } else { Vec::new() };
    let parts = |member: RawGeometry| if let RawGeometry::Polygons(parts) = member { parts } else { Vec::new() };
    match members.len() {
        0 => RawGeometry::Missing,
        1 => members.into_iter().next().unwrap_or(RawGeometry::Missing),
        _ if all_points => RawGeometry::Points(members.into_iter().flat_map(points).collect()),
        _ if all_polygons => RawGeometry::Polygons(members.into_iter().flat_map(parts).collect()),
        _ => RawGeometry::Mixed(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Position]) {
        assert_eq!(positions(text).as_deref(), Ok(expected), "{text:?}");
    }

    #[test]
    fn positions_are_read_however_they_are_spaced() {
        let two = [[-76.5, -9.25], [-76.0, 1e-3]];
        check("-76.5,-9.25,250 -76.0,1e-3,0", &two);
        check("\n  -76.5,-9.25\n\t-76.0,1e-3\r\n", &two);
        check("-76.5, -9.25, 250 -76.0 ,1e-3 , 0", &two);
        check("-76.5,-9.25,250,7 -76.0,1e-3,", &two);
        check(" ", &[]);
    }

    #[test]
    fn a_position_that_is_none_is_counted() {
        let cases = [
            ("1,2 3", "position 2 has one number, expected longitude,latitude"),
            ("1,2 x,4", "position 2 has \"x\" for a number, expected longitude,latitude"),
            ("1,nan", "position 1 has \"nan\" for a number, expected longitude,latitude"),
            (",1,2", "position 1 has \"\" for a number, expected longitude,latitude"),
        ];
        for (text, reason) in cases {
            assert_eq!(positions(text), Err(reason.to_owned()));
        }
    }
}
