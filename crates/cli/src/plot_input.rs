//! Plot files as the command line names them.

use crate::args::Plots;
use crate::failure::Failure;
use lindero_engine::MovedFields;
pub(crate) use lindero_io::plot_input::known_column;
use lindero_io::plot_input::{self, PlotOptions};
use lindero_io::vector::FeatureFiles;
use std::ops::Deref;

/// Limits the pool that the engine works with.
pub(crate) fn set_threads(threads: Option<u16>) -> Result<(), Failure> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = threads {
        pool = pool.num_threads(usize::from(threads));
    }
    pool.build_global().map_err(Failure::from)
}

/// Opened plot files and what their columns mean.
pub(crate) struct PlotInput(plot_input::PlotInput);

impl PlotInput {
    /// Opens the files, looks the columns up, and says what the user should know of how they are read.
    pub(crate) fn open(args: &Plots) -> Result<Self, Failure> {
        Ok(Self::told(plot_input::PlotInput::open(&args.options())?))
    }

    /// [`Self::open`] of files that are open already, as asked.
    pub(crate) fn of(files: FeatureFiles, asked: &PlotOptions) -> Result<Self, Failure> {
        Ok(Self::told(plot_input::PlotInput::of(files, asked)?))
    }

    fn told(plots: plot_input::PlotInput) -> Self {
        plots.notes().iter().for_each(|note| eprintln!("note: {note}"));
        Self(plots)
    }

    /// Has the plots named by their geometry too.
    pub(crate) fn with_content_ids(self) -> Self {
        Self(self.0.with_content_ids())
    }

    /// Has the plots moved too.
    pub(crate) fn with_moves(self, moved: Option<MovedFields>) -> Self {
        Self(self.0.with_moves(moved))
    }
}

impl Deref for PlotInput {
    type Target = plot_input::PlotInput;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
