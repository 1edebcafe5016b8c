//! What went wrong, in one message, and the exit code that says so.

use lindero_engine::EngineError;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// The run could not be done.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// Why a command could not run.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The error of a run in a folder; `is_kept` says whether what it has measured stays there.
    pub(crate) fn of_run(error: EngineError, folder: &Path, is_kept: bool) -> Self {
        match error {
            EngineError::OtherJob => {
                let what = format!("{} cannot be gone on with: {error}", folder.display());
                Self(format!("{what}; run without --resume to begin anew"))
            }
            EngineError::Interrupted if is_kept => {
                Self(format!("interrupted; run again with --resume to go on, or remove {}", folder.display()))
            }
            other => other.into(),
        }
    }

    /// Says it and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {}", self.0);
        ExitCode::from(COULD_NOT_RUN)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    /// The error and its causes, each said once.
    fn from(error: E) -> Self {
        Self(lindero_report::told(&error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints what clap has to say: help is no failure.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nothing to be done if the terminal is gone.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(COULD_NOT_RUN) } else { ExitCode::SUCCESS }
}
