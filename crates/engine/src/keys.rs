//! The key of a cell: the classes of all its readings and its flags as one number, and what follows from it.

use crate::codes::{SlotCodes, TooMany};
use lindero_indicators::{Outcome, Outcomes};
use lindero_layers::Reading;
use lindero_logic::Truth;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};

/// Bits of a code in a word.
const CODE_BITS: u32 = 8;
/// Keys remembered at most, for layers that have a key per cell.
const MOST_KEYS: usize = 1 << 16;

/// A key that has been met, with what the indicators say there.
pub(crate) struct KnownKey {
    /// A reading of the class that each slot has.
    pub(crate) readings: Box<[u64]>,
    pub(crate) flags: u64,
    pub(crate) outcomes: Box<[Outcome]>,
}

impl KnownKey {
    /// What keys are sorted by.
    pub(crate) fn order(&self) -> (&[u64], u64) {
        (&self.readings, self.flags)
    }
}

/// One word of a key: codes side by side, or one reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Slots whose layers share a grid stand together.
    pub(crate) groups: Vec<Vec<Place>>,
}

/// Where the code of a slot stands in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) slot: usize,
    pub(crate) shift: u32,
}

/// Which layers of an analysis have the same grids and tiles: for each slot a number that these share.
pub(crate) struct Homes(pub(crate) Vec<usize>);

impl Homes {
    /// Puts the codes of some slots into words.
    fn words(&self, codes: &[SlotCodes], slots: impl Iterator<Item = usize>) -> Vec<Word> {
        let mut slots: Vec<usize> = slots.collect();
        slots.sort_by_key(|&slot| (codes[slot].tells_all, self.0[slot]));
        let mut words: Vec<Word> = Vec::new();
        let mut free = 0;
        for slot in slots {
            let bits = if codes[slot].tells_all { u64::BITS } else { CODE_BITS };
            if free < bits {
                words.push(Word { groups: Vec::new() });
                free = u64::BITS;
            }
            let groups = &mut words.last_mut().expect("pushed above").groups;
            let place = Place { slot, shift: u64::BITS - free };
            match groups.last_mut().filter(|group| self.0[group[0].slot] == self.0[slot]) {
                Some(group) => group.push(place),
                None => groups.push(vec![place]),
            }
            free -= bits;
        }
        words
    }
}

/// Numbers lists of words of one length from 0, in the order in which they come.
struct Numbers(Vec<FxHashMap<(u32, u64), u32>>);

impl Numbers {
    fn of_words(words: usize) -> Self {
        Self(vec![FxHashMap::default(); words])
    }

    fn number(&mut self, words: &[u64]) -> u32 {
        let mut number = 0;
        for (level, &word) in self.0.iter_mut().zip(words) {
            let next = level.len() as u32;
            number = *level.entry((number, word)).or_insert(next);
        }
        number
    }

    fn clear(&mut self) {
        self.0.iter_mut().for_each(FxHashMap::clear);
    }
}

/// Everything that one worker has worked out of readings; it serves all plots of a run.
pub(crate) struct KeyMemo {
    pub(crate) codes: Vec<SlotCodes>,
    /// What a key is made of; one more word with the flags comes last.
    pub(crate) words: Vec<Word>,
    numbers: Numbers,
    pub(crate) keys: Vec<Arc<KnownKey>>,
    pub(crate) patches: Vec<PatchMemo>,
}

/// The same of what one patch joins.
pub(crate) struct PatchMemo {
    pub(crate) words: Vec<Word>,
    numbers: Numbers,
    truths: Vec<Truth>,
}

impl KeyMemo {
    fn new(outcomes: &Outcomes<'_>, homes: &Homes) -> Self {
        let codes = (0..homes.0.len()).map(|slot| SlotCodes::of(outcomes, slot)).collect();
        Self::with_codes(outcomes, homes, codes)
    }

    fn with_codes(outcomes: &Outcomes<'_>, homes: &Homes, codes: Vec<SlotCodes>) -> Self {
        let analysis = outcomes.analysis();
        let words = homes.words(&codes, 0..codes.len());
        let patches = (0..analysis.patch_areas_ha().len()).map(|patch| {
            let words = homes.words(&codes, (0..codes.len()).filter(|&slot| analysis.patch_reads(patch, slot)));
            PatchMemo { numbers: Numbers::of_words(words.len()), words, truths: Vec::new() }
        });
        let patches = patches.collect();
        Self { numbers: Numbers::of_words(words.len() + 1), words, codes, keys: Vec::new(), patches }
    }

    /// Starts again with every reading of this slot a class of its own.
    pub(crate) fn tell_all(&mut self, outcomes: &Outcomes<'_>, homes: &Homes, too_many: TooMany) {
        let mut codes = std::mem::take(&mut self.codes);
        codes[too_many.slot].tell_all();
        *self = Self::with_codes(outcomes, homes, codes);
    }

    /// The number of a key, by its words and flags.
    pub(crate) fn number(&mut self, outcomes: &Outcomes<'_>, words: &[u64]) -> u32 {
        let number = self.numbers.number(words);
        if number as usize == self.keys.len() {
            let readings = readings(&self.words, &self.codes, words);
            let flags = *words.last().expect("the flags");
            let outcomes = outcomes.of_key(&readings, flags);
            self.keys.push(Arc::new(KnownKey { readings, flags, outcomes }));
        }
        number
    }

    /// Whether cells of these codes have in common what a patch joins.
    pub(crate) fn joins(&mut self, outcomes: &Outcomes<'_>, patch: usize, words: &[u64]) -> Truth {
        let memo = &mut self.patches[patch];
        if memo.truths.len() > MOST_KEYS {
            memo.numbers.clear();
            memo.truths.clear();
        }
        let number = memo.numbers.number(words) as usize;
        if number == memo.truths.len() {
            memo.truths.push(outcomes.joins(patch, &readings(&memo.words, &self.codes, words)));
        }
        memo.truths[number]
    }

    /// The words of what a patch joins, and the codes in them.
    pub(crate) fn of_patch(&mut self, patch: usize) -> (&[Word], &mut [SlotCodes]) {
        (&self.patches[patch].words, &mut self.codes)
    }

    /// Forgets the keys where there have been too many; whether it did.
    pub(crate) fn forget(&mut self) -> bool {
        let many = self.keys.len() > MOST_KEYS;
        if many {
            self.numbers.clear();
            self.keys.clear();
        }
        many
    }
}

/// A reading of each slot's class; slots that are not in the words are outside their layer.
fn readings(layout: &[Word], codes: &[SlotCodes], words: &[u64]) -> Box<[u64]> {
    let mut readings = vec![Reading::OUTSIDE.bits(); codes.len()];
    for (word, &bits) in layout.iter().zip(words) {
        for &Place { slot, shift } in word.groups.iter().flatten() {
            let code = if codes[slot].tells_all { bits } else { bits >> shift & ((1 << CODE_BITS) - 1) };
            readings[slot] = codes[slot].sample(code).bits();
        }
    }
    readings.into()
}

/// Memos that no worker uses at the moment.
#[derive(Default)]
pub(crate) struct KeyMemos(Mutex<Vec<KeyMemo>>);

impl KeyMemos {
    pub(crate) fn take(&self, outcomes: &Outcomes<'_>, homes: &Homes) -> KeyMemo {
        let spare = self.0.lock().expect("no holder panics").pop();
        spare.unwrap_or_else(|| KeyMemo::new(outcomes, homes))
    }

    pub(crate) fn give_back(&self, memo: KeyMemo) {
        self.0.lock().expect("no holder panics").push(memo);
    }
}
