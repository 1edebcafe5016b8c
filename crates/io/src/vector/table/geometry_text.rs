//! A geometry in a cell: WKT, GeoJSON, the text of a phone survey, or WKB in hexadecimal digits.

use super::super::{geojson, survey_text, wkb, wkt};
use lindero_plots::{RawGeometries, RawGeometry};

/// A point of WKB, in digits: byte order, type and two ordinates.
const SHORTEST_WKB: usize = 42;

/// How a geometry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Wkt,
    GeoJson,
    Survey,
    Wkb,
}

impl Notation {
    /// The notation of a text that is a geometry for certain, and nothing else.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.as_bytes().first()? {
            b'{' if text.contains("\"type\"") && (text.contains("\"coordinates\"") || text.contains("\"geometr")) => {
                Some(Self::GeoJson)
            }
            b'0'..=b'9' | b'+' | b'-' if is_wkb(text) => Some(Self::Wkb),
            b'0'..=b'9' | b'+' | b'-' => survey_text::is_survey(text).then_some(Self::Survey),
            _ => wkt::is_wkt(text).then_some(Self::Wkt),
        }
    }

    /// The notation of a text that ought to be a geometry.
    fn likely(text: &str) -> Option<Self> {
        match text.as_bytes().first()? {
            b'{' => Some(Self::GeoJson),
            b'0'..=b'9' | b'+' | b'-' if is_wkb(text) => Some(Self::Wkb),
            b'0'..=b'9' | b'+' | b'-' => Some(Self::Survey),
            b'a'..=b'z' | b'A'..=b'Z' => Some(Self::Wkt),
            _ => None,
        }
    }
}

/// Whether a geometry is drawn as an area, as far as its first words tell.
pub(super) fn is_polygonal(text: &str, notation: Notation) -> bool {
    match notation {
        Notation::Wkt => {
            let head = text.split('(').next().unwrap_or(text).to_ascii_uppercase();
            head.contains("POLYGON") || head.contains("COLLECTION")
        }
        Notation::GeoJson => text.contains("Polygon"),
        Notation::Survey => text.trim().trim_end_matches(';').contains(';'),
        Notation::Wkb => !matches!(read(text).geometry, RawGeometry::Points(_)),
    }
}

/// Reads a cell; blank is missing.
pub(super) fn read(text: &str) -> survey_text::Survey {
    let text = text.trim();
    let geometry = match Notation::likely(text) {
        Some(Notation::Survey) => return survey_text::read(text),
        Some(Notation::Wkt) => wkt::read(text),
        Some(Notation::GeoJson) => geojson::read_text(text),
        Some(Notation::Wkb) => read_wkb(text),
        None if text.is_empty() => RawGeometry::Missing,
        None => {
            let start: String = text.chars().take(20).collect();
            RawGeometry::Unreadable(format!(
                "{start:?} is no geometry: expected WKT such as POLYGON((lon lat, …)), GeoJSON, or the positions of a \
                 geoshape: lat lon altitude accuracy; …"
            ))
        }
    };
    survey_text::Survey { geometry, error_m: None }
}

fn is_wkb(text: &str) -> bool {
    text.len() >= SHORTEST_WKB
        && text.len().is_multiple_of(2)
        && (text.starts_with("00") || text.starts_with("01"))
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read_wkb(digits: &str) -> RawGeometry {
    let byte = |pair: &[u8]| {
        let digit = |byte: u8| char::from(byte).to_digit(16).expect("is_wkb saw only hexadecimal digits") as u8;
        digit(pair[0]) << 4 | digit(pair[1])
    };
    let bytes: Vec<u8> = digits.as_bytes().chunks_exact(2).map(byte).collect();
    let mut one = RawGeometries::new();
    wkb::read(&bytes, one.open());
    one.get(0).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, notation: Option<Notation>, polygonal: bool) {
        assert_eq!(Notation::of(text), notation, "{text}");
        assert_eq!(notation.is_some_and(|notation| is_polygonal(text, notation)), polygonal, "{text}");
    }

    const WKB_POINT: &str = "0101000000000000000000F03F0000000000000040";

    #[test]
    fn notations_are_told_apart_and_from_other_text() {
        check("POINT(1 2)", Some(Notation::Wkt), false);
        check("SRID=4326;Polygon((0 0,1 1,1 0))", Some(Notation::Wkt), true);
        check(r#"{"type":"Polygon","coordinates":[]}"#, Some(Notation::GeoJson), true);
        check(r#"{"type":"Feature","geometry":{"type":"Point"}}"#, Some(Notation::GeoJson), false);
        check("-9 -76 0 5", Some(Notation::Survey), false);
        check("-9 -76 0 5;", Some(Notation::Survey), false);
        check("-9 -76;-9 -77", Some(Notation::Survey), true);
        check(WKB_POINT, Some(Notation::Wkb), false);
        for text in ["", "{\"a\": 1}", "Rosa", "0123456789", "-76.5", "2020-12-31", "ñ"] {
            check(text, None, false);
        }
    }

    #[test]
    fn each_notation_is_read_and_nonsense_says_what_would_be_right() {
        let point = RawGeometry::Points(vec![[1.0, 2.0]]);
        for text in ["POINT(1 2)", r#"{"type":"Point","coordinates":[1,2]}"#, "2 1 9 5", WKB_POINT, " 2 1 "] {
            assert_eq!(read(text).geometry, point, "{text}");
        }
        assert_eq!(read("2 1 9 5").error_m, Some(5.0));
        assert_eq!(read(" ").geometry, RawGeometry::Missing);
        for (text, reason) in [
            ("?", "\"?\" is no geometry: expected WKT such as"),
            ("{\"type\"", "its GeoJSON cannot be read: EOF"),
            ("{\"type\": \"Farm\"}", "its GeoJSON is of type \"Farm\", which is no geometry"),
            ("[1, 2]", "\"[1, 2]\" is no geometry"),
        ] {
            let RawGeometry::Unreadable(found) = read(text).geometry else { panic!("{text} was read") };
            assert!(found.starts_with(reason), "{found}");
        }
    }
}
