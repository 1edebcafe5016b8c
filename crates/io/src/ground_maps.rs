//! The ground of a picture: what a run's own terms say at each of its pixels, forest at the cut-off and loss since.
//!
//! The same expressions decide as in the run, on the same layers and cells; only patches and whole cells, which need a
//! plot, are taken as given.

mod doubtful_cells;
mod pixel_codes;
mod vouched;

pub use doubtful_cells::DoubtfulCells;
pub use vouched::VouchedFor;

use crate::screening::{ScreenInput, ScreenInputError};
use lindero_grid::{Cell, Grid, Window};
use lindero_indicators::{
    Analysis, CellsSpec, Definitions, IndicatorKind, IndicatorPlan, IndicatorSpec, Outcome, Outcomes, patch_flags,
    whole_flag,
};
use lindero_layers::{Expression, LayerError, Reading as Stored};
use lindero_logic::Truth;
use lindero_plots::Position;
use pixel_codes::{PixelCodes, Reading, Wanted};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What a policy or a catalog may call forest at the cut-off: a term or an indicator, the first that there is.
const FOREST: [&str; 4] = ["forest_any", "forest", "forest_2020", "trees_2000"];
/// What it may call ground whose trees were lost after the cut-off.
const LOST: [&str; 2] = ["lost", "loss"];
/// Names of the two indicators that are evaluated for pictures.
const FOREST_PICTURED: &str = "pictured_forest";
const LOSS_PICTURED: &str = "pictured_loss";

/// Cells decoded for one picture at most: some seconds of work.
const MOST_CELLS: u64 = 600_000_000;

/// What one band of a layer of a catalog holds at each place; `None` where more than `most_cells` would have to be decoded.
///
/// # Errors
///
/// [`LayerError`] if the layer cannot be read.
pub fn layer_at(
    input: &ScreenInput,
    layer: usize,
    (band, heeds_tag): (u32, bool),
    places: &[Position],
    most_cells: u64,
) -> Result<Option<Vec<Stored>>, LayerError> {
    let reading = Reading::of_band(layer, band, heeds_tag);
    let wanted = Wanted { places, wanted: None, most_cells };
    let Some(codes) = PixelCodes::read(input.layers(), layer, &[reading], &wanted)? else { return Ok(None) };
    let mut key = [0];
    let of_pixel = |pixel| {
        codes.key(pixel, &mut key);
        Stored::from_bits(codes.readings(&key)[0])
    };
    Ok(Some((0..codes.pixels()).map(of_pixel).collect()))
}

/// The centres of the cells of a window, row by row.
fn centres(grid: &Grid, window: Window) -> Vec<Position> {
    let of_row = |row| (window.col..window.col_end()).map(move |col| grid.centre(Cell { row, col }));
    (window.row..window.row_end()).flat_map(of_row).collect()
}

/// What is at the centre of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroundCell {
    /// Nobody looked, or the maps do not tell.
    Unknown,
    /// No forest at the cut-off.
    Open,
    /// Forest at the cut-off that still stands.
    Forest,
    /// Trees lost after the cut-off, in this year where the maps date it.
    Lost(Option<i32>),
}

/// One of the two questions that a picture answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The term or indicator, as the policy or the catalog calls it.
    pub name: String,
    /// The layers it reads, in the order of the catalog.
    pub layers: Vec<String>,
}

/// The maps of a run's catalog, ready to be asked for pictures.
pub struct GroundMaps<'a> {
    input: &'a ScreenInput,
    plan: IndicatorPlan,
    /// Forest at the cut-off, if the policy or the catalog has a word for it.
    pub forest: Option<Pictured>,
    /// Loss after the cut-off, likewise.
    pub loss: Option<Pictured>,
    /// First and last year of a loss.
    pub years: Option<(i32, i32)>,
}

impl<'a> GroundMaps<'a> {
    /// Looks up what the catalog and the policy call forest and loss.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if a definition is wrong, which [`ScreenInput::open`] has told before.
    pub fn of(input: &'a ScreenInput) -> Result<Self, ScreenInputError> {
        let definitions = input.definitions()?;
        let found = |names: &[&'static str]| names.iter().find_map(|name| Some((*name, question(&definitions, name)?)));
        let (forest, loss) = (found(&FOREST), found(&LOST));
        let asked = [(FOREST_PICTURED, &forest), (LOSS_PICTURED, &loss)]
            .map(|(id, question)| question.as_ref().map(|(_, cells)| indicator(id, cells.clone())));
        let asked = Definitions { indicators: asked.into_iter().flatten().collect(), ..definitions };
        let plan = input.plan_of(&asked, &input.facts([0.0, 0.0]))?;
        let mut maps = Self { input, plan, forest: None, loss: None, years: None };
        let pictured = |name: Option<&str>, id: &str| {
            let (analysis, _) = maps.place(id)?;
            Some(Pictured { name: name?.to_owned(), layers: maps.layers_of(analysis) })
        };
        let (forest, loss) = (forest.map(|(name, _)| name), loss.map(|(name, _)| name));
        let (forest, loss) = (pictured(forest, FOREST_PICTURED), pictured(loss, LOSS_PICTURED));
        let years = maps.place(LOSS_PICTURED).and_then(|(analysis, index)| analysis.years(index));
        (maps.forest, maps.loss, maps.years) = (forest, loss, years);
        Ok(maps)
    }

    /// What is at the centre of each pixel of a window of the grid, row by row. Pixels that are not `wanted` are unknown
    /// unless they come without effort.
    ///
    /// `None` where so many cells would have to be decoded that nobody would wait for it.
    ///
    /// # Errors
    ///
    /// [`LayerError`] if a layer cannot be read.
    pub fn at(
        &self,
        grid: &Grid,
        window: Window,
        wanted: Option<&[bool]>,
    ) -> Result<Option<Vec<GroundCell>>, LayerError> {
        self.at_places(&centres(grid, window), wanted, MOST_CELLS)
    }

    /// What is at each place. `None` where more than `most_cells` would have to be decoded.
    ///
    /// # Errors
    ///
    /// [`LayerError`] if a layer cannot be read.
    pub fn at_places(
        &self,
        places: &[Position],
        wanted: Option<&[bool]>,
        most_cells: u64,
    ) -> Result<Option<Vec<GroundCell>>, LayerError> {
        let mut ground = vec![GroundCell::Unknown; places.len()];
        let mut answers = Vec::new();
        for analysis in &self.plan.analyses {
            let Some(answer) = answers_at(self.input, analysis, &Wanted { places, wanted, most_cells })? else {
                return Ok(None);
            };
            answers.push(answer);
        }
        let of = |id: &str, pixel: usize| -> Option<Outcome> {
            let index = self.plan.analyses.iter().position(|analysis| analysis.ids().any(|known| known == id))?;
            let indicator = self.plan.analyses[index].ids().position(|known| known == id)?;
            Some(answers[index].outcome(pixel)[indicator])
        };
        for (pixel, cell) in ground.iter_mut().enumerate() {
            *cell = told(of(FOREST_PICTURED, pixel), of(LOSS_PICTURED, pixel));
        }
        Ok(Some(ground))
    }

    fn place(&self, id: &str) -> Option<(&Analysis, usize)> {
        self.plan.analyses.iter().find_map(|analysis| Some((analysis, analysis.ids().position(|known| known == id)?)))
    }

    fn layers_of(&self, analysis: &Analysis) -> Vec<String> {
        let layers: BTreeSet<usize> = analysis.slots().map(|slot| slot.layer).collect();
        layers.into_iter().map(|layer| self.input.layers()[layer].spec.id.clone()).collect()
    }
}

/// What the indicators of an analysis say at every pixel; `None` where that would be too much to decode.
fn answers_at(input: &ScreenInput, analysis: &Analysis, wanted: &Wanted<'_>) -> Result<Option<Answers>, LayerError> {
    let readings: Vec<Reading> = analysis.slots().map(Reading::of).collect();
    let Some(codes) = PixelCodes::read(input.layers(), analysis.grid_layer, &readings, wanted)? else {
        return Ok(None);
    };
    let outcomes = Outcomes::of(analysis);
    let wholes = (0..analysis.wholes.len()).fold(0, |flags, whole| flags | whole_flag(whole));
    let flags =
        (0..analysis.patch_areas_ha().len()).fold(wholes, |flags, patch| flags | patch_flags(patch, Truth::True));
    let mut known: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
    let mut answers = Answers { outcomes: Vec::new(), of_pixel: Vec::with_capacity(codes.pixels()) };
    let mut key = vec![0; readings.len()];
    for pixel in 0..codes.pixels() {
        codes.key(pixel, &mut key);
        let answer = match known.get(key.as_slice()) {
            Some(answer) => *answer,
            None => {
                let answer = answers.outcomes.len() as u32;
                answers.outcomes.push(outcomes.of_key(&codes.readings(&key), flags));
                known.insert(key.clone().into(), answer);
                answer
            }
        };
        answers.of_pixel.push(answer);
    }
    Ok(Some(answers))
}

/// What the indicators of an analysis say at every pixel.
struct Answers {
    outcomes: Vec<Box<[Outcome]>>,
    /// Index into `outcomes`.
    of_pixel: Vec<u32>,
}

impl Answers {
    fn outcome(&self, pixel: usize) -> &[Outcome] {
        &self.outcomes[self.of_pixel[pixel] as usize]
    }
}

/// Loss that is known is shown whatever the forest maps say; not knowing either is not knowing.
fn told(forest: Option<Outcome>, loss: Option<Outcome>) -> GroundCell {
    match (forest.map(|it| it.truth), loss.map(|it| (it.truth, it.year))) {
        (_, Some((truth, year))) if truth.is_true() => GroundCell::Lost(year),
        (_, Some((truth, _))) if !truth.is_observed() => GroundCell::Unknown,
        (Some(truth), _) if truth.is_true() => GroundCell::Forest,
        (Some(truth), _) if !truth.is_observed() => GroundCell::Unknown,
        (None, None) => GroundCell::Unknown,
        _ => GroundCell::Open,
    }
}

/// What is asked of each cell under a name: the term or indicator itself, on the grid and with the dates of the first
/// indicators that read it.
pub(crate) fn question(definitions: &Definitions, name: &str) -> Option<CellsSpec> {
    let all = || definitions.indicators.iter().filter_map(|spec| Some((spec.id.as_str(), cells(spec)?)));
    let condition = match definitions.terms.get(name) {
        Some(term) => Expression { source: name.to_owned(), ..term.clone() },
        None => all().find(|(id, _)| *id == name)?.1.condition.clone()?,
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = |condition: &Expression| condition.source.split(|c| !is_word(c)).any(|word| word == name);
    let reads = |(id, cells): &(&str, &CellsSpec)| *id == name || cells.condition.as_ref().is_some_and(names);
    let dated = all().filter(reads).find(|(_, cells)| !cells.by.is_empty()).map(|(_, cells)| cells);
    Some(CellsSpec {
        condition: Some(condition),
        patch: None,
        grid: all().filter(reads).find_map(|(_, cells)| cells.grid.clone()),
        by: dated.map_or_else(Vec::new, |cells| cells.by.clone()),
        years: dated.and_then(|cells| cells.years),
        mean: None,
        by_centre: false,
    })
}

fn cells(spec: &IndicatorSpec) -> Option<&CellsSpec> {
    match &spec.kind {
        IndicatorKind::Cells(cells) => Some(cells),
        IndicatorKind::Overlaps { .. } => None,
    }
}

pub(crate) fn indicator(id: &str, cells: CellsSpec) -> IndicatorSpec {
    let at = cells.condition.clone().expect("a question has a condition");
    IndicatorSpec { id: id.to_owned(), kind: IndicatorKind::Cells(Box::new(cells)), at }
}
