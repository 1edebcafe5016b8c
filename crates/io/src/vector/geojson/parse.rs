//! Parses one GeoJSON object: lenient about what only spoils one feature, strict about JSON.

use lindero_plots::{Nesting, Position, RawGeometry};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A GeoJSON object with the members we know, whatever its type. Of duplicate keys the last wins.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) kind: Option<String>,
    pub(super) id: Option<String>,
    pub(super) properties: Option<Map<String, Value>>,
    pub(super) crs: Option<Value>,
    /// Outer `None`: no such member.
    geometry: Option<Geometry>,
    /// For an object that is a geometry itself.
    own: Geometry,
}

/// How much of an object is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Everything.
    All,
    /// Everything but coordinates, which are only checked to be JSON.
    Attributes,
}

impl Object {
    /// Parses an object; `Ok(None)` if the text is JSON, but no object.
    pub(super) fn parse(text: &[u8], want: Want) -> serde_json::Result<Option<Self>> {
        if text.first() != Some(&b'{') {
            serde_json::from_slice::<IgnoredAny>(text)?;
            return Ok(None);
        }
        let mut json = serde_json::Deserializer::from_slice(text);
        let object = want.deserialize(&mut json)?;
        json.end()?;
        Ok(Some(object))
    }

    /// Whether the object's type is a geometry's.
    pub(super) fn is_geometry(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| {
            matches!(
                kind,
                "Point"
                    | "MultiPoint"
                    | "LineString"
                    | "MultiLineString"
                    | "Polygon"
                    | "MultiPolygon"
                    | "GeometryCollection"
            )
        })
    }

    /// The geometry of a feature, or of an object that is one.
    pub(super) fn into_geometry(self) -> RawGeometry {
        if self.is_geometry() {
            return Geometry { kind: self.kind, ..self.own }.into_raw();
        }
        match self.geometry {
            None => RawGeometry::Missing,
            Some(geometry) => geometry.into_raw(),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Want {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Want {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::default();
        while let Some(key) = map.next_key::<String>()? {
            match (key.as_str(), self) {
                ("type", _) => object.kind = text(map.next_value()?),
                ("id", _) => {
                    object.id = match map.next_value()? {
                        Value::String(id) => Some(id),
                        Value::Number(id) => Some(id.to_string()),
                        _ => None,
                    }
                }
                ("properties", _) => {
                    object.properties = match map.next_value()? {
                        Value::Object(properties) => Some(properties),
                        _ => None,
                    }
                }
                ("crs", _) => object.crs = Some(map.next_value()?),
                ("geometry", Want::All) => object.geometry = Some(map.next_value()?),
                ("coordinates", Want::All) => object.own.coordinates = Some(map.next_value()?),
                ("geometries", Want::All) => object.own.geometries = map.next_value::<Geometries>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(object)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A geometry before its type is believed.
#[derive(Debug, Default)]
struct Geometry {
    kind: Option<String>,
    coordinates: Option<Coordinates>,
    geometries: Option<Vec<Geometry>>,
    /// What stands here instead of an object; empty for null.
    instead: Option<&'static str>,
}

impl Geometry {
    fn instead(what: &'static str) -> Self {
        Self { instead: Some(what), ..Self::default() }
    }

    fn into_raw(self) -> RawGeometry {
        match self.instead {
            Some("") => return RawGeometry::Missing,
            Some(what) => return RawGeometry::Unreadable(format!("the geometry is {what}, not an object")),
            None => {}
        }
        let Some(kind) = self.kind else {
            return RawGeometry::Unreadable("the geometry has no type".to_owned());
        };
        if kind == "GeometryCollection" {
            return match self.geometries {
                None => RawGeometry::Unreadable("the GeometryCollection has no geometries".to_owned()),
                Some(members) if members.is_empty() => RawGeometry::Missing,
                Some(members) => RawGeometry::Mixed(members.into_iter().map(Self::into_raw).collect()),
            };
        }
        let read = match kind.as_str() {
            "LineString" | "MultiLineString" => return RawGeometry::Unsupported(kind),
            "Point" => self.coordinates.map(Coordinates::into_point),
            "MultiPoint" => self.coordinates.map(|found| Ok(RawGeometry::Points(found.into_positions()?))),
            "Polygon" => self.coordinates.map(Coordinates::into_polygon),
            "MultiPolygon" => self.coordinates.map(Coordinates::into_multi_polygon),
            _ => return RawGeometry::Unreadable(format!("{kind:?} is no type of geometry")),
        };
        match read {
            None => RawGeometry::Unreadable(format!("the {kind} has no coordinates")),
            Some(Err(reason)) => RawGeometry::Unreadable(format!("{kind}: {reason}")),
            Some(Ok(RawGeometry::Points(points))) if points.is_empty() => RawGeometry::Missing,
            Some(Ok(RawGeometry::Polygons(parts))) if parts.iter().all(Vec::is_empty) => RawGeometry::Missing,
            Some(Ok(geometry)) => geometry,
        }
    }
}

/// The visits of everything that is neither list nor object; null is called "".
macro_rules! visit_scalars {
    ($value:ty, |$what:ident| $code:expr) => {
        fn visit_unit<E>(self) -> Result<$value, E> {
            let $what = "";
            Ok($code)
        }

        fn visit_bool<E>(self, _: bool) -> Result<$value, E> {
            let $what = "true or false";
            Ok($code)
        }

        fn visit_u64<E>(self, _: u64) -> Result<$value, E> {
            let $what = "a number";
            Ok($code)
        }

        fn visit_i64<E>(self, _: i64) -> Result<$value, E> {
            let $what = "a number";
            Ok($code)
        }

        fn visit_f64<E>(self, _: f64) -> Result<$value, E> {
            let $what = "a number";
            Ok($code)
        }

        fn visit_str<E>(self, _: &str) -> Result<$value, E> {
            let $what = "text";
            Ok($code)
        }
    };
}

/// Visits any JSON value, where only an object is a geometry.
struct GeometryVisitor;

impl<'de> Deserialize<'de> for Geometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GeometryVisitor)
    }
}

impl<'de> Visitor<'de> for GeometryVisitor {
    type Value = Geometry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Geometry, A::Error> {
        let mut geometry = Geometry::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => geometry.kind = text(map.next_value()?),
                "coordinates" => geometry.coordinates = Some(map.next_value()?),
                "geometries" => geometry.geometries = map.next_value::<Geometries>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(geometry)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Geometry, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Geometry::instead("a list"))
    }

    visit_scalars!(Geometry, |what| Geometry::instead(what));
}

/// The members of a collection; anything but a list has none.
struct Geometries(Option<Vec<Geometry>>);

impl<'de> Deserialize<'de> for Geometries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GeometriesVisitor)
    }
}

struct GeometriesVisitor;

impl<'de> Visitor<'de> for GeometriesVisitor {
    type Value = Geometries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of geometries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Geometries, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element()? {
            members.push(member);
        }
        Ok(Geometries(Some(members)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Geometries, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Geometries(None))
    }

    visit_scalars!(Geometries, |_what| Geometries(None));
}

/// Nested lists of numbers, read without knowing how deep they should be.
#[derive(Debug, PartialEq)]
enum Coordinates {
    Number(f64),
    Position(Position),
    List(Vec<Coordinates>),
    /// What stands where a number or list should.
    Wrong(String),
}

impl Coordinates {
    /// What it is, for a message.
    fn name(&self) -> &str {
        match self {
            Self::Number(_) => "a number",
            Self::Position(_) => "a position",
            Self::List(_) => "a list",
            Self::Wrong(what) => what,
        }
    }

    fn into_list(self, of: &str) -> Result<Vec<Self>, String> {
        match self {
            Self::List(items) => Ok(items),
            other => Err(format!("{} where a list of {of} should be", other.name())),
        }
    }

    fn into_position(self) -> Result<Position, String> {
        match self {
            Self::Position(position) => Ok(position),
            Self::List(items) if items.is_empty() => Err("an empty list where a position should be".to_owned()),
            other => Err(format!("{} where a position should be", other.name())),
        }
    }

    fn into_positions(self) -> Result<Vec<Position>, String> {
        self.into_list("positions")?.into_iter().map(Self::into_position).collect()
    }

    fn into_rings(self) -> Result<Vec<Vec<Position>>, String> {
        self.into_list("rings")?.into_iter().map(Self::into_positions).collect()
    }

    fn into_polygons(self) -> Result<Vec<Vec<Vec<Position>>>, String> {
        self.into_list("polygons")?.into_iter().map(Self::into_rings).collect()
    }

    fn into_polygon(self) -> Result<RawGeometry, String> {
        Ok(match self.depth() {
            3 => RawGeometry::Misnested(Nesting::MultiPolygonInPolygon, self.into_polygons()?),
            1 if self.is_a_ring() => RawGeometry::Misnested(Nesting::RingInPolygon, vec![vec![self.into_positions()?]]),
            _ => RawGeometry::Polygons(vec![self.into_rings()?]),
        })
    }

    fn into_multi_polygon(self) -> Result<RawGeometry, String> {
        Ok(match self.depth() {
            2 => RawGeometry::Misnested(Nesting::PolygonInMultiPolygon, vec![self.into_rings()?]),
            1 if self.is_a_ring() => {
                RawGeometry::Misnested(Nesting::RingInMultiPolygon, vec![vec![self.into_positions()?]])
            }
            _ => RawGeometry::Polygons(self.into_polygons()?),
        })
    }

    /// In how many lists the first position is; 0 if there is none.
    fn depth(&self) -> usize {
        let (mut depth, mut inner) = (0, self);
        while let Self::List(items) = inner {
            let Some(first) = items.first() else { return 0 };
            (depth, inner) = (depth + 1, first);
        }
        if matches!(inner, Self::Position(_)) { depth } else { 0 }
    }

    /// Whether there are enough positions for a ring.
    fn is_a_ring(&self) -> bool {
        matches!(self, Self::List(positions) if positions.len() >= 3)
    }

    fn into_point(self) -> Result<RawGeometry, String> {
        match self {
            Self::List(items) if items.is_empty() => Ok(RawGeometry::Missing),
            other => Ok(RawGeometry::Points(vec![other.into_position()?])),
        }
    }
}

struct CoordinatesVisitor;

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoordinatesVisitor)
    }
}

impl<'de> Visitor<'de> for CoordinatesVisitor {
    type Value = Coordinates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Coordinates, A::Error> {
        let found = match seq.next_element()? {
            None => return Ok(Coordinates::List(Vec::new())),
            Some(Coordinates::Number(x)) => match seq.next_element()? {
                Some(Coordinates::Number(y)) => Coordinates::Position([x, y]),
                None => Coordinates::Wrong("a single number".to_owned()),
                Some(other) => Coordinates::Wrong(format!("{} beside a number", other.name())),
            },
            Some(wrong @ Coordinates::Wrong(_)) => wrong,
            Some(first) => {
                let mut items = vec![first];
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                return Ok(Coordinates::List(items));
            }
        };
        // Heights and measures, and whatever follows what is wrong.
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Coordinates, E> {
        let shown: String = text.chars().take(40).collect();
        Ok(Coordinates::Wrong(format!("the text {shown:?}")))
    }

    fn visit_unit<E>(self) -> Result<Coordinates, E> {
        Ok(Coordinates::Wrong("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Coordinates, E> {
        Ok(Coordinates::Wrong(value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Coordinates, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Coordinates::Wrong("an object".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &RawGeometry) {
        let object = Object::parse(text.as_bytes(), Want::All).unwrap().unwrap();
        assert_eq!(&object.into_geometry(), expected, "{text}");
    }

    fn unreadable(text: &str, reason: &str) {
        check(text, &RawGeometry::Unreadable(reason.to_owned()));
    }

    #[test]
    fn points_polygons_and_collections_are_read_without_their_heights() {
        check(r#"{"type":"Point","coordinates":[1,2.5,99]}"#, &RawGeometry::Points(vec![[1.0, 2.5]]));
        check(
            r#"{"coordinates":[[1,2],[3,4,null]],"type":"MultiPoint"}"#,
            &RawGeometry::Points(vec![[1.0, 2.0], [3.0, 4.0]]),
        );
        let ring = vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
        let polygon = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]]]}"#;
        check(polygon, &RawGeometry::Polygons(vec![vec![ring.clone()]]));
        check(
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[0,1],[0,0]]]]}"#,
            &RawGeometry::Polygons(vec![vec![ring.clone()]]),
        );
        check(
            &format!(
                r#"{{"type":"Feature","geometry":{{"type":"GeometryCollection","geometries":[{polygon},null]}}}}"#
            ),
            &RawGeometry::Mixed(vec![RawGeometry::Polygons(vec![vec![ring]]), RawGeometry::Missing]),
        );
    }

    #[test]
    fn coordinates_nested_as_those_of_another_type_are_read_where_they_can_mean_one_thing() {
        let ring = vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
        let polygons = |parts: usize| vec![vec![ring.clone()]; parts];
        check(
            r#"{"type":"Polygon","coordinates":[[[[0,0],[1,0],[0,1],[0,0]]],[[[0,0],[1,0],[0,1],[0,0]]]]}"#,
            &RawGeometry::Misnested(Nesting::MultiPolygonInPolygon, polygons(2)),
        );
        check(
            r#"{"type":"MultiPolygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]]]}"#,
            &RawGeometry::Misnested(Nesting::PolygonInMultiPolygon, polygons(1)),
        );
        check(
            r#"{"type":"Polygon","coordinates":[[0,0],[1,0],[0,1],[0,0]]}"#,
            &RawGeometry::Misnested(Nesting::RingInPolygon, polygons(1)),
        );
        check(
            r#"{"type":"MultiPolygon","coordinates":[[0,0],[1,0],[0,1],[0,0]]}"#,
            &RawGeometry::Misnested(Nesting::RingInMultiPolygon, polygons(1)),
        );
        // Whether they are an outer ring and holes, or parts, is told by where they lie.
        check(
            r#"{"type":"MultiPolygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]],[[0,0],[1,0],[0,1],[0,0]]]}"#,
            &RawGeometry::Misnested(Nesting::PolygonInMultiPolygon, vec![vec![ring.clone(); 2]]),
        );
    }

    #[test]
    fn null_and_empty_geometries_are_missing() {
        check(r#"{"type":"Feature","geometry":null}"#, &RawGeometry::Missing);
        check(r#"{"type":"Feature"}"#, &RawGeometry::Missing);
        check(r#"{"type":"Polygon","coordinates":[]}"#, &RawGeometry::Missing);
        check(r#"{"type":"Point","coordinates":[]}"#, &RawGeometry::Missing);
        check(r#"{"type":"GeometryCollection","geometries":[]}"#, &RawGeometry::Missing);
    }

    #[test]
    fn lines_are_named() {
        check(r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#, &RawGeometry::Unsupported("LineString".into()));
    }

    #[test]
    fn coordinates_that_are_not_numbers_say_what_they_are() {
        unreadable(r#"{"type":"Point","coordinates":["1",2]}"#, "Point: the text \"1\" where a position should be");
        unreadable(
            r#"{"type":"Point","coordinates":[1,null]}"#,
            "Point: null beside a number where a position should be",
        );
        unreadable(r#"{"type":"Point","coordinates":[1]}"#, "Point: a single number where a position should be");
        unreadable(
            r#"{"type":"Polygon","coordinates":[[0,0],[1,1]]}"#,
            "Polygon: a position where a list of positions should be",
        );
        unreadable(r#"{"type":"Polygon","coordinates":[[[0,0],{}]]}"#, "Polygon: an object where a position should be");
        unreadable(r#"{"type":"Polygon"}"#, "the Polygon has no coordinates");
        unreadable(r#"{"type":"Feature","geometry":"x"}"#, "the geometry is text, not an object");
        unreadable(r#"{"type":"Feature","geometry":{"type":"Circle"}}"#, "\"Circle\" is no type of geometry");
    }

    #[test]
    fn of_duplicate_keys_the_last_wins() {
        check(
            r#"{"type":"LineString","type":"Point","coordinates":"x","coordinates":[1,2]}"#,
            &RawGeometry::Points(vec![[1.0, 2.0]]),
        );
        let object = Object::parse(br#"{"properties":{"a":1,"b":2,"a":3}}"#, Want::All).unwrap().unwrap();
        assert_eq!(Value::Object(object.properties.unwrap()), serde_json::json!({"a": 3, "b": 2}));
    }
}
