//! The answers of single conditions of a policy, for tables that have a column for each.

use crate::bind::{Asked, Binder};
use crate::columns::{kind_by_name, kind_of_column};
use crate::decide::Row;
use crate::names::{Beside, RuleNames, kind_of_told};
use crate::{Column, Policy};
use lindero_layers::{ConfigError, Expression};
use lindero_logic::{InputValue, Truth, ValueKind};
use std::collections::{BTreeMap, BTreeSet};

/// Conditions tied to the columns of a table.
#[derive(Clone, Debug)]
pub struct BoundConditions(Vec<Asked>);

impl Policy {
    /// What a column of this name holds for the policy: one of its indicators or attributes, or what by its name may be one of
    /// a catalog's indicators.
    #[must_use]
    pub fn kind_of_column(&self, name: &str) -> Option<ValueKind> {
        let attribute = self.attributes.iter().find(|attribute| attribute.name == name);
        let declared = attribute.map(|attribute| attribute.kind);
        let own = || kind_of_column(&self.definitions.indicators, name);
        declared.or_else(|| kind_of_told(name)).or_else(own).or_else(|| kind_by_name(name))
    }

    /// Ties the conditions that [`Policy::table`] has columns for to the `columns` that every row will have.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] at the first of them that is about absent columns only, saying which.
    pub fn bind_conditions(&self, columns: &[Column]) -> Result<BoundConditions, ConfigError> {
        let kinds: BTreeMap<&str, ValueKind> = columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        let binder = Binder { policy: self, columns, scope: RuleNames::of_columns(self, &kinds, Beside::default()) };
        let asked = self.table.answers.iter().map(|answer| {
            let (_, condition) = self
                .conditions
                .iter()
                .find(|(name, _)| *name == answer.condition)
                .expect("Policy::parse has checked that answers are those of conditions");
            // By its name, so that a column which stands for the condition answers it.
            let named = Expression { source: answer.condition.clone(), ..condition.clone() };
            let (asked, missing) = binder.condition(&named)?;
            match asked {
                Asked::Nothing => Err(condition.error_text(&format!(
                    "the table has neither {} nor any of the columns it follows from: {}",
                    answer.column,
                    missing.join(", ")
                ))),
                asked => Ok(asked),
            }
        });
        Ok(BoundConditions(asked.collect::<Result<_, _>>()?))
    }
}

impl BoundConditions {
    /// The answers of a row, in the order of [`TableNames::answers`](crate::TableNames::answers).
    pub fn truths<R: Row + ?Sized>(&self, row: &R) -> Vec<Truth> {
        let truth = |asked: &Asked| match asked {
            Asked::Condition(program, inputs) => {
                let values: Vec<_> =
                    inputs.iter().map(|input| InputValue::Value(input.source.value(row, None))).collect();
                program.truth(&values)
            }
            Asked::Points | Asked::Moves | Asked::Nothing => Truth::Unknown,
        };
        self.0.iter().map(truth).collect()
    }

    /// Which of the columns they read, by index, ascending.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<usize> {
        self.0.iter().flat_map(Asked::reads).collect()
    }
}
