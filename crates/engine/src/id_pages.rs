//! Ids of plots, page by page.

use crate::{
    EngineError,
    pod::{push, take, take_count},
    results::PageRows,
    scratch::Reel,
};
use arrow_array::{StringArray, builder::StringBuilder};
use std::sync::Arc;

/// Ids that are being gathered.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    lengths: Vec<u32>,
    text: Vec<u8>,
}

impl Ids {
    pub(crate) fn push(&mut self, id: &str) {
        self.lengths.push(id.len() as u32);
        self.text.extend_from_slice(id.as_bytes());
    }

    pub(crate) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Moves them behind some bytes; none are left.
    pub(crate) fn move_to(&mut self, bytes: &mut Vec<u8>) {
        push(bytes, &[self.lengths.len() as u32]);
        push(bytes, &self.lengths);
        bytes.append(&mut self.text);
        self.lengths.clear();
    }

    /// Takes ids off the front of some bytes; `None` if they break off.
    pub(crate) fn take(rest: &mut &[u8]) -> Option<StringArray> {
        let count = take_count(rest)?;
        let lengths: Vec<u32> = take(rest, count)?;
        let mut ids = StringBuilder::with_capacity(count, lengths.iter().map(|&length| length as usize).sum());
        for length in lengths {
            let (id, after) = rest.split_at_checked(length as usize)?;
            ids.append_value(std::str::from_utf8(id).ok()?);
            *rest = after;
        }
        Some(ids.finish())
    }
}

/// Keeps the ids of all plots on a reel.
pub(crate) struct IdPages {
    reel: Arc<dyn Reel>,
    /// Where each full page begins and how many bytes it has.
    places: Vec<(u64, u64)>,
    pages_of: PageRows,
    /// Of the page under way.
    ids: Ids,
}

impl IdPages {
    /// Starts with no ids, or with those of pages that were kept before.
    pub(crate) fn new(reel: Arc<dyn Reel>, pages_of: PageRows, places: Vec<(u64, u64)>) -> Self {
        Self { reel, places, pages_of, ids: Ids::default() }
    }

    pub(crate) fn push(&mut self, id: &str) -> Result<(), EngineError> {
        self.ids.push(id);
        if self.ids.len() == self.pages_of.0 { self.end_page() } else { Ok(()) }
    }

    /// Keeps the last page too, and says where each page is.
    pub(crate) fn finish(&mut self) -> Result<Vec<(u64, u64)>, EngineError> {
        self.end_page()?;
        Ok(self.places.clone())
    }

    fn end_page(&mut self) -> Result<(), EngineError> {
        if self.ids.len() == 0 {
            return Ok(());
        }
        let mut bytes = Vec::new();
        self.ids.move_to(&mut bytes);
        self.places.push((self.reel.append(&bytes)?, bytes.len() as u64));
        Ok(())
    }

    /// The ids of a page.
    pub(crate) fn page(&self, page: usize) -> Result<StringArray, EngineError> {
        let broken = || EngineError::Scratch { message: "a page of ids breaks off".into() };
        let (offset, length) = *self.places.get(page).ok_or_else(broken)?;
        let mut bytes = vec![0; length as usize];
        self.reel.read(offset, &mut bytes)?;
        Ids::take(&mut bytes.as_slice()).ok_or_else(broken)
    }
}
