//! Where a layer of a catalog speaks, as its own `valid_where` and `only_where` say.

use super::pixel_codes::Wanted;
use super::{answers_at, indicator};
use crate::screening::{ScreenInput, ScreenInputError};
use lindero_indicators::{CellsSpec, Definitions, IndicatorPlan};
use lindero_layers::{Conditions, Expression, LayerError};
use lindero_logic::Truth;
use lindero_plots::Position;
use std::collections::BTreeSet;

/// Names of the two conditions while they are evaluated.
const VALID: &str = "vouched_valid";
const COUNTS: &str = "vouched_counts";

/// The conditions of a layer, ready to be asked.
pub struct VouchedFor {
    plan: IndicatorPlan,
}

impl VouchedFor {
    /// The conditions of the layer of this index; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if a condition is wrong.
    pub fn of(input: &ScreenInput, layer: usize) -> Result<Option<Self>, ScreenInputError> {
        let spec = &input.layers()[layer].spec;
        let Some(raster) = spec.raster() else { return Ok(None) };
        let asked = [(VALID, &raster.valid_where), (COUNTS, &raster.only_where)];
        let asked = asked.into_iter().filter_map(|(id, condition)| Some((id, condition.as_ref()?)));
        let indicators: Vec<_> = asked
            .map(|(id, condition)| {
                let grid = Expression { source: spec.id.clone(), ..condition.clone() };
                let cells = CellsSpec {
                    condition: Some(condition.clone()),
                    patch: None,
                    grid: Some(grid),
                    by: Vec::new(),
                    years: None,
                    mean: None,
                    by_centre: false,
                };
                indicator(id, cells)
            })
            .collect();
        if indicators.is_empty() {
            return Ok(None);
        }
        let definitions = Definitions { indicators, ..input.definitions()? };
        Ok(Some(Self { plan: input.plan_of(&definitions, &input.facts([0.0, 0.0]))? }))
    }

    /// The layers that the conditions read, by index.
    #[must_use]
    pub fn layers(&self) -> BTreeSet<usize> {
        self.plan.analyses.iter().flat_map(|analysis| analysis.slots().map(|slot| slot.layer)).collect()
    }

    /// The answers of the conditions at each place; `None` where more than `most_cells` would have to be decoded.
    ///
    /// # Errors
    ///
    /// [`LayerError`] if a layer cannot be read.
    pub fn at(
        &self,
        input: &ScreenInput,
        places: &[Position],
        most_cells: u64,
    ) -> Result<Option<Vec<Conditions>>, LayerError> {
        let mut conditions = vec![Conditions::default(); places.len()];
        for analysis in &self.plan.analyses {
            let wanted = Wanted { places, wanted: None, most_cells };
            let Some(answers) = answers_at(input, analysis, &wanted)? else { return Ok(None) };
            for (index, id) in analysis.ids().enumerate() {
                let place: fn(&mut Conditions) -> &mut Option<Truth> =
                    if id == VALID { |it| &mut it.valid } else { |it| &mut it.counts };
                for (pixel, conditions) in conditions.iter_mut().enumerate() {
                    *place(conditions) = Some(answers.outcome(pixel)[index].truth);
                }
            }
        }
        Ok(Some(conditions))
    }
}
