//! One raster in every layout, made with GDAL's own program: the table must be the same to the byte.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    data::{DataFolder, FARMS, TREE_COVER_NOT_PACKED},
    measured::run,
    ours::OurProgram,
};

/// A degree of the raster where plots are: west, north, east, south, as `-projwin` takes them. Plots beyond it and across its
/// border are measured too.
const CROP: [&str; 4] = ["-77.0", "-7.0", "-76.0", "-8.0"];

/// Layouts by name: the file's ending and what GDAL is told.
const LAYOUTS: [(&str, &str, &[&str]); 10] = [
    ("not packed", "tif", &[]),
    ("COG of 512", "tif", &["-of", "COG", "-co", "COMPRESS=DEFLATE", "-co", "BLOCKSIZE=512", "-co", "OVERVIEWS=NONE"]),
    ("tiles of 256, DEFLATE", "tif", &["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE"]),
    ("tiles of 256, ZSTD", "tif", &["-co", "TILED=YES", "-co", "COMPRESS=ZSTD"]),
    ("strips of one row, LZW", "tif", &["-co", "COMPRESS=LZW", "-co", "BLOCKYSIZE=1"]),
    ("strips of 64, LZW, predictor", "tif", &["-co", "COMPRESS=LZW", "-co", "BLOCKYSIZE=64", "-co", "PREDICTOR=2"]),
    ("strips of 16, DEFLATE", "tif", &["-co", "COMPRESS=DEFLATE", "-co", "BLOCKYSIZE=16"]),
    ("strips of 16, PackBits", "tif", &["-co", "COMPRESS=PACKBITS", "-co", "BLOCKYSIZE=16"]),
    ("BigTIFF, big endian", "tif", &["-co", "BIGTIFF=YES", "-co", "ENDIANNESS=BIG"]),
    ("VRT", "vrt", &["-of", "VRT"]),
];

/// What the program says of a file that it needs GDAL for and was built without.
const WITHOUT_GDAL: &str = "build with the feature `gdal`";

/// Makes the layouts, measures on each, and prints which agree.
///
/// # Errors
///
/// GDAL's program or the data is missing, or a table differs.
pub(super) fn check(ours: &OurProgram, data: &DataFolder) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let (plots, source) = (data.plots(FARMS[1])?, data.layer(TREE_COVER_NOT_PACKED)?);
    let crop = folder.path().join("crop.tif");
    translate(&source, &crop, &[&["-projwin"], CROP.as_slice()].concat())?;
    let (mut first, mut different) = (None, Vec::new());
    for (index, (name, ending, options)) in LAYOUTS.iter().enumerate() {
        let raster = folder.path().join(format!("{index}.{ending}"));
        translate(&crop, &raster, options)?;
        let table = match measure(ours, &plots, &raster, folder.path()) {
            Err(error) if error.contains(WITHOUT_GDAL) => {
                println!("{name}: NOT COMPARED, this build is without GDAL");
                continue;
            }
            table => table?,
        };
        let bytes = table.len();
        let same = *first.get_or_insert_with(|| table.clone()) == table;
        println!("{name}: {bytes} bytes, {}", if same { "the same" } else { "DIFFERENT" });
        if !same {
            different.push(*name);
        }
    }
    if different.is_empty() { Ok(()) } else { Err(format!("other tables from {}", different.join("; "))) }
}

fn translate(from: &Path, to: &Path, options: &[&str]) -> Result<(), String> {
    run(Command::new("gdal_translate").arg("-q").args(options).args([from, to]))
        .map(drop)
        .map_err(|error| format!("{error}; gdal_translate comes with Debian's gdal-bin"))
}

fn measure(ours: &OurProgram, plots: &Path, raster: &Path, folder: &Path) -> Result<Vec<u8>, String> {
    let out = folder.join("classes.parquet");
    let layer: [(String, PathBuf); 1] = [("tc".to_owned(), raster.to_owned())];
    run(&mut ours.tabulate(plots, &layer, None, &out))?;
    fs::read(&out).map_err(|error| format!("cannot read {}: {error}", out.display()))
}
