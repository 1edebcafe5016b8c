//! The shipped policies, rule by rule; the messages of broken ones; and the laws of deciding.

mod absent;
mod eudr_2020;
mod evidence;
mod ground;
mod laws;
mod lints;
mod losses;
mod margins;
mod messages;
mod pages;
mod plot;
mod points;
mod presets;
mod rights;
mod settled;
mod stability;
mod tree_loss;
mod whisp;
