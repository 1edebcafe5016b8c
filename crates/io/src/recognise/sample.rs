//! A glance at the values of a raster.

use crate::raster::{RasterLayer, RasterOptions, open_raster};
use crate::value_counts::{ValueCounts, all_blocks, count_values, spread};
use lindero_engine::Quiet;
use lindero_layers::LayerSource;
use std::path::Path;

/// Different values that a description lists.
const MOST_LISTED: usize = 12;

/// Some blocks of a raster, spread over all of it.
#[derive(Debug)]
pub(super) struct Sample {
    /// The files that the path fits.
    pub(super) files: usize,
    /// Bands of each file.
    pub(super) bands: u32,
    cell_type: &'static str,
    crs: String,
    /// What the files tag as no data, each value once.
    pub(super) tags: Vec<f64>,
    /// Of the bands looked at: which it is, and its values.
    pub(super) counts: Vec<(u32, ValueCounts)>,
}

impl Sample {
    /// Opens the files and reads at most so many blocks of some bands: all of a few, else the first, the
    /// middle and the last.
    pub(super) fn take(path: &str, folder: &Path, most_blocks: usize) -> Result<Self, String> {
        let layer = open_raster(path, Some(folder), &RasterOptions::default()).map_err(|e| e.to_string())?;
        let info = layer.info();
        let bands: Vec<u32> = match info.bands {
            few @ 1..=3 => (0..few).collect(),
            many => vec![0, many / 2, many - 1],
        };
        let blocks = spread(&all_blocks(info), most_blocks);
        let counted = count_values(layer.as_ref(), &blocks, &bands, &Quiet);
        if let Some((_, reason)) = counted.damaged.into_iter().next() {
            return Err(reason);
        }
        Ok(Self {
            files: layer.paths().len(),
            bands: info.bands,
            cell_type: info.cell_type,
            crs: info.projection.as_ref().map_or("EPSG:4326", |p| p.name()).to_owned(),
            tags: tags(&layer),
            counts: bands.into_iter().zip(counted.bands).collect(),
        })
    }

    /// The values of a band that the files do not tag as no data, with their counts.
    pub(super) fn values(&self, counts: &ValueCounts) -> Option<Vec<(f64, u64)>> {
        let untagged = |(value, _): &(f64, u64)| !self.tags.contains(value);
        Some(counts.distinct()?.into_iter().filter(untagged).collect())
    }

    /// Type, system and values of the first band.
    pub(super) fn told(&self) -> String {
        let bands = if self.bands == 1 { String::new() } else { format!("{} bands of ", self.bands) };
        let values = match (self.counts.first(), self.counts.first().and_then(|(_, counts)| self.values(counts))) {
            (_, Some(values)) if values.is_empty() => "nothing but no data in a sample".to_owned(),
            (_, Some(values)) if values.len() <= MOST_LISTED => {
                format!("values {}", values.iter().map(|(value, _)| value.to_string()).collect::<Vec<_>>().join(" "))
            }
            (_, Some(values)) => {
                let (first, last) = (values[0].0, values[values.len() - 1].0);
                format!("{} different values from {first} to {last} in a sample", values.len())
            }
            (Some((_, counts)), None) => {
                let (first, last) = counts.range().unwrap_or_default();
                format!("very many values from {first} to {last} in a sample")
            }
            (None, None) => "no values".to_owned(),
        };
        format!("{bands}{}, {}, {values}", self.cell_type, self.crs)
    }
}

fn tags(layer: &RasterLayer) -> Vec<f64> {
    let tiles = layer.info().sheets.iter().flat_map(|sheet| &sheet.tiles);
    let mut tags: Vec<f64> = tiles.filter_map(|tile| tile.nodata).filter(|tag| !tag.is_nan()).collect();
    tags.sort_by(f64::total_cmp);
    tags.dedup();
    tags
}
