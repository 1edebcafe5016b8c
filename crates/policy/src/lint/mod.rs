//! What is wrong with a policy though it can be read: `lindero policy check` tells all of it.

mod columns;
mod reachable;
mod search;
mod units;
mod unknown_safe;

use crate::names::RuleNames;
use crate::{Policy, When};
use lindero_layers::{ConfigError, Expression};
use lindero_logic::{Compiled, Program, compile_condition};

impl Policy {
    /// What a careful reader of the file would complain about, in the order of its lines.
    ///
    /// - A column that is nearly called like one of the policy's own.
    /// - A comparison or sum of two units, such as hectares and percent.
    /// - A rule that is never true.
    /// - A rule by which a plot becomes `low` when a measurement becomes unknown.
    ///
    /// # Limits
    ///
    /// Of rules that calculate with columns, and of such as would take too long to try, it is not told that they are never
    /// true. A rule that asks `known()` of too much to try is told to be unsafe if nothing else of the policy makes it safe.
    #[must_use]
    pub fn lints(&self) -> Vec<ConfigError> {
        let mut lints = columns::lints(self);
        lints.extend(units::lints(self));
        let programs = self.programs();
        lints.extend(reachable::lints(self, &programs));
        lints.extend(unknown_safe::lints(self, &programs));
        lints.sort_by_key(|lint| lint.line);
        lints
    }

    /// The conditions of its rules, compiled as far as the file alone can tell; `None` of a rule that decides points.
    fn programs(&self) -> Vec<Option<Program>> {
        let scope = RuleNames::of_file(self);
        let program = |condition: &Expression| match compile_condition(&condition.source, &scope).ok()?.compiled {
            Compiled::Program(program) => Some(program),
            Compiled::Absent => None,
        };
        let of_rule = |rule: &crate::Rule| match &rule.when {
            When::True(condition) => program(condition),
            When::PointNotLow | When::Unsteady => None,
        };
        self.rules.iter().map(of_rule).collect()
    }
}
