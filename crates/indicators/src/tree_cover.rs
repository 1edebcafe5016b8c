//! Indicators that follow from a layer of tree cover: cover classes, and agroforestry.

use crate::{CellsSpec, Definitions, IndicatorKind, IndicatorSpec, LayerFacts, Remainder};
use lindero_layers::Expression;

/// Percent of tree cover at which classes begin (Zomer et al. 2009, 2014, 2016).
pub const COVER_CLASSES: [u32; 4] = [10, 20, 30, 50];
/// Tree cover older than this says nothing of agroforestry: on cocoa planted after a clearing it shows
/// the felled forest as shade.
pub const FIRST_AGROFORESTRY_YEAR: i32 = 2019;
/// Terms of a policy that tell the kinds of ground at the cut-off apart.
const KINDS: [&str; 3] = ["farmed_ground", "mixed_ground", "contested_ground"];
/// The indicator whose grid agroforestry is measured on.
const PINNED_BY: &str = "farmed";

/// What a catalog's layers of tree cover allow to be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeCover {
    /// Cover classes per layer and, where possible, agroforestry.
    pub indicators: Vec<IndicatorSpec>,
    /// What is left of a plot beside agroforestry and other land: ground under trees that may have been forest, and ground
    /// nobody observed.
    pub remainders: Vec<Remainder>,
    /// The latest layer, if it is of [`FIRST_AGROFORESTRY_YEAR`] or later.
    pub layer: Option<String>,
    /// The tree-cover year that agroforestry is measured with.
    pub agroforestry_year: Option<i32>,
    /// Why agroforestry is not available; `None` where it is.
    pub refused: Option<String>,
}

impl TreeCover {
    /// The indicators for these layers. `definitions` tells whether the kinds of ground are known.
    #[must_use]
    pub fn of(layers: &[LayerFacts<'_>], definitions: &Definitions) -> Self {
        let mut dated: Vec<(i32, &str)> = layers
            .iter()
            .filter_map(|facts| Some((facts.spec.raster()?.tree_cover_year?, facts.spec.id.as_str())))
            .collect();
        dated.sort_by_key(|(year, _)| *year);
        let mut found = Self::default();
        for &(year, layer) in &dated {
            for percent in COVER_CLASSES {
                let id = format!("treecover_{year}_gt{percent}");
                found.indicators.push(indicator(layer, &id, format!("{layer} > {percent}"), None));
            }
        }
        found.layer = dated.last().filter(|(year, _)| *year >= FIRST_AGROFORESTRY_YEAR).map(|(_, id)| (*id).to_owned());
        let has_kinds = KINDS.iter().all(|kind| definitions.terms.contains_key(*kind));
        match dated.last() {
            None => found.refused = Some("the catalog has no layer of tree cover (tree_cover = YEAR)".to_owned()),
            Some((year, layer)) if *year < FIRST_AGROFORESTRY_YEAR => {
                found.refused = Some(format!(
                    "{layer} shows the tree cover of {year}: on cocoa planted after a clearing it would show the felled \
                     forest as shade; agroforestry needs tree cover of {FIRST_AGROFORESTRY_YEAR} or later"
                ));
            }
            Some(_) if !has_kinds => {
                found.refused = Some(format!("the policy has no terms {}", KINDS.join(", ")));
            }
            Some(&(year, layer)) => {
                found.agroforestry_year = Some(year);
                let grid = definitions.indicators.iter().find_map(|spec| match &spec.kind {
                    IndicatorKind::Cells(cells) if spec.id == PINNED_BY => cells.grid.clone(),
                    _ => None,
                });
                for percent in COVER_CLASSES {
                    let trees = format!("{layer} >= {percent}");
                    let [farmed, mixed, contested] = KINDS;
                    let yes = format!("{farmed} && {trees}");
                    let other = format!("!({trees}) || !({farmed} || {mixed} || {contested})");
                    let ids = [format!("agroforestry_ge{percent}"), format!("agroforestry_other_ge{percent}")];
                    found.indicators.push(indicator(layer, &ids[0], yes, grid.clone()));
                    found.indicators.push(indicator(layer, &ids[1], other, grid.clone()));
                    found.remainders.push(Remainder {
                        id: format!("agroforestry_undecided_ge{percent}"),
                        parts: ids.to_vec(),
                        needs_all: true,
                    });
                }
            }
        }
        found
    }
}

fn indicator(layer: &str, id: &str, condition: String, grid: Option<Expression>) -> IndicatorSpec {
    let at = Expression {
        source: condition,
        file: format!("tree cover of layer {layer}"),
        line: 1,
        path: format!("indicator.{id}"),
    };
    let cells = CellsSpec {
        condition: Some(at.clone()),
        patch: None,
        grid,
        by: Vec::new(),
        years: None,
        mean: None,
        by_centre: false,
    };
    IndicatorSpec { id: id.to_owned(), kind: IndicatorKind::Cells(Box::new(cells)), at }
}
