//! Which products lie in a folder, by their files' names and values: what `lindero init` writes.
//!
//! A name that fits with values that do not is left out with the reason: a catalog that lies is worse
//! than none.

mod folder;
mod sample;

use crate::vector::{VectorOptions, open_features};
use lindero_engine::Progress;
use lindero_layers::is_vector_path;
use lindero_layers::products::{Bands, Found, Holds, NameParts, PRODUCTS, Product, Values};
use sample::Sample;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Blocks read of each layer to compare its values with the product's.
const BLOCKS_OF_PRODUCT: usize = 64;
/// Blocks read of a raster that no product's name fits, to say what it holds.
const BLOCKS_OF_STRANGER: usize = 16;
/// Endings of files that may hold cells.
const RASTER_ENDINGS: [&str; 5] = ["tif", "tiff", "vrt", "img", "jp2"];
/// Values named when some do not fit.
const MOST_NAMED: usize = 5;

/// Why a folder could not be looked through.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RecogniseError {
    /// The folder cannot be read.
    #[error("cannot look through {path:?}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
    /// Someone asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Layers for the catalog, in its order.
    pub layers: Vec<RecognisedLayer>,
    /// Maps and features that are not in it, in the order of their paths.
    pub left_out: Vec<LeftOut>,
    /// Number of files that are neither maps nor features.
    pub other_files: usize,
    /// Where was not looked, and why.
    pub notes: Vec<String>,
}

/// A layer of a known product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecognisedLayer {
    /// Its id in the catalog.
    pub id: String,
    /// The product.
    pub product: &'static str,
    /// Path or pattern, relative to the folder.
    pub path: String,
    /// How many files it is.
    pub files: usize,
    /// What the user should know of it.
    pub warnings: Vec<String>,
    text: String,
}

/// A file, or the tiles of one layer, that the catalog does not name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Path or pattern, relative to the folder.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Recognition {
    /// The text of the catalog.
    #[must_use]
    pub fn catalog(&self) -> String {
        let mut text = "# Written by `lindero init` from the names and values of files. Read it through, then:\n\
                        # lindero layers check lindero.toml\n\ncutoff = 2020-12-31\n"
            .to_owned();
        for layer in &self.layers {
            text.push('\n');
            text.push_str(&layer.text);
        }
        text
    }
}

/// One edition of a product: a file, or its tiles.
struct Edition {
    product: &'static Product,
    parts: NameParts,
    files: usize,
    found: Found,
    warnings: Vec<String>,
}

/// Looks through a folder. Each file of a map or of features is a step of the progress.
///
/// # Errors
///
/// [`RecogniseError`] if the folder cannot be read. A file that cannot be read is left out.
pub fn recognise(folder: &Path, progress: &dyn Progress) -> Result<Recognition, RecogniseError> {
    let files =
        folder::files_in(folder).map_err(|source| RecogniseError::Folder { path: folder.to_owned(), source })?;
    let mut recognition = Recognition { notes: files.notes, ..Recognition::default() };
    let mut editions = Vec::new();
    let (jobs, other_files) = jobs(files.paths);
    recognition.other_files = other_files;
    progress.stage("looking at maps", jobs.len() as u64);
    for job in jobs {
        if progress.interrupted() {
            return Err(RecogniseError::Interrupted);
        }
        let path = job.path().to_owned();
        match job.look(folder) {
            Ok(edition) => editions.push(edition),
            Err(reason) => {
                // The path is told already.
                let reason = reason.replacen(&format!("{:?}: ", folder.join(&path)), "", 1);
                recognition.left_out.push(LeftOut { path, reason });
            }
        }
        progress.advance(1);
    }
    recognition.choose(editions);
    recognition.left_out.sort();
    Ok(recognition)
}

/// Something to look at.
enum Job {
    /// Files whose names are those of one layer of a product.
    Known { product: &'static Product, parts: NameParts, path: String, files: usize },
    /// A raster of no known name.
    Stranger(String),
    /// A file of features.
    Features(String),
}

/// Sorts paths into jobs; counts those that are none.
fn jobs(paths: Vec<String>) -> (Vec<Job>, usize) {
    let mut others = 0;
    let mut jobs = Vec::new();
    // By title too: two products may share a pattern of tiles.
    let mut tiles: BTreeMap<(String, &str), (&'static Product, NameParts, usize)> = BTreeMap::new();
    for path in paths {
        let (parent, name) =
            path.rsplit_once('/').map_or(("", &path[..]), |(_, name)| path.split_at(path.len() - name.len()));
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        if is_vector_path(name) {
            jobs.push(Job::Features(path));
        } else if !RASTER_ENDINGS.contains(&ending.to_lowercase().as_str()) {
            others += 1;
        } else if let Some((product, parts)) = Product::of_name(stem, None) {
            match parts.tiles(stem) {
                Some(pattern) => {
                    let pattern = format!("{}{pattern}.{ending}", glob::Pattern::escape(parent));
                    tiles.entry((pattern, product.title)).or_insert((product, parts, 0)).2 += 1;
                }
                None => jobs.push(Job::Known { product, parts, path, files: 1 }),
            }
        } else {
            jobs.push(Job::Stranger(path));
        }
    }
    jobs.extend(tiles.into_iter().map(|((path, _), (product, parts, files))| Job::Known {
        product,
        parts,
        path,
        files,
    }));
    (jobs, others)
}

impl Job {
    fn path(&self) -> &str {
        match self {
            Self::Known { path, .. } | Self::Stranger(path) | Self::Features(path) => path,
        }
    }

    fn look(self, folder: &Path) -> Result<Edition, String> {
        match self {
            Self::Stranger(path) => {
                let sample = Sample::take(&path, folder, BLOCKS_OF_STRANGER)?;
                Err(format!("no known name ({})", sample.told()))
            }
            Self::Features(path) => features(path, folder),
            Self::Known { product, parts, path, files } => {
                let sample = Sample::take(&path, folder, BLOCKS_OF_PRODUCT)?;
                if sample.files != files {
                    return Err(format!(
                        "the pattern fits {} files, of which {files} are tiles of {}: move the others away",
                        sample.files, product.title
                    ));
                }
                cells(product, parts, path, &sample)
                    .map_err(|reason| format!("the name is that of {}, but {reason}", product.title))
            }
        }
    }
}

/// Compares values with the product's, and reads from them what names do not say.
fn cells(product: &'static Product, parts: NameParts, path: String, sample: &Sample) -> Result<Edition, String> {
    let Holds::Cells { bands, values } = product.holds else {
        return Err("that is a product of features".to_owned());
    };
    if !bands.fits(sample.bands) {
        let expected = match bands {
            Bands::Exactly(bands) => bands.to_string(),
            Bands::Yearly => "one a year".to_owned(),
        };
        return Err(format!("it has {} band(s), not {expected} ({})", sample.bands, sample.told()));
    }
    let (mut last_year, mut last_day) = (None, None);
    for (band, counts) in &sample.counts {
        let expected = values[(*band as usize).min(values.len() - 1)];
        let wrong = || format!("band {} does not hold {}", band + 1, expected.expected(parts.year));
        let Some(held) = sample.values(counts) else {
            return Err(format!("{} ({})", wrong(), sample.told()));
        };
        let strange: Vec<String> = held
            .iter()
            .filter(|(value, _)| !expected.fits(*value, parts.year))
            .map(|(v, n)| format!("{v} in {n}"))
            .collect();
        if !strange.is_empty() {
            let named = strange[..strange.len().min(MOST_NAMED)].join(", ");
            let more = if strange.len() > MOST_NAMED { " and others" } else { "" };
            return Err(format!("{}: of {} sampled cells it holds {named}{more}", wrong(), counts.cells()));
        }
        last_day = last_day.max(held.iter().filter_map(|(value, _)| expected.day(*value)).max());
        last_year = last_year.max(held.iter().filter_map(|(value, _)| expected.year(*value)).max());
    }
    let mut warnings = Vec::new();
    let mut found = Found {
        path,
        first: parts.first,
        year: parts.year,
        last_day,
        zero_tagged: sample.tags.contains(&0.0),
        other_tags: sample.tags.iter().copied().filter(|tag| *tag != 0.0).collect(),
        columns: Vec::new(),
    };
    if let (None, Values::Years { first, .. }) = (found.year, values[0]) {
        let Some(year) = last_year else {
            return Err("neither the name nor a sample of the values says which years it speaks of".to_owned());
        };
        warnings.push(format!("its period is guessed: {first} to {year}, the last year in a sample of it"));
        (found.first, found.year) = (Some(first), Some(year));
    }
    Ok(Edition { product, parts, files: sample.files, found, warnings })
}

fn features(path: String, folder: &Path) -> Result<Edition, String> {
    let file = open_features(&folder.join(&path), &VectorOptions::default()).map_err(|e| e.to_string())?;
    let columns: Vec<String> = file.schema().fields().iter().map(|field| field.name().clone()).collect();
    let stem = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match Product::of_name(&stem, Some(&columns)) {
        Some((product, parts)) => {
            let found = Found { path, columns, ..Found::default() };
            Ok(Edition { product, parts, files: 1, found, warnings: file.notes().to_vec() })
        }
        None if columns.is_empty() => Err(format!("{} without columns", file.format())),
        None => Err(format!("no known columns ({}: {})", file.format(), columns.join(", "))),
    }
}

impl Recognition {
    /// Takes the latest edition of each layer, in the order of the products.
    fn choose(&mut self, mut editions: Vec<Edition>) {
        let rank = |edition: &Edition| PRODUCTS.iter().position(|product| product.title == edition.product.title);
        editions.sort_by(|a, b| {
            let latest = |e: &Edition| (e.parts.year, e.parts.version.clone());
            rank(a).cmp(&rank(b)).then_with(|| latest(b).cmp(&latest(a))).then_with(|| a.found.path.cmp(&b.found.path))
        });
        let mut taken: BTreeMap<String, (&str, NameParts, String)> = BTreeMap::new();
        let mut chosen = Vec::new();
        for edition in editions {
            let ids = edition.product.ids(&edition.found);
            let title = edition.product.title;
            if let Some((id, (by, parts, path))) = ids.iter().find_map(|id| Some((id, taken.get(id)?))) {
                let why = match edition.product.title == *by {
                    false => "another product",
                    true if (parts.year, &parts.version) == (edition.parts.year, &edition.parts.version) => {
                        "another copy"
                    }
                    true => "a later edition",
                };
                let reason = format!("{title}, but {id} is {why} already: {path}");
                self.left_out.push(LeftOut { path: edition.found.path, reason });
                continue;
            }
            let taker = (title, edition.parts.clone(), edition.found.path.clone());
            taken.extend(ids.into_iter().map(|id| (id, taker.clone())));
            chosen.push(edition);
        }
        let ids: BTreeSet<String> = taken.into_keys().collect();
        for Edition { product, files, found, mut warnings, .. } in chosen {
            for entry in product.entries(&found, &ids) {
                warnings.extend(entry.warnings);
                self.layers.push(RecognisedLayer {
                    id: entry.id,
                    product: product.title,
                    path: found.path.clone(),
                    files,
                    warnings: std::mem::take(&mut warnings),
                    text: entry.text,
                });
            }
        }
    }
}
