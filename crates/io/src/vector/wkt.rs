//! Well-known text, as spreadsheets and databases write it.

use lindero_plots::{Nesting, Position, RawGeometry};

/// Collections within collections; nobody draws more than two.
const MAX_DEPTH: u32 = 32;

/// The words WKT begins with, and the name of each where it is not measured.
const KINDS: &[(&str, Kind)] = &[
    ("POINT", Kind::Point),
    ("MULTIPOINT", Kind::MultiPoint),
    ("POLYGON", Kind::Polygon),
    ("MULTIPOLYGON", Kind::MultiPolygon),
    ("GEOMETRYCOLLECTION", Kind::Collection),
    ("LINESTRING", Kind::Unsupported("LineString")),
    ("LINEARRING", Kind::Unsupported("LinearRing")),
    ("MULTILINESTRING", Kind::Unsupported("MultiLineString")),
    ("CIRCULARSTRING", Kind::Unsupported("CircularString")),
    ("COMPOUNDCURVE", Kind::Unsupported("CompoundCurve")),
    ("CURVEPOLYGON", Kind::Unsupported("CurvePolygon")),
    ("MULTICURVE", Kind::Unsupported("MultiCurve")),
    ("MULTISURFACE", Kind::Unsupported("MultiSurface")),
    ("POLYHEDRALSURFACE", Kind::Unsupported("PolyhedralSurface")),
    ("TIN", Kind::Unsupported("TIN")),
    ("TRIANGLE", Kind::Unsupported("Triangle")),
];

#[derive(Clone, Copy)]
enum Kind {
    Point,
    MultiPoint,
    Polygon,
    MultiPolygon,
    Collection,
    Unsupported(&'static str),
}

/// Whether a text begins as WKT does.
pub(super) fn is_wkt(text: &str) -> bool {
    let (srid, text) = split_srid(text.trim_start());
    let word_len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(word_len);
    // POINTZ and POLYGONM are written too.
    let known = |word: &str| KINDS.iter().any(|(name, _)| word.eq_ignore_ascii_case(name));
    let bare = word.trim_end_matches(['Z', 'M', 'z', 'm']);
    let rest = rest.trim_start();
    let goes_on = rest.starts_with('(') || ["Z", "M", "E"].iter().any(|it| rest.to_ascii_uppercase().starts_with(it));
    (known(word) || known(bare)) && (goes_on || srid.is_some())
}

/// The system EWKT names: `SRID=4326;POINT(…)`.
pub(super) fn srid(text: &str) -> Option<u32> {
    split_srid(text.trim_start()).0
}

fn split_srid(text: &str) -> (Option<u32>, &str) {
    let split = || {
        let (head, rest) = text.split_once(';')?;
        let (key, code) = head.split_once('=')?;
        let code = if key.trim().eq_ignore_ascii_case("srid") { code.trim().parse().ok()? } else { return None };
        Some((Some(code), rest.trim_start()))
    };
    split().unwrap_or((None, text))
}

/// Reads a geometry; heights and measures are dropped, empty geometries are missing.
pub(super) fn read(text: &str) -> RawGeometry {
    let (_, rest) = split_srid(text.trim());
    let mut reader = Reader { text: rest, at: 0 };
    let read = reader.geometry(0).and_then(|geometry| {
        // What stands in a kind that is not measured is not looked at.
        let whole = reader.peek().is_none() || matches!(geometry, RawGeometry::Unsupported(_));
        if whole { Ok(geometry) } else { Err(reader.expected("nothing more")) }
    });
    read.unwrap_or_else(|reason| RawGeometry::Unreadable(format!("its WKT cannot be read: {reason}")))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next character that is not space.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    /// Letters, or a number's characters: whatever has no sign of its own.
    fn word(&mut self) -> &'a str {
        self.peek();
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| c.is_whitespace() || "(),;".contains(c)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.eat(wanted) { Ok(()) } else { Err(self.expected(&format!("{wanted:?}"))) }
    }

    fn expected(&mut self, what: &str) -> String {
        let found: String = match self.peek() {
            None => return format!("it breaks off where {what} is expected"),
            Some(_) => self.text[self.at..].chars().take(12).collect(),
        };
        let place = self.text[..self.at].chars().count() + 1;
        format!("at character {place} is {found:?}, expected {what}")
    }

    fn geometry(&mut self, depth: u32) -> Result<RawGeometry, String> {
        let start = self.at;
        let word = self.word().to_ascii_uppercase();
        let bare = word.trim_end_matches(['Z', 'M']);
        let kind = |name: &str| KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let Some(kind) = kind(&word).or_else(|| kind(bare)) else {
            self.at = start;
            return Err(self.expected("POINT, POLYGON or MULTIPOLYGON"));
        };
        let before = self.at;
        match self.word().to_ascii_uppercase().as_str() {
            "EMPTY" => return Ok(RawGeometry::Missing),
            "Z" | "M" | "ZM" if self.empty() => return Ok(RawGeometry::Missing),
            "Z" | "M" | "ZM" => {}
            _ => self.at = before,
        }
        if depth == MAX_DEPTH {
            return Err(format!("collections are nested deeper than {MAX_DEPTH}"));
        }
        Ok(match kind {
            Kind::Unsupported(name) => RawGeometry::Unsupported(name.to_owned()),
            Kind::Point => RawGeometry::Points(self.ring()?),
            Kind::MultiPoint => RawGeometry::Points(self.list(Self::member_point)?),
            Kind::Polygon => match self.brackets() {
                3 => RawGeometry::Misnested(Nesting::MultiPolygonInPolygon, self.polygons()?),
                1 => RawGeometry::Misnested(Nesting::RingInPolygon, vec![vec![self.ring()?]]),
                _ => RawGeometry::Polygons(vec![self.list(Self::ring)?]),
            },
            Kind::MultiPolygon => match self.brackets() {
                2 => RawGeometry::Misnested(Nesting::PolygonInMultiPolygon, vec![self.list(Self::ring)?]),
                1 => RawGeometry::Misnested(Nesting::RingInMultiPolygon, vec![vec![self.ring()?]]),
                _ => RawGeometry::Polygons(self.polygons()?),
            },
            Kind::Collection => RawGeometry::Mixed(self.list(|it| it.geometry(depth + 1))?),
        })
    }

    /// Whether the word EMPTY stands here.
    fn empty(&mut self) -> bool {
        let before = self.at;
        let empty = self.word().eq_ignore_ascii_case("EMPTY");
        self.at = if empty { self.at } else { before };
        empty
    }

    /// What stands in brackets, with commas; nothing where it says EMPTY.
    fn list<T>(&mut self, mut member: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        if self.empty() {
            return Ok(Vec::new());
        }
        self.expect('(')?;
        let mut members = vec![member(self)?];
        while self.eat(',') {
            members.push(member(self)?);
        }
        match self.eat(')') {
            true => Ok(members),
            false => Err(self.expected("',' or ')'")),
        }
    }

    /// Brackets that open before the first number; 0 where something else follows them.
    fn brackets(&self) -> usize {
        let rest = &self.text[self.at..];
        let numbers = rest.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
        let is_number = numbers.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        if is_number { rest[..rest.len() - numbers.len()].matches('(').count() } else { 0 }
    }

    fn polygons(&mut self) -> Result<Vec<Vec<Vec<Position>>>, String> {
        self.list(|it| it.list(Self::ring))
    }

    fn ring(&mut self) -> Result<Vec<Position>, String> {
        self.list(Self::position)
    }

    /// A point of a multipoint: in brackets of its own or not.
    fn member_point(&mut self) -> Result<Position, String> {
        let bracket = self.eat('(');
        let position = self.position()?;
        if bracket {
            self.expect(')')?;
        }
        Ok(position)
    }

    fn position(&mut self) -> Result<Position, String> {
        let position = [self.number()?, self.number()?];
        while self.peek().is_some_and(|c| !"(),".contains(c)) {
            self.number()?;
        }
        Ok(position)
    }

    fn number(&mut self) -> Result<f64, String> {
        self.peek();
        let start = self.at;
        let word = self.word();
        let number =
            if word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) { word.parse().ok() } else { None };
        number.filter(|value: &f64| value.is_finite()).ok_or_else(|| {
            self.at = start;
            self.expected("a number")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &RawGeometry) {
        assert!(is_wkt(text), "{text}");
        assert_eq!(&read(text), expected, "{text}");
    }

    fn triangle() -> Vec<Position> {
        vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.5], [0.0, 0.0]]
    }

    #[test]
    fn points_polygons_and_collections_are_read_however_they_are_spaced() {
        let polygon = RawGeometry::Polygons(vec![vec![triangle()]]);
        check("POLYGON((0 0,1 0,0 1.5,0 0))", &polygon);
        check(" polygon ( ( 0 0 , 1 0 , 0 1.5 , 0 0 ) ) ", &polygon);
        check("POLYGON Z ((0 0 250, 1 0 250, 0 1.5 251, 0 0 250))", &polygon);
        check("POLYGONZM((0 0 1 2,1 0 1 2,0 1.5 1 2,0 0 1 2))", &polygon);
        check("SRID=4326;POLYGON((0 0,1 0,0 1.5,0 0))", &polygon);
        check(
            "MULTIPOLYGON(((0 0,1 0,0 1.5,0 0),(0 0,1 0,0 1.5,0 0)),((0 0,1 0,0 1.5,0 0)))",
            &RawGeometry::Polygons(vec![vec![triangle(), triangle()], vec![triangle()]]),
        );
        check("POINT(-76.5 -9.25)", &RawGeometry::Points(vec![[-76.5, -9.25]]));
        let two = RawGeometry::Points(vec![[1.0, 2.0], [3e1, -0.5]]);
        check("MULTIPOINT(1 2, 3e1 -.5)", &two);
        check("MULTIPOINT((1 2), (3e1 -.5))", &two);
        check(
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING EMPTY,POLYGON((0 0,1 0,0 1.5,0 0)))",
            &RawGeometry::Mixed(vec![RawGeometry::Points(vec![[1.0, 2.0]]), RawGeometry::Missing, polygon]),
        );
    }

    #[test]
    fn brackets_as_another_type_has_them_are_read_where_they_can_mean_one_thing() {
        let misnested = |nesting, parts| RawGeometry::Misnested(nesting, parts);
        let ring = "0 0,1 0,0 1.5,0 0";
        check(&format!("POLYGON(({ring}))"), &RawGeometry::Polygons(vec![vec![triangle()]]));
        check(
            &format!("POLYGON((({ring})), (({ring})))"),
            &misnested(Nesting::MultiPolygonInPolygon, vec![vec![triangle()]; 2]),
        );
        check(&format!("POLYGON ({ring})"), &misnested(Nesting::RingInPolygon, vec![vec![triangle()]]));
        check(
            &format!("MULTIPOLYGON (({ring}), ({ring}))"),
            &misnested(Nesting::PolygonInMultiPolygon, vec![vec![triangle(); 2]]),
        );
        check(&format!("MULTIPOLYGON({ring})"), &misnested(Nesting::RingInMultiPolygon, vec![vec![triangle()]]));
    }

    #[test]
    fn empty_is_missing_and_lines_and_curves_are_named() {
        for text in ["POINT EMPTY", "POLYGON Z EMPTY", "MultiPolygon empty"] {
            check(text, &RawGeometry::Missing);
        }
        check("LINESTRING(0 0, 1 1)", &RawGeometry::Unsupported("LineString".to_owned()));
        check("CURVEPOLYGON(CIRCULARSTRING(0 0, 1 1))", &RawGeometry::Unsupported("CurvePolygon".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_says_where_and_what_would_be_right() {
        let cases = [
            ("POLYGON((0 0, 1 0", "it breaks off where ',' or ')' is expected"),
            ("POLYGON((0 0, 1 cero))", "at character 17 is \"cero))\", expected a number"),
            ("POLYGON((0 0, 1))", "at character 16 is \"))\", expected a number"),
            ("POLYGON((0 0, 1 1)) x", "at character 21 is \"x\", expected nothing more"),
            ("POLYGON((0 0, nan 1))", "at character 15 is \"nan 1))\", expected a number"),
            ("POLIGONO((0 0))", "at character 1 is \"POLIGONO((0 \", expected POINT, POLYGON or MULTIPOLYGON"),
            ("", "it breaks off where POINT, POLYGON or MULTIPOLYGON is expected"),
        ];
        for (text, reason) in cases {
            assert_eq!(read(text), RawGeometry::Unreadable(format!("its WKT cannot be read: {reason}")), "{text}");
        }
        let deep = format!("{}POINT(1 2){}", "GEOMETRYCOLLECTION(".repeat(100_000), ")".repeat(100_000));
        assert!(matches!(read(&deep), RawGeometry::Unreadable(_)));
    }

    #[test]
    fn words_of_ordinary_columns_are_not_wkt() {
        for text in ["Point Pleasant", "polygon", "TINA (Rosa)", "Zona M", "point 3", "SRID=4326"] {
            assert!(!is_wkt(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_geometry_or_a_reason(text in "[A-Zz( ),;=0-9.ñ-]{0,40}", head in 0..KINDS.len()) {
            read(&text);
            read(&format!("{}{text}", KINDS[head].0));
            is_wkt(&text);
        }

        #[test]
        fn a_ring_comes_back_to_the_bit(ring in proptest::collection::vec((-180.0..180.0, -90.0..90.0), 1..20)) {
            let ring: Vec<Position> = ring.into_iter().map(|(x, y)| [x, y]).collect();
            let places: Vec<String> = ring.iter().map(|[x, y]| format!("{x} {y}")).collect();
            let text = format!("POLYGON(({}))", places.join(","));
            prop_assert_eq!(read(&text), RawGeometry::Polygons(vec![vec![ring]]));
        }
    }
}
