//! Jobs on disk: a folder each, with the upload, the run, and a record that is there whole or not at all.

use crate::job::{Record, State};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const RECORD: &str = "job.json";
const RUN: &str = "run";
const ANSWERS: &str = "answers.csv";
const LOCK: &str = "lock";

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Plots,
    Regions,
    Answers,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Plots, Self::Regions, Self::Answers];

    /// Each in a folder of its own, so that their names do not meet.
    fn folder(self) -> &'static str {
        match self {
            Self::Plots => "upload",
            Self::Regions => "upload-regions",
            Self::Answers => "upload-answers",
        }
    }
}

/// The folder of all jobs.
pub(crate) struct Store {
    folder: PathBuf,
    _lock: File,
    _temporary: Option<TempDir>,
}

/// Why the folder of jobs cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system would not do it.
    #[error("cannot keep jobs in {path:?}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    /// Another service has it.
    #[error("another service keeps its jobs in {path:?}: stop it, or give another --data")]
    Busy { path: PathBuf },
}

impl Store {
    /// Opens the folder; without one, a temporary one that goes when the service ends.
    pub(crate) fn open(data: Option<&Path>) -> Result<Self, StoreError> {
        let (folder, temporary) = match data {
            Some(data) => (data.to_owned(), None),
            None => {
                let failed = |source| StoreError::Folder { path: std::env::temp_dir(), source };
                let folder = tempfile::Builder::new().prefix("lindero-serve-").tempdir().map_err(failed)?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let failed = |source| StoreError::Folder { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = OpenOptions::new().create(true).append(true).open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy { path: folder }),
            // Some file systems have no locks: then nobody keeps two services apart.
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => return Err(failed(error)),
            _ => {}
        }
        Ok(Self { folder, _lock: lock, _temporary: temporary })
    }

    /// The jobs that an earlier service has left, in the order in which they came. Uploads that had not come to their end
    /// are removed.
    pub(crate) fn left(&self) -> Result<Vec<Record>, StoreError> {
        let failed = |source| StoreError::Folder { path: self.folder.clone(), source };
        let mut records = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Nothing is touched that no service has made.
            if !is_id(&name) || !entry.path().is_dir() {
                continue;
            }
            match fs::read(entry.path().join(RECORD)) {
                Ok(text) => match serde_json::from_slice(&text) {
                    Ok(record) => records.push(record),
                    // Perhaps of another version: it is not ours to remove.
                    Err(error) => {
                        eprintln!("note: {:?} is left alone, its {RECORD} cannot be read: {error}", entry.path())
                    }
                },
                Err(_) => fs::remove_dir_all(entry.path()).map_err(failed)?,
            }
        }
        records.sort_by(|a: &Record, b: &Record| (a.received, &a.id).cmp(&(b.received, &b.id)));
        Ok(records)
    }

    fn folder_of(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Makes the folders of a new job.
    pub(crate) fn begin(&self, id: &str) -> io::Result<()> {
        Part::ALL.into_iter().try_for_each(|part| fs::create_dir_all(self.uploads(id, part)))
    }

    /// Where a part of a job's upload lies.
    pub(crate) fn uploads(&self, id: &str, part: Part) -> PathBuf {
        self.folder_of(id).join(part.folder())
    }

    /// Where the answers to a job's questions lie, if there are any.
    pub(crate) fn answers(&self, id: &str) -> PathBuf {
        self.folder_of(id).join(ANSWERS)
    }

    /// Writes the answers to a job's questions: at any moment the old ones or the new ones are there.
    pub(crate) fn save_answers(&self, id: &str, table: &[u8]) -> io::Result<()> {
        let new = self.folder_of(id).join("answers.csv.new");
        let mut file = File::create(&new)?;
        file.write_all(table)?;
        file.sync_all()?;
        fs::rename(&new, self.answers(id))
    }

    /// Where a job's run lies, or will lie.
    pub(crate) fn run(&self, id: &str) -> PathBuf {
        self.folder_of(id).join(RUN)
    }

    /// Writes a job's record: at any moment the old one or the new one is there. `is_promised`: somebody was told that the job
    /// is taken, so that it must outlive a power cut.
    pub(crate) fn save(&self, record: &Record, is_promised: bool) -> io::Result<()> {
        let folder = self.folder_of(&record.id);
        let new = folder.join("job.json.new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(record)?)?;
        if is_promised {
            file.sync_all()?;
        }
        fs::rename(&new, folder.join(RECORD))
    }

    /// Removes what a job does not need after its end: the upload, and of a run that came to nothing also its beginnings.
    pub(crate) fn tidy(&self, id: &str, state: State) {
        // What cannot be removed now goes with the whole folder later.
        for part in Part::ALL {
            let _ = fs::remove_dir_all(self.uploads(id, part));
        }
        if state != State::Done {
            let _ = fs::remove_dir_all(self.folder_of(id).join("run.partial"));
        }
    }

    /// Removes a job.
    pub(crate) fn remove(&self, id: &str) {
        // First its record, so that half of a folder is never taken for a job.
        let _ = fs::remove_file(self.folder_of(id).join(RECORD));
        let _ = fs::remove_dir_all(self.folder_of(id));
    }
}

/// A name for a job that nobody guesses.
pub(crate) fn new_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a text may be a job's name.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Asked;

    fn record(id: &str, received: u64) -> Record {
        Record {
            id: id.to_owned(),
            state: State::Waiting,
            received,
            ended: None,
            asked: Asked::default(),
            upload: "plots.geojson".to_owned(),
            regions: None,
            answers: None,
            features: 1,
            problem: None,
        }
    }

    #[test]
    fn jobs_are_found_again_in_the_order_in_which_they_came_and_halves_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Some(folder.path())).unwrap();
        let ids: Vec<String> = (0..3).map(|_| new_id().unwrap()).collect();
        for id in &ids {
            store.begin(id).unwrap();
        }
        store.save(&record(&ids[0], 20), true).unwrap();
        store.save(&record(&ids[1], 10), true).unwrap();
        fs::create_dir(folder.path().join("mine")).unwrap();
        let left: Vec<String> = store.left().unwrap().into_iter().map(|record| record.id).collect();
        assert_eq!(left, [ids[1].clone(), ids[0].clone()]);
        assert!(!folder.path().join(&ids[2]).exists() && folder.path().join("mine").exists());
    }

    #[test]
    fn two_services_do_not_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Store::open(Some(folder.path())).unwrap();
        assert!(matches!(Store::open(Some(folder.path())), Err(StoreError::Busy { .. })));
    }

    #[test]
    fn names_of_jobs_have_no_way_out_of_the_folder() {
        assert!(is_id(&new_id().unwrap()));
        assert!(!is_id("../../../../../../../../etc/pass") && !is_id("ABCDEF00000000000000000000000000") && !is_id(""));
    }
}
