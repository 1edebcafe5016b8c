//! The areas of a shape by key, cell after cell: the kernel of a screening.

use crate::EngineError;
use crate::codes::TooMany;
use crate::ground::grown;
use crate::keys::{Homes, KeyMemo, KeyMemos, KnownKey};
use crate::patch::{PatchGround, PatchLimit, PatchSearch};
use crate::readings::Readings;
use crate::row_codes::RowCodes;
use crate::shapes::PlotPart;
use crate::sweep::{Kernel, Visit, columns_of_row};
use crate::whole_cells::{WholeLayers, WholeScratch};
use lindero_grid::{AreaUnits, Cell};
use lindero_indicators::{Outcome, Outcomes, Tally, patch_flags};
use std::sync::Arc;

/// Adds up areas by key.
pub(crate) struct KeyKernel<'a> {
    pub(crate) outcomes: &'a Outcomes<'a>,
    pub(crate) homes: &'a Homes,
    pub(crate) memos: &'a KeyMemos,
    pub(crate) readings: &'a Readings<'a>,
    pub(crate) limits: Vec<PatchLimit>,
    pub(crate) wholes: Vec<WholeLayers<'a>>,
    pub(crate) parts: &'a [PlotPart],
}

/// Areas per key, of the chunks so far.
#[derive(Default)]
pub(crate) struct KeyAreas(Vec<(Arc<KnownKey>, AreaUnits)>);

impl KeyAreas {
    /// What the indicators say on the cells that have been visited.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = &[Outcome]> {
        self.0.iter().map(|(key, _)| &*key.outcomes)
    }
}

/// Buffers of one worker, and what it has learnt of keys.
pub(crate) struct KeyWorker<'a> {
    outcomes: &'a Outcomes<'a>,
    homes: &'a Homes,
    memos: &'a KeyMemos,
    places: &'a [(usize, usize)],
    /// `None` only when it has been given back.
    memo: Option<KeyMemo>,
    searches: Vec<PatchSearch>,
    wholes: WholeScratch,
    row: RowCodes,
    words: Vec<u64>,
    /// Of the cells of the visit.
    flags: Vec<u64>,
    /// Share of the row under way and area so far, by number of key.
    sums: Vec<(u64, AreaUnits)>,
    /// Numbers of keys with a share in the row, and with an area on the plot.
    in_row: Vec<u32>,
    on_plot: Vec<u32>,
}

impl Drop for KeyWorker<'_> {
    fn drop(&mut self) {
        if let Some(memo) = self.memo.take() {
            self.memos.give_back(memo);
        }
    }
}

impl<'a> Kernel for KeyKernel<'a> {
    type Part = KeyAreas;
    type Out = Vec<Tally>;
    type Worker = KeyWorker<'a>;

    fn worker(&self) -> Result<KeyWorker<'a>, EngineError> {
        Ok(KeyWorker {
            outcomes: self.outcomes,
            homes: self.homes,
            memos: self.memos,
            places: &self.readings.places,
            memo: Some(self.memos.take(self.outcomes, self.homes)),
            searches: self.limits.iter().map(|_| PatchSearch::new()).collect(),
            wholes: WholeScratch::default(),
            row: RowCodes::default(),
            words: Vec::new(),
            flags: Vec::new(),
            sums: Vec::new(),
            in_row: Vec::new(),
            on_plot: Vec::new(),
        })
    }

    fn visit(&self, worker: &mut KeyWorker<'a>, visit: &Visit<'_>, part: &mut KeyAreas) {
        if visit.on.is_empty() {
            return;
        }
        // A slot with too many classes is noticed but once.
        while let Err(too_many) = worker.add_cells(self, visit) {
            worker.start_again(too_many);
        }
        part.0 = worker.take_areas();
    }

    fn merge(&self, part: &mut KeyAreas, other: KeyAreas) {
        part.0.extend(other.0);
        part.0.sort_unstable_by(|a, b| a.0.order().cmp(&b.0.order()));
        part.0.dedup_by(|next, kept| {
            let same = next.0.order() == kept.0.order();
            if same {
                kept.1 += next.1;
            }
            same
        });
    }

    fn finish(&self, _: &mut KeyWorker<'a>, mut part: KeyAreas) -> Vec<Tally> {
        if self.outcomes.has_mean() {
            part.0.sort_unstable_by(|a, b| a.0.order().cmp(&b.0.order()));
        }
        self.outcomes.analysis().tally(part.0.iter().map(|(key, area)| (&*key.outcomes, *area)))
    }
}

impl KeyWorker<'_> {
    /// Adds every covered cell's area to its key.
    fn add_cells(&mut self, kernel: &KeyKernel<'_>, visit: &Visit<'_>) -> Result<(), TooMany> {
        let memo = self.memo.as_mut().expect("given back at the end only");
        let width = visit.on.width as usize;
        self.flags.clear();
        self.flags.resize(visit.on.height as usize * width, 0);
        for whole in &kernel.wholes {
            whole.flag(kernel.parts[visit.shape as usize].plot, visit, &mut self.wholes, &mut self.flags);
        }
        for (patch, (&limit, search)) in kernel.limits.iter().zip(&mut self.searches).enumerate() {
            search.go_to(grown(visit.ground.window, limit.reach));
            let ground = PatchGround { outcomes: self.outcomes, patch, places: self.places, visit, limit };
            search.read_rows(memo, &ground)?;
            for ((row, spans), flags) in visit.rows().zip(self.flags.chunks_exact_mut(width)) {
                for span in spans {
                    for col in span.col.max(visit.on.col)..span.col_end().min(visit.on.col_end()) {
                        let answer = search.answer(visit.ground.answering(Cell { row, col }), memo, &ground)?;
                        flags[(col - visit.on.col) as usize] |= patch_flags(patch, answer);
                    }
                }
            }
        }
        self.row.begin(self.outcomes, (&memo.words, &mut memo.codes), self.places, visit)?;
        let last_word = memo.words.len();
        let mut last: Option<u32> = None;
        self.words.clear();
        self.words.resize(last_word + 1, 0);
        for ((row, spans), flags) in visit.rows().zip(self.flags.chunks_exact(width)) {
            let Some(cols) = columns_of_row(spans, &visit.on) else { continue };
            self.row.read(self.outcomes, (&memo.words, &mut memo.codes), self.places, visit, row, cols.clone())?;
            let words = self.row.words();
            for span in spans {
                for col in span.col.max(cols.start)..span.col_end().min(cols.end) {
                    let index = (col - cols.start) as usize;
                    let flags = flags[(col - visit.on.col) as usize];
                    let same = flags == self.words[last_word]
                        && words.iter().zip(&self.words).all(|(words, last)| words[index] == *last);
                    let number = match last {
                        Some(number) if same => number,
                        _ => {
                            for (word, words) in self.words.iter_mut().zip(words) {
                                *word = words[index];
                            }
                            self.words[last_word] = flags;
                            let number = memo.number(self.outcomes, &self.words);
                            if self.sums.len() < memo.keys.len() {
                                self.sums.resize(memo.keys.len(), (0, AreaUnits::ZERO));
                            }
                            number
                        }
                    };
                    last = Some(number);
                    let sum = &mut self.sums[number as usize];
                    if sum.0 == 0 {
                        self.in_row.push(number);
                    }
                    sum.0 += span.share;
                }
            }
            let units = visit.areas.units(row);
            for number in self.in_row.drain(..) {
                let sum = &mut self.sums[number as usize];
                if sum.1.is_zero() {
                    self.on_plot.push(number);
                }
                sum.1 += AreaUnits::of(std::mem::take(&mut sum.0), units);
            }
        }
        Ok(())
    }

    /// The plot's areas by key; forgets the keys where there have been too many.
    fn take_areas(&mut self) -> Vec<(Arc<KnownKey>, AreaUnits)> {
        let memo = self.memo.as_mut().expect("given back at the end only");
        let areas = self.on_plot.drain(..).map(|number| {
            let area = std::mem::take(&mut self.sums[number as usize].1);
            (Arc::clone(&memo.keys[number as usize]), area)
        });
        let areas = areas.collect();
        if memo.forget() {
            self.sums.clear();
        }
        areas
    }

    /// Forgets the visit under way, and tells every reading of the slot apart from now on.
    fn start_again(&mut self, too_many: TooMany) {
        self.sums.clear();
        self.in_row.clear();
        self.on_plot.clear();
        self.memo.as_mut().expect("given back at the end only").tell_all(self.outcomes, self.homes, too_many);
    }
}
