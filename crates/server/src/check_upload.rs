//! What is looked at before an upload is taken: whether it can be read, and whether it is not too much.

use crate::app::App;
use crate::job::Record;
use crate::problem::Problem;
use crate::run_job::{Opened, options_of, public};
use lindero_engine::PlotSource as _;

/// Reads an upload through and counts its features.
///
/// # Errors
///
/// A [`Problem`] that says what is wrong with it, as the command line would, or which limit it is over.
pub(crate) fn check(app: &App, record: &Record) -> Result<u64, Problem> {
    let options = options_of(app, record)?;
    let input = app.input_of(&record.asked.choice()?)?;
    let plots = Opened::of(app, record, &options, &input)?.plots;
    let limits = &app.options.limits;
    let (mut source, _) = plots.source();
    let (mut features, mut vertices) = (0, 0);
    loop {
        let batch = source.next_batch();
        let batch = batch.map_err(|error| Problem::unusable(public(app, &record.id, &error.to_string())))?;
        let Some(batch) = batch else { return Ok(features) };
        features += batch.geometries.len() as u64;
        vertices += batch.geometries.position_count() as u64;
        if features > limits.features {
            let message = format!("more than {} features: send them in parts", limits.features);
            return Err(Problem::too_large(message));
        }
        if vertices > limits.vertices {
            let message = format!("more than {} vertices: send the plots in parts", limits.vertices);
            return Err(Problem::too_large(message));
        }
    }
}
