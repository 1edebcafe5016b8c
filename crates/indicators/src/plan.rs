//! From definitions to analyses: what has to be read, on which grid, for which indicator.

use crate::analysis::{Analysis, CellsIndicator, Dating, PatchPlan};
use crate::bound::{BoundProgram, MOST_PATCHES, MOST_WHOLES, Slot, Source};
use crate::{CellScope, CellsSpec, IndicatorKind, IndicatorSpec, Remainder};
use lindero_layers::{ConfigError, Expression};
use lindero_logic::{Compilation, Compiled, Input, Program, ValueKind, compile_condition, compile_number};
use std::collections::BTreeMap;

/// Everything that is to be measured.
#[derive(Debug, Default)]
pub struct IndicatorPlan {
    /// Indicators over cells, one analysis per grid.
    pub analyses: Vec<Analysis>,
    /// Indicators over features.
    pub overlaps: Vec<OverlapPlan>,
    /// Ids of all measured indicators, in the order of the definitions.
    pub order: Vec<String>,
    /// For each indicator that would have read a layer which the catalog lacks: those layers.
    pub lacking: BTreeMap<String, Vec<String>>,
    /// What is measured as the rest of a plot beside some of them.
    pub remainders: Vec<Remainder>,
}

/// How much of a plot lies in the features of a vector layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlapPlan {
    /// The indicator.
    pub id: String,
    /// Index into the catalog's layers.
    pub layer: usize,
}

impl IndicatorPlan {
    /// Compiles every indicator of the scope's definitions.
    ///
    /// An indicator of which nothing is left without the layers that the catalog lacks is not measured.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with the line of the first expression that is wrong.
    pub fn of(scope: &CellScope<'_>) -> Result<Self, ConfigError> {
        for term in scope.definitions.terms.values() {
            compile_condition(&term.source, scope).map_err(|e| term.error(&e))?;
        }
        let mut plan = Self::default();
        for spec in &scope.definitions.indicators {
            match &spec.kind {
                IndicatorKind::Overlaps { layer } => plan.add_overlap(spec, layer, scope)?,
                IndicatorKind::Cells(cells) => plan.add_cells(spec, cells, scope)?,
            }
        }
        plan.join(scope);
        Ok(plan)
    }

    fn add_overlap(
        &mut self,
        spec: &IndicatorSpec,
        layer: &Expression,
        scope: &CellScope<'_>,
    ) -> Result<(), ConfigError> {
        let name = layer.source.as_str();
        match scope.layers.iter().position(|facts| facts.spec.id == name) {
            Some(index) if scope.layers[index].spec.raster().is_none() => {
                self.overlaps.push(OverlapPlan { id: spec.id.clone(), layer: index });
                self.order.push(spec.id.clone());
                Ok(())
            }
            Some(_) => Err(layer.error_text(&format!("{name:?} is a raster; overlaps needs a layer of features"))),
            None if scope.may_lack.contains(name) => {
                self.lacking.insert(spec.id.clone(), vec![name.to_owned()]);
                Ok(())
            }
            None => {
                let known: Vec<&str> = scope
                    .layers
                    .iter()
                    .filter(|facts| facts.spec.raster().is_none())
                    .map(|facts| facts.spec.id.as_str())
                    .collect();
                let hint = match lindero_logic::nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None if known.is_empty() => "the catalog has no layer of features".to_owned(),
                    None => format!("layers of features: {}", known.join(", ")),
                };
                Err(layer.error_text(&format!("unknown layer {name:?}; {hint}")))
            }
        }
    }

    fn add_cells(&mut self, spec: &IndicatorSpec, cells: &CellsSpec, scope: &CellScope<'_>) -> Result<(), ConfigError> {
        let mut lacking = Vec::new();
        let mut compiled = |expression: &Expression, compilation: Compilation| {
            lacking.extend(compilation.absent_names);
            match compilation.compiled {
                Compiled::Program(program) => Some((expression.clone(), program)),
                Compiled::Absent => None,
            }
        };
        if let Some(patch) = &cells.patch {
            // Alone first, so that its own mistakes are told at its own place.
            compile_condition(&patch.of.source, scope).map_err(|e| patch.of.error(&e))?;
        }
        let condition = match condition_with_patch(cells) {
            None => None,
            Some(expression) => {
                let found = compile_condition(&expression.source, scope).map_err(|e| expression.error(&e))?;
                Some(compiled(&expression, found))
            }
        };
        let mean = match &cells.mean {
            None => None,
            Some(expression) => {
                let found = compile_number(&expression.source, scope).map_err(|e| expression.error(&e))?;
                Some(compiled(expression, found))
            }
        };
        let mut by = Vec::new();
        for expression in &cells.by {
            let found = compile_number(&expression.source, scope).map_err(|e| expression.error(&e))?;
            by.extend(compiled(expression, found));
        }
        if !lacking.is_empty() {
            lacking.sort();
            lacking.dedup();
            self.lacking.insert(spec.id.clone(), lacking);
        }
        if matches!(condition, Some(None)) || matches!(mean, Some(None)) {
            return Ok(());
        }
        let (condition, mean) = (condition.flatten(), mean.flatten());

        let mut named = Vec::new();
        let programs = condition.iter().chain(&mean).chain(&by).map(|(_, program)| program);
        for program in programs {
            layers_of(program, scope, &mut named);
        }
        let grid_layer = grid_layer(spec, cells, &named, scope)?;
        let years = years(cells, &by, scope)?;
        let index = self
            .analyses
            .iter()
            .position(|a| a.grid_layer == grid_layer && a.by_centre == cells.by_centre)
            .unwrap_or_else(|| {
                self.analyses.push(Analysis {
                    grid_layer,
                    by_centre: cells.by_centre,
                    slots: Vec::new(),
                    wholes: Vec::new(),
                    patches: Vec::new(),
                    indicators: Vec::new(),
                });
                self.analyses.len() - 1
            });
        let mut binder = Binder::new(&mut self.analyses[index], scope);
        let condition = condition.map(|(at, program)| binder.bind(program, &at)).transpose()?;
        let mean = mean.map(|(at, program)| binder.bind(program, &at)).transpose()?;
        let mut dated = Vec::new();
        for (at, program) in by {
            let dating = match program.kind() {
                ValueKind::Year => Dating::Year,
                ValueKind::Day => Dating::Day,
                _ => {
                    let message = format!("{:?} is a layer neither of years nor of days", at.source);
                    return Err(at.error_text(&message));
                }
            };
            dated.push((binder.bind(program, &at)?, dating));
        }
        let indicator = CellsIndicator { id: spec.id.clone(), condition, by: dated, years, mean };
        binder.analysis.indicators.push(indicator);
        self.order.push(spec.id.clone());
        Ok(())
    }
}

/// The condition of a cell with its patch written into it.
fn condition_with_patch(cells: &CellsSpec) -> Option<Expression> {
    let patch = cells.patch.as_ref().map(|p| format!("patch({}, {:?})", p.of.source, p.over_ha));
    match (&cells.condition, patch) {
        (None, None) => None,
        (Some(condition), None) => Some(condition.clone()),
        (None, Some(patch)) => {
            let at = cells.patch.as_ref().expect("a patch was written").of.clone();
            Some(Expression { source: patch, ..at })
        }
        // The condition comes first, so that columns in messages stay those of the file.
        (Some(condition), Some(patch)) => {
            Some(Expression { source: format!("{} && {patch}", parenthesised(&condition.source)), ..condition.clone() })
        }
    }
}

/// Text that stays one operand of `&&`: the `?:` and `||` in it bind weaker.
fn parenthesised(source: &str) -> String {
    if source.contains("||") || source.contains('?') { format!("({source})") } else { source.to_owned() }
}

/// Every raster layer that a program reads, in order of appearance, patches included.
fn layers_of(program: &Program, scope: &CellScope<'_>, named: &mut Vec<usize>) {
    for input in program.inputs() {
        match input {
            Input::Value { name, .. } | Input::Whole { name, .. } => {
                if let Some(layer) = scope.raster(name)
                    && !named.contains(&layer)
                {
                    named.push(layer);
                }
            }
            Input::Patch { index } => layers_of(&program.patches()[*index].of, scope, named),
        }
    }
}

fn grid_layer(
    spec: &IndicatorSpec,
    cells: &CellsSpec,
    named: &[usize],
    scope: &CellScope<'_>,
) -> Result<usize, ConfigError> {
    if let Some(grid) = &cells.grid {
        match scope.raster(&grid.source) {
            Some(layer) => return Ok(layer),
            None if scope.may_lack.contains(&grid.source) => {}
            None => {
                let rasters = scope.layers.iter().filter(|facts| facts.spec.raster().is_some());
                let hint = match lindero_logic::nearest(&grid.source, rasters.map(|f| f.spec.id.as_str())) {
                    Some(near) => format!("; did you mean {near:?}?"),
                    None => String::new(),
                };
                return Err(grid.error_text(&format!("{:?} is no raster layer of the catalog{hint}", grid.source)));
            }
        }
    }
    // The first of equals: `min_by` keeps it.
    let cell_m2 = |layer: &&usize| scope.layers[**layer].cell_m2;
    named
        .iter()
        .min_by(|a, b| cell_m2(a).total_cmp(&cell_m2(b)))
        .copied()
        .ok_or_else(|| spec.at.error_text("it reads no layer, so there is no ground to measure it on"))
}

fn years(
    cells: &CellsSpec,
    by: &[(Expression, Program)],
    scope: &CellScope<'_>,
) -> Result<Option<(i32, i32)>, ConfigError> {
    if cells.by.is_empty() || cells.years.is_some() {
        return Ok(cells.years);
    }
    let mut named = Vec::new();
    by.iter().for_each(|(_, program)| layers_of(program, scope, &mut named));
    let periods: Vec<(i32, i32)> = named
        .iter()
        .filter_map(|&layer| scope.layers[layer].spec.raster().and_then(|raster| raster.meaning.period))
        .collect();
    match (periods.iter().map(|p| p.0).min(), periods.iter().map(|p| p.1).max()) {
        (Some(first), Some(last)) => Ok(Some((first, last))),
        _ if by.is_empty() => Ok(None),
        _ => {
            Err(cells.by[0]
                .error_text("the layer states no period; say which years get a column: years = [2021, 2024]"))
        }
    }
}

/// Gives the inputs of programs their places in an analysis.
pub(crate) struct Binder<'b, 's> {
    analysis: &'b mut Analysis,
    scope: &'b CellScope<'s>,
    /// Layers whose conditions are being bound, to notice circles.
    open: Vec<usize>,
}

impl<'b, 's> Binder<'b, 's> {
    pub(crate) fn new(analysis: &'b mut Analysis, scope: &'b CellScope<'s>) -> Self {
        Self { analysis, scope, open: Vec::new() }
    }

    fn bind(&mut self, program: Program, at: &Expression) -> Result<BoundProgram, ConfigError> {
        let mut sources = Vec::with_capacity(program.inputs().len());
        for input in program.inputs() {
            sources.push(match input {
                Input::Value { name, year } => Source::Slot(self.slot(name, *year, at)?),
                Input::Whole { name, .. } => Source::Whole(self.whole(name, at)?),
                Input::Patch { index } => {
                    let patch = &program.patches()[*index];
                    Source::Patch(self.patch(patch.of.clone(), patch.over_ha, at)?)
                }
            });
        }
        Ok(BoundProgram { program, sources })
    }

    /// The place of a layer's band among what is read.
    pub(crate) fn slot(&mut self, name: &str, year: Option<i32>, at: &Expression) -> Result<usize, ConfigError> {
        let layer = self.scope.raster(name).expect("the scope gives values to raster layers only");
        let facts = self.scope.layers[layer];
        let raster = facts.spec.raster().expect("raster() finds rasters");
        let band = match year {
            None => raster.band,
            Some(year) => (year - raster.first_year.expect("only stacks are read by year")) as u32,
        };
        if band >= facts.bands {
            let message = format!("layer {name} has {} band(s) and band {} is asked", facts.bands, band + 1);
            return Err(at.error_text(&message));
        }
        let found = self.analysis.slots.iter().position(|slot| slot.layer == layer && slot.band == band);
        if let Some(slot) = found {
            return Ok(slot);
        }
        if self.open.contains(&layer) {
            return Err(at.error_text(&format!("layer {name} says itself where it is valid")));
        }
        self.open.push(layer);
        let valid = self.condition_of_layer(raster.valid_where.as_ref())?;
        let counts = self.condition_of_layer(raster.only_where.as_ref())?;
        self.open.pop();
        self.analysis.slots.push(Slot { layer, band, meaning: raster.meaning.clone(), valid, counts });
        Ok(self.analysis.slots.len() - 1)
    }

    fn condition_of_layer(&mut self, expression: Option<&Expression>) -> Result<Option<BoundProgram>, ConfigError> {
        let Some(expression) = expression else { return Ok(None) };
        let compilation = compile_condition(&expression.source, self.scope).map_err(|e| expression.error(&e))?;
        let Compiled::Program(program) = compilation.compiled else {
            let names = compilation.absent_names.join(", ");
            return Err(expression.error_text(&format!("the catalog has no layer {names}")));
        };
        let plain = program.inputs().iter().all(|input| matches!(input, Input::Value { .. }));
        if !plain {
            return Err(expression.error_text("a layer's own condition may read layers only, not whole() or patch()"));
        }
        self.bind(program, expression).map(Some)
    }

    fn whole(&mut self, name: &str, at: &Expression) -> Result<usize, ConfigError> {
        let layer = self.scope.raster(name).expect("the scope knows raster layers only");
        if let Some(found) = self.analysis.wholes.iter().position(|&whole| whole == layer) {
            return Ok(found);
        }
        if self.analysis.wholes.len() == MOST_WHOLES {
            return Err(at.error_text(&format!("more than {MOST_WHOLES} layers in whole()")));
        }
        // Its cells are found through a slot: read it even if no expression asks its value.
        let raster = self.scope.layers[layer].spec.raster().expect("raster() finds rasters");
        self.slot(name, raster.first_year, at)?;
        self.analysis.wholes.push(layer);
        Ok(self.analysis.wholes.len() - 1)
    }

    fn patch(&mut self, of: Program, over_ha: f64, at: &Expression) -> Result<usize, ConfigError> {
        if of.inputs().iter().any(|input| !matches!(input, Input::Value { .. })) {
            return Err(at.error_text("what a patch joins may read layers only, not whole() or patch()"));
        }
        let of = self.bind(of, at)?;
        let found = self.analysis.patches.iter().position(|p| p.of == of && p.over_ha == over_ha);
        if let Some(patch) = found {
            return Ok(patch);
        }
        if self.analysis.patches.len() == MOST_PATCHES {
            return Err(at.error_text(&format!("more than {MOST_PATCHES} patches on one grid")));
        }
        self.analysis.patches.push(PatchPlan { of, over_ha });
        Ok(self.analysis.patches.len() - 1)
    }
}
