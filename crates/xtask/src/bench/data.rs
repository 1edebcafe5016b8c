//! The folder that `make_data.py` makes: plots, and layers over them.

use std::path::{Path, PathBuf};

/// A plot file of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plots {
    /// Its short name, also that of the peers' script.
    pub(super) name: &'static str,
    pub(super) count: u32,
    file: &'static str,
}

/// Farm plots of 0.2 to 5 ha.
pub(super) const FARMS: [Plots; 4] = [
    Plots { name: "1k", count: 1_000, file: "plots_1k.fgb" },
    Plots { name: "10k", count: 10_000, file: "plots_10k.fgb" },
    Plots { name: "100k", count: 100_000, file: "plots_100k.fgb" },
    Plots { name: "1m", count: 1_000_000, file: "plots_1m.fgb" },
];
/// Districts and departments.
pub(super) const LARGE: Plots = Plots { name: "large", count: 300, file: "large_300.fgb" };

/// A raster layer of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) id: &'static str,
    file: &'static str,
}

/// Tree cover, 30 m.
pub(super) const TREE_COVER: Layer = Layer { id: "tc", file: "tc_cog.tif" };
/// Year of loss, 30 m, on the grid of tree cover.
pub(super) const LOSS_YEAR: Layer = Layer { id: "ly", file: "ly_cog.tif" };
/// Land cover, 10 m.
pub(super) const LAND_COVER: Layer = Layer { id: "lc", file: "lc10_cog.tif" };
/// Tree cover in tiles of 256 × 256 cells.
pub(super) const TREE_COVER_SMALL_TILES: Layer = Layer { id: "t256", file: "tc_t256.tif" };
/// Tree cover, not packed.
pub(super) const TREE_COVER_NOT_PACKED: Layer = Layer { id: "none", file: "tc_none.tif" };
/// Tree cover in LZW strips of one row.
pub(super) const TREE_COVER_STRIPS: Layer = Layer { id: "tc", file: "tc_lzw.tif" };
/// Year of loss in LZW strips of one row.
pub(super) const LOSS_YEAR_STRIPS: Layer = Layer { id: "ly", file: "ly_lzw.tif" };

/// The folder on this machine.
pub(super) struct DataFolder(PathBuf);

impl DataFolder {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// # Errors
    ///
    /// The file is not there.
    pub(super) fn plots(&self, plots: Plots) -> Result<PathBuf, String> {
        self.file(plots.file)
    }

    /// # Errors
    ///
    /// The file is not there.
    pub(super) fn layer(&self, layer: Layer) -> Result<PathBuf, String> {
        self.file(layer.file)
    }

    fn file(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.0.join(name);
        if path.is_file() {
            return Ok(path);
        }
        let folder = self.0.display();
        Err(format!(
            "there is no {name} in {folder}: make the data with `python make_data.py {folder}` (4.5 GB, minutes)"
        ))
    }
}
