//! Well-known binary: as in ISO 19125, with the flags of EWKB for those who write it.

use lindero_plots::{OpenGeometry, Position, RawGeometries};

/// Collections within collections; nobody draws more than two.
const MAX_DEPTH: u32 = 32;

/// Reads a geometry; heights and measures are dropped, empty geometries are missing.
pub(super) fn read(bytes: &[u8], mut into: OpenGeometry<'_>) {
    match (Reader { rest: bytes }).geometry(0, &mut into) {
        Ok(found) => found.close(into),
        Err(Stop::Curve(name)) => into.close_as_unsupported(name),
        Err(Stop::Damaged(reason)) => into.close_as_unreadable(format!("its WKB is damaged: {reason}")),
    }
}

/// What was read.
enum Found {
    Missing,
    Points,
    Polygons,
    Unsupported(&'static str),
    Mixed(RawGeometries),
}

impl Found {
    /// Closes the geometry that positions and rings were added to.
    fn close(self, into: OpenGeometry<'_>) {
        match self {
            Self::Missing => into.close_as_missing(),
            Self::Points => into.close_as_points(),
            Self::Polygons => into.close_as_polygons(),
            Self::Unsupported(kind) => into.close_as_unsupported(kind),
            Self::Mixed(members) => into.close_as_mixed(members),
        }
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

impl<'a> Reader<'a> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        Ok(*self.take(N)?.first_chunk().expect("as many bytes as were taken"))
    }

    fn u32(&mut self, little: bool) -> Result<u32, Stop> {
        let bytes = self.bytes()?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
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

    /// Reads a geometry, its positions and rings into `into`.
    fn geometry(&mut self, depth: u32, into: &mut OpenGeometry<'_>) -> Result<Found, Stop> {
        let head = self.head()?;
        match head.code {
            1 => match self.positions(&head, 1)?.next() {
                // The customary way to write an empty point.
                Some([x, y]) if x.is_nan() && y.is_nan() => Ok(Found::Missing),
                position => {
                    into.extend(position);
                    Ok(Found::Points)
                }
            },
            2 => {
                let count = self.count(head.little, 8 * head.ordinates)?;
                self.take(count * 8 * head.ordinates)?;
                Ok(Found::Unsupported("LineString"))
            }
            3 => self.polygon(&head, into),
            4..=7 if depth == MAX_DEPTH => Err(Stop::Damaged(format!("collections nested deeper than {MAX_DEPTH}"))),
            4..=6 => self.members_of_one_kind(&head, depth, into),
            7 => self.collection(&head, depth),
            8 => Err(Stop::Curve("CircularString")),
            9 => Err(Stop::Curve("CompoundCurve")),
            10 => Err(Stop::Curve("CurvePolygon")),
            11 => Err(Stop::Curve("MultiCurve")),
            12 => Err(Stop::Curve("MultiSurface")),
            15 => Err(Stop::Curve("PolyhedralSurface")),
            16 => Err(Stop::Curve("TIN")),
            17 => Err(Stop::Curve("Triangle")),
            other => Err(Stop::Damaged(format!("{other} is no type of geometry"))),
        }
    }

    fn polygon(&mut self, head: &Head, into: &mut OpenGeometry<'_>) -> Result<Found, Stop> {
        let rings = self.count(head.little, 4)?;
        for _ in 0..rings {
            let count = self.count(head.little, 8 * head.ordinates)?;
            let positions = self.positions(head, count)?;
            into.extend(positions);
            into.end_ring();
        }
        if rings == 0 {
            return Ok(Found::Missing);
        }
        into.end_part();
        Ok(Found::Polygons)
    }

    /// The members of a multi-geometry, all into one.
    fn members_of_one_kind(&mut self, head: &Head, depth: u32, into: &mut OpenGeometry<'_>) -> Result<Found, Stop> {
        let (mut some, mut others) = (false, false);
        for _ in 0..self.member_count(head)? {
            match (head.code, self.geometry(depth + 1, into)?) {
                (_, Found::Missing) => {}
                (4, Found::Points) | (6, Found::Polygons) => some = true,
                _ => others = true,
            }
        }
        match head.code {
            5 => Ok(Found::Unsupported("MultiLineString")),
            _ if others => Err(Stop::Damaged("a member of another type than its collection".to_owned())),
            _ if !some => Ok(Found::Missing),
            4 => Ok(Found::Points),
            _ => Ok(Found::Polygons),
        }
    }

    fn collection(&mut self, head: &Head, depth: u32) -> Result<Found, Stop> {
        let mut members = RawGeometries::new();
        for _ in 0..self.member_count(head)? {
            let mut member = members.open();
            match self.geometry(depth + 1, &mut member)? {
                Found::Missing => {}
                found => found.close(member),
            }
        }
        Ok(if members.is_empty() { Found::Missing } else { Found::Mixed(members) })
    }

    /// A member is at least a byte order, a type and a count or two ordinates.
    fn member_count(&mut self, head: &Head) -> Result<usize, Stop> {
        self.count(head.little, 9)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Stop> {
        let Some((bytes, rest)) = self.rest.split_at_checked(len) else {
            return Err(Stop::Damaged("it breaks off".to_owned()));
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// The next positions.
    fn positions(&mut self, head: &Head, count: usize) -> Result<impl Iterator<Item = Position> + use<'a>, Stop> {
        let size = 8 * head.ordinates;
        let bytes = self.take(count * size)?;
        let little = head.little;
        let ordinate = move |bytes: &[u8]| {
            let bytes = *bytes.first_chunk().expect("a position has two ordinates of eight bytes");
            if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) }
        };
        Ok(bytes.chunks_exact(size).map(move |position| [ordinate(position), ordinate(&position[8..])]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_plots::RawGeometry;
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

    fn read_one(bytes: &[u8]) -> RawGeometry {
        let mut all = RawGeometries::new();
        read(bytes, all.open());
        assert_eq!(all.len(), 1);
        all.get(0).to_owned()
    }

    fn check(words: &[Word<'_>], expected: &RawGeometry) {
        for little in [true, false] {
            assert_eq!(&read_one(&wkb(little, words)), expected);
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
            read_one(&bytes);
            let mut headed = wkb(true, &[Head(code), Count(2)]);
            headed.extend(bytes);
            read_one(&headed);
        }
    }
}
