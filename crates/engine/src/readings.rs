//! Which layers and bands a sweep reads for the slots of an analysis.

use crate::ScreenLayer;
use crate::blocks::BlockStore;
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
    /// `halo` is how far beyond the shapes patches are searched; every layer has its store.
    pub(crate) fn of(analysis: &Analysis, stores: &'a [BlockStore<'_>], layers: &[ScreenLayer], halo: i32) -> Self {
        let mut found: Vec<SweepLayer<'a>> = Vec::new();
        let mut places = Vec::new();
        for (index, slot) in analysis.slots().enumerate() {
            let id = &layers[slot.layer].spec.id;
            let place = found.iter().position(|layer| layer.store.layer() == id).unwrap_or_else(|| {
                let store = stores.iter().find(|store| store.layer() == id).expect("every slot's layer has a store");
                found.push(SweepLayer { store, halo: 0, heeds_tag: slot.heeds_tag, in_pieces: false });
                found.len() - 1
            });
            if analysis.slot_has_halo(index) {
                found[place].halo = halo;
            }
            let band = found[place].store.bands().iter().position(|&band| band == slot.band);
            places.push((place, band.expect("every slot's band is in the store")));
        }
        Self { layers: found, places }
    }
}

/// Which slots are read from layers of the same grids and tiles.
pub(crate) fn homes(analysis: &Analysis, layers: &[ScreenLayer]) -> Homes {
    let infos: Vec<&RasterInfo> = analysis.slots().map(|slot| layers[slot.layer].raster().info()).collect();
    let home = |slot: usize| infos[..slot].iter().position(|other| infos[slot].has_cells_of(other)).unwrap_or(slot);
    Homes((0..infos.len()).map(home).collect())
}
