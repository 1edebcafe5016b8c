//! Every file of a folder, in a fixed order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How deep folders are looked into.
const MOST_DEPTH: usize = 6;
/// A folder with more files is not one of maps.
const MOST_FILES: usize = 100_000;

/// What a walk finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// Paths relative to the folder, sorted, with `/` between their parts.
    pub(super) paths: Vec<String>,
    /// Where the walk did not look, and why.
    pub(super) notes: Vec<String>,
}

/// Walks a folder and what lies in it. Hidden files are passed by; a linked folder is walked once.
pub(super) fn files_in(folder: &Path) -> std::io::Result<Files> {
    let mut walk = Walk { found: Files::default(), seen: BTreeSet::new(), full: false };
    walk.enter(folder, "", 0)?;
    if walk.full {
        walk.found.notes.push(format!("only the first {MOST_FILES} files were looked at"));
    }
    walk.found.paths.sort();
    Ok(walk.found)
}

struct Walk {
    found: Files,
    /// Real paths of the folders entered: links may lead in circles.
    seen: BTreeSet<PathBuf>,
    full: bool,
}

impl Walk {
    fn enter(&mut self, folder: &Path, prefix: &str, depth: usize) -> std::io::Result<()> {
        if !self.seen.insert(folder.canonicalize()?) {
            return Ok(());
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            names.push(entry?.file_name());
        }
        names.sort();
        for name in names {
            let Some(text) = name.to_str() else {
                let shown = name.to_string_lossy();
                self.found
                    .notes
                    .push(format!("{prefix}{shown}: its name is no Unicode text, so no catalog can name it"));
                continue;
            };
            if text.starts_with('.') {
                continue;
            }
            let path = folder.join(&name);
            if path.is_dir() {
                let inner = format!("{prefix}{text}/");
                if depth == MOST_DEPTH {
                    self.found
                        .notes
                        .push(format!("{inner} lies over {MOST_DEPTH} folders deep and was not looked into"));
                } else if let Err(error) = self.enter(&path, &inner, depth + 1) {
                    self.found.notes.push(format!("{inner} cannot be read: {error}"));
                }
            } else if self.found.paths.len() == MOST_FILES {
                self.full = true;
                return Ok(());
            } else {
                self.found.paths.push(format!("{prefix}{text}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, paths: &[&str]) {
        for path in paths {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
    }

    #[test]
    fn files_come_sorted_and_hidden_ones_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["b.tif", "a/z.tif", "a/b/c.tif", ".git/config", ".hidden"]);
        assert_eq!(
            files_in(folder.path()).unwrap(),
            Files { paths: ["a/b/c.tif", "a/z.tif", "b.tif"].map(str::to_owned).to_vec(), notes: vec![] }
        );
    }

    #[test]
    fn a_deep_folder_is_named_and_not_entered() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["1/2/3/4/5/6/in.tif", "1/2/3/4/5/6/7/out.tif"]);
        let found = files_in(folder.path()).unwrap();
        assert_eq!(found.paths, ["1/2/3/4/5/6/in.tif"]);
        assert_eq!(found.notes.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_circles_end() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a/map.tif"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/up")).unwrap();
        assert_eq!(files_in(folder.path()).unwrap().paths, ["a/map.tif"]);
    }
}
