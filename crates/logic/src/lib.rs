//! What does an expression such as `forest_2020 && lossyear > cutoff_year` say here, and is that known?
//!
//! The same language is written in catalogs, where it is asked of the cells of layers, and in policies, where it is
//! asked of the columns of a table. Its syntax is CEL's; its meaning is ours, because here not knowing is a value.
//!
//! The nouns:
//!
//! - a [`Scope`] says what names mean: each is a [`Symbol`] (layer, column, term, constant, list, or absent);
//! - [`compile_condition`] and [`compile_number`] turn a source text into a [`Program`], or explain in an
//!   [`ExprError`], with line and column, what was probably meant;
//! - a program lists its [`Input`]s; given an [`InputValue`] for each it answers with a [`Truth`] or a [`Value`];
//! - [`Programs`] asks many programs of the same inputs, and evaluates what they share once;
//! - [`Truth`] is true, false or unknown, and remembers whether a false was seen or only never contradicted;
//! - a [`Day`] is a calendar day. The cut-off is one.
//!
//! ```
//! use lindero_logic::{
//!     Compiled, Constant, Day, InputValue, Scope, Symbol, Truth, Value, ValueKind, compile_condition,
//! };
//!
//! struct Catalog;
//!
//! impl Scope for Catalog {
//!     fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
//!         let layer = |kind, until| Symbol::Layer { kind, bands: None, until };
//!         match name {
//!             "gfc2020" => Some(layer(ValueKind::Number, None)),
//!             "lossyear" => Some(layer(ValueKind::Year, Day::from_ymd(2024, 12, 31))),
//!             "forest_2020" => Some(Symbol::Term("gfc2020 == 1")),
//!             "cutoff_year" => Some(Symbol::Constant(Constant::Year(2020))),
//!             _ => None,
//!         }
//!     }
//!
//!     fn names(&self) -> Vec<&str> {
//!         vec!["cutoff_year", "forest_2020", "gfc2020", "lossyear"]
//!     }
//! }
//!
//! let cleared = compile_condition("forest_2020 && lossyear > cutoff_year", &Catalog)?;
//! let Compiled::Program(program) = cleared.compiled else { panic!("all layers are there") };
//! let cell = |forest, year| program.truth(&[InputValue::Value(forest), InputValue::Value(year)]);
//!
//! assert_eq!(cell(Value::Number(1.0), Value::Number(2022.0)), Truth::True);
//! assert_eq!(cell(Value::Number(1.0), Value::Never), Truth::False);
//! assert_eq!(cell(Value::Number(1.0), Value::Unknown), Truth::Unknown);
//! assert_eq!(cell(Value::Number(0.0), Value::Unknown), Truth::False);
//!
//! let error = compile_condition("lossyer > 2020", &Catalog).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     r#"line 1, column 1: unknown name "lossyer"; did you mean "lossyear"?"#
//! );
//! # Ok::<(), lindero_logic::ExprError>(())
//! ```
//!
//! The language:
//!
//! | written | means |
//! |---|---|
//! | `&&` `\|\|` `!`, `c ? a : b` | three-valued; an unknown `c` gives what `a` and `b` agree on |
//! | `<` `<=` `==` `!=` `>=` `>` | with an unknown value unknown, with [`Value::Never`] false; `!=` is `!(a == b)` |
//! | `x in [1, 2]`, `x in list` | equal to any of them |
//! | `+` `-` `*` `/` | on numbers; days and years can be moved by numbers and subtracted from each other |
//! | `2020-12-31`, `date('2020-12-31')` | a [`Day`]; with spaces, `2020 - 12 - 31` is a subtraction |
//! | `layer[2020]` | the band of that year |
//! | `at_least(2, [a, b, c])` | [`Truth::at_least`] |
//! | `known(layer)` | whether there is a value, "never" included |
//! | `whole(layer)` | [`Input::Whole`] |
//! | `patch(condition, 0.5)` | whether the cell belongs to a [`PatchSpec`] of more hectares |
//!
//! A layer of years or days answers up to the last day it has seen: `lossyear > 2024` is unknown everywhere if that was
//! 2024-12-31; `lossyear == 2025` and `lossyear <= 2025` are unknown where it has no value.
//!
//! What it refuses to know: where a cell lies, what a plot is, how a layer is stored, how patches of cells are
//! joined ([`PatchSpec`] only says which), and what a verdict is.

mod compile;
mod day;
mod error;
mod grammar;
mod landmarks;
mod name;
mod parse;
mod program;
mod programs;
mod reach;
mod scan;
mod scope;
mod suggest;
mod syntax;
mod truth;
mod units;
mod value;

pub use compile::{Compilation, Compiled, compile_condition, compile_number};
pub use day::{Day, InvalidDay};
pub use error::ExprError;
pub use landmarks::{InputLandmarks, Landmarks};
pub use name::{NameError, check_name};
pub use program::{Input, PatchSpec, Program, Reference};
pub use programs::{Answers, ProgramId, Programs};
pub use scope::{Constant, Scope, Symbol, ValueKind, YearBands};
pub use suggest::nearest;
pub use truth::Truth;
pub use units::{UnitMismatch, unit_mismatch};
pub use value::{InputValue, Relation, Value};
