//! Named regions, and which of them a plot lies in.

use std::collections::{BTreeMap, HashMap};

use lindero_layers::{VectorFeature, VectorLayer};
use lindero_plots::{Bounds, Position, Shape, ShapeRef, ShapeStore, contains, difference, intersection, union};

use crate::assignment::Piece;
use crate::{Assignment, OUTSIDE, RegionError, RegionShare};

/// Regions with names, in longitude and latitude. A region may have several features.
#[derive(Debug)]
pub struct RegionSet {
    /// In order of first appearance.
    names: Vec<String>,
    /// For each region, its place in alphabetical order.
    ranks: Vec<u32>,
    /// For each place in alphabetical order, the region.
    by_rank: Vec<u32>,
    /// For each feature, its region.
    regions: Vec<u32>,
    layer: VectorLayer,
}

impl RegionSet {
    /// Regions of features with these names and shapes; features of one name are one region.
    ///
    /// # Errors
    ///
    /// [`RegionError::Unpaired`] if there are not as many names as shapes, [`RegionError::Unnamed`] if a name is blank.
    pub fn new(names: Vec<String>, shapes: ShapeStore) -> Result<Self, RegionError> {
        if names.len() != shapes.len() {
            return Err(RegionError::Unpaired { names: names.len(), shapes: shapes.len() });
        }
        if let Some(feature) = names.iter().position(|name| name.trim().is_empty()) {
            return Err(RegionError::Unnamed { feature });
        }
        let mut distinct: Vec<String> = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut regions = Vec::with_capacity(names.len());
        for name in &names {
            regions.push(*known.entry(name.clone()).or_insert_with(|| {
                distinct.push(name.clone());
                distinct.len() as u32 - 1
            }));
        }
        let mut by_rank: Vec<u32> = (0..distinct.len() as u32).collect();
        by_rank.sort_by(|&a, &b| distinct[a as usize].cmp(&distinct[b as usize]));
        let mut ranks = vec![0; distinct.len()];
        for (rank, &region) in by_rank.iter().enumerate() {
            ranks[region as usize] = rank as u32;
        }
        let features = names.into_iter().map(|name| VectorFeature { name: Some(name), category: None }).collect();
        Ok(Self { names: distinct, ranks, by_rank, regions, layer: VectorLayer::new(features, shapes) })
    }

    /// The regions' names in order of first appearance: a region's index is its place here.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The shapes of a region's features.
    pub fn shapes(&self, region: u32) -> impl Iterator<Item = ShapeRef<'_>> {
        let features = self.regions.iter().enumerate().filter(move |(_, of)| **of == region);
        features.map(|(feature, _)| self.layer.shape(feature as u32))
    }

    /// The regions that a position lies in, in the order of their names; on a common border it lies in one of both.
    #[must_use]
    pub fn at(&self, position: Position) -> Vec<u32> {
        let near = self.layer.near(&Bounds::of(&[position]));
        let holding = near.into_iter().filter(|&feature| contains(self.layer.shape(feature), position));
        let mut regions: Vec<u32> = holding.map(|feature| self.regions[feature as usize]).collect();
        regions.sort_by_key(|&region| self.ranks[region as usize]);
        regions.dedup();
        regions
    }

    /// In which regions a plot lies; `area_m2` is the plot's, as [`lindero_plots::area_m2`] measures it.
    ///
    /// Ground in several regions goes to the first of them by name, so that shares sum to one. Less than a millionth of
    /// the plot goes to its largest part.
    #[must_use]
    pub fn assign(&self, shape: ShapeRef<'_>, area_m2: f64) -> Assignment {
        let mut features_by_rank: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for feature in self.layer.near(&shape.bounds()) {
            let rank = self.ranks[self.regions[feature as usize] as usize];
            features_by_rank.entry(rank).or_default().push(feature);
        }
        let mut pieces: Vec<Piece> = Vec::new();
        // What no region has taken yet; `None` as long as it is the whole plot.
        let mut rest: Option<Shape> = None;
        for (rank, features) in features_by_rank {
            let ground = self.ground(&features, shape);
            if ground.is_empty() {
                continue;
            }
            let region = self.by_rank[rank as usize];
            let taken = match &rest {
                None => ground.clone(),
                Some(rest) => intersection(rest.as_ref(), ground.as_ref()),
            };
            let piece = Piece::new(Some(region), taken);
            if piece.area_m2 >= area_m2 {
                return Assignment::whole(Some(region));
            }
            if piece.area_m2 > 0.0 {
                rest = Some(difference(rest.as_ref().map_or(shape, Shape::as_ref), ground.as_ref()));
                pieces.push(piece);
            }
        }
        let Some(rest) = rest else { return Assignment::whole(None) };
        if !rest.is_empty() {
            pieces.push(Piece::new(None, rest));
        }
        // `None` is outside every region and comes after all names.
        let rank = |region: Option<u32>| region.map_or(u32::MAX, |region| self.ranks[region as usize]);
        Assignment::of_pieces(pieces, area_m2, |a, b| rank(a).cmp(&rank(b)))
    }

    /// A plot's shares as text: `Padre Abad:0.73;Coronel Portillo:0.27`.
    ///
    /// Shares have four significant digits at most. A `;` or `:` in a name becomes `,`.
    #[must_use]
    pub fn shares_text(&self, shares: &[RegionShare]) -> String {
        let part = |&(region, share): &RegionShare| {
            let name = region.map_or(OUTSIDE, |region| &self.names[region as usize]);
            format!("{}:{}", name.replace([';', ':'], ","), four_digits(share))
        };
        shares.iter().map(part).collect::<Vec<_>>().join(";")
    }

    /// What a plot shares with the features of one region.
    fn ground(&self, features: &[u32], plot: ShapeRef<'_>) -> Shape {
        let mut pieces: Vec<Shape> = features
            .iter()
            .map(|&feature| self.layer.intersection(feature, plot))
            .filter(|piece| !piece.is_empty())
            .collect();
        match pieces.len() {
            0 => Shape::default(),
            1 => pieces.swap_remove(0),
            _ => union(&pieces.iter().map(Shape::as_ref).collect::<Vec<_>>()),
        }
    }
}

/// A share rounded to four significant digits.
fn four_digits(share: f64) -> f64 {
    format!("{share:.3e}").parse().expect("a number just written")
}
