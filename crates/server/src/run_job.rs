//! The worker: one screening after the other, each with all threads.

use crate::app::App;
use crate::asked::AskedFiles;
use crate::job::{Job, JobProgress, Record, State};
use crate::problem::Problem;
use crate::store::Part;
use lindero_engine::{EngineError, Resources};
use lindero_io::answers::{Answers, answer_table, read_answer_rows};
use lindero_io::plot_input::PlotInput;
use lindero_io::regions::{RegionsRead, level_columns, read_regions};
use lindero_io::run::{FolderKind, RunFolder};
use lindero_io::screening::ScreenInput;
use lindero_report::screening::{RunClock, ScreeningError, ScreeningOptions, ScreeningRun};
use lindero_report::told;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Screens what waits, until the queue is closed.
pub(crate) fn work(app: &App) {
    while let Some(job) = app.queue.next() {
        if job.state().is_end() {
            continue;
        }
        job.begin();
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| run(app, &job, start))).unwrap_or(Err(Stopped::Broken));
        let (state, problem) = match result {
            Ok(()) => (State::Done, None),
            Err(Stopped::Cancelled) => (State::Cancelled, None),
            // It is taken up again when the service starts.
            Err(Stopped::Service) => return,
            Err(Stopped::Problem(problem)) => (State::Failed, Some(*problem)),
            Err(Stopped::Broken) => (State::Failed, Some(Problem::internal())),
        };
        app.end(&job, state, problem);
        let features = job.record().features;
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("screening {}…: {state:?}, {features} plots, {seconds:.3} s", short(&job.id));
    }
}

/// As much of a job's id as tells jobs apart in a log; whoever has all of it can ask for the results.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// Why a job came to no result.
enum Stopped {
    Cancelled,
    Service,
    Problem(Box<Problem>),
    Broken,
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

fn run(app: &App, job: &Job, start: Instant) -> Result<(), Stopped> {
    let record = job.record();
    let options = options_of(app, &record)?;
    let input = app.input_of(&record.asked.choice()?)?;
    let opened = Opened::of(app, &record, &options, &input)?;
    let run = ScreeningRun {
        input: &input,
        plots: &opened.plots,
        regions: opened.regions.as_ref(),
        moves: None,
        answers: opened.answers.as_ref(),
        key: None,
        program_file: app.options.program_file.clone(),
        options: &options,
    };
    let until = start + app.options.limits.time;
    let progress = JobProgress { job, is_stopping: &app.is_stopping, until };
    // What is done in a moment is done again rather than noted on disk.
    let is_kept = !app.is_short(record.features);
    match write(app, &record, &run, &progress, is_kept) {
        // An earlier version of the program has begun it: then it begins anew.
        Err(ScreeningError::Engine(EngineError::OtherJob)) => write(app, &record, &run, &progress, false),
        other => other,
    }
    .map_err(|error| match error {
        ScreeningError::Engine(EngineError::Interrupted) if job.is_cancelled() => Stopped::Cancelled,
        ScreeningError::Engine(EngineError::Interrupted) if app.is_stopping.load(Ordering::Relaxed) => Stopped::Service,
        ScreeningError::Engine(EngineError::Interrupted) => {
            let minutes = app.options.limits.time.as_secs_f64() / 60.0;
            Problem::timeout(format!("a screening may take {minutes:.0} minutes here, and this one took longer")).into()
        }
        other => Problem::unusable(public(app, &record.id, &told(&other))).into(),
    })?;
    // Answers that came with the plots are answers like those that are given later.
    if let Some(path) = &options.answers {
        keep(app, &record.id, path)?;
    }
    Ok(())
}

/// Keeps answers that were sent along, before the upload is removed.
fn keep(app: &App, id: &str, path: &Path) -> Result<(), Problem> {
    let (mut rows, _) =
        read_answer_rows(path).map_err(|error| Problem::unusable(public(app, id, &error.to_string())))?;
    rows.retain(|row| !row.answer.is_empty());
    let table = answer_table(&rows).map_err(|_| Problem::internal())?;
    let unkept = |error: std::io::Error| Problem::unavailable(format!("the answers cannot be kept: {}", error.kind()));
    app.store.save_answers(id, &table).map_err(unkept)
}

fn write(
    app: &App,
    record: &Record,
    run: &ScreeningRun<'_>,
    progress: &JobProgress<'_>,
    is_kept: bool,
) -> Result<(), ScreeningError> {
    let folder = RunFolder::start(&app.store.run(&record.id), is_kept, FolderKind::Run)?;
    let scratch = folder.work().scratch().map_err(lindero_io::run::RunError::from)?;
    let job = run.job()?;
    let resources = Resources { scratch: &scratch, memory: app.options.memory, progress, job: job.text() };
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let threads = rayon::current_num_threads();
    let clock = RunClock { start: Instant::now(), since_epoch, threads, folder: None };
    run.write(&folder, &resources, &clock)?;
    folder.complete()?;
    Ok(())
}

/// The options of a job's screening.
pub(crate) fn options_of(app: &App, record: &Record) -> Result<ScreeningOptions, Problem> {
    let place = |part: Part, name: &String| (app.store.uploads(&record.id, part).join(name), name.clone());
    let files = AskedFiles {
        plots: place(Part::Plots, &record.upload),
        regions: record.regions.as_ref().map(|name| place(Part::Regions, name)),
        answers: record.answers.as_ref().map(|name| place(Part::Answers, name)),
    };
    record.asked.options(files, app.options.policy.clone(), app.options.is_anonymous)
}

/// What a job's upload holds.
pub(crate) struct Opened {
    pub(crate) plots: PlotInput,
    pub(crate) regions: Option<RegionsRead>,
    pub(crate) answers: Option<Answers>,
}

impl Opened {
    /// Opens the upload of a job.
    ///
    /// # Errors
    ///
    /// A [`Problem`] with the sentence of the command line.
    pub(crate) fn of(
        app: &App,
        record: &Record,
        options: &ScreeningOptions,
        input: &ScreenInput,
    ) -> Result<Self, Problem> {
        let unusable = |error: &dyn std::error::Error| Problem::unusable(public(app, &record.id, &told(error)));
        let plots = PlotInput::open(&options.plots).map_err(|error| unusable(&error))?.with_content_ids();
        if let Some(name) = &options.group {
            plots.column("--group", name).map_err(|error| unusable(&error))?;
        }
        let regions = |path: &PathBuf| {
            let levels = level_columns(&options.level, options.region_name.as_deref());
            let levels = levels.map_err(|error| unusable(&error))?;
            read_regions(path, &levels).map_err(|error| unusable(&error))
        };
        let answers = |path: &PathBuf| Answers::read(path, &input.policy.policy).map_err(|error| unusable(&error));
        Ok(Self {
            plots,
            regions: options.regions.as_ref().map(regions).transpose()?,
            answers: options.answers.as_ref().map(answers).transpose()?,
        })
    }
}

/// A message without the folders of this machine.
pub(crate) fn public(app: &App, id: &str, message: &str) -> String {
    Part::ALL.into_iter().fold(message.to_owned(), |message, part| {
        let uploads = app.store.uploads(id, part);
        message.replace(&format!("{}{}", uploads.display(), std::path::MAIN_SEPARATOR), "")
    })
}
