//! Whether a cell belongs to a connected area that is large enough, on and off the plot.

use crate::ground::{Ground, Transforms};
use lindero_grid::{Cell, Grid, Metric, RowAreas, Window};
use lindero_indicators::Analysis;
use lindero_layers::Reading;
use lindero_logic::Truth;
use lindero_plots::M2_PER_HA;
use rustc_hash::FxHashMap;

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
                Self { units: (cells * RowAreas::UNITS_PER_M2) as u128, reach: (cells as i32).min(FARTHEST) + 1 }
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
                let units = (over_m2 * RowAreas::UNITS_PER_M2) as u128;
                Self { units, reach: (units / u128::from(smallest)).min(FARTHEST as u128) as i32 + 1 }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    Known(Truth),
}

/// Answers for the cells around one plot; what one search found serves the next.
///
/// Cells are joined by their 8 neighbours. Counting stops at the limit, so a search visits few cells,
/// and its answer is a property of the ground: it depends on no plot, tile or batch.
pub(crate) struct PatchSearch {
    window: Window,
    /// What joins cells, per cell.
    of: Vec<State>,
    /// The answer, per cell.
    answers: Vec<State>,
    /// What joins cells, per readings.
    known: FxHashMap<Box<[u64]>, Truth>,
    readings: Vec<u64>,
    stack: Vec<Cell>,
    visited: Vec<Cell>,
    marks: Vec<u32>,
    mark: u32,
}

/// Where the search reads.
pub(crate) struct PatchGround<'g> {
    pub(crate) analysis: &'g Analysis,
    pub(crate) patch: usize,
    /// For each slot: the layer's index in the ground and the band's index there, if the patch reads it.
    pub(crate) places: &'g [Option<(usize, usize)>],
    pub(crate) ground: &'g Ground<'g>,
    pub(crate) transforms: &'g Transforms,
    pub(crate) areas: &'g RowAreas,
    pub(crate) limit: PatchLimit,
}

impl PatchSearch {
    pub(crate) fn new() -> Self {
        Self {
            window: Window::default(),
            of: Vec::new(),
            answers: Vec::new(),
            known: FxHashMap::default(),
            readings: Vec::new(),
            stack: Vec::new(),
            visited: Vec::new(),
            marks: Vec::new(),
            mark: 0,
        }
    }

    /// Forgets the last plot; `window` is the plot's cells and the reach around them.
    pub(crate) fn restart(&mut self, window: Window) {
        let cells = window.height as usize * window.width as usize;
        self.window = window;
        self.of.clear();
        self.of.resize(cells, State::Unseen);
        self.answers.clear();
        self.answers.resize(cells, State::Unseen);
        self.marks.clear();
        self.marks.resize(cells, 0);
        self.mark = 0;
    }

    /// Whether the cell is in a patch over the limit: unknown where cells without data decide it.
    pub(crate) fn answer(&mut self, cell: Cell, ground: &PatchGround<'_>) -> Truth {
        let index = self.index(cell);
        if let State::Known(truth) = self.answers[index] {
            return truth;
        }
        match self.joined(cell, ground) {
            truth if truth.is_false() => Truth::False,
            truth if truth.is_true() => self.search(cell, ground),
            _ => self.search_possible(cell, ground),
        }
    }

    /// The answer for a cell that has what joins a patch.
    fn search(&mut self, cell: Cell, ground: &PatchGround<'_>) -> Truth {
        let certain = self.spread(cell, ground, |truth| truth.is_true());
        let patch = self.visited.clone();
        let answer = if certain { Truth::True } else { self.search_possible(cell, ground) };
        for &cell in &patch {
            let index = self.index(cell);
            self.answers[index] = State::Known(answer);
        }
        answer
    }

    /// The answer for a cell that is in no certain patch: unknown where cells that may join would make one.
    fn search_possible(&mut self, cell: Cell, ground: &PatchGround<'_>) -> Truth {
        let answer = if self.spread(cell, ground, |truth| !truth.is_false()) { Truth::Unknown } else { Truth::False };
        for at in 0..self.visited.len() {
            let index = self.index(self.visited[at]);
            // Of the others it is only known that they may be in a patch.
            if answer == Truth::False || matches!(self.of[index], State::Known(Truth::Unknown)) {
                self.answers[index] = State::Known(answer);
            }
        }
        answer
    }

    /// Spreads from `cell` over neighbours that `joins` accepts until their area exceeds the limit;
    /// `visited` is what it saw.
    fn spread(&mut self, cell: Cell, ground: &PatchGround<'_>, joins: impl Fn(Truth) -> bool) -> bool {
        self.mark += 1;
        self.visited.clear();
        self.stack.clear();
        self.stack.push(cell);
        let start = self.index(cell);
        self.marks[start] = self.mark;
        let mut units = 0u128;
        while let Some(cell) = self.stack.pop() {
            self.visited.push(cell);
            // What is in a patch is in a possible one too.
            if self.answers[self.index(cell)] == State::Known(Truth::True) {
                return true;
            }
            units += u128::from(ground.areas.units(cell.row));
            if units > ground.limit.units {
                return true;
            }
            for row in cell.row - 1..=cell.row + 1 {
                for col in cell.col - 1..=cell.col + 1 {
                    let next = Cell { row, col };
                    // A search cannot leave the window before it exceeds the limit.
                    if !self.window.contains(next) {
                        continue;
                    }
                    let index = self.index(next);
                    if self.marks[index] != self.mark && joins(self.joined(next, ground)) {
                        self.marks[index] = self.mark;
                        self.stack.push(next);
                    }
                }
            }
        }
        false
    }

    /// Whether the cell has what joins a patch.
    fn joined(&mut self, cell: Cell, ground: &PatchGround<'_>) -> Truth {
        let index = self.index(cell);
        if let State::Known(truth) = self.of[index] {
            return truth;
        }
        self.readings.clear();
        self.readings.extend(ground.places.iter().map(|place| match *place {
            Some((layer, band)) => ground.ground.reading_at_centre(layer, band, cell, ground.transforms).bits(),
            None => Reading::OUTSIDE.bits(),
        }));
        let truth = match self.known.get(self.readings.as_slice()) {
            Some(&truth) => truth,
            None => {
                let truth = ground.analysis.patch_of(ground.patch, &self.readings);
                self.known.insert(self.readings.as_slice().into(), truth);
                truth
            }
        };
        self.of[index] = State::Known(truth);
        truth
    }

    fn index(&self, cell: Cell) -> usize {
        (cell.row - self.window.row) as usize * self.window.width as usize + (cell.col - self.window.col) as usize
    }
}
