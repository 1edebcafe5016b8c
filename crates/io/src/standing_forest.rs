//! What a policy or a catalog calls forest that still stands, as a plan of its own.

use crate::ground_maps::{indicator, question};
use crate::screening::{ScreenInput, ScreenInputError};
use lindero_indicators::{Definitions, IndicatorKind, IndicatorPlan, IndicatorSpec};
use lindero_plots::Position;

/// The names, as indicators or else as terms, in the order in which they are looked for.
pub const STANDING_FOREST: [&str; 3] = ["stand_natural", "standing", "forest_any"];

/// Forest that still stands, as the policy or the catalog has it.
pub struct StandingForest {
    /// Under which of [`STANDING_FOREST`].
    pub name: &'static str,
    /// A plan of that indicator alone.
    pub plan: IndicatorPlan,
}

impl StandingForest {
    /// The first of the names that the catalog's layers can tell; `None` if there is none. `near` is where the plots are.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if a definition is wrong, which [`ScreenInput::open`] has told before.
    pub fn of(input: &ScreenInput, near: Position) -> Result<Option<Self>, ScreenInputError> {
        let definitions = input.definitions()?;
        let facts = input.facts(near);
        for name in STANDING_FOREST {
            let Some(spec) = spec(&definitions, name) else { continue };
            let alone = Definitions { indicators: vec![spec], ..definitions.clone() };
            let plan = input.plan_of(&alone, &facts)?;
            if plan.analyses.iter().any(|analysis| analysis.ids().any(|id| id == name)) {
                return Ok(Some(Self { name, plan }));
            }
        }
        Ok(None)
    }
}

/// The indicator, with its own patch and grid; else one that asks the term.
fn spec(definitions: &Definitions, name: &str) -> Option<IndicatorSpec> {
    let is_asked = |spec: &&IndicatorSpec| spec.id == name && matches!(spec.kind, IndicatorKind::Cells(_));
    match definitions.indicators.iter().find(is_asked) {
        Some(spec) => Some(spec.clone()),
        None => question(definitions, name).map(|cells| indicator(name, cells)),
    }
}
