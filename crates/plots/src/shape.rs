//! Polygons and multipolygons in flat arrays: a borrowed view and an owned shape.

use serde::{Deserialize, Serialize};

use crate::Bounds;

/// `[x, y]`: longitude and latitude in degrees, or metres of a projected system.
pub type Position = [f64; 2];

/// A borrowed polygon or multipolygon.
///
/// A shape is a list of parts (polygons), a part a list of rings, its outer ring first. Rings are closed
/// (first position equals last); outer rings run counter-clockwise, holes clockwise, so that signed
/// areas add up. [`take_in`](crate::take_in) makes such shapes; the constructors trust their caller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeRef<'a> {
    positions: &'a [Position],
    ring_ends: &'a [u32],
    part_ends: &'a [u32],
}

impl<'a> ShapeRef<'a> {
    /// A view of three flat arrays.
    ///
    /// `ring_ends[i]` is the end (exclusive) of ring `i` in `positions`; `part_ends[p]` is the end
    /// (exclusive) of part `p` in `ring_ends`. Both count from the shape's own first element.
    pub fn new(positions: &'a [Position], ring_ends: &'a [u32], part_ends: &'a [u32]) -> Self {
        debug_assert_eq!(ring_ends.last().map_or(0, |&end| end as usize), positions.len());
        debug_assert_eq!(part_ends.last().map_or(0, |&end| end as usize), ring_ends.len());
        debug_assert!(ring_ends.is_sorted() && part_ends.is_sorted());
        Self { positions, ring_ends, part_ends }
    }

    /// The positions of all rings, one ring after the other.
    pub fn positions(self) -> &'a [Position] {
        self.positions
    }

    /// Where each ring ends in [`ShapeRef::positions`].
    pub fn ring_ends(self) -> &'a [u32] {
        self.ring_ends
    }

    /// Where each part ends in [`ShapeRef::ring_ends`].
    pub fn part_ends(self) -> &'a [u32] {
        self.part_ends
    }

    /// Whether there is no ring at all.
    pub fn is_empty(self) -> bool {
        self.ring_ends.is_empty()
    }

    /// All rings of all parts, in order.
    pub fn rings(self) -> impl ExactSizeIterator<Item = &'a [Position]> + Clone {
        slices(self.positions, self.ring_ends, 0)
    }

    /// The polygons of the shape, in order.
    pub fn parts(self) -> impl ExactSizeIterator<Item = Part<'a>> + Clone {
        (0..self.part_ends.len()).map(move |part| {
            let first = if part == 0 { 0 } else { self.part_ends[part - 1] as usize };
            Part {
                positions: self.positions,
                ring_ends: &self.ring_ends[first..self.part_ends[part] as usize],
                start: if first == 0 { 0 } else { self.ring_ends[first - 1] },
            }
        })
    }

    /// The smallest rectangle around the shape; empty if the shape is.
    pub fn bounds(self) -> Bounds {
        Bounds::of(self.positions)
    }

    /// A copy that owns its arrays.
    pub fn to_owned(self) -> Shape {
        Shape {
            positions: self.positions.to_vec(),
            ring_ends: self.ring_ends.to_vec(),
            part_ends: self.part_ends.to_vec(),
        }
    }
}

/// One polygon of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// All positions of the shape.
    positions: &'a [Position],
    /// Ends of this part's rings in `positions`.
    ring_ends: &'a [u32],
    /// Start of this part's first ring in `positions`.
    start: u32,
}

impl<'a> Part<'a> {
    /// The outer ring; no positions if the part has no ring.
    pub fn outer(self) -> &'a [Position] {
        self.rings().next().unwrap_or(&[])
    }

    /// The holes, in order.
    pub fn holes(self) -> impl Iterator<Item = &'a [Position]> + Clone {
        self.rings().skip(1)
    }

    /// Each of its rings as a part without holes.
    pub(crate) fn split(self) -> impl ExactSizeIterator<Item = Self> {
        (0..self.ring_ends.len()).map(move |ring| Self {
            positions: self.positions,
            ring_ends: &self.ring_ends[ring..=ring],
            start: if ring == 0 { self.start } else { self.ring_ends[ring - 1] },
        })
    }

    /// The outer ring, then the holes.
    pub fn rings(self) -> impl ExactSizeIterator<Item = &'a [Position]> + Clone {
        slices(self.positions, self.ring_ends, self.start)
    }
}

/// Consecutive slices that end at `ends`, the first beginning at `start`.
fn slices<'a>(
    positions: &'a [Position],
    ends: &'a [u32],
    start: u32,
) -> impl ExactSizeIterator<Item = &'a [Position]> + Clone {
    (0..ends.len()).map(move |i| {
        let from = if i == 0 { start } else { ends[i - 1] };
        &positions[from as usize..ends[i] as usize]
    })
}

/// A polygon or multipolygon that owns its arrays. See [`ShapeRef`] for what they hold.
///
/// ```
/// use lindero_plots::Shape;
///
/// let mut shape = Shape::default();
/// shape.push_ring(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
/// shape.end_part();
/// assert_eq!(shape.as_ref().parts().len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Shape {
    positions: Vec<Position>,
    ring_ends: Vec<u32>,
    part_ends: Vec<u32>,
}

impl Shape {
    /// A shape of the given polygons of rings, outer ring first. Nothing is closed, turned or checked.
    pub fn from_rings(parts: Vec<Vec<Vec<Position>>>) -> Self {
        let mut shape = Self::default();
        for part in &parts {
            for ring in part {
                shape.push_ring(ring);
            }
            shape.end_part();
        }
        shape
    }

    /// An empty shape with room for this much.
    pub fn with_capacity(positions: usize, rings: usize, parts: usize) -> Self {
        Self {
            positions: Vec::with_capacity(positions),
            ring_ends: Vec::with_capacity(rings),
            part_ends: Vec::with_capacity(parts),
        }
    }

    /// Adds a ring to the part that is being built: first its outer ring, then its holes.
    pub fn push_ring(&mut self, ring: &[Position]) {
        self.positions.extend_from_slice(ring);
        self.ring_ends.push(self.positions.len() as u32);
    }

    /// Ends the part that is being built. Without rings since the last call there is no part to end.
    pub fn end_part(&mut self) {
        let rings = self.ring_ends.len() as u32;
        if self.part_ends.last().copied().unwrap_or(0) < rings {
            self.part_ends.push(rings);
        }
    }

    /// The view of this shape.
    pub fn as_ref(&self) -> ShapeRef<'_> {
        ShapeRef::new(&self.positions, &self.ring_ends, &self.part_ends)
    }

    /// Whether there is no ring at all.
    pub fn is_empty(&self) -> bool {
        self.ring_ends.is_empty()
    }

    /// Adds a position to the ring that is being built without a slice; [`Shape::end_ring`] ends it.
    pub(crate) fn push_position(&mut self, position: Position) {
        self.positions.push(position);
    }

    /// Adds positions to the ring that is being built.
    pub(crate) fn push_positions(&mut self, positions: impl ExactSizeIterator<Item = Position>) {
        self.positions.extend(positions);
    }

    /// Drops positions that equal the one before them; the ring that is being built must be the only one.
    pub(crate) fn drop_repeated_positions(&mut self) {
        debug_assert!(self.ring_ends.is_empty(), "other rings have ends already");
        self.positions.dedup();
    }

    /// The positions of the ring that is being built.
    pub(crate) fn open_ring(&self) -> &[Position] {
        &self.positions[self.ring_ends.last().copied().unwrap_or(0) as usize..]
    }

    /// Ends the ring that is being built.
    pub(crate) fn end_ring(&mut self) {
        self.ring_ends.push(self.positions.len() as u32);
    }

    /// Forgets all rings and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.positions.clear();
        self.ring_ends.clear();
        self.part_ends.clear();
    }

    /// Turns ring `ring` around.
    pub(crate) fn reverse_ring(&mut self, ring: usize) {
        let from = if ring == 0 { 0 } else { self.ring_ends[ring - 1] as usize };
        self.positions[from..self.ring_ends[ring] as usize].reverse();
    }
}

/// Many shapes in one arena: a million plots without a million allocations.
#[derive(Clone, Debug, Default)]
pub struct ShapeStore {
    positions: Vec<Position>,
    ring_ends: Vec<u32>,
    part_ends: Vec<u32>,
    /// Per shape: where its positions, rings and parts end.
    shape_ends: Vec<[usize; 3]>,
}

impl ShapeStore {
    /// A store without shapes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store without shapes, with room for so many of one ring, of so many positions together.
    pub fn with_capacity(shapes: usize, positions: usize) -> Self {
        Self {
            positions: Vec::with_capacity(positions),
            ring_ends: Vec::with_capacity(shapes),
            part_ends: Vec::with_capacity(shapes),
            shape_ends: Vec::with_capacity(shapes),
        }
    }

    /// Copies a shape into the store and returns its index.
    ///
    /// # Panics
    ///
    /// After 2^32 shapes, which need more memory than any machine this runs on.
    pub fn push(&mut self, shape: ShapeRef<'_>) -> u32 {
        let index = u32::try_from(self.shape_ends.len()).expect("fewer than 2^32 shapes");
        self.positions.extend_from_slice(shape.positions);
        self.ring_ends.extend_from_slice(shape.ring_ends);
        self.part_ends.extend_from_slice(shape.part_ends);
        self.shape_ends.push([self.positions.len(), self.ring_ends.len(), self.part_ends.len()]);
        index
    }

    /// Adds a shape from the bytes of its three arrays, as [`ShapeRef`] has them, in this machine's byte order.
    ///
    /// # Panics
    ///
    /// If the bytes are no whole numbers, and as [`ShapeStore::push`].
    pub fn push_bytes(&mut self, positions: &[u8], ring_ends: &[u8], part_ends: &[u8]) -> u32 {
        fn extend<T: bytemuck::Pod>(array: &mut Vec<T>, bytes: &[u8]) {
            assert!(bytes.len().is_multiple_of(size_of::<T>()), "whole numbers");
            array.extend(bytes.chunks_exact(size_of::<T>()).map(bytemuck::pod_read_unaligned::<T>));
        }
        let index = u32::try_from(self.shape_ends.len()).expect("fewer than 2^32 shapes");
        extend(&mut self.positions, positions);
        extend(&mut self.ring_ends, ring_ends);
        extend(&mut self.part_ends, part_ends);
        self.shape_ends.push([self.positions.len(), self.ring_ends.len(), self.part_ends.len()]);
        index
    }

    /// How many positions all shapes have together.
    pub fn positions_len(&self) -> usize {
        self.positions.len()
    }

    /// Forgets all shapes and keeps the memory.
    pub fn clear(&mut self) {
        self.positions.clear();
        self.ring_ends.clear();
        self.part_ends.clear();
        self.shape_ends.clear();
    }

    /// Adds all shapes of another store; its index 0 becomes the index returned.
    ///
    /// # Panics
    ///
    /// As [`ShapeStore::push`].
    pub fn append(&mut self, other: &Self) -> u32 {
        let index = u32::try_from(self.shape_ends.len()).expect("fewer than 2^32 shapes");
        let base = [self.positions.len(), self.ring_ends.len(), self.part_ends.len()];
        self.positions.extend_from_slice(&other.positions);
        self.ring_ends.extend_from_slice(&other.ring_ends);
        self.part_ends.extend_from_slice(&other.part_ends);
        self.shape_ends.extend(other.shape_ends.iter().map(|ends| std::array::from_fn(|i| base[i] + ends[i])));
        index
    }

    /// The shape at an index that [`ShapeStore::push`] returned.
    ///
    /// # Panics
    ///
    /// If there is no such shape.
    pub fn get(&self, index: u32) -> ShapeRef<'_> {
        let index = index as usize;
        let from = if index == 0 { [0; 3] } else { self.shape_ends[index - 1] };
        let to = self.shape_ends[index];
        ShapeRef::new(&self.positions[from[0]..to[0]], &self.ring_ends[from[1]..to[1]], &self.part_ends[from[2]..to[2]])
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.shape_ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shape_ends.is_empty()
    }

    /// All shapes in the order they were pushed.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ShapeRef<'_>> {
        (0..self.shape_ends.len()).map(|index| self.get(index as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, ShapeStore};
    use crate::{Bounds, Position};

    fn triangle(x: f64) -> Vec<Position> {
        vec![[x, 0.0], [x + 1.0, 0.0], [x, 1.0], [x, 0.0]]
    }

    #[test]
    fn parts_and_rings_come_back_as_they_went_in() {
        let parts = vec![
            vec![triangle(0.0), triangle(0.25)],
            vec![triangle(5.0)],
            vec![triangle(9.0), triangle(9.25), triangle(9.5)],
        ];
        let shape = Shape::from_rings(parts.clone());
        let back: Vec<Vec<Vec<Position>>> =
            shape.as_ref().parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect();
        assert_eq!(back, parts);
        let last = shape.as_ref().parts().last().expect("three parts");
        assert_eq!(last.outer(), triangle(9.0));
        assert_eq!(last.holes().count(), 2);
        assert_eq!(shape.as_ref().rings().len(), 6);
        assert_eq!(shape.as_ref().bounds(), Bounds::new(0.0, 0.0, 10.5, 1.0));
    }

    #[test]
    fn a_part_without_rings_is_no_part() {
        let shape = Shape::from_rings(vec![vec![], vec![triangle(0.0)], vec![]]);
        assert_eq!(shape.as_ref().parts().len(), 1);
        assert!(Shape::from_rings(vec![vec![]]).is_empty());
    }

    #[test]
    fn a_store_gives_back_each_shape() {
        let shapes = [
            Shape::from_rings(vec![vec![triangle(0.0)], vec![triangle(3.0), triangle(3.1)]]),
            Shape::default(),
            Shape::from_rings(vec![vec![triangle(7.0)]]),
        ];
        let mut store = ShapeStore::new();
        for (expected, shape) in shapes.iter().enumerate() {
            assert_eq!(store.push(shape.as_ref()) as usize, expected);
        }
        assert_eq!(store.len(), 3);
        let twice = store.clone();
        assert_eq!(store.append(&twice), 3);
        for (got, shape) in store.iter().zip(shapes.iter().chain(&shapes)) {
            assert_eq!(&got.to_owned(), shape);
        }
    }
}
