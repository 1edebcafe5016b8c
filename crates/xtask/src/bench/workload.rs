//! The workloads that are compared, by the names people give on the command line.

use super::data::{FARMS, LAND_COVER, LARGE, LOSS_YEAR, LOSS_YEAR_STRIPS, Layer, Plots, TREE_COVER, TREE_COVER_STRIPS};
use super::peers::Peer;

/// Class areas of some layers on some plots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workload {
    pub(super) plots: Plots,
    /// The layers' common name, also that of the peers' script.
    pub(super) layers_name: &'static str,
    pub(super) layers: &'static [Layer],
    /// The peers that do it in bearable time.
    pub(super) peers: &'static [Peer],
}

const LAYERS: [(&str, &[Layer]); 3] =
    [("L1", &[LOSS_YEAR]), ("L2", &[TREE_COVER, LOSS_YEAR]), ("L3", &[TREE_COVER, LOSS_YEAR, LAND_COVER])];
const STRIPS: (&str, &[Layer]) = ("S2", &[TREE_COVER_STRIPS, LOSS_YEAR_STRIPS]);

const MOST: &[Peer] = &[Peer::GdalByFeature, Peer::GdalByRaster, Peer::ExactextractCpp, Peer::ExactextractPython];
/// A million plots take Python five minutes and many gigabytes.
const FAST: &[Peer] = &[Peer::GdalByFeature, Peer::GdalByRaster, Peer::ExactextractCpp];
const SLOW: &[Peer] = &[Peer::Rasterstats];

impl Workload {
    /// All, smallest first.
    pub(super) fn all() -> Vec<Self> {
        let of = |plots, (layers_name, layers), peers| Self { plots, layers_name, layers, peers };
        let farms = FARMS.iter().flat_map(|plots| {
            let peers = if plots.count > 100_000 { FAST } else { MOST };
            LAYERS.iter().map(move |layers| of(*plots, *layers, peers))
        });
        farms.chain([of(FARMS[2], STRIPS, MOST), of(LARGE, LAYERS[1], MOST), of(FARMS[1], LAYERS[2], SLOW)]).collect()
    }

    /// `100k-L3`, or `10k-L3-rasterstats` where one slow peer has a workload of its own.
    pub(super) fn name(&self) -> String {
        let alone = if self.peers == SLOW { "-rasterstats" } else { "" };
        format!("{}-{}{alone}", self.plots.name, self.layers_name)
    }

    /// For people: `100k × L3`.
    pub(super) fn title(&self) -> String {
        format!("{} × {}", self.plots.name, self.layers_name)
    }

    /// Those of these names, all if there are none.
    ///
    /// # Errors
    ///
    /// A name that none has.
    pub(super) fn named(names: &[String]) -> Result<Vec<Self>, String> {
        let all = Self::all();
        if let Some(unknown) = names.iter().find(|name| all.iter().all(|it| it.name() != **name)) {
            let known: Vec<String> = all.iter().map(Self::name).collect();
            return Err(format!("there is no workload {unknown:?}, only {}", known.join(", ")));
        }
        Ok(all.into_iter().filter(|it| names.is_empty() || names.contains(&it.name())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workloads_are_found_by_names_of_their_own() {
        let mut names: Vec<String> = Workload::all().iter().map(Workload::name).collect();
        assert_eq!(names.len(), 15);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 15, "{names:?}");
        let chosen = Workload::named(&["large-L2".to_owned()]).expect("it is known");
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].plots, LARGE);
        assert!(Workload::named(&["2k-L1".to_owned()]).expect_err("there is none").contains("1k-L1"));
    }
}
