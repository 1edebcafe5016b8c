//! A scope written as a list of names, and programs asked with values by name.

use lindero_logic::{
    Compiled, Constant, Day, ExprError, Input, InputValue, Program, Scope, Symbol, Truth, Value, ValueKind, YearBands,
    compile_condition, compile_number,
};

/// Names and what they mean.
pub(crate) struct Catalog(pub(crate) Vec<(&'static str, Symbol<'static>)>);

impl Scope for Catalog {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, symbol)| symbol.clone())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

pub(crate) fn layer(kind: ValueKind) -> Symbol<'static> {
    Symbol::Layer { kind, bands: None, until: None }
}

pub(crate) fn until(kind: ValueKind, day: &str) -> Symbol<'static> {
    Symbol::Layer { kind, bands: None, until: Some(day.parse().expect("a day")) }
}

pub(crate) fn column(kind: ValueKind) -> Symbol<'static> {
    Symbol::Column { kind }
}

/// Yearly bands 1985 to 2024.
pub(crate) fn yearly(absent_outside: bool) -> Symbol<'static> {
    let bands = Some(YearBands { first: 1985, count: 40, absent_outside });
    Symbol::Layer { kind: ValueKind::Number, bands, until: None }
}

/// Layers of every kind, columns, constants and a list.
pub(crate) fn example() -> Catalog {
    let cutoff = Day::from_ymd(2020, 12, 31).expect("a day");
    Catalog(vec![
        ("gfc2020", layer(ValueKind::Number)),
        ("cover", layer(ValueKind::Number)),
        ("lossyear", until(ValueKind::Year, "2024-12-31")),
        ("tmfdef", until(ValueKind::Year, "2024-06-30")),
        ("alert3", until(ValueKind::Day, "2025-06-30")),
        ("farmed", layer(ValueKind::Bool)),
        ("anp", layer(ValueKind::Text)),
        ("mb", yearly(false)),
        ("loss_ha", column(ValueKind::Number)),
        ("planted_year", column(ValueKind::Year)),
        ("member", column(ValueKind::Text)),
        ("agri", Symbol::List(&[15.0, 18.0, 21.0])),
        ("cutoff", Symbol::Constant(Constant::Day(cutoff))),
        ("cutoff_year", Symbol::Constant(Constant::Year(2020))),
        ("whole_ha", Symbol::Constant(Constant::Number(0.07))),
        ("yes", Symbol::Constant(Constant::Text("yes"))),
        ("forest", Symbol::Term("gfc2020 == 1")),
        ("gone", Symbol::Absent),
    ])
}

pub(crate) fn program(source: &str, scope: &dyn Scope) -> Program {
    let compile = |compiler: fn(&str, &dyn Scope) -> Result<_, ExprError>| compiler(source, scope);
    let compiled = compile(compile_condition).or_else(|_| compile(compile_number));
    match compiled.unwrap_or_else(|error| panic!("{source}: {error}")).compiled {
        Compiled::Program(program) => program,
        Compiled::Absent => panic!("{source}: nothing is left of it"),
    }
}

/// How an input would be written.
pub(crate) fn written(input: &Input) -> String {
    let band = |name: &str, year: &Option<i32>| match year {
        Some(year) => format!("{name}[{year}]"),
        None => name.to_owned(),
    };
    match input {
        Input::Value { name, year } => band(name, year),
        Input::Whole { name, year } => format!("whole({})", band(name, year)),
        Input::Patch { index } => format!("patch {index}"),
    }
}

/// Values in the order of the program's inputs; what is not given is unknown.
pub(crate) fn in_order<'v>(program: &Program, given: &[(&str, Value<'v>)]) -> Vec<InputValue<'v>> {
    let value = |input: &Input| {
        let name = written(input);
        given.iter().find(|(other, _)| *other == name).map_or(Value::Unknown, |(_, value)| *value)
    };
    program.inputs().iter().map(|input| InputValue::Value(value(input))).collect()
}

pub(crate) fn truth(source: &str, scope: &dyn Scope, given: &[(&str, Value<'_>)]) -> Truth {
    let program = program(source, scope);
    program.truth(&in_order(&program, given))
}
