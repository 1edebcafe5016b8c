//! The shipped policies, rule by rule; the messages of broken ones; and the laws of deciding.

mod absent;
mod eudr_2020;
mod evidence;
mod ground;
mod laws;
mod losses;
mod margins;
mod messages;
mod pages;
mod plot;
mod points;
mod rights;
mod stability;
mod tree_loss;
