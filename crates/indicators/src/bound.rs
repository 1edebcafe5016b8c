//! Programs tied to the places of a key.

use lindero_layers::{Conditions, Meaning, NoData, Reading};
use lindero_logic::{InputValue, Program, Truth, Value};

/// A program whose inputs have places in the key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundProgram {
    pub(crate) program: Program,
    pub(crate) sources: Vec<Source>,
}

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The meaning of a reading.
    Slot(usize),
    /// A flag: whether the layer's own cell lies wholly inside the plot.
    Whole(usize),
    /// Two flags: whether the cell belongs to the patch, and whether that is known.
    Patch(usize),
}

/// Bits of the flags word that tell a patch, after the bits for whole cells.
const PATCH_BITS: usize = 2;
/// Bits for whole cells at most.
pub(crate) const MOST_WHOLES: usize = 16;
/// Patches at most.
pub(crate) const MOST_PATCHES: usize = (64 - MOST_WHOLES) / PATCH_BITS;

/// The flag of a whole cell.
#[must_use]
pub fn whole_flag(whole: usize) -> u64 {
    1 << whole
}

/// The flags of a patch's answer.
#[must_use]
pub fn patch_flags(patch: usize, truth: Truth) -> u64 {
    let bits = match truth {
        truth if truth.is_true() => 1,
        truth if truth.is_false() => 0,
        _ => 2,
    };
    bits << (MOST_WHOLES + PATCH_BITS * patch)
}

pub(crate) fn patch_truth(patch: usize, flags: u64) -> Truth {
    match flags >> (MOST_WHOLES + PATCH_BITS * patch) & 0b11 {
        0 => Truth::False,
        1 => Truth::True,
        _ => Truth::Unknown,
    }
}

impl BoundProgram {
    pub(crate) fn truth(&self, values: &[InputValue<'static>], flags: u64) -> Truth {
        self.program.truth(&self.inputs(values, flags))
    }

    fn inputs(&self, values: &[InputValue<'static>], flags: u64) -> Vec<InputValue<'static>> {
        self.sources
            .iter()
            .map(|source| match *source {
                Source::Slot(slot) => values[slot],
                Source::Whole(whole) => InputValue::Truth((flags & whole_flag(whole) != 0).into()),
                Source::Patch(patch) => InputValue::Truth(patch_truth(patch, flags)),
            })
            .collect()
    }
}

/// One layer's band that an analysis reads at each cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRef {
    /// Index into the catalog's layers.
    pub layer: usize,
    /// Band, from 0.
    pub band: u32,
    /// Whether the value that the file tags as no data is to be heeded.
    pub heeds_tag: bool,
}

/// A layer's band as it is read for expressions.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) layer: usize,
    pub(crate) band: u32,
    pub(crate) meaning: Meaning,
    /// Stand on slots before this one only.
    pub(crate) valid: Option<BoundProgram>,
    pub(crate) counts: Option<BoundProgram>,
}

impl Slot {
    pub(crate) fn reference(&self) -> SlotRef {
        SlotRef { layer: self.layer, band: self.band, heeds_tag: self.meaning.no_data == NoData::AsTagged }
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = &BoundProgram> {
        self.valid.iter().chain(&self.counts)
    }

    pub(crate) fn value(&self, reading: Reading, before: &[InputValue<'static>]) -> Value<'static> {
        let answer = |condition: &Option<BoundProgram>| condition.as_ref().map(|c| c.truth(before, 0));
        let conditions = Conditions { valid: answer(&self.valid), counts: answer(&self.counts) };
        self.meaning.value(reading, conditions)
    }
}
