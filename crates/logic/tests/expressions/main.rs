//! Expressions from source text to answer, and what is said about those that cannot be.

mod absent;
mod catalog;
mod laws;
mod limits;
mod meaning;
mod messages;
mod periods;
mod policy_terms;
