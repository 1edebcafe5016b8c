//! What a screening finds, on layers and plots drawn in memory.

mod blocks;
mod drawn;
mod joint_logic;
mod moved;
mod naive;
mod not_knowing;
mod patches;
mod points;
mod regions;
mod resuming;
mod same_bytes;
mod seams;
mod tree_cover;
mod whole_cells;
