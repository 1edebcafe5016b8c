//! What has been measured, from the order of the sweep back into the order of the files.
//!
//! Rows are cut into pages ([`PageRows`]). A bucket's results are appended to a reel page by page; a page is then read
//! from all buckets that have rows on it. On a second reel stands where each bucket's results are: only what is written
//! there counts, so that a run which was killed can go on from it.

use crate::{EngineError, scratch::Reel};
use std::sync::{Arc, Mutex};

/// How many rows are brought in order and handed on together. Writers cut their tables there, so that it is part of what a
/// table's bytes are: it depends on nothing but what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageRows(pub(crate) usize);

impl PageRows {
    /// Of a screening, which has up to hundreds of columns: every worker holds a page of them.
    pub(crate) const SCREENING: Self = Self(1 << 12);

    /// Of a tabulation of so many layers: a plot has some lines for each.
    pub(crate) fn of_layers(layers: usize) -> Self {
        Self((3 * (1 << 14) / layers.max(1)).clamp(1 << 10, 1 << 14))
    }

    /// The page that a row is on.
    pub(crate) fn page_of(self, row: u32) -> u32 {
        row / self.0 as u32
    }

    /// The first row of a page.
    pub(crate) fn first_row(self, page: usize) -> u64 {
        (page * self.0) as u64
    }
}

/// What was measured in a bucket, as bytes: for each page with rows of it, in ascending order, its number and where its
/// bytes end.
#[derive(Debug, Default)]
pub(crate) struct PagedBytes {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: Vec<(u32, usize)>,
}

/// Bytes of one page's rows in one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    offset: u64,
    bytes: u32,
}

/// The results of all buckets.
pub(crate) struct Results {
    reel: Arc<dyn Reel>,
    log: Arc<dyn Reel>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// For each page: its pieces.
    pages: Vec<Vec<Piece>>,
    /// Which buckets are done.
    done: Vec<bool>,
    /// Lines of the log that are not written yet.
    unwritten: Vec<u8>,
}

/// Numbers of a line of the log before its pieces: bucket, and how many pieces there are. Behind them stands a check.
const HEAD_WORDS: usize = 2;
/// Pieces of a line at most: a bucket has no more plots.
const MOST_PIECES: usize = 1 << 20;
/// Numbers of a piece in the log: page, bytes, and offset in two halves.
const PIECE_WORDS: usize = 4;

impl Results {
    /// Goes on from what the log says.
    ///
    /// # Errors
    ///
    /// If a reel cannot be read.
    pub(crate) fn open(reel: Arc<dyn Reel>, log: Arc<dyn Reel>) -> Result<Self, EngineError> {
        let mut bytes = vec![0; log.len() as usize];
        log.read(0, &mut bytes)?;
        let words: Vec<u32> = bytes.chunks(4).map(padded).collect();
        let mut state = State::default();
        let mut rest = words.as_slice();
        while !rest.is_empty() {
            let pieces = rest.get(1).copied().unwrap_or(0) as usize;
            let length = HEAD_WORDS + pieces * PIECE_WORDS + 1;
            let Some((line, after)) = rest.split_at_checked(length) else { break };
            state.take_line(line);
            rest = after;
        }
        let pieces = rest.get(1).copied().unwrap_or(0) as usize;
        // A line of more pieces is no line: nothing behind it can be found.
        if (!bytes.len().is_multiple_of(4) || !rest.is_empty()) && pieces <= MOST_PIECES {
            // The last line breaks off: it is filled up, so that the next one can be told from it. Its check fails.
            let missing = HEAD_WORDS + pieces * PIECE_WORDS + 1 - rest.len();
            log.append(&vec![0; 4 * missing + bytes.len().next_multiple_of(4) - bytes.len()])?;
        }
        Ok(Self { reel, log, state: Mutex::new(state) })
    }

    /// Whether a bucket's results are there.
    pub(crate) fn is_done(&self, bucket: u32) -> bool {
        self.state.lock().expect("no holder panics").done.get(bucket as usize).copied().unwrap_or(false)
    }

    /// Keeps the results of one bucket.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub(crate) fn keep(&self, bucket: u32, measured: &PagedBytes) -> Result<(), EngineError> {
        let PagedBytes { bytes, pages } = measured;
        let start = self.reel.append(bytes)?;
        let mut state = self.state.lock().expect("no holder panics");
        let mut words = vec![bucket, pages.len() as u32];
        let mut from = 0;
        for &(page, end) in pages {
            let piece = Piece { offset: start + from as u64, bytes: (end - from) as u32 };
            from = end;
            state.add(page, piece);
            words.extend([page, piece.bytes, piece.offset as u32, (piece.offset >> 32) as u32]);
        }
        words.push(check(&words));
        state.mark(bucket);
        state.unwritten.extend_from_slice(bytemuck::cast_slice(&words));
        Ok(())
    }

    /// Writes the log, after `sync` has made sure of the results that it speaks of.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub(crate) fn write_log(&self, sync: impl FnOnce() -> Result<(), EngineError>) -> Result<(), EngineError> {
        let lines = std::mem::take(&mut self.state.lock().expect("no holder panics").unwritten);
        if lines.is_empty() {
            return Ok(());
        }
        sync()?;
        self.log.append(&lines).map(drop)
    }

    /// The pieces of a page, one per bucket that has rows on it.
    ///
    /// # Errors
    ///
    /// If the reel cannot be read.
    pub(crate) fn page(&self, page: usize) -> Result<Vec<Vec<u8>>, EngineError> {
        let pieces = self.state.lock().expect("no holder panics").pages.get(page).cloned().unwrap_or_default();
        let read = |piece: Piece| {
            let mut bytes = vec![0; piece.bytes as usize];
            self.reel.read(piece.offset, &mut bytes)?;
            Ok(bytes)
        };
        pieces.into_iter().map(read).collect()
    }
}

/// A number from at most four bytes.
fn padded(bytes: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..bytes.len()].copy_from_slice(bytes);
    u32::from_ne_bytes(word)
}

/// A number that a broken line does not end in by chance (FNV-1a over words).
fn check(words: &[u32]) -> u32 {
    words.iter().fold(0x811c_9dc5, |sum, word| (sum ^ word).wrapping_mul(0x0100_0193)) | 1
}

impl State {
    /// Takes a whole line of the log; one that was filled up is passed over.
    fn take_line(&mut self, line: &[u32]) {
        let Some((&told, words)) = line.split_last() else { return };
        if told != check(words) {
            return;
        }
        for piece in words[HEAD_WORDS..].chunks_exact(PIECE_WORDS) {
            let offset = u64::from(piece[3]) << 32 | u64::from(piece[2]);
            self.add(piece[0], Piece { offset, bytes: piece[1] });
        }
        self.mark(words[0]);
    }

    fn add(&mut self, page: u32, piece: Piece) {
        let page = page as usize;
        if self.pages.len() <= page {
            self.pages.resize(page + 1, Vec::new());
        }
        self.pages[page].push(piece);
    }

    fn mark(&mut self, bucket: u32) {
        let bucket = bucket as usize;
        if self.done.len() <= bucket {
            self.done.resize(bucket + 1, false);
        }
        self.done[bucket] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::{MemoryScratch, Scratch};

    /// Keeps so many bytes of the log of two buckets, goes on from there, and has these pieces on pages 0 and 2.
    fn resumed(log_bytes: usize, first: &[&str], third: &[&str]) {
        let [reel, log, cut] = ["results", "log", "cut"].map(|name| MemoryScratch.reel(name).unwrap());
        let results = Results::open(Arc::clone(&reel), Arc::clone(&log)).unwrap();
        let measured =
            |bytes: &[u8], pages: &[(u32, usize)]| PagedBytes { bytes: bytes.to_vec(), pages: pages.to_vec() };
        results.keep(1, &measured(b"bbccc", &[(0, 2), (2, 5)])).unwrap();
        results.keep(0, &measured(b"a", &[(2, 1)])).unwrap();
        results.write_log(|| Ok(())).unwrap();
        let mut bytes = vec![0; log_bytes];
        log.read(0, &mut bytes).unwrap();
        cut.append(&bytes).unwrap();
        let again = Results::open(Arc::clone(&reel), Arc::clone(&cut)).unwrap();
        let pages = |results: &Results| [0, 1, 2].map(|page| results.page(page).unwrap());
        let bytes = |texts: &[&str]| -> Vec<Vec<u8>> { texts.iter().map(|text| text.as_bytes().to_vec()).collect() };
        assert_eq!(pages(&again), [bytes(first), Vec::new(), bytes(third)]);
        assert_eq!((again.is_done(1), again.is_done(7)), (!first.is_empty(), false));
        // What is kept from now on is found again too, whatever the log ended in.
        again.keep(7, &measured(b"d", &[(1, 1)])).unwrap();
        again.write_log(|| Ok(())).unwrap();
        let third_time = Results::open(reel, cut).unwrap();
        assert_eq!(pages(&third_time), [bytes(first), bytes(&["d"]), bytes(third)]);
        assert!(third_time.is_done(7));
    }

    #[test]
    fn a_page_has_what_every_bucket_measured_on_it_as_far_as_the_log_says_so() {
        let line = |pieces: usize| 4 * (HEAD_WORDS + pieces * PIECE_WORDS + 1);
        resumed(line(2) + line(1), &["bb"], &["ccc", "a"]);
        resumed(line(2) + line(1) - 1, &["bb"], &["ccc"]);
        resumed(line(2) + 3, &["bb"], &["ccc"]);
        resumed(line(2), &["bb"], &["ccc"]);
        resumed(line(2) - 5, &[], &[]);
        resumed(0, &[], &[]);
    }
}
