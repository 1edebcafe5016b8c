//! Where a GeoTIFF's cells lie, and in which coordinate system (OGC GeoTIFF 1.1, chapters 7 and 8).

use super::file::{CrsStatement, Decline, Place};
use super::tags::{Directory, TagReader};

const MODEL_TYPE: u64 = 1024;
const RASTER_TYPE: u64 = 1025;
const GEOGRAPHIC_CODE: u64 = 2048;
const ANGULAR_UNITS: u64 = 2054;
const PROJECTED_CODE: u64 = 3072;
const DEGREE: u64 = 9102;
/// Values that stand for "not stated" and "by parameters".
const NO_CODE: [u64; 2] = [0, 32767];

/// The keys whose values are short whole numbers: all that is read here.
struct Keys(Vec<(u64, u64)>);

impl Keys {
    fn read(tags: &TagReader, directory: &Directory) -> Result<Self, Decline> {
        let numbers = tags.numbers(directory, 34735)?;
        let keys = numbers.chunks_exact(4).skip(1).filter(|key| key[1] == 0).map(|key| (key[0], key[3]));
        Ok(Self(keys.collect()))
    }

    fn get(&self, key: u64) -> Option<u64> {
        self.0.iter().find(|(id, _)| *id == key).map(|(_, value)| *value)
    }
}

/// Reads where the cells lie and how the file states its coordinate system.
pub(crate) fn read(tags: &TagReader, directory: &Directory, height: u32) -> Result<(Place, CrsStatement), Decline> {
    let keys = Keys::read(tags, directory)?;
    let point = keys.get(RASTER_TYPE) == Some(2);
    let affine = affine(tags, directory)?;
    Ok((place(&affine, height, point).map_err(Decline::Final)?, crs(&keys)))
}

/// West, column step x, row step x, north, column step y, row step y: as GDAL orders a geotransform.
fn affine(tags: &TagReader, directory: &Directory) -> Result<[f64; 6], Decline> {
    let scale = tags.doubles(directory, 33550)?;
    let tie = tags.doubles(directory, 33922)?;
    if let ([x, y, ..], [col, row, _, tie_x, tie_y, ..]) = (&scale[..], &tie[..])
        && *x != 0.0
        && *y != 0.0
    {
        // The sign of the vertical scale says nothing: rows go south.
        let down = -y.abs();
        return Ok([tie_x - col * x, *x, 0.0, tie_y - row * down, 0.0, down]);
    }
    if let [a, b, _, west, d, e, _, north, ..] = tags.doubles(directory, 34264)?[..] {
        return Ok([west, a, b, north, d, e]);
    }
    Err(Decline::Unsupported(
        "it does not say where its cells lie (no ModelPixelScale with ModelTiepoint, no ModelTransformation)".into(),
    ))
}

/// A shear of less than this share of a cell over a whole cell is rounding.
const NO_SHEAR: f64 = 1e-9;

/// Checks that rows run along parallels and turns the transformation into a place; `point`: the
/// coordinates are those of the first cell's middle.
///
/// # Errors
/// Why such cells cannot be used.
pub(crate) fn place(affine: &[f64; 6], height: u32, point: bool) -> Result<Place, String> {
    let [mut x, step_x, shear_x, mut y, shear_y, step_y] = *affine;
    if affine.iter().any(|number| !number.is_finite()) {
        return Err(format!("the place of its cells is not finite: {affine:?}"));
    }
    if shear_x.abs() > NO_SHEAR * step_x.abs() || shear_y.abs() > NO_SHEAR * step_y.abs() {
        return Err("its rows do not run west to east (rotated or sheared): warp it to a grid with north up".into());
    }
    if step_x <= 0.0 || step_y == 0.0 {
        return Err(format!("its cells are {step_x} wide and {step_y} high: columns have to run from west to east"));
    }
    if point {
        x -= 0.5 * step_x;
        y -= 0.5 * step_y;
    }
    let south_up = step_y > 0.0;
    let north = if south_up { y + f64::from(height) * step_y } else { y };
    Ok(Place { west: x, north, size_x: step_x, size_y: step_y.abs(), south_up })
}

fn crs(keys: &Keys) -> CrsStatement {
    let code = |key| keys.get(key).filter(|code| !NO_CODE.contains(code));
    let parameters = if keys.0.iter().any(|(key, _)| *key >= GEOGRAPHIC_CODE) {
        CrsStatement::Parameters
    } else {
        CrsStatement::Missing
    };
    let degrees = keys.get(ANGULAR_UNITS).is_none_or(|unit| unit == DEGREE);
    match (keys.get(MODEL_TYPE), code(PROJECTED_CODE), code(GEOGRAPHIC_CODE)) {
        (Some(1) | None, Some(code), _) => CrsStatement::Epsg(code as u32),
        (Some(2) | None, _, Some(code)) if degrees && keys.get(PROJECTED_CODE).is_none() => {
            CrsStatement::Epsg(code as u32)
        }
        _ => parameters,
    }
}
