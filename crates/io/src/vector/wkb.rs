//! Well-known binary: as in ISO 19125, with the flags of EWKB for those who write it.

use lindero_plots::{Position, RawGeometry};

/// Collections within collections; nobody draws more than two.
const MAX_DEPTH: u32 = 32;

/// Reads a geometry; heights and measures are dropped, empty geometries are missing.
pub(super) fn read(bytes: &[u8]) -> RawGeometry {
    match (Reader { rest: bytes }).geometry(0) {
        Ok(geometry) => geometry,
        Err(Stop::Curve(name)) => RawGeometry::Unsupported(name.to_owned()),
        Err(Stop::Damaged(reason)) => RawGeometry::Unreadable(format!("its WKB is damaged: {reason}")),
    }
}

/// Why reading ends before the end.
enum Stop {
    /// A type that is not read, and so not stepped over either.
    Curve(&'static str),
    Damaged(String),
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// A geometry's type, byte order and ordinates per position.
struct Head {
    code: u32,
    little: bool,
    ordinates: usize,
}

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let Some((bytes, rest)) = self.rest.split_first_chunk() else {
            return Err(Stop::Damaged("it breaks off".to_owned()));
        };
        self.rest = rest;
        Ok(*bytes)
    }

    fn u32(&mut self, little: bool) -> Result<u32, Stop> {
        let bytes = self.bytes()?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self, little: bool) -> Result<f64, Stop> {
        let bytes = self.bytes()?;
        Ok(if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things that take at least `size` bytes each: more than the rest holds is damage, and
    /// must not be allocated.
    fn count(&mut self, little: bool, size: usize) -> Result<usize, Stop> {
        let count = self.u32(little)? as usize;
        if count > self.rest.len() / size {
            return Err(Stop::Damaged(format!("it announces {count} elements, more than its bytes can hold")));
        }
        Ok(count)
    }

    fn head(&mut self) -> Result<Head, Stop> {
        let little = match self.bytes::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(Stop::Damaged(format!("byte order {other}, expected 0 or 1"))),
        };
        let word = self.u32(little)?;
        let (ewkb_z, ewkb_m, srid) = (word >> 31 & 1, word >> 30 & 1, word >> 29 & 1);
        let code = word & 0x1fff_ffff;
        if srid == 1 {
            self.u32(little)?;
        }
        let (z, m) = match code / 1000 {
            1 => (1, 0),
            2 => (0, 1),
            3 => (1, 1),
            _ => (ewkb_z, ewkb_m),
        };
        Ok(Head { code: code % 1000, little, ordinates: 2 + z as usize + m as usize })
    }

    fn geometry(&mut self, depth: u32) -> Result<RawGeometry, Stop> {
        let head = self.head()?;
        let geometry = match head.code {
            1 => match self.position(&head)? {
                // The customary way to write an empty point.
                [x, y] if x.is_nan() && y.is_nan() => RawGeometry::Missing,
                position => RawGeometry::Points(vec![position]),
            },
            2 => {
                self.positions(&head)?;
                RawGeometry::Unsupported("LineString".to_owned())
            }
            3 => match self.rings(&head)? {
                rings if rings.is_empty() => RawGeometry::Missing,
                rings => RawGeometry::Polygons(vec![rings]),
            },
            4..=7 => {
                if depth == MAX_DEPTH {
                    return Err(Stop::Damaged(format!("collections nested deeper than {MAX_DEPTH}")));
                }
                // A byte order, a type and a count or two ordinates.
                let count = self.count(head.little, 9)?;
                let mut members = Vec::with_capacity(count.min(1024));
                for _ in 0..count {
                    members.push(self.geometry(depth + 1)?);
                }
                collected(head.code, members)?
            }
            8 => return Err(Stop::Curve("CircularString")),
            9 => return Err(Stop::Curve("CompoundCurve")),
            10 => return Err(Stop::Curve("CurvePolygon")),
            11 => return Err(Stop::Curve("MultiCurve")),
            12 => return Err(Stop::Curve("MultiSurface")),
            15 => return Err(Stop::Curve("PolyhedralSurface")),
            16 => return Err(Stop::Curve("TIN")),
            17 => return Err(Stop::Curve("Triangle")),
            other => return Err(Stop::Damaged(format!("{other} is no type of geometry"))),
        };
        Ok(geometry)
    }

    fn position(&mut self, head: &Head) -> Result<Position, Stop> {
        let position = [self.f64(head.little)?, self.f64(head.little)?];
        for _ in 2..head.ordinates {
            self.f64(head.little)?;
        }
        Ok(position)
    }

    fn positions(&mut self, head: &Head) -> Result<Vec<Position>, Stop> {
        let count = self.count(head.little, 8 * head.ordinates)?;
        (0..count).map(|_| self.position(head)).collect()
    }

    fn rings(&mut self, head: &Head) -> Result<Vec<Vec<Position>>, Stop> {
        let count = self.count(head.little, 4)?;
        (0..count).map(|_| self.positions(head)).collect()
    }
}

/// One geometry of the members of a multi-geometry or collection.
fn collected(code: u32, members: Vec<RawGeometry>) -> Result<RawGeometry, Stop> {
    if code == 5 {
        return Ok(RawGeometry::Unsupported("MultiLineString".to_owned()));
    }
    let members: Vec<_> = members.into_iter().filter(|member| *member != RawGeometry::Missing).collect();
    if members.is_empty() {
        return Ok(RawGeometry::Missing);
    }
    if code == 7 {
        return Ok(RawGeometry::Mixed(members));
    }
    let (mut points, mut parts) = (Vec::new(), Vec::new());
    for member in members {
        match member {
            RawGeometry::Points(more) if code == 4 => points.extend(more),
            RawGeometry::Polygons(more) if code == 6 => parts.extend(more),
            _ => return Err(Stop::Damaged("a member of another type than its collection".to_owned())),
        }
    }
    Ok(if code == 4 { RawGeometry::Points(points) } else { RawGeometry::Polygons(parts) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// WKB from a drawing: `b`/`l` byte order with a type, `n` a count, numbers ordinates.
    fn wkb(little: bool, words: &[Word]) -> Vec<u8> {
        let mut out = Vec::new();
        for word in words {
            match *word {
                Word::Head(code) => {
                    out.push(u8::from(little));
                    out.extend(if little { code.to_le_bytes() } else { code.to_be_bytes() });
                }
                Word::Count(count) => out.extend(if little { count.to_le_bytes() } else { count.to_be_bytes() }),
                Word::Place(place) => {
                    for value in place {
                        out.extend(if little { value.to_le_bytes() } else { value.to_be_bytes() });
                    }
                }
            }
        }
        out
    }

    enum Word<'a> {
        Head(u32),
        Count(u32),
        Place(&'a [f64]),
    }
    use Word::{Count, Head, Place};

    fn check(words: &[Word<'_>], expected: &RawGeometry) {
        for little in [true, false] {
            assert_eq!(&read(&wkb(little, words)), expected);
        }
    }

    #[test]
    fn heights_measures_and_srids_are_stepped_over_in_iso_and_ewkb() {
        let point = RawGeometry::Points(vec![[1.0, 2.0]]);
        check(&[Head(1), Place(&[1.0, 2.0])], &point);
        check(&[Head(1001), Place(&[1.0, 2.0, 3.0])], &point);
        check(&[Head(3001), Place(&[1.0, 2.0, 3.0, 4.0])], &point);
        check(&[Head(0x8000_0001), Place(&[1.0, 2.0, 3.0])], &point);
        check(&[Head(0xe000_0001), Count(4326), Place(&[1.0, 2.0, 3.0, 4.0])], &point);
    }

    #[test]
    fn polygons_lines_and_collections_are_read() {
        let ring: Vec<Position> = vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
        let places: Vec<f64> = ring.iter().flatten().copied().collect();
        let polygon = [Head(3), Count(1), Count(4), Place(&places)];
        check(&polygon, &RawGeometry::Polygons(vec![vec![ring.clone()]]));
        check(
            &[
                Head(6),
                Count(2),
                Head(3),
                Count(1),
                Count(4),
                Place(&places),
                Head(3),
                Count(1),
                Count(4),
                Place(&places),
            ],
            &RawGeometry::Polygons(vec![vec![ring.clone()], vec![ring.clone()]]),
        );
        check(
            &[Head(7), Count(2), Head(2), Count(1), Place(&[5.0, 5.0]), Head(3), Count(1), Count(4), Place(&places)],
            &RawGeometry::Mixed(vec![
                RawGeometry::Unsupported("LineString".to_owned()),
                RawGeometry::Polygons(vec![vec![ring]]),
            ]),
        );
        check(&[Head(10), Count(0)], &RawGeometry::Unsupported("CurvePolygon".to_owned()));
        check(&[Head(3), Count(0)], &RawGeometry::Missing);
        check(&[Head(1), Place(&[f64::NAN, f64::NAN])], &RawGeometry::Missing);
    }

    #[test]
    fn a_count_beyond_the_bytes_is_damage_and_not_an_allocation() {
        check(
            &[Head(3), Count(1), Count(u32::MAX), Place(&[0.0])],
            &RawGeometry::Unreadable(
                "its WKB is damaged: it announces 4294967295 elements, more than its bytes can hold".to_owned(),
            ),
        );
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_geometry_or_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..80), code in 0..20_u32) {
            read(&bytes);
            let mut headed = wkb(true, &[Head(code), Count(2)]);
            headed.extend(bytes);
            read(&headed);
        }
    }
}
