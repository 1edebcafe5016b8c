//! Which files are read where one is named.

use crate::catalog::{Catalog, OpenLayer};
use crate::raster::RasterLayer;
use crate::vector::feature_files;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::path::{Path, PathBuf};

/// A virtual raster is a text: a longer one is not looked through.
const MOST_VRT_BYTES: u64 = 64 << 20;
/// What GDAL reads beside a raster, under the raster's whole name.
const BESIDE: [&str; 2] = ["aux.xml", "msk"];
/// The same in place of the raster's ending: where it lies, and in which system.
const INSTEAD: [&str; 8] = ["tfw", "wld", "jgw", "pgw", "gfw", "prj", "hdr", "tab"];

/// The files of an opened layer: those the catalog names, what virtual rasters are put together from, what GDAL reads beside a
/// raster, and the parts of a Shapefile. Each once, in the order of their names.
#[must_use]
pub fn layer_files(catalog: &Catalog, layer: &OpenLayer) -> Vec<PathBuf> {
    match &layer.raster {
        Some(raster) => raster_files(raster),
        None => feature_files(&catalog.folder().join(&layer.screen.spec.path)),
    }
}

/// The files of an opened raster, with what virtual ones are put together from and what GDAL reads beside them: each once, in the
/// order of their names.
#[must_use]
pub fn raster_files(raster: &RasterLayer) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for tile in raster.summary().tiles {
        if tile.reader.starts_with("GDAL") {
            add_with_sources(&tile.path, &mut files);
        } else {
            files.push(tile.path);
        }
    }
    files.sort();
    files.dedup();
    files
}

fn add_with_sources(path: &Path, files: &mut Vec<PathBuf>) {
    // Also ends circles of virtual rasters that name each other.
    if files.iter().any(|known| known == path) {
        return;
    }
    files.push(path.to_owned());
    let with_ending = |ending: &&str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{ending}"));
        PathBuf::from(name)
    };
    let beside = BESIDE.iter().map(with_ending).chain(INSTEAD.iter().map(|ending| path.with_extension(ending)));
    files.extend(beside.filter(|beside| beside != path && beside.is_file()));
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("vrt")) {
        for source in sources_of_vrt(path).into_iter().filter(|source| source.is_file()) {
            add_with_sources(&source, files);
        }
    }
}

/// The files that a virtual raster names, as far as it can be read: GDAL has opened it already.
fn sources_of_vrt(path: &Path) -> Vec<PathBuf> {
    if std::fs::metadata(path).map_or(0, |metadata| metadata.len()) > MOST_VRT_BYTES {
        return Vec::new();
    }
    let text = std::fs::read(path).unwrap_or_default();
    let mut reader = Reader::from_reader(text.as_slice());
    let mut sources = Vec::new();
    // Where a name that is being read starts: the folder of the virtual raster, or nowhere.
    let mut base: Option<&Path> = None;
    let mut name = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) if matches!(element.name().as_ref(), "SourceFilename" | "SourceDataset") => {
                let relative = element
                    .attributes()
                    .flatten()
                    .any(|it| it.key.as_ref() == "relativeToVRT" && it.value.as_ref() == "1");
                base = Some(if relative { path.parent().unwrap_or(Path::new("")) } else { Path::new("") });
                name.clear();
            }
            Ok(Event::Text(text)) if base.is_some() => {
                name.push_str(&text);
            }
            Ok(Event::GeneralRef(reference)) if base.is_some() => {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    name.push(character);
                } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(&reference) {
                    name.push_str(text);
                }
            }
            Ok(Event::End(_)) => {
                if let Some(base) = base.take() {
                    sources.push(base.join(name.trim()));
                }
            }
            Ok(Event::Eof) | Err(_) => return sources,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_raster_is_all_files_that_it_names_directly_and_through_others() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let vrt = |sources: &[(&str, &str)]| {
            let sources: String = sources
                .iter()
                .map(|(relative, name)| {
                    format!("<SimpleSource><SourceFilename relativeToVRT=\"{relative}\">{name}</SourceFilename></SimpleSource>")
                })
                .collect();
            format!("<VRTDataset><VRTRasterBand>{sources}</VRTRasterBand></VRTDataset>")
        };
        let absolute = at("c.tif").display().to_string();
        std::fs::write(at("all.vrt"), vrt(&[("1", "a &amp; b.tif"), ("1", "more.vrt"), ("1", "gone.tif")])).unwrap();
        // In a circle, as nobody should write it.
        std::fs::write(at("more.vrt"), vrt(&[("0", &absolute), ("1", "all.vrt")])).unwrap();
        for name in ["a & b.tif", "a & b.tif.aux.xml", "a & b.tfw", "c.tif", "d.tif"] {
            std::fs::write(at(name), "").unwrap();
        }
        let mut files = Vec::new();
        add_with_sources(&at("all.vrt"), &mut files);
        files.sort();
        let expected = ["a & b.tfw", "a & b.tif", "a & b.tif.aux.xml", "all.vrt", "c.tif", "more.vrt"].map(at);
        assert_eq!(files, expected);
    }
}
