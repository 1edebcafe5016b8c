//! Plot files in ZIP archives: zipped Shapefiles, KMZ, and whatever else was sent that way.
//!
//! The one file of plots in the archive is unpacked into a folder of its own under the system's folder for temporary
//! files, which goes when the file is closed, and read from there.

use super::error::VectorError;
use super::features::{Batches, Format, Opened, Source, VectorOptions, open_format};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

/// What any archive may unpack to: 256 MB.
const FREE_BYTES: u64 = 256 << 20;

/// How many times larger than itself a bigger one may become. Tables and KML shrink to a tenth or a twentieth; an archive made to
/// fill disks grows a thousandfold.
const MAX_RATIO: u64 = 100;

/// Entries looked at; more is no parcel of plots.
const MAX_ENTRIES: usize = 65_536;

/// The extensions of what is read, in groups of which the first that is there counts: a read-me beside a Shapefile is no
/// second file of plots.
const PREFERENCE: [&[&str]; 3] = [
    &["shp"],
    &["gpkg", "fgb", "parquet", "geoparquet", "geojson", "geojsonl", "kml", "gpx"],
    &["xlsx", "csv", "tsv", "json"],
];

/// The files a Shapefile consists of, as far as they are read.
const SHAPEFILE_PARTS: [&str; 5] = ["shp", "shx", "dbf", "prj", "cpg"];

/// Whether a ZIP file is a spreadsheet.
pub(super) fn is_xlsx(path: &Path) -> Result<bool, VectorError> {
    let archive = Archive::open(path)?;
    Ok(archive.entries.iter().any(|entry| entry.path == "xl/workbook.xml"))
}

/// Refuses a ZIP file that unpacks to more than any honest one, by unpacking it to nowhere.
pub(super) fn check_size(path: &Path) -> Result<(), VectorError> {
    let mut archive = Archive::open(path)?;
    for index in 0..archive.entries.len() {
        archive.unpack(index, io::sink())?;
    }
    Ok(())
}

/// Opens the file of plots in an archive: the only one, or the one named by `layer`.
pub(super) fn open(path: &Path, layer: Option<&str>, options: &VectorOptions) -> Result<(Format, Opened), VectorError> {
    let mut archive = Archive::open(path)?;
    let (chosen, layer) = archive.choose(layer)?;
    let temporary = |source| VectorError::Read { path: std::env::temp_dir(), source };
    let folder = tempfile::Builder::new().prefix("lindero-").tempdir().map_err(temporary)?;
    let member = archive.entries[chosen].clone();
    let mut target = folder.path().join(member.file_name());
    for index in 0..archive.entries.len() {
        let entry = &archive.entries[index];
        let part = match SHAPEFILE_PARTS.iter().find(|_| member.extension() == "shp") {
            Some(_) if entry.stem().eq_ignore_ascii_case(member.stem()) => entry.extension(),
            _ if index == chosen => entry.extension(),
            _ => continue,
        };
        if member.extension() == "shp" && !SHAPEFILE_PARTS.contains(&part.as_str()) {
            continue;
        }
        target.set_extension(part);
        let file = File::create(&target).map_err(temporary)?;
        archive.unpack(index, file)?;
    }
    target.set_extension(member.extension());
    let moved = Moved { from: folder.path().to_owned(), to: path.to_owned() };
    let (format, opened) = open_format(&target, layer, options).map_err(|error| moved.error(error))?;
    let layer = opened.layer.or_else(|| Some(member.name().to_owned()));
    let source = Unpacked { source: opened.source, moved, _folder: folder };
    Ok((format, Opened { source: Box::new(source), layer, ..opened }))
}

/// Tells of a file in the folder of temporary files as what it is to the user: part of an archive.
#[derive(Debug)]
struct Moved {
    from: PathBuf,
    to: PathBuf,
}

impl Moved {
    fn error(&self, mut error: VectorError) -> VectorError {
        let path = error.path_mut();
        if let Ok(inner) = path.strip_prefix(&self.from) {
            *path = self.to.join(inner);
        }
        error
    }
}

/// A file that was unpacked, for as long as it is read.
#[derive(Debug)]
struct Unpacked {
    source: Box<dyn Source>,
    moved: Moved,
    _folder: TempDir,
}

impl Source for Unpacked {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let batches = self.source.batches().map_err(|error| self.moved.error(error))?;
        Ok(Box::new(batches.map(|batch| batch.map_err(|error| self.moved.error(error)))))
    }
}

/// A file in an archive.
#[derive(Clone, Debug)]
struct Entry {
    index: usize,
    /// With slashes, as in the archive.
    path: String,
}

impl Entry {
    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The path without the extension.
    fn stem(&self) -> &str {
        let extension = self.file_name().rsplit_once('.').map_or(0, |(_, extension)| extension.len() + 1);
        &self.path[..self.path.len() - extension]
    }

    /// The name a user gives it: no folders, no extension.
    fn name(&self) -> &str {
        self.stem().rsplit('/').next().unwrap_or_default()
    }

    fn extension(&self) -> String {
        self.file_name().rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }

    /// Whether programs put it there for themselves.
    fn is_hidden(&self) -> bool {
        self.path.split('/').any(|part| part == "__MACOSX" || (part.starts_with('.') && part != ".."))
    }
}

/// An archive with what may still be unpacked of it.
struct Archive {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    entries: Vec<Entry>,
    allowed: u64,
    left: u64,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, VectorError> {
        let read = |source| VectorError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(read)?;
        let allowed = FREE_BYTES.max(file.metadata().map_err(read)?.len().saturating_mul(MAX_RATIO));
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| zip_error(path, error))?;
        if zip.len() > MAX_ENTRIES {
            let reason = format!("it has {} files, {MAX_ENTRIES} is the most", zip.len());
            return Err(VectorError::Unusable { path: path.to_owned(), reason });
        }
        let mut entries = Vec::new();
        for index in 0..zip.len() {
            let file = zip.by_index_raw(index).map_err(|error| zip_error(path, error))?;
            if !file.is_file() {
                continue;
            }
            let name = file.name().map_err(|error| zip_error(path, error))?.replace('\\', "/");
            entries.push(Entry { index, path: name });
        }
        Ok(Self { path: path.to_owned(), zip, entries, allowed, left: allowed })
    }

    /// Which entry is the file of plots, and what is left of the layer asked for.
    fn choose<'l>(&self, layer: Option<&'l str>) -> Result<(usize, Option<&'l str>), VectorError> {
        let visible = || self.entries.iter().enumerate().filter(|(_, entry)| !entry.is_hidden());
        let in_group = |group: &[&str]| {
            let ours = visible().filter(|(_, entry)| group.contains(&entry.extension().as_str()));
            ours.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let groups: Vec<Vec<usize>> = PREFERENCE.iter().map(|group| in_group(group)).collect();
        let entry = |index: &usize| &self.entries[*index];
        if let Some(wanted) = layer {
            let called = |index: &&usize| entry(index).name() == wanted || entry(index).stem() == wanted;
            if let Some(&index) = groups.iter().flatten().find(called) {
                return Ok((index, None));
            }
        }
        let Some(candidates) = groups.into_iter().find(|group| !group.is_empty()) else {
            let mut found: Vec<_> = visible().map(|(_, entry)| entry.file_name().to_owned()).collect();
            found.truncate(10);
            let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
            let reason = format!(
                "the archive has no file of plots (.shp, .gpkg, .fgb, .parquet, .geojson, .kml, .gpx, .csv, .xlsx); it has {found}"
            );
            return Err(VectorError::Unusable { path: self.path.clone(), reason });
        };
        // Of several KML files in a KMZ the one that is opened is called so.
        let main = candidates.iter().find(|index| entry(index).path == "doc.kml");
        match (candidates.as_slice(), main, layer) {
            ([only], ..) => Ok((*only, layer)),
            (_, Some(&main), None) => Ok((main, None)),
            _ => {
                let repeated = |name: &str| candidates.iter().filter(|index| entry(index).name() == name).count() > 1;
                let name = |index: &usize| {
                    let entry = entry(index);
                    if repeated(entry.name()) { entry.stem().to_owned() } else { entry.name().to_owned() }
                };
                let layers = candidates.iter().map(name).collect();
                Err(match layer {
                    None => VectorError::ManyLayers { path: self.path.clone(), layers },
                    Some(wanted) => VectorError::NoLayer { path: self.path.clone(), wanted: wanted.to_owned(), layers },
                })
            }
        }
    }

    /// Unpacks a file, within what the archive may still unpack to.
    fn unpack(&mut self, entry: usize, mut into: impl Write) -> Result<(), VectorError> {
        let Self { path, zip, entries, .. } = self;
        let file = zip.by_index(entries[entry].index).map_err(|error| zip_error(path, error))?;
        let damaged = |error: io::Error| VectorError::Damaged {
            path: path.clone(),
            reason: format!("{} cannot be unpacked: {error}", entries[entry].path),
        };
        let unpacked = io::copy(&mut file.take(self.left + 1), &mut into).map_err(damaged)?;
        into.flush().map_err(damaged)?;
        self.left = self.left.checked_sub(unpacked).ok_or_else(|| VectorError::Unusable {
            path: path.clone(),
            reason: format!(
                "it unpacks to over {} MB, {MAX_RATIO} times its size: unpack it yourself if it is what it should be",
                self.allowed >> 20
            ),
        })?;
        Ok(())
    }
}

fn zip_error(path: &Path, error: ZipError) -> VectorError {
    let path = path.to_owned();
    match error {
        ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => VectorError::Read { path, source },
        ZipError::UnsupportedArchive(reason) if reason == ZipError::PASSWORD_REQUIRED => {
            VectorError::Unusable { path, reason: "it is locked with a password: save it without one".to_owned() }
        }
        error => VectorError::Damaged { path, reason: error.to_string() },
    }
}
