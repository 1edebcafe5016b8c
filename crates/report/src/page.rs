//! The report of a run: one HTML file that holds all it shows, for a screen without a network and for paper.

mod facts;
mod gather;
mod html;
mod numbers;
mod pictures;
mod sections;
mod words;

pub(crate) use html::escaped;
pub use pictures::NoGround;
pub use words::ReportLang;

use facts::Facts;
use gather::Gathered;
use html::Html;
use lindero_io::ground_maps::GroundMaps;
use lindero_io::run::{ReadRun, ReadRunError};
use lindero_io::screening::{ScreenInput, ScreenInputError};
use lindero_io::vector::VectorError;
use lindero_policy::Policy;
use pictures::Pictures;
use serde_json::Value;
use words::Words;

/// How a report is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportOptions {
    /// The language of its own words.
    pub lang: ReportLang,
    /// How many of the worst plots are shown.
    pub worst: usize,
    /// Leaves out the user's own columns and the folders of files.
    pub is_anonymous: bool,
    /// What leads from the report to the folder of the run: empty where it lies in it, `demo-run/` beside it. `None`: the
    /// files of the run are named and not linked.
    pub to_run: Option<String>,
}

/// A run with what its report is made of.
pub struct RunReport<'a> {
    /// The run.
    pub run: &'a ReadRun,
    /// The policy, where it is the one of the run.
    pub policy: Option<&'a Policy>,
    /// The maps under the plots, or why there are none.
    pub ground: Result<&'a GroundMaps<'a>, NoGround>,
    /// How it is to be.
    pub options: ReportOptions,
}

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A table of the run cannot be read.
    #[error(transparent)]
    Run(#[from] ReadRunError),
    /// A definition of the catalog or the policy.
    #[error(transparent)]
    Input(#[from] ScreenInputError),
    /// The plots of the run cannot be read.
    #[error(transparent)]
    Plots(#[from] VectorError),
}

/// The report of a run by what it was made of.
///
/// # Errors
///
/// [`ReportError`] if a table of the run cannot be read.
pub fn report_of(run: &ReadRun, input: &ScreenInput, options: ReportOptions) -> Result<String, ReportError> {
    let maps = GroundMaps::of(input)?;
    RunReport { run, policy: Some(&input.policy.policy), ground: Ok(&maps), options }.html()
}

/// What every section is written from.
struct Context<'a> {
    report: &'a RunReport<'a>,
    facts: &'a Facts,
    pictures: &'a Pictures,
    words: &'static Words,
}

impl RunReport<'_> {
    /// The report. It holds no time: the same run gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`ReportError`] if a table of the run cannot be read. Maps that cannot be read are left out, and the report says so.
    pub fn html(&self) -> Result<String, ReportError> {
        let words = Words::of(self.options.lang);
        let mut gathered = Gathered::of(self.run, self.options.worst)?;
        let overview = gathered.draw(self.run)?;
        let pictures = Pictures::draw(self, overview, &gathered.facts, words);
        let context = Context { report: self, facts: &gathered.facts, pictures: &pictures, words };
        let mut html = Html::new(words);
        sections::write(&mut html, &context)?;
        Ok(html.finish())
    }
}

impl Context<'_> {
    fn manifest(&self) -> &Value {
        &self.report.run.manifest
    }

    fn summary(&self) -> &Value {
        &self.report.run.summary
    }

    /// A file's name as it may be shown.
    fn path<'p>(&self, path: &'p str) -> &'p str {
        if self.report.options.is_anonymous { path.rsplit(['/', '\\']).next().unwrap_or(path) } else { path }
    }

    /// The language that the run's own sentences about boundaries are in.
    fn run_lang(&self) -> &str {
        self.manifest()["parameters"]["lang"].as_str().unwrap_or("en")
    }
}

/// A value of a manifest as text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
