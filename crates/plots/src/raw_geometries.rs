//! Geometries as readers found them, many in one arena.

use crate::{Nesting, Part, Position, RawGeometry, ShapeRef};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Many geometries as readers found them: a million plots without a million allocations.
///
/// An empty geometry is missing. Everything else comes out as it went in: rings open, turned and repeated, parts
/// without rings and rings without positions.
///
/// ```
/// use lindero_plots::{RawGeometries, RawGeometry, RawGeometryRef};
///
/// let mut geometries = RawGeometries::new();
/// geometries.push(RawGeometry::Points(vec![[-76.0, -9.3]]));
/// let mut open = geometries.open();
/// open.extend([[-76.0, -9.3], [-75.9, -9.3], [-76.0, -9.2]]);
/// open.end_ring();
/// open.end_part();
/// open.close_as_polygons();
/// let RawGeometryRef::Polygons(polygons) = geometries.get(1) else { panic!("a polygon was drawn") };
/// assert_eq!(polygons.parts().next().map(|part| part.outer().len()), Some(3));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct RawGeometries {
    #[serde(with = "crate::position_bytes")]
    positions: Vec<Position>,
    /// Where each ring ends among the positions of its geometry.
    ring_ends: Vec<u32>,
    /// Where each part ends among the rings of its geometry.
    part_ends: Vec<u32>,
    entries: Vec<Entry>,
    odd: Vec<Odd>,
}

/// One geometry.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
struct Entry {
    kind: Kind,
    ends: Ends,
}

/// Where a geometry's positions, rings and parts end in the arena.
type Ends = [usize; 3];

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
enum Kind {
    Missing,
    Points,
    Polygons,
    /// Polygons whose lists were nested otherwise.
    Misnested(Nesting),
    /// Index in `odd`.
    Odd(u32),
}

/// What has no place in flat arrays.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
enum Odd {
    Mixed(Box<RawGeometries>),
    Unsupported(String),
    Unreadable(String),
}

/// A borrowed [`RawGeometry`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawGeometryRef<'a> {
    /// Null, or an empty geometry.
    Missing,
    /// A point or several.
    Points(&'a [Position]),
    /// Polygons of rings, as found.
    Polygons(RawPolygons<'a>),
    /// The members of a collection.
    Mixed(&'a RawGeometries),
    /// A kind of geometry that is not measured: the type's name.
    Unsupported(&'a str),
    /// What the reader could not make sense of: the reason.
    Unreadable(&'a str),
}

/// Polygons as found: rings maybe open, in any direction, any nonsense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawPolygons<'a> {
    /// Not a shape yet: nothing was closed, turned or checked.
    unchecked: ShapeRef<'a>,
    /// How the lists of coordinates were nested where that was not as the type says.
    nesting: Option<Nesting>,
}

impl<'a> RawPolygons<'a> {
    /// The polygons, in order.
    pub fn parts(self) -> impl ExactSizeIterator<Item = Part<'a>> + Clone {
        self.unchecked.parts()
    }

    /// How the lists of coordinates were nested where that was not as the type says.
    pub fn nesting(self) -> Option<Nesting> {
        self.nesting
    }

    /// All rings of all polygons, in order.
    pub fn rings(self) -> impl ExactSizeIterator<Item = &'a [Position]> + Clone {
        self.unchecked.rings()
    }

    /// The ring, if there is one part of one ring and nothing else.
    pub(crate) fn only_ring(self) -> Option<&'a [Position]> {
        (self.unchecked.ring_ends().len() == 1 && self.unchecked.part_ends().len() == 1 && self.nesting.is_none())
            .then(|| self.unchecked.positions())
    }

    /// The positions of all rings, one ring after the other.
    pub fn positions(self) -> &'a [Position] {
        self.unchecked.positions()
    }
}

impl RawGeometryRef<'_> {
    /// A copy that owns what it holds.
    pub fn to_owned(self) -> RawGeometry {
        match self {
            Self::Missing => RawGeometry::Missing,
            Self::Points(points) => RawGeometry::Points(points.to_vec()),
            Self::Polygons(polygons) => {
                let parts = polygons.parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect();
                match polygons.nesting {
                    None => RawGeometry::Polygons(parts),
                    Some(nesting) => RawGeometry::Misnested(nesting, parts),
                }
            }
            Self::Mixed(members) => RawGeometry::Mixed(members.iter().map(Self::to_owned).collect()),
            Self::Unsupported(kind) => RawGeometry::Unsupported(kind.to_owned()),
            Self::Unreadable(reason) => RawGeometry::Unreadable(reason.to_owned()),
        }
    }

    /// How many positions it has, those of members included.
    pub fn position_count(self) -> usize {
        match self {
            Self::Points(points) => points.len(),
            Self::Polygons(polygons) => polygons.positions().len(),
            Self::Mixed(members) => members.position_count(),
            Self::Missing | Self::Unsupported(_) | Self::Unreadable(_) => 0,
        }
    }
}

impl RawGeometries {
    /// An arena without geometries.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many geometries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many positions all geometries have, those of members included.
    pub fn position_count(&self) -> usize {
        let in_members = self.odd.iter().map(|odd| match odd {
            Odd::Mixed(members) => members.position_count(),
            Odd::Unsupported(_) | Odd::Unreadable(_) => 0,
        });
        self.positions.len() + in_members.sum::<usize>()
    }

    /// One geometry.
    ///
    /// # Panics
    ///
    /// If there is no such geometry.
    pub fn get(&self, index: usize) -> RawGeometryRef<'_> {
        let entry = self.entries[index];
        let (from, to) = (self.start(index), entry.ends);
        let positions = &self.positions[from[0]..to[0]];
        match entry.kind {
            Kind::Missing => RawGeometryRef::Missing,
            Kind::Points => RawGeometryRef::Points(positions),
            Kind::Polygons | Kind::Misnested(_) => RawGeometryRef::Polygons(RawPolygons {
                unchecked: ShapeRef::new(positions, &self.ring_ends[from[1]..to[1]], &self.part_ends[from[2]..to[2]]),
                nesting: match entry.kind {
                    Kind::Misnested(nesting) => Some(nesting),
                    _ => None,
                },
            }),
            Kind::Odd(odd) => match &self.odd[odd as usize] {
                Odd::Mixed(members) => RawGeometryRef::Mixed(members),
                Odd::Unsupported(kind) => RawGeometryRef::Unsupported(kind),
                Odd::Unreadable(reason) => RawGeometryRef::Unreadable(reason),
            },
        }
    }

    /// All geometries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RawGeometryRef<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Some of the geometries.
    ///
    /// # Panics
    ///
    /// If the range reaches beyond the last geometry.
    pub fn slice(&self, range: Range<usize>) -> RawGeometrySlice<'_> {
        assert!(range.start <= range.end && range.end <= self.len(), "{range:?} of {} geometries", self.len());
        RawGeometrySlice { all: self, first: range.start, len: range.len() }
    }

    /// All geometries as a slice.
    pub fn as_slice(&self) -> RawGeometrySlice<'_> {
        self.slice(0..self.len())
    }

    /// Adds a geometry.
    pub fn push(&mut self, geometry: RawGeometry) {
        let mut open = self.open();
        match geometry {
            RawGeometry::Points(points) => {
                open.extend(points);
                open.close_as_points();
            }
            RawGeometry::Polygons(parts) => {
                open.push_parts(parts);
                open.close_as_polygons();
            }
            RawGeometry::Misnested(nesting, parts) => {
                open.push_parts(parts);
                open.close_as_misnested(nesting);
            }
            RawGeometry::Missing => open.close_as_missing(),
            RawGeometry::Mixed(members) => open.close_as_odd(Odd::Mixed(Box::new(members.into_iter().collect()))),
            RawGeometry::Unsupported(kind) => open.close_as_odd(Odd::Unsupported(kind)),
            RawGeometry::Unreadable(reason) => open.close_as_odd(Odd::Unreadable(reason)),
        }
    }

    /// Adds a copy of a geometry.
    pub fn push_ref(&mut self, geometry: RawGeometryRef<'_>) {
        let mut open = self.open();
        match geometry {
            RawGeometryRef::Points(points) => {
                open.extend_from_slice(points);
                open.close_as_points();
            }
            RawGeometryRef::Polygons(polygons) => {
                let from = polygons.unchecked;
                open.extend_from_slice(from.positions());
                open.all.ring_ends.extend_from_slice(from.ring_ends());
                open.all.part_ends.extend_from_slice(from.part_ends());
                match polygons.nesting {
                    None => open.close_as_polygons(),
                    Some(nesting) => open.close_as_misnested(nesting),
                }
            }
            RawGeometryRef::Missing => open.close_as_missing(),
            RawGeometryRef::Mixed(members) => open.close_as_odd(Odd::Mixed(Box::new(members.clone()))),
            RawGeometryRef::Unsupported(kind) => open.close_as_odd(Odd::Unsupported(kind.to_owned())),
            RawGeometryRef::Unreadable(reason) => open.close_as_odd(Odd::Unreadable(reason.to_owned())),
        }
    }

    /// Adds a shape as polygons.
    pub fn push_shape(&mut self, shape: ShapeRef<'_>) {
        let mut open = self.open();
        for part in shape.parts() {
            for ring in part.rings() {
                open.extend_from_slice(ring);
                open.end_ring();
            }
            open.end_part();
        }
        open.close_as_polygons();
    }

    /// Begins a geometry that is built position by position.
    pub fn open(&mut self) -> OpenGeometry<'_> {
        let start = self.end();
        OpenGeometry { all: self, start, closed: false }
    }

    /// Adds all geometries of another arena.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let (base, first_odd) = (self.end(), self.odd.len() as u32);
        self.positions.extend_from_slice(&other.positions);
        self.ring_ends.extend_from_slice(&other.ring_ends);
        self.part_ends.extend_from_slice(&other.part_ends);
        self.odd.extend(other.odd);
        self.entries.extend(other.entries.iter().map(|entry| Entry {
            kind: match entry.kind {
                Kind::Odd(odd) => Kind::Odd(first_odd + odd),
                kind => kind,
            },
            ends: std::array::from_fn(|i| base[i] + entry.ends[i]),
        }));
    }

    /// Drops all geometries after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        let first_odd = self.entries[len..].iter().find_map(|entry| match entry.kind {
            Kind::Odd(odd) => Some(odd as usize),
            _ => None,
        });
        self.odd.truncate(first_odd.unwrap_or(self.odd.len()));
        self.entries.truncate(len);
        self.truncate_to(self.end());
    }

    /// Calls back with the positions of all geometries, members included, to move them.
    pub fn move_positions(&mut self, transform: &impl Fn(&mut [Position])) {
        transform(&mut self.positions);
        for odd in &mut self.odd {
            if let Odd::Mixed(members) = odd {
                members.move_positions(transform);
            }
        }
    }

    /// Where the last geometry ends.
    fn end(&self) -> Ends {
        self.start(self.len())
    }

    fn start(&self, index: usize) -> Ends {
        if index == 0 { [0; 3] } else { self.entries[index - 1].ends }
    }

    fn truncate_to(&mut self, ends: Ends) {
        self.positions.truncate(ends[0]);
        self.ring_ends.truncate(ends[1]);
        self.part_ends.truncate(ends[2]);
    }
}

impl Extend<RawGeometry> for RawGeometries {
    fn extend<I: IntoIterator<Item = RawGeometry>>(&mut self, geometries: I) {
        geometries.into_iter().for_each(|geometry| self.push(geometry));
    }
}

impl FromIterator<RawGeometry> for RawGeometries {
    fn from_iter<I: IntoIterator<Item = RawGeometry>>(geometries: I) -> Self {
        let mut all = Self::new();
        all.extend(geometries);
        all
    }
}

/// Some consecutive geometries of an arena.
#[derive(Clone, Copy, Debug)]
pub struct RawGeometrySlice<'a> {
    all: &'a RawGeometries,
    first: usize,
    len: usize,
}

impl<'a> RawGeometrySlice<'a> {
    /// How many geometries there are.
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// One geometry, counted from the first of the slice.
    ///
    /// # Panics
    ///
    /// If there is no such geometry.
    pub fn get(self, index: usize) -> RawGeometryRef<'a> {
        assert!(index < self.len, "geometry {index} of {}", self.len);
        self.all.get(self.first + index)
    }
}

/// A geometry under way in its arena. Dropped without being closed, it was never there.
#[derive(Debug)]
pub struct OpenGeometry<'a> {
    all: &'a mut RawGeometries,
    start: Ends,
    closed: bool,
}

impl OpenGeometry<'_> {
    /// Adds a position: to the ring under way, or a point.
    #[inline]
    pub fn push(&mut self, position: Position) {
        self.all.positions.push(position);
    }

    /// Adds positions: to the ring under way, or points.
    #[inline]
    pub fn extend(&mut self, positions: impl IntoIterator<Item = Position>) {
        self.all.positions.extend(positions);
    }

    /// Adds positions: to the ring under way, or points.
    pub fn extend_from_slice(&mut self, positions: &[Position]) {
        self.all.positions.extend_from_slice(positions);
    }

    /// Ends the ring under way, be it empty.
    pub fn end_ring(&mut self) {
        self.all.ring_ends.push((self.all.positions.len() - self.start[0]) as u32);
    }

    /// Ends the part under way, be it without rings.
    pub fn end_part(&mut self) {
        self.all.part_ends.push((self.all.ring_ends.len() - self.start[1]) as u32);
    }

    /// Whether no ring was ended yet.
    pub fn has_no_ring(&self) -> bool {
        self.all.ring_ends.len() == self.start[1]
    }

    /// It is the points added; missing if there are none.
    pub fn close_as_points(mut self) {
        debug_assert!(self.has_no_ring(), "points have no rings");
        let is_missing = self.all.positions.len() == self.start[0];
        self.close(if is_missing { Kind::Missing } else { Kind::Points });
    }

    /// It is the parts added; missing if none has a ring.
    pub fn close_as_polygons(mut self) {
        if self.has_no_ring() {
            return self.close_as_missing();
        }
        self.close(Kind::Polygons);
    }

    /// It is the parts added, whose lists were nested otherwise; missing if none has a ring.
    pub fn close_as_misnested(mut self, nesting: Nesting) {
        if self.has_no_ring() {
            return self.close_as_missing();
        }
        self.close(Kind::Misnested(nesting));
    }

    fn push_parts(&mut self, parts: Vec<Vec<Vec<Position>>>) {
        for part in parts {
            for ring in part {
                self.extend(ring);
                self.end_ring();
            }
            self.end_part();
        }
    }

    /// It is missing, whatever was added.
    pub fn close_as_missing(mut self) {
        self.all.truncate_to(self.start);
        self.close(Kind::Missing);
    }

    /// It is of a kind that is not measured, whatever was added.
    pub fn close_as_unsupported(self, kind: impl Into<String>) {
        self.close_as_odd(Odd::Unsupported(kind.into()));
    }

    /// It cannot be read, whatever was added.
    pub fn close_as_unreadable(self, reason: impl Into<String>) {
        self.close_as_odd(Odd::Unreadable(reason.into()));
    }

    /// It is a collection of these members, whatever was added.
    pub fn close_as_mixed(self, members: RawGeometries) {
        self.close_as_odd(Odd::Mixed(Box::new(members)));
    }

    fn close_as_odd(mut self, odd: Odd) {
        self.all.truncate_to(self.start);
        let index = self.all.odd.len() as u32;
        self.all.odd.push(odd);
        self.close(Kind::Odd(index));
    }

    fn close(&mut self, kind: Kind) {
        let all = &mut *self.all;
        let ends = [all.positions.len(), all.ring_ends.len(), all.part_ends.len()];
        all.entries.push(Entry { kind, ends });
        self.closed = true;
    }
}

impl Drop for OpenGeometry<'_> {
    fn drop(&mut self) {
        if !self.closed {
            self.all.truncate_to(self.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RawGeometries, RawGeometryRef};
    use crate::{Nesting, Position, RawGeometry};

    fn triangle(x: f64) -> Vec<Position> {
        vec![[x, 0.0], [x + 1.0, 0.0], [x, 1.0], [x, 0.0]]
    }

    fn all_kinds() -> Vec<RawGeometry> {
        vec![
            RawGeometry::Polygons(vec![vec![triangle(0.0), vec![]], vec![], vec![triangle(5.0)]]),
            RawGeometry::Missing,
            RawGeometry::Mixed(vec![
                RawGeometry::Points(vec![[1.0, 2.0]]),
                RawGeometry::Mixed(vec![RawGeometry::Missing]),
                RawGeometry::Polygons(vec![vec![triangle(7.0)]]),
            ]),
            RawGeometry::Points(vec![[3.0, 4.0], [5.0, 6.0]]),
            RawGeometry::Unsupported("LineString".to_owned()),
            RawGeometry::Unreadable("it breaks off".to_owned()),
            RawGeometry::Misnested(Nesting::RingInPolygon, vec![vec![triangle(9.0)]]),
        ]
    }

    fn owned(geometries: &RawGeometries) -> Vec<RawGeometry> {
        geometries.iter().map(RawGeometryRef::to_owned).collect()
    }

    #[test]
    fn every_kind_comes_back_as_it_went_in() {
        let all: RawGeometries = all_kinds().into_iter().collect();
        assert_eq!(owned(&all), all_kinds());
        assert_eq!(all.position_count(), 8 + 1 + 4 + 2 + 4);
        let mut copied = RawGeometries::new();
        all.iter().for_each(|geometry| copied.push_ref(geometry));
        assert_eq!(copied, all);
    }

    #[test]
    fn an_empty_geometry_is_missing() {
        let empty = [RawGeometry::Points(vec![]), RawGeometry::Polygons(vec![]), RawGeometry::Polygons(vec![vec![]])];
        let all: RawGeometries = empty.into_iter().collect();
        assert!(all.iter().all(|geometry| geometry == RawGeometryRef::Missing));
    }

    #[test]
    fn arenas_are_joined_and_cut_anywhere() {
        for cut in 0..=all_kinds().len() {
            let mut first: RawGeometries = all_kinds().into_iter().collect();
            first.truncate(cut);
            assert_eq!(owned(&first), all_kinds()[..cut]);
            first.append(all_kinds().into_iter().collect());
            assert_eq!(owned(&first), [&all_kinds()[..cut], &all_kinds()].concat());
            let slice = first.slice(cut..cut + 3);
            assert_eq!((slice.len(), slice.get(2).to_owned()), (3, all_kinds()[2].clone()));
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing_behind() {
        let mut all: RawGeometries = all_kinds().into_iter().collect();
        let before = all.clone();
        let mut open = all.open();
        open.extend(triangle(1.0));
        open.end_ring();
        drop(open);
        assert_eq!(all, before);
        let mut open = all.open();
        open.extend(triangle(1.0));
        open.end_ring();
        open.close_as_unreadable("a hole breaks off");
        assert_eq!(all.get(7), RawGeometryRef::Unreadable("a hole breaks off"));
        assert_eq!(all.position_count(), before.position_count());
    }
}
