//! What a run is of, so that only the same run is gone on with.

use crate::plot_input::PlotOptions;
use crate::vector::feature_files;
use lindero_engine::REEL_FORMAT;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The program's version and how it keeps what it has done, its options, and every file with its size and the time of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job(String);

/// A file of a job cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct UnreadableFile {
    pub(super) path: PathBuf,
    pub(super) source: std::io::Error,
}

impl Job {
    /// The job of some plots and files of layers, each with what it is read as.
    ///
    /// # Errors
    ///
    /// [`UnreadableFile`] with the first file that cannot be asked.
    pub fn of(plots: &PlotOptions, files: impl IntoIterator<Item = (String, PathBuf)>) -> Result<Self, UnreadableFile> {
        let mut job = Self(format!("lindero {}, reels {REEL_FORMAT}\n", env!("CARGO_PKG_VERSION")));
        job.line("id", plots.id.as_deref().unwrap_or_default());
        job.line("area field", plots.area_field.as_deref().unwrap_or_default());
        job.line("repairs", if plots.no_repair { "none" } else { "safe" });
        job.line("language", plots.lang.code());
        job.line("geometry field", plots.geometry_field.as_deref().unwrap_or_default());
        job.line("lon field", plots.lon_field.as_deref().unwrap_or_default());
        job.line("lat field", plots.lat_field.as_deref().unwrap_or_default());
        job.line("crs", plots.crs.as_deref().unwrap_or_default());
        for path in &plots.paths {
            let text = path.to_string_lossy();
            for file in feature_files(path) {
                job.file(&text, &file)?;
            }
        }
        for (use_of, path) in files {
            job.file(&use_of, &path)?;
        }
        Ok(job)
    }

    /// The job in words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// One more thing that makes it another job.
    pub fn line(&mut self, what: &str, value: &str) {
        writeln!(self.0, "{what}: {value}").expect("a String takes any text");
    }

    fn file(&mut self, what: &str, path: &Path) -> Result<(), UnreadableFile> {
        let unreadable = |source| UnreadableFile { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.unwrap_or_default().as_nanos();
        self.line(what, &format!("{} {} {changed}", path.display(), metadata.len()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_plots::Lang;

    #[test]
    fn a_shapefile_with_other_attributes_or_another_system_is_another_job() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["plots.shp", "plots.dbf", "plots.prj"] {
            std::fs::write(at(name), "as it was").unwrap();
        }
        let plots = PlotOptions {
            paths: vec![at("plots.shp")],
            id: None,
            area_field: None,
            no_repair: false,
            lang: Lang::En,
            geometry_field: None,
            lon_field: None,
            lat_field: None,
            crs: None,
        };
        let job = || Job::of(&plots, []).unwrap();
        let mut before = job();
        assert_eq!(job(), before);
        for name in ["plots.dbf", "plots.prj"] {
            std::fs::write(at(name), "it was changed").unwrap();
            assert_ne!(job(), before, "{name}");
            before = job();
        }
    }
}
