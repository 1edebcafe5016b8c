//! Why a run ended early.

use lindero_layers::LayerError;
use std::sync::Arc;

/// Why a run ended early.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum EngineError {
    /// A layer could not be read.
    #[error("layer {layer}: {source}")]
    Layer { layer: String, source: Arc<LayerError> },
    /// The plots could not be read.
    #[error("{message}")]
    Plots { message: String },
    /// The policy does not fit what is measured.
    #[error("{message}")]
    Policy { message: String },
    /// Someone asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl EngineError {
    /// A layer's error, with the layer's name.
    pub(crate) fn layer(layer: &str, source: LayerError) -> Self {
        Self::Layer { layer: layer.to_owned(), source: Arc::new(source) }
    }
}
