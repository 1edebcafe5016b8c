//! Whether a cell belongs to a connected area that is large enough, on and off the plot.

use crate::codes::{SlotCodes, TooMany};
use crate::ground::AtCentre;
use crate::keys::{KeyMemo, Place};
use crate::row_codes::RowCodes;
use crate::sweep::{Visit, columns_of_row};
use lindero_grid::{Cell, Grid, Metric, RowAreas, Window};
use lindero_indicators::Outcomes;
use lindero_layers::Reading;
use lindero_logic::Truth;
use lindero_plots::M2_PER_HA;

/// Cells that a search reaches at most: cells of a metre, or beside a pole, would ask for more memory than there is.
const FARTHEST: i32 = 1 << 11;

/// An area limit in the units of a grid's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PatchLimit {
    /// A patch must exceed this sum of [`RowAreas::units`].
    pub(crate) units: u128,
    /// No search goes farther than so many cells from where it starts.
    pub(crate) reach: i32,
}

impl PatchLimit {
    /// The limit for patches of over `over_ha` hectares among cells of the window's rows.
    pub(crate) fn of(over_ha: f64, grid: &Grid, window: &Window) -> Self {
        let over_m2 = over_ha * M2_PER_HA;
        match grid.metric() {
            Metric::Planar => {
                let cells = over_m2 / (grid.size_x() * grid.size_y());
                Self { units: (cells * RowAreas::units_per_m2(grid)) as u128, reach: (cells as i32).min(FARTHEST) + 1 }
            }
            Metric::Geographic => {
                let rows = [window.row, window.row_end() - 1];
                let smallest = rows
                    .map(|row| {
                        let one = Window { row, col: 0, height: 1, width: 1 };
                        RowAreas::of(grid, &one).units(row)
                    })
                    .into_iter()
                    .min()
                    .expect("two rows")
                    .max(1);
                let units = (over_m2 * RowAreas::units_per_m2(grid)) as u128;
                Self { units, reach: (units / u128::from(smallest)).min(FARTHEST as u128) as i32 + 1 }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    False,
    Unknown,
    True,
}

impl From<Truth> for State {
    fn from(truth: Truth) -> Self {
        match truth {
            truth if truth.is_true() => Self::True,
            truth if truth.is_false() => Self::False,
            _ => Self::Unknown,
        }
    }
}

/// Answers for the cells of one piece of ground; what one search found serves the next, whichever plot asks.
///
/// Cells are joined by their 8 neighbours. Counting stops at the limit, so a search visits few cells,
/// and its answer is a property of the ground: it depends on no plot, tile or batch.
pub(crate) struct PatchSearch {
    /// The ground and the reach around it.
    window: Window,
    /// What joins cells, per cell.
    of: Vec<State>,
    /// The answer, per cell.
    answers: Vec<State>,
    row: RowCodes,
    words: Vec<u64>,
    visited: Vec<Cell>,
    /// Which spread has seen the cell last; numbers of spreads only grow, so that nobody has to wipe them.
    marks: Vec<u32>,
    mark: u32,
    too_many: Option<TooMany>,
}

/// Where the search reads.
pub(crate) struct PatchGround<'g> {
    pub(crate) outcomes: &'g Outcomes<'g>,
    pub(crate) patch: usize,
    /// For each slot: the layer's index in the ground and the band's index there.
    pub(crate) places: &'g [(usize, usize)],
    pub(crate) visit: &'g Visit<'g>,
    pub(crate) limit: PatchLimit,
}

impl PatchSearch {
    pub(crate) fn new() -> Self {
        Self {
            window: Window::default(),
            of: Vec::new(),
            answers: Vec::new(),
            row: RowCodes::default(),
            words: Vec::new(),
            visited: Vec::new(),
            marks: Vec::new(),
            mark: 0,
            too_many: None,
        }
    }

    /// Goes on to a piece of ground; `window` is its cells and the reach around them.
    pub(crate) fn go_to(&mut self, window: Window) {
        if window != self.window {
            self.restart(window);
        }
    }

    fn restart(&mut self, window: Window) {
        let cells = window.height as usize * window.width as usize;
        self.window = window;
        self.of.clear();
        self.of.resize(cells, State::Unseen);
        self.answers.clear();
        self.answers.resize(cells, State::Unseen);
        if self.mark > u32::MAX / 2 {
            self.marks.clear();
            self.mark = 0;
        }
        if self.marks.len() < cells {
            self.marks.resize(cells, 0);
        }
    }

    /// Reads the cells of a visit row by row, where that gives what they would say one by one.
    pub(crate) fn read_rows(&mut self, memo: &mut KeyMemo, ground: &PatchGround<'_>) -> Result<(), TooMany> {
        let (visit, on) = (ground.visit, ground.visit.on);
        let slots = memo.patches[ground.patch].words.iter().flat_map(|word| word.groups.iter().flatten());
        let mut layers = slots.map(|place| ground.places[place.slot].0);
        if !layers.all(|layer| visit.ground.covers_centres(layer, &on)) {
            return Ok(());
        }
        self.row.begin(ground.outcomes, memo.of_patch(ground.patch), ground.places, visit)?;
        for (row, spans) in visit.rows() {
            let Some(cols) = columns_of_row(spans, &on) else { continue };
            let first = self.index(Cell { row, col: cols.start });
            if !self.of[first..first + cols.len()].contains(&State::Unseen) {
                continue;
            }
            self.row.read(ground.outcomes, memo.of_patch(ground.patch), ground.places, visit, row, cols.clone())?;
            let mut last = None;
            for index in 0..cols.len() {
                let same = last.is_some() && self.row.words().iter().all(|word| word[index] == word[index - 1]);
                if !same {
                    self.words.clear();
                    self.words.extend(self.row.words().iter().map(|word| word[index]));
                    last = Some(memo.joins(ground.outcomes, ground.patch, &self.words).into());
                }
                self.of[first + index] = last.expect("found for the first cell");
            }
        }
        Ok(())
    }

    /// Whether the cell is in a patch over the limit: unknown where cells without data decide it.
    pub(crate) fn answer(
        &mut self,
        cell: Cell,
        memo: &mut KeyMemo,
        ground: &PatchGround<'_>,
    ) -> Result<Truth, TooMany> {
        let index = self.index(cell);
        let state = match self.answers[index] {
            State::Unseen => match self.joined(cell, memo, ground) {
                State::False => State::False,
                // What is beside a patch joins it.
                State::True if self.touches_patch(cell) => State::True,
                State::True => self.search(cell, memo, ground),
                _ => self.search_possible(cell, memo, ground),
            },
            known => known,
        };
        self.answers[index] = state;
        if let Some(too_many) = self.too_many.take() {
            // Some cells have been answered without being read.
            self.restart(self.window);
            return Err(too_many);
        }
        Ok(match state {
            State::True => Truth::True,
            State::False => Truth::False,
            _ => Truth::Unknown,
        })
    }

    /// Whether a neighbour is known to be in a patch over the limit.
    fn touches_patch(&self, cell: Cell) -> bool {
        neighbours(cell).any(|next| self.window.contains(next) && self.answers[self.index(next)] == State::True)
    }

    /// The answer for a cell that has what joins a patch.
    fn search(&mut self, cell: Cell, memo: &mut KeyMemo, ground: &PatchGround<'_>) -> State {
        let certain = self.spread(cell, memo, ground, |state| state == State::True);
        let patch = std::mem::take(&mut self.visited);
        let answer = if certain { State::True } else { self.search_possible(cell, memo, ground) };
        for &cell in &patch {
            let index = self.index(cell);
            self.answers[index] = answer;
        }
        self.visited = patch;
        answer
    }

    /// The answer for a cell that is in no certain patch: unknown where cells that may join would make one.
    fn search_possible(&mut self, cell: Cell, memo: &mut KeyMemo, ground: &PatchGround<'_>) -> State {
        let possible = self.spread(cell, memo, ground, |state| state != State::False);
        let answer = if possible { State::Unknown } else { State::False };
        for at in 0..self.visited.len() {
            let index = self.index(self.visited[at]);
            // Of the others it is only known that they may be in a patch.
            if answer == State::False || self.of[index] == State::Unknown {
                self.answers[index] = answer;
            }
        }
        answer
    }

    /// Spreads from `cell` over neighbours that `joins` accepts until their area exceeds the limit;
    /// `visited` is what it reached, the nearest first: so few cells far from the plot are read.
    fn spread(
        &mut self,
        cell: Cell,
        memo: &mut KeyMemo,
        ground: &PatchGround<'_>,
        joins: impl Fn(State) -> bool,
    ) -> bool {
        self.mark += 1;
        self.visited.clear();
        let start = self.index(cell);
        self.marks[start] = self.mark;
        self.visited.push(cell);
        let mut units = u128::from(ground.visit.areas.units(cell.row));
        let mut next_to_leave = 0;
        while units <= ground.limit.units {
            let Some(&from) = self.visited.get(next_to_leave) else { return false };
            next_to_leave += 1;
            for next in neighbours(from) {
                // A search cannot leave the window before it exceeds the limit.
                if !self.window.contains(next) {
                    continue;
                }
                let index = self.index(next);
                if self.marks[index] == self.mark {
                    continue;
                }
                self.marks[index] = self.mark;
                if joins(self.joined(next, memo, ground)) {
                    self.visited.push(next);
                    // What is in a patch is in a possible one too.
                    if self.answers[index] == State::True {
                        return true;
                    }
                    units += u128::from(ground.visit.areas.units(next.row));
                }
            }
        }
        true
    }

    /// Whether the cell has what joins a patch.
    fn joined(&mut self, cell: Cell, memo: &mut KeyMemo, ground: &PatchGround<'_>) -> State {
        let index = self.index(cell);
        if self.of[index] == State::Unseen {
            self.of[index] = match self.read(cell, memo, ground) {
                Ok(truth) => truth.into(),
                Err(too_many) => {
                    self.too_many = Some(too_many);
                    State::False
                }
            };
        }
        self.of[index]
    }

    fn read(&mut self, cell: Cell, memo: &mut KeyMemo, ground: &PatchGround<'_>) -> Result<Truth, TooMany> {
        self.words.clear();
        for word in &memo.patches[ground.patch].words {
            let mut bits = 0;
            for &Place { slot, shift } in word.groups.iter().flatten() {
                bits |= ground.code(cell, slot, &mut memo.codes[slot])? << shift;
            }
            self.words.push(bits);
        }
        Ok(memo.joins(ground.outcomes, ground.patch, &self.words))
    }

    fn index(&self, cell: Cell) -> usize {
        (cell.row - self.window.row) as usize * self.window.width as usize + (cell.col - self.window.col) as usize
    }
}

/// The 8 cells around a cell, and the cell.
fn neighbours(cell: Cell) -> impl Iterator<Item = Cell> {
    let cols = move |row: i32| (cell.col - 1..=cell.col + 1).map(move |col| Cell { row, col });
    (cell.row - 1..=cell.row + 1).flat_map(cols)
}

impl PatchGround<'_> {
    /// The code of a slot at the centre of a cell of the analysis grid, on a plot or beyond.
    fn code(&self, cell: Cell, slot: usize, codes: &mut SlotCodes) -> Result<u64, TooMany> {
        let (layer, band) = self.places[slot];
        match self.visit.ground.at_centre(layer, cell) {
            AtCentre::Cell(facet, cell) => codes.at(self.outcomes, &facet.mosaic, band, cell),
            AtCentre::Nowhere => codes.code(self.outcomes, Reading::OUTSIDE),
            AtCentre::Projected => {
                let reading = self.visit.ground.projected_reading(layer, band, cell, self.visit.transforms);
                codes.code(self.outcomes, reading)
            }
        }
    }
}
