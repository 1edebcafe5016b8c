//! Catalog and policy of a job: the service's own, or the same catalog with what a client chose.

use crate::app::App;
use crate::problem::Problem;
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

/// Choices whose layers stay open.
const MOST_OPEN: usize = 4;

/// By what a client wants its plots to be decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// A shipped policy.
    pub(crate) policy: Option<String>,
    /// Other values of its thresholds.
    pub(crate) thresholds: Vec<(String, f64)>,
    /// Shipped presets.
    pub(crate) presets: Vec<String>,
}

/// What a job works with.
#[derive(Clone)]
pub(crate) enum JobInput {
    /// What the service was started with.
    Own(&'static ScreenInput),
    /// The same catalog, decided otherwise.
    Chosen(Arc<ScreenInput>),
}

impl Deref for JobInput {
    type Target = ScreenInput;

    fn deref(&self) -> &ScreenInput {
        match self {
            Self::Own(input) => input,
            Self::Chosen(input) => input,
        }
    }
}

/// Choices that were opened before; the oldest go first.
#[derive(Default)]
pub(crate) struct Inputs(Mutex<VecDeque<(Choice, Arc<ScreenInput>)>>);

impl App {
    /// What a choice is decided by. Opens the catalog's layers where it is a new one: not to be called where nobody may wait.
    ///
    /// # Errors
    ///
    /// A [`Problem`] if there is no such threshold, or the catalog lacks layers that the policy needs.
    pub(crate) fn input_of(&self, choice: &Choice) -> Result<JobInput, Problem> {
        if *choice == Choice::default() {
            return Ok(JobInput::Own(self.input));
        }
        let mut opened = self.inputs.0.lock().expect("no holder panics");
        if let Some((_, input)) = opened.iter().find(|(known, _)| known == choice) {
            return Ok(JobInput::Chosen(Arc::clone(input)));
        }
        let catalog = self.input.catalog.clone();
        let policy = choice.policy.as_deref().or(self.options.policy.as_deref());
        let input = ChosenPolicy::choose(policy, &catalog)
            .and_then(|policy| policy.with_thresholds(&choice.thresholds))
            .and_then(|policy| ScreenInput::open(catalog, policy))
            .and_then(|input| input.with_presets(&choice.presets));
        let input = Arc::new(input.map_err(|error| Problem::unusable(error.to_string()))?);
        opened.push_back((choice.clone(), Arc::clone(&input)));
        if opened.len() > MOST_OPEN {
            opened.pop_front();
        }
        Ok(JobInput::Chosen(input))
    }
}
