//! The plots that are compared, ready to be asked about again and again.

use crate::{Bounds, PlotGeometryRef, Shape, ShapeRef, ShapeStore, TiledShape, content_id, intersection};
use rayon::prelude::*;
use std::sync::OnceLock;

/// A plot with more positions is cut into tiles when it is first compared: it may have thousands of neighbours.
const MANY_POSITIONS: usize = 1024;

/// What one row claims.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlotGround {
    /// The plot's polygon, by its index in the store; `None` for points and for what has no usable geometry, which
    /// take part in nothing.
    pub shape: Option<u32>,
    /// The polygon's ellipsoidal area as [`area_m2`](crate::area_m2) has it.
    pub area_m2: f64,
    /// Who has the plot, by any number; `None` if that is not known.
    pub producer: Option<u32>,
}

/// Plots to be compared with each other.
pub struct PlotGrounds<'a> {
    shapes: &'a ShapeStore,
    rows: &'a [PlotGround],
    /// One per row; empty for what takes no part.
    boxes: Vec<Bounds>,
    /// By row: the plots of many corners, cut when first asked for.
    tiled: Vec<(u32, OnceLock<TiledShape>)>,
}

/// What there is of a shape near another.
pub(super) enum NearShape<'a> {
    Whole(ShapeRef<'a>),
    Tiles(Shape),
}

impl NearShape<'_> {
    pub(super) fn is_tiles(&self) -> bool {
        matches!(self, Self::Tiles(_))
    }

    pub(super) fn view(&self) -> ShapeRef<'_> {
        match self {
            Self::Whole(shape) => *shape,
            Self::Tiles(tiles) => tiles.as_ref(),
        }
    }
}

impl<'a> PlotGrounds<'a> {
    /// Takes valid shapes and what each row claims of them.
    ///
    /// # Panics
    ///
    /// If a row names a shape that is not in the store, or there are 2^32 rows.
    #[must_use]
    pub fn new(shapes: &'a ShapeStore, rows: &'a [PlotGround]) -> Self {
        assert!(u32::try_from(rows.len()).is_ok(), "fewer than 2^32 rows");
        let boxes = rows.par_iter().map(|row| match row.shape {
            Some(shape) if row.area_m2 > 0.0 => shapes.get(shape).bounds(),
            _ => Bounds::empty(),
        });
        let has_many = |row: &u32| {
            rows[*row as usize].shape.is_some_and(|shape| shapes.get(shape).positions().len() > MANY_POSITIONS)
        };
        let tiled = (0..rows.len() as u32).filter(has_many).map(|row| (row, OnceLock::new())).collect();
        Self { shapes, rows, boxes: boxes.collect(), tiled }
    }

    /// What the rows claim.
    #[must_use]
    pub fn rows(&self) -> &'a [PlotGround] {
        self.rows
    }

    /// The ground that two rows share; empty if either has no polygon.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn shared(&self, a: u32, b: u32) -> Shape {
        if self.boxes[a as usize].is_empty() || self.boxes[b as usize].is_empty() {
            return Shape::default();
        }
        // Whole shapes, not tiles, whose seams might be seen in what comes out.
        intersection(self.shape(a), self.shape(b))
    }

    /// One per row; empty for what takes no part.
    pub(super) fn boxes(&self) -> &[Bounds] {
        &self.boxes
    }

    /// The shape of a row that takes part.
    pub(super) fn shape(&self, row: u32) -> ShapeRef<'a> {
        self.shapes.get(self.rows[row as usize].shape.expect("a row with a box has a shape"))
    }

    /// A row's shape, or of one with many corners what there is near another row.
    pub(super) fn near(&self, row: u32, other: u32) -> NearShape<'a> {
        match self.tiled.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(index) => {
                let tiled = self.tiled[index].1.get_or_init(|| TiledShape::new(self.shape(row)));
                NearShape::Tiles(tiled.near(&self.boxes[other as usize]))
            }
            Err(_) => NearShape::Whole(self.shape(row)),
        }
    }

    /// Whether two rows have the same geometry to the centimetre, however it is written.
    pub(super) fn same_geometry(&self, a: u32, b: u32) -> bool {
        let [a, b] = [a, b].map(|row| content_id(PlotGeometryRef::Area(self.shape(row))));
        a == b
    }
}
