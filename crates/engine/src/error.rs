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
    /// What would not fit in memory could not be kept or read again.
    #[error("{message}")]
    Scratch { message: String },
    /// What was measured could not be written.
    #[error("{message}")]
    Write { message: String },
    /// What an interrupted run has left is of another run.
    #[error(
        "what the interrupted run has left is of other plots, layers or options, or of another version of the program"
    )]
    OtherJob,
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
