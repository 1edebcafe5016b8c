//! Ways between longitude and latitude and the systems of layers, of one worker.

use crate::EngineError;
use lindero_layers::{LayerSource, Projection, Transform};
use lindero_plots::Position;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Transformers of one worker, by the name of their system. Making one takes tens of milliseconds, so that a worker makes
/// them once a run; they cannot be shared.
#[derive(Default)]
pub(crate) struct Transforms(BTreeMap<String, Box<dyn Transform>>);

impl Transforms {
    /// One for every system that the layers use.
    ///
    /// # Errors
    ///
    /// If a system cannot be reached.
    pub(crate) fn of<'l>(
        layers: impl IntoIterator<Item = (&'l str, &'l dyn LayerSource)>,
    ) -> Result<Self, EngineError> {
        let mut transforms = Self::default();
        for (name, source) in layers {
            if let Some(projection) = &source.info().projection
                && !transforms.0.contains_key(projection.name())
            {
                let made = projection.transform().map_err(|e| EngineError::layer(name, e))?;
                transforms.0.insert(projection.name().to_owned(), made);
            }
        }
        Ok(transforms)
    }

    /// From longitude and latitude to a layer's system; `None` where nothing has to be moved.
    pub(crate) fn to(&self, source: &dyn LayerSource) -> Option<&dyn Transform> {
        source.info().projection.as_ref().map(|projection| self.0[projection.name()].as_ref())
    }

    /// Moves positions from one system to another, through longitude and latitude.
    pub(crate) fn between(
        &self,
        from: Option<&Arc<dyn Projection>>,
        to: Option<&Arc<dyn Projection>>,
        positions: &mut [Position],
    ) {
        if let Some(from) = from {
            self.0[from.name()].inverse(positions);
        }
        if let Some(to) = to {
            self.0[to.name()].forward(positions);
        }
    }
}
