//! How fast the program is: against its peers, by the number of plots and layers, and whether it says the same as they do.
//!
//! The data and the peers' script are not of the project: `make_data.py` makes the one, `peers.py` is the other. Conflicts
//! between plots are measured on villages that are made here.

pub(crate) mod against_peers;
pub(crate) mod conflicts;
mod data;
pub(crate) mod decode_blocks;
pub(crate) mod find_conflicts;
mod layouts;
mod machine;
mod measured;
mod ours;
mod peers;
pub(crate) mod regions;
pub(crate) mod same_answers;
pub(crate) mod scaling;
pub(crate) mod serve;
mod summary;
mod villages;
mod wide_grid;
mod workload;
