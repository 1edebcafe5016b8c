//! Plots that have been read and filed, and what of them is written later.

use crate::{
    CheckedPlots, Claims, EngineError, Fields, MovedFields, PlotSource, Resources,
    checked_plots::{POSITION_ERROR, column, number_of},
    claims::{FoundClaims, Gathering},
    filing::Moving,
    moves::error_of_plot,
    resources::order_for,
    results::Results,
    row_pages::RowPages,
    run::{Filed, Intake, Note},
};
use lindero_layers::LayerSource;
use lindero_plots::{Bounds, Position};
use serde::{Deserialize, Serialize};

/// Plots that have been read: they are measured by a [`Screening`](crate::Screening).
pub struct ReadPlots {
    facts: Facts,
    pub(crate) pages: RowPages,
    state: State,
}

enum State {
    /// Just now.
    Fresh(Intake),
    /// By a run that was interrupted.
    Before(Note<Facts>),
}

/// What is known of all of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Facts {
    plots: u64,
    measurable: u64,
    /// West, south, east and north borders of all shapes; `None` if there is none.
    bounds: Option<[f64; 4]>,
    pages: Vec<(u64, u64)>,
    claims: FoundClaims,
}

impl ReadPlots {
    /// Reads every feature of a source and checks it, or finds what an interrupted run of the same job has read.
    ///
    /// `claims` is what is asked of the plots beside what maps say, `layers` are those that will be measured: they say in which
    /// order the ground is swept.
    ///
    /// # Errors
    ///
    /// The source's own, or [`EngineError::Interrupted`].
    pub fn read<'l>(
        source: &mut dyn PlotSource,
        fields: &Fields,
        claims: Option<&Claims<'_>>,
        layers: impl IntoIterator<Item = &'l dyn LayerSource>,
        resources: &Resources<'_>,
    ) -> Result<Self, EngineError> {
        let reel = resources.scratch.reel("rows")?;
        if let Some(note) = Note::<Facts>::find(resources)? {
            let pages = RowPages::new(reel, note.more.pages.clone());
            return Ok(Self { facts: note.more.clone(), pages, state: State::Before(note) });
        }
        let mut intake = Intake::new(order_for(layers), resources)?;
        let mut pages = RowPages::new(reel, Vec::new());
        let (mut plots, mut measurable, mut bounds) = (0, 0, None::<Bounds>);
        let mut gathering = claims.map(Gathering::new);
        CheckedPlots::new(source, fields).each(resources.progress, |batch| {
            let surveyed = column(&batch.attributes, POSITION_ERROR);
            for (row, (index, plot)) in (plots as u32..).zip(batch.rows.iter().enumerate()) {
                if let (Some(shape), Some(area_m2)) = (plot.shape, plot.area_m2) {
                    let shape = batch.shapes.get(shape);
                    let error_m = |moved: &MovedFields| {
                        let surveyed_m = surveyed.and_then(|column| number_of(column, index));
                        error_of_plot(moved.position_error_m, surveyed_m)
                    };
                    let declared = |moved: &MovedFields| moved.declared.to_bytes(&batch.attributes, index);
                    let declared = fields.moved.as_ref().map(declared).unwrap_or_default();
                    let error_m = fields.moved.as_ref().map(error_m).unwrap_or_default();
                    let moving = Moving { error_m, declared: &declared };
                    intake.push(row, area_m2, moving, shape, plot.disc.map(|disc| batch.shapes.get(disc)))?;
                    measurable += 1;
                    bounds = Some(bounds.map_or(shape.bounds(), |all| all.union(&shape.bounds())));
                }
            }
            plots += batch.rows.len() as u64;
            if let Some(gathering) = &mut gathering {
                gathering.take(&batch);
            }
            pages.push(batch)
        })?;
        let facts = Facts {
            plots,
            measurable,
            bounds: bounds.map(|it| [it.min_x, it.min_y, it.max_x, it.max_y]),
            pages: pages.finish()?,
            claims: gathering.map(|all| all.finish(resources.progress)).transpose()?.unwrap_or_default(),
        };
        Ok(Self { facts, pages, state: State::Fresh(intake) })
    }

    /// What was found beside what maps say.
    pub(crate) fn claims(&self) -> &FoundClaims {
        &self.facts.claims
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.facts.plots
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of features with a shape.
    #[must_use]
    pub fn measurable(&self) -> u64 {
        self.facts.measurable
    }

    /// Somewhere among the plots: where cells of several grids are compared by size.
    #[must_use]
    pub fn centre(&self) -> Position {
        let bounds = self.facts.bounds.map(|[west, south, east, north]| Bounds::new(west, south, east, north));
        bounds.map_or([0.0, 0.0], |bounds| bounds.center())
    }

    /// The plots in the order of the sweep, each to be measured on so many moved copies too, and the features page by page.
    pub(crate) fn filed<'l>(
        self,
        copies: usize,
        layers: impl Iterator<Item = (&'l dyn LayerSource, usize)>,
        results: &Results,
        resources: &Resources<'_>,
    ) -> Result<(Filed, RowPages), EngineError> {
        let filed = match self.state {
            State::Before(note) => note.filed(results, resources)?,
            State::Fresh(intake) => {
                let layers: Vec<_> = layers.collect();
                let bands = layers.iter().map(|layer| layer.1).sum();
                let limits = resources.bucket_limits(self.facts.plots, bands, copies, layers.into_iter());
                intake.finish(limits, resources, self.facts)?
            }
        };
        Ok((filed, self.pages))
    }
}
