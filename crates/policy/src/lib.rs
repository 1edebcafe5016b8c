//! What do the measurements of a plot mean under a policy, and why?
//!
//! The nouns:
//!
//! - a [`Policy`] is a TOML file: what is measured for it (`[term]`, `[indicator.*]`), and [`Rule`]s over the columns
//!   that come of it;
//! - [`Policy::bind`] ties it to the [`Column`]s a run will have. The [`Bound`] policy says which rules cannot be
//!   assessed because the catalog lacks a layer;
//! - [`Bound::decide`] asks every rule of one [`Row`]. A rule gives a [`Finding`] with its sentence, the findings
//!   give a [`Verdict`], and both together are the [`Decision`];
//! - [`Bound::margins`] says how near each rule is to the other answer, and what would turn it;
//! - [`Policy::decision`] is what people's [`Answer`]s make of it, beside the verdict;
//! - [`Bound::decide_point`] joins the decisions on the two discs of a plot known only as a point;
//! - [`Bound::told_if_unsteady`] adds to a decision that it depends on where exactly the plot lies.
//!
//! ```
//! use lindero_logic::{Value, ValueKind};
//! use lindero_policy::{Column, Policy, Row, Verdict};
//!
//! let policy = Policy::parse("wood.toml", r#"
//! name = "wood"
//! title = "Trees lost"
//! version = "1"
//! about = "Whether trees were lost after 2020."
//! source = "an example"
//! threshold = { least_ha = 0.07 }
//! indicator.loss = { where = "lossyear > 2020", by = "lossyear", years = [2021, 2024] }
//! [[rule]]
//! code = "L1"
//! name = "trees-lost"
//! about = "forest"
//! verdict = "more_info"
//! ask = "desk"
//! when = "loss_ha >= least_ha"
//! reason = "{loss_ha} ha of trees were lost in {loss.years}."
//! source = "an example"
//! limits = "Trees are not forest."
//! "#)?;
//!
//! let column = |name: &str| Column { name: name.to_owned(), kind: ValueKind::Number };
//! let bound = policy.bind(&[column("loss_ha"), column("loss_2021_ha"), column("loss_2022_ha")])?;
//!
//! struct Numbers([f64; 3]);
//! impl Row for Numbers {
//!     fn value(&self, column: usize) -> Value<'_> {
//!         Value::Number(self.0[column])
//!     }
//!     fn geometry_usable(&self) -> bool {
//!         true
//!     }
//!     fn is_point(&self) -> bool {
//!         false
//!     }
//!     fn defects(&self) -> String {
//!         String::new()
//!     }
//! }
//!
//! let decision = bound.decide(&Numbers([0.3, 0.1, 0.2]));
//! assert_eq!(decision.verdict, Verdict::MoreInfo);
//! assert_eq!(decision.findings[0].sentence, "0.30 ha of trees were lost in 2021-2022.");
//! assert_eq!(bound.decide(&Numbers([0.0, 0.0, 0.0])).verdict, Verdict::Low);
//! # Ok::<(), lindero_layers::ConfigError>(())
//! ```
//!
//! What it refuses to know: geometries and rasters. If a rule needs one, an indicator is missing.

mod answers;
mod bind;
mod builtin;
mod columns;
mod decide;
mod decision;
mod digits;
mod evidence;
mod lint;
mod margin;
mod names;
mod page;
mod point;
mod policy;
mod requirement;
mod rule;
mod sentence;
mod settled;
mod stability;
mod table;
mod threshold;

pub use answers::BoundConditions;
pub use bind::{Bound, Unassessed};
pub use builtin::{BUILTIN, builtin};
pub use columns::Column;
pub use decide::Row;
pub use decision::{Decision, Finding, State, Verdict};
pub use evidence::RunDates;
pub use margin::{Change, Margin, Side, Way};
pub use names::{CLAIMED_PCT, OUTSIDE_COUNTRY};
pub use point::ONE_DISC;
pub use policy::{Attribute, Policy, Threshold};
pub use requirement::Requirement;
pub use rule::{About, Ask, Outcome, Rule, When};
pub use settled::Answer;
pub use stability::{MOVED_COLUMNS, Moved};
pub use table::{AnswerColumn, TableNames};
pub use threshold::ThresholdError;
