//! Boundaries proposed for farms whose plots hold standing forest: only the land that produces counts.

use crate::{CheckedAll, EngineError, Progress, ScreenLayer, true_ground::true_ground};
use lindero_indicators::IndicatorPlan;
use lindero_plots::{ShapeStore, Split, area_m2, intersection, split};
use rayon::prelude::*;

/// Parts below this stay with the ground around them (m²): 0.05 ha. Our choice: five cells of 10 m, half of one of 30 m, so
/// that a lone cell of a coarse map is told and a corner of one makes no boundary.
pub const LEAST_PART_M2: f64 = 500.0;

/// The split that is proposed for one plot.
#[derive(Clone, Debug)]
pub struct SuggestedSplit {
    /// The plot's row, from 0.
    pub row: u32,
    /// Its area (m²).
    pub area_m2: f64,
    /// Its ground in two.
    pub split: Split,
    /// Ground of which the maps do not tell whether forest stands there; it is in the producing part unless a part was
    /// too small (m²).
    pub unknown_m2: f64,
}

/// The splits that are proposed for all plots.
#[derive(Clone, Debug, Default)]
pub struct SuggestedSplits {
    /// Those with forest in a part that is large enough, by their rows.
    pub splits: Vec<SuggestedSplit>,
    /// Plots without one of which the maps do not tell everything: nobody knows that no forest stands there.
    pub untold: u64,
    /// Points: nobody knows which ground is meant.
    pub points: u64,
}

/// Looks where the indicator `forest` of a plan is true on the plots of a check, and proposes to leave that ground out.
///
/// `None` if the plan measures no cells under that name.
///
/// # Errors
///
/// If a layer cannot be read, or someone interrupts.
pub fn suggest_splits(
    checked: &CheckedAll,
    plan: &IndicatorPlan,
    forest: &str,
    layers: &[ScreenLayer],
    progress: &dyn Progress,
) -> Result<Option<SuggestedSplits>, EngineError> {
    let (mut rows, mut shapes, mut areas_m2) = (Vec::new(), ShapeStore::new(), Vec::new());
    for (row, plot) in (0..).zip(&checked.rows) {
        if let Some(shape) = plot.shape {
            let shape = checked.shapes.get(shape);
            shapes.push(shape);
            areas_m2.push(area_m2(shape));
            rows.push(row);
        }
    }
    progress.stage("looking for standing forest", 0);
    let Some(ground) = true_ground(plan, forest, layers, &shapes, &areas_m2, progress)? else { return Ok(None) };
    let of_plot = |index: usize| {
        let (plot, ground) = (shapes.get(index as u32), &ground[index]);
        let unknown_m2 = area_m2(intersection(plot, ground.unknown.as_ref()).as_ref());
        let split = split(plot, ground.is_true.as_ref(), LEAST_PART_M2);
        (
            split.map(|split| SuggestedSplit { row: rows[index], area_m2: areas_m2[index], split, unknown_m2 }),
            unknown_m2,
        )
    };
    let all: Vec<(Option<SuggestedSplit>, f64)> = (0..rows.len()).into_par_iter().map(of_plot).collect();
    let untold = all.iter().filter(|(split, unknown_m2)| split.is_none() && *unknown_m2 > 0.0).count() as u64;
    let splits = all.into_iter().filter_map(|(split, _)| split).collect();
    Ok(Some(SuggestedSplits { splits, untold, points: checked.summary.points }))
}
