//! Positions as one run of bytes, in this machine's order, for what is written and read again by one machine.

use crate::Position;
use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;
use std::fmt;

pub(crate) fn serialize<S: Serializer>(positions: &[Position], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytemuck::cast_slice(positions))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Position>, D::Error> {
    deserializer.deserialize_bytes(Whole)
}

/// Takes bytes of whole positions.
struct Whole;

impl Visitor<'_> for Whole {
    type Value = Vec<Position>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of positions")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<Position>, E> {
        if bytes.len().is_multiple_of(size_of::<Position>()) {
            Ok(bytemuck::allocation::pod_collect_to_vec(bytes))
        } else {
            Err(E::invalid_length(bytes.len(), &self))
        }
    }
}
