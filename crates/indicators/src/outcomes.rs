//! What the indicators of an analysis say of a key, and which readings they can tell apart.

use crate::analysis::{Analysis, Dating};
use crate::bound::{BoundProgram, Source, patch_truth, whole_flag};
use lindero_layers::{Conditions, Reading};
use lindero_logic::{Answers, Day, InputValue, ProgramId, Programs, Truth, Value};

/// What one indicator says at cells of one key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Whether the cells count.
    pub truth: Truth,
    /// The year they are dated to, if any.
    pub year: Option<i32>,
    /// The value whose mean is asked, where it is known.
    pub value: Option<f64>,
}

/// The programs of an analysis, joined.
#[derive(Debug)]
pub struct Outcomes<'a> {
    analysis: &'a Analysis,
    programs: Programs,
    indicators: Vec<IndicatorPrograms>,
}

#[derive(Debug)]
struct IndicatorPrograms {
    condition: Option<ProgramId>,
    by: Vec<(ProgramId, Dating)>,
    mean: Option<ProgramId>,
}

/// What an analysis can tell of one reading of a slot. Readings that say the same are one class: exchanging one for
/// another changes no outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Told(Vec<(Option<Truth>, Option<i32>)>);

impl<'a> Outcomes<'a> {
    /// Joins the programs.
    #[must_use]
    pub fn of(analysis: &'a Analysis) -> Self {
        let mut programs = Programs::default();
        let mut add = |bound: &BoundProgram| {
            let places: Vec<usize> = bound.sources.iter().map(|source| analysis.input(*source)).collect();
            programs.add(&bound.program, &places)
        };
        let indicators = analysis.indicators.iter().map(|indicator| IndicatorPrograms {
            condition: indicator.condition.as_ref().map(&mut add),
            by: indicator.by.iter().map(|(by, dating)| (add(by), *dating)).collect(),
            mean: indicator.mean.as_ref().map(&mut add),
        });
        let indicators = indicators.collect();
        // What patches and other slots ask of a slot must be told apart too.
        for asked in
            analysis.patches.iter().map(|patch| &patch.of).chain(analysis.slots.iter().flat_map(|s| s.conditions()))
        {
            add(asked);
        }
        Self { analysis, programs, indicators }
    }

    /// The analysis.
    #[must_use]
    pub fn analysis(&self) -> &'a Analysis {
        self.analysis
    }

    /// What every indicator says at cells of this key.
    #[must_use]
    pub fn of_key(&self, readings: &[u64], flags: u64) -> Box<[Outcome]> {
        let mut inputs = self.analysis.values(readings);
        inputs.extend((0..self.analysis.wholes.len()).map(|w| InputValue::Truth((flags & whole_flag(w) != 0).into())));
        inputs.extend((0..self.analysis.patches.len()).map(|p| InputValue::Truth(patch_truth(p, flags))));
        let answers = self.programs.answers(&inputs);
        let of = |(index, indicator): (usize, &IndicatorPrograms)| {
            let value = indicator.mean.and_then(|mean| match answers.number(mean) {
                Value::Number(number) => Some(number),
                _ => None,
            });
            let truth = match indicator.condition {
                Some(condition) => answers.truth(condition),
                // A mean alone is known where its value is.
                None if value.is_some() => Truth::True,
                None => Truth::Unknown,
            };
            Outcome { truth, year: self.year(index, &answers), value }
        };
        self.indicators.iter().enumerate().map(of).collect()
    }

    /// Whether the cells with these readings have in common what patch `patch` joins.
    #[must_use]
    pub fn joins(&self, patch: usize, readings: &[u64]) -> Truth {
        self.analysis.patches[patch].of.truth(&self.analysis.values(readings), 0)
    }

    /// Whether any two readings of the slot may give two outcomes: it is calculated with, or compared with another.
    ///
    /// So it is of every slot where a mean is asked: numbers are added up by key, in the order of the keys.
    #[must_use]
    pub fn tells_all(&self, slot: usize) -> bool {
        self.programs.is_entangled(slot) || self.has_mean()
    }

    /// Whether a mean is asked.
    #[must_use]
    pub fn has_mean(&self) -> bool {
        self.indicators.iter().any(|indicator| indicator.mean.is_some())
    }

    /// What can be told of a reading of the slot, whatever the conditions of its layer answer; nothing more is told of
    /// slots of which not [all](Self::tells_all) is told.
    #[must_use]
    pub fn told(&self, slot: usize, reading: Reading) -> Told {
        let mut told = Vec::new();
        let mut inputs = vec![InputValue::Value(Value::Unknown); slot + 1];
        for conditions in self.analysis.slots[slot].possible_conditions() {
            inputs[slot] = InputValue::Value(self.analysis.slots[slot].meaning.value(reading, conditions));
            let answers = self.programs.answers(&inputs);
            told.extend(self.programs.told_of(slot, &answers).map(|truth| (Some(truth), None)));
            // The other inputs being unknown, a formula has a year only if it reads this slot alone.
            told.extend(
                (0..self.indicators.len()).flat_map(|index| self.years(index, &answers)).map(|year| (None, year)),
            );
        }
        Told(told)
    }

    /// The earliest of the asked years that any dating layer gives.
    fn year(&self, indicator: usize, answers: &Answers<'_>) -> Option<i32> {
        self.years(indicator, answers).flatten().min()
    }

    /// The year that each dating layer gives, if it is one of those asked.
    fn years(&self, indicator: usize, answers: &Answers<'_>) -> impl Iterator<Item = Option<i32>> {
        let asked = self.analysis.indicators[indicator].years;
        self.indicators[indicator].by.iter().map(move |&(program, dating)| {
            let Value::Number(number) = answers.number(program) else { return None };
            let year = match dating {
                Dating::Year => number as i32,
                Dating::Day => Day::from_number(number as i32).year(),
            };
            asked.filter(|(first, last)| (*first..=*last).contains(&year)).map(|_| year)
        })
    }
}

impl Analysis {
    /// Where a source stands among the inputs: slots, then whole cells, then patches.
    fn input(&self, source: Source) -> usize {
        match source {
            Source::Slot(slot) => slot,
            Source::Whole(whole) => self.slots.len() + whole,
            Source::Patch(patch) => self.slots.len() + self.wholes.len() + patch,
        }
    }

    /// What every slot means, given its reading; conditions of a slot stand on slots before it.
    pub(crate) fn values(&self, readings: &[u64]) -> Vec<InputValue<'static>> {
        let mut values = Vec::with_capacity(self.slots.len() + self.wholes.len() + self.patches.len());
        for (slot, &bits) in self.slots.iter().zip(readings) {
            let value = slot.value(Reading::from_bits(bits), &values);
            values.push(InputValue::Value(value));
        }
        values
    }
}

impl crate::bound::Slot {
    /// All that its conditions may answer.
    fn possible_conditions(&self) -> Vec<Conditions> {
        const TRUTHS: [Truth; 5] = [Truth::False, Truth::SilentFalse, Truth::Unknown, Truth::SilentTrue, Truth::True];
        let answers = |condition: &Option<BoundProgram>| match condition {
            None => vec![None],
            Some(_) => TRUTHS.map(Some).to_vec(),
        };
        let (valid, counts) = (answers(&self.valid), answers(&self.counts));
        valid.iter().flat_map(|&valid| counts.iter().map(move |&counts| Conditions { valid, counts })).collect()
    }
}
