//! The five kinds of ground: of a cell whose maps are known, exactly one, and the one the policy's page says.

use lindero_logic::Value::{Never, Number, Unknown};
use lindero_logic::{
    Compiled, Input, InputValue, Program, Scope, Symbol, Truth, Value, ValueKind, YearBands, compile_condition,
};
use lindero_policy::Policy;

use crate::plot::shipped;

const KINDS: [&str; 5] = ["natural", "mixed", "farmed", "contested", "open"];

/// The policy's terms over a catalog that has the policy's layers but `without`.
pub(crate) struct Cells<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) without: &'p [&'p str],
}

impl Scope for Cells<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        let definitions = self.policy.definitions();
        if let Some(term) = definitions.terms.get(name) {
            return Some(Symbol::Term(&term.source));
        }
        if let Some(numbers) = definitions.lists.get(name).map(|list| &list.numbers) {
            return Some(Symbol::List(numbers));
        }
        if !self.policy.layers().contains(name) {
            return None;
        }
        if self.without.contains(&name) {
            return Some(Symbol::Absent);
        }
        let bands = (name == "mb").then_some(YearBands { first: 1985, count: 40, absent_outside: true });
        let kind = match name {
            "lossyear" | "tmfdef" | "tmfdeg" => ValueKind::Year,
            "alert2" | "alert3" => ValueKind::Day,
            _ => ValueKind::Number,
        };
        let until = (kind != ValueKind::Number).then(|| "2025-12-31".parse().expect("a day"));
        Some(Symbol::Layer { kind, bands, until })
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl Cells<'_> {
    /// A condition of the policy, if anything is left of it.
    pub(crate) fn program(&self, source: &str) -> Option<Program> {
        match compile_condition(source, self).unwrap_or_else(|error| panic!("{source}: {error}")).compiled {
            Compiled::Program(program) => Some(program),
            Compiled::Absent => None,
        }
    }
}

/// What the maps say of one cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    gfc: Value<'static>,
    tmf: Value<'static>,
    /// MapBiomas 2016 to 2020.
    mb: [Value<'static>; 5],
    primary: Value<'static>,
    lossyear: Value<'static>,
    patch: Truth,
}

impl Cell {
    fn truth(&self, program: &Program) -> Truth {
        let value = |input: &Input| match input {
            Input::Patch { .. } => InputValue::Truth(self.patch),
            Input::Whole { name, .. } => panic!("whole({name}) says nothing about a kind of ground"),
            Input::Value { name, year } => InputValue::Value(match (name.as_str(), year) {
                ("gfc2020", None) => self.gfc,
                ("tmf2020", None) => self.tmf,
                ("primary2001", None) => self.primary,
                ("lossyear", None) => self.lossyear,
                ("mb", Some(year)) => self.mb[usize::try_from(year - 2016).expect("a year from 2016")],
                other => panic!("{other:?} says nothing about a kind of ground"),
            }),
        };
        let values: Vec<InputValue<'_>> = program.inputs().iter().map(value).collect();
        program.truth(&values)
    }

    /// The kind by the words of the policy's page, if every map is known.
    fn kind_by_the_page(&self, without: &[&str]) -> &'static str {
        let has = |layer: &str| !without.contains(&layer);
        let is = |value: Value<'_>, classes: &[f64]| matches!(value, Number(n) if classes.contains(&n));
        let agri = |value: Value<'_>| is(value, &[15.0, 18.0, 21.0, 35.0, 40.0, 72.0]);
        let votes = [
            has("gfc2020") && is(self.gfc, &[1.0]),
            has("tmf2020") && is(self.tmf, &[1.0, 2.0, 4.0]),
            has("mb") && is(self.mb[4], &[3.0, 4.0, 5.0, 6.0]),
        ];
        let votes = votes.iter().filter(|vote| **vote).count();
        let in_patch = self.patch == Truth::True;
        let lost_before = matches!(self.lossyear, Number(year) if year <= 2020.0);
        // State of 2001: it tells nothing of 2020 unless loss to 2020 can be subtracted.
        let primary = has("primary2001") && has("lossyear") && is(self.primary, &[1.0]) && !lost_before;
        let natural_map = (has("tmf2020") && is(self.tmf, &[1.0])) || primary;
        let farmed_map = has("mb") && self.mb.iter().filter(|class| agri(**class)).count() >= 3;
        match (votes, in_patch, natural_map, farmed_map) {
            (2.., true, true, false) => "natural",
            (2.., true, false, false) => "mixed",
            (_, _, false, true) => "farmed",
            (1.., true, _, _) => "contested",
            _ => "open",
        }
    }
}

/// Every combination of these values of the maps.
fn cells(with_unknown: bool) -> Vec<Cell> {
    let values = |known: &[Value<'static>]| -> Vec<Value<'static>> {
        known.iter().copied().chain(with_unknown.then_some(Unknown)).collect()
    };
    let gfc = values(&[Number(0.0), Number(1.0)]);
    let tmf = values(&[Number(1.0), Number(4.0), Number(6.0)]);
    let mb2020 = values(&[Number(3.0), Number(21.0), Number(12.0)]);
    let before = values(&[Number(15.0), Number(12.0)]);
    let primary = values(&[Number(0.0), Number(1.0)]);
    let lossyear = values(&[Never, Number(2005.0), Number(2022.0)]);
    let patch: &[Truth] =
        if with_unknown { &[Truth::True, Truth::False, Truth::Unknown] } else { &[Truth::True, Truth::False] };
    let mut cells = Vec::new();
    let series = combinations(&before);
    for &gfc in &gfc {
        for &tmf in &tmf {
            for &mb2020 in &mb2020 {
                for &[a, b, c, d] in &series {
                    for &primary in &primary {
                        for &lossyear in &lossyear {
                            let cell = |&patch| Cell { gfc, tmf, mb: [a, b, c, d, mb2020], primary, lossyear, patch };
                            cells.extend(patch.iter().map(cell));
                        }
                    }
                }
            }
        }
    }
    cells
}

fn combinations(values: &[Value<'static>]) -> Vec<[Value<'static>; 4]> {
    let mut all = Vec::new();
    for &a in values {
        for &b in values {
            for &c in values {
                all.extend(values.iter().map(|&d| [a, b, c, d]));
            }
        }
    }
    all
}

fn programs(cells: &Cells<'_>) -> Vec<(&'static str, Option<Program>)> {
    KINDS.map(|kind| (kind, cells.program(&format!("{kind}_ground")))).to_vec()
}

/// Asserts that every known cell is of exactly one kind, the page's, and that these kinds cannot be told.
fn check(without: &[&str], cannot_be_told: &[&str]) {
    let policy = shipped("eudr-2020");
    let programs = programs(&Cells { policy: &policy, without });
    let absent: Vec<&str> = programs.iter().filter(|(_, program)| program.is_none()).map(|(kind, _)| *kind).collect();
    assert_eq!(absent, cannot_be_told, "without {without:?}");
    for cell in cells(false) {
        let truths = programs.iter().filter_map(|(kind, program)| Some((*kind, cell.truth(program.as_ref()?))));
        for (kind, truth) in truths {
            let expected = Truth::from(kind == cell.kind_by_the_page(without));
            assert_eq!(truth, expected, "{kind} without {without:?}: {cell:?}");
        }
        assert!(!absent.contains(&cell.kind_by_the_page(without)), "without {without:?}: {cell:?}");
    }
}

#[test]
fn every_known_cell_is_of_the_one_kind_the_page_says() {
    check(&[], &[]);
}

#[test]
fn without_a_land_use_series_nothing_is_farmed() {
    check(&["mb"], &["farmed"]);
}

#[test]
fn without_tmf_primary_forest_alone_is_natural() {
    check(&["tmf2020", "tmf_latest", "tmfdef", "tmfdeg"], &[]);
}

#[test]
fn without_primary_forest_tmf_alone_is_natural() {
    check(&["primary2001"], &[]);
}

#[test]
fn without_either_all_that_two_maps_show_is_mixed() {
    check(&["tmf2020", "primary2001"], &["natural"]);
}

#[test]
fn without_hansen_primary_forest_of_2001_says_nothing_of_2020() {
    check(&["lossyear"], &[]);
    check(&["lossyear", "tmf2020"], &["natural"]);
}

#[test]
fn the_least_catalogs_still_tell_the_kinds_apart() {
    check(&["gfc2020"], &[]);
    check(&["mb", "primary2001"], &["farmed"]);
    check(&["mb", "primary2001", "alert2", "alert3", "tmfdef"], &["farmed"]);
}

/// Two kinds are never both true, and the other four are known to be false where one is true, whatever is unknown.
#[test]
fn with_maps_unknown_the_kinds_still_exclude_each_other() {
    let policy = shipped("eudr-2020");
    let programs = programs(&Cells { policy: &policy, without: &[] });
    for cell in cells(true) {
        let truths: Vec<Truth> = programs.iter().flat_map(|(_, program)| program).map(|p| cell.truth(p)).collect();
        let yes = truths.iter().filter(|truth| truth.is_true()).count();
        let no = truths.iter().filter(|truth| truth.is_false()).count();
        assert!(yes == 0 && no < KINDS.len() || yes == 1 && no == KINDS.len() - 1, "{truths:?}: {cell:?}");
    }
}

#[test]
fn ncm_is_natural_contested_or_mixed_and_known_wherever_one_of_them_is() {
    let policy = shipped("eudr-2020");
    for without in [&[][..], &["mb"], &["tmf2020"], &["primary2001", "tmf2020"]] {
        let scope = Cells { policy: &policy, without };
        let ncm = scope.program("ncm_ground").unwrap();
        let literal = scope.program("natural_ground || contested_ground || mixed_ground").unwrap();
        for cell in cells(without.is_empty()) {
            let (ncm, literal) = (cell.truth(&ncm), cell.truth(&literal));
            assert!(ncm == literal || literal == Truth::Unknown, "{ncm:?} {literal:?}: {cell:?}");
        }
    }
}

#[test]
fn a_forest_of_unknown_kind_is_not_counted_as_contested_and_shows_as_unobserved() {
    let policy = shipped("eudr-2020");
    let scope = Cells { policy: &policy, without: &[] };
    let contested = scope.program("contested_ground").unwrap();
    let forest = Cell {
        gfc: Number(1.0),
        tmf: Number(4.0),
        mb: [Number(12.0); 5],
        primary: Unknown,
        lossyear: Never,
        patch: Truth::True,
    };
    assert_eq!(forest.truth(&contested), Truth::Unknown);
    assert_eq!(Cell { primary: Number(0.0), ..forest }.truth(&contested), Truth::False);
    assert_eq!(Cell { primary: Number(0.0), mb: [Unknown; 5], ..forest }.truth(&contested), Truth::Unknown);
    let open = Cell { gfc: Number(0.0), tmf: Number(6.0), ..forest };
    assert_eq!(open.truth(&contested), Truth::False);
}
