//! A map of classes as the command line names it.

use crate::estimate_args::MapArgs;
use crate::failure::Failure;
use crate::layer_arg::LayerArg;
use lindero_io::estimate::{ClassMap, ClassNames};

impl MapArgs {
    /// Opens the map, if one is named; `names` are those of its classes, unless `--classes` says others.
    pub(crate) fn open(&self, names: Option<ClassNames>) -> Result<Option<ClassMap>, Failure> {
        let Some(map) = &self.map else { return Ok(None) };
        let names = match &self.classes {
            Some(path) => Some(ClassNames::read(path)?),
            None => names,
        };
        let opened = match &self.catalog {
            Some(catalog) => ClassMap::of_catalog(catalog, map, names)?,
            None => {
                let LayerArg { path, band, crs, .. } = LayerArg::parse(map)?;
                ClassMap::open(&path, band, crs, names)?
            }
        };
        Ok(Some(opened))
    }
}
