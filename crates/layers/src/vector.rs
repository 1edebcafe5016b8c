//! A layer of features, found through an R-tree.

use std::sync::OnceLock;

use lindero_plots::{Bounds, Shape, ShapeRef, ShapeStore, TiledShape, intersection};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Features with more positions are cut into tiles when they are first asked about.
const MOST_UNTILED: usize = 256;

/// One feature of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorFeature {
    /// Its name, where the catalog says which column holds it.
    pub name: Option<String>,
    /// Its category, likewise.
    pub category: Option<String>,
}

/// A layer of polygons with names, in longitude and latitude.
#[derive(Debug)]
pub struct VectorLayer {
    features: Vec<VectorFeature>,
    shapes: ShapeStore,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    /// One a feature, made when it is needed: most runs meet few features of a national layer.
    tiled: Vec<OnceLock<Box<TiledShape>>>,
}

impl VectorLayer {
    /// Puts features into the tree; `features` and `shapes` go in pairs.
    #[must_use]
    pub fn new(features: Vec<VectorFeature>, shapes: ShapeStore) -> Self {
        let boxes = shapes
            .iter()
            .enumerate()
            .map(|(index, shape)| {
                let Bounds { min_x, min_y, max_x, max_y } = shape.bounds();
                GeomWithData::new(Rectangle::from_corners([min_x, min_y], [max_x, max_y]), index as u32)
            })
            .collect();
        let tiled = (0..shapes.len()).map(|_| OnceLock::new()).collect();
        Self { features, shapes, tree: RTree::bulk_load(boxes), tiled }
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none. An empty layer says nothing about anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Indices of the features whose bounds touch these, ascending.
    #[must_use]
    pub fn near(&self, bounds: &Bounds) -> Vec<u32> {
        let envelope = AABB::from_corners([bounds.min_x, bounds.min_y], [bounds.max_x, bounds.max_y]);
        let mut found: Vec<u32> = self.tree.locate_in_envelope_intersecting(envelope).map(|e| e.data).collect();
        found.sort_unstable();
        found
    }

    /// What is known of a feature.
    ///
    /// # Panics
    ///
    /// If there is no such feature.
    #[must_use]
    pub fn feature(&self, index: u32) -> &VectorFeature {
        &self.features[index as usize]
    }

    /// A feature's shape.
    ///
    /// # Panics
    ///
    /// If there is no such feature.
    #[must_use]
    pub fn shape(&self, index: u32) -> ShapeRef<'_> {
        self.shapes.get(index)
    }

    /// The ground that a shape shares with a feature, as [`lindero_plots::intersection`] gives it.
    ///
    /// A feature of many positions is cut into tiles once, so that each further question costs only those near the shape.
    ///
    /// # Panics
    ///
    /// If there is no such feature.
    #[must_use]
    pub fn intersection(&self, index: u32, shape: ShapeRef<'_>) -> Shape {
        let feature = self.shape(index);
        if feature.positions().len() <= MOST_UNTILED {
            return intersection(shape, feature);
        }
        let tiled = self.tiled[index as usize].get_or_init(|| Box::new(TiledShape::new(feature)));
        intersection(shape, tiled.near(&shape.bounds()).as_ref())
    }
}
