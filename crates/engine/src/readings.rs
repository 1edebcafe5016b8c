//! Which layers and bands a sweep reads for the slots of an analysis.

use crate::ScreenLayer;
use crate::ground::SweepLayer;
use crate::keys::Homes;
use lindero_indicators::Analysis;
use lindero_layers::RasterInfo;

/// Which layers and bands a sweep reads for the slots of an analysis.
pub(crate) struct Readings<'a> {
    pub(crate) layers: Vec<SweepLayer<'a>>,
    /// For each slot: index into `layers`, and into that layer's bands.
    pub(crate) places: Vec<(usize, usize)>,
}

impl<'a> Readings<'a> {
    /// `halo` is how far beyond the shapes patches are searched.
    pub(crate) fn of(analysis: &Analysis, layers: &'a [ScreenLayer], halo: i32) -> Self {
        let mut found: Vec<(usize, SweepLayer<'a>)> = Vec::new();
        let mut places = Vec::new();
        for (index, slot) in analysis.slots().enumerate() {
            let place = found.iter().position(|(layer, _)| *layer == slot.layer).unwrap_or_else(|| {
                let layer = &layers[slot.layer];
                let new = SweepLayer {
                    name: &layer.spec.id,
                    source: layer.raster(),
                    bands: Vec::new(),
                    halo: 0,
                    heeds_tag: slot.heeds_tag,
                };
                found.push((slot.layer, new));
                found.len() - 1
            });
            let layer = &mut found[place].1;
            if analysis.slot_has_halo(index) {
                layer.halo = halo;
            }
            let band = layer.bands.iter().position(|&band| band == slot.band).unwrap_or_else(|| {
                layer.bands.push(slot.band);
                layer.bands.len() - 1
            });
            places.push((place, band));
        }
        Self { layers: found.into_iter().map(|(_, layer)| layer).collect(), places }
    }
}

/// Which slots are read from layers of the same grids and tiles.
pub(crate) fn homes(analysis: &Analysis, layers: &[ScreenLayer]) -> Homes {
    let infos: Vec<&RasterInfo> = analysis.slots().map(|slot| layers[slot.layer].raster().info()).collect();
    let home = |slot: usize| infos[..slot].iter().position(|other| infos[slot].has_cells_of(other)).unwrap_or(slot);
    Homes((0..infos.len()).map(home).collect())
}
