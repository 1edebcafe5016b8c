//! Which files a path or a pattern names.

use std::path::{Path, PathBuf};

use lindero_layers::LayerError;

/// The files that fit the pattern, by name. A relative pattern starts at `base`, or at the working directory.
pub(crate) fn files_of(pattern: &str, base: Option<&Path>) -> Result<Vec<PathBuf>, LayerError> {
    if pattern.contains("://") || pattern.starts_with("/vsi") {
        let reason = "nothing is fetched over a network: download the file and give its path".to_owned();
        return Err(LayerError::Unusable { path: pattern.into(), reason });
    }
    let literal = base.map_or_else(|| PathBuf::from(pattern), |base| base.join(pattern));
    // A file may really be called `map[1].tif`.
    if literal.exists() {
        return Ok(vec![literal]);
    }
    let no_file = || LayerError::NoFile { pattern: pattern.to_owned() };
    let anchored = match base {
        Some(base) if Path::new(pattern).is_relative() => {
            Path::new(&glob::Pattern::escape(&base.to_string_lossy())).join(pattern).to_string_lossy().into_owned()
        }
        _ => pattern.to_owned(),
    };
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let found = glob::glob_with(&anchored, options).map_err(|error| LayerError::Unusable {
        path: pattern.into(),
        reason: format!("the pattern is wrong at character {}: {}", error.pos, error.msg.to_lowercase()),
    })?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|error| LayerError::Read { path: error.path().to_owned(), source: error.into() })?;
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(no_file()) } else { Ok(files) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        // The folder's own name must not be taken for a pattern.
        let folder = folder.path().join("maps [2020]");
        std::fs::create_dir(&folder).unwrap();
        for name in ["b.tif", "a.tif", "map[1].tif", "map1.tif", ".hidden.tif", "a.txt"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let found = files_of(pattern, Some(&folder)).unwrap_or_default();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, expected, "{pattern}");
    }

    #[test]
    fn patterns_name_files_in_the_order_of_their_names() {
        check("a.tif", &["a.tif"]);
        check("?.tif", &["a.tif", "b.tif"]);
        check("*.tif", &["a.tif", "b.tif", "map1.tif", "map[1].tif"]);
        check("[ab].t*", &["a.tif", "a.txt", "b.tif"]);
        check("map[1].tif", &["map[1].tif"]);
        check("c*.tif", &[]);
    }

    #[test]
    fn nothing_is_fetched() {
        for pattern in ["https://example.org/map.tif", "/vsicurl/https://example.org/map.tif", "s3://maps/*.tif"] {
            let error = files_of(pattern, None).unwrap_err().to_string();
            assert!(error.contains("network"), "{error}");
        }
    }
}
