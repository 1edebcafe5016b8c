//! `lindero decide` and `lindero policy`, from their arguments to what they write and say.

#[path = "../common/mod.rs"]
mod common;

mod measurements;
mod policies;
mod refusals;
mod runs;
mod table;
mod whisp;
