//! What expressions answer.

use lindero_logic::Truth::{self, False, SilentFalse, SilentTrue, True, Unknown};
use lindero_logic::Value::{self, Never, Number, Silent, Text};
use lindero_logic::{Input, InputValue, Relation, ValueKind};

use crate::catalog::{example, in_order, program, truth, written};

/// Asks one expression of several cells.
fn check(source: &str, cells: &[(&[(&str, Value<'_>)], Truth)]) {
    for (given, expected) in cells {
        assert_eq!(truth(source, &example(), given), *expected, "{source} with {given:?}");
    }
}

fn day(text: &str) -> Value<'static> {
    Number(f64::from(text.parse::<lindero_logic::Day>().expect("a day").number()))
}

#[test]
fn operators_bind_as_in_cel() {
    check("true || false && false", &[(&[], True)]);
    check("(true || false) && false", &[(&[], False)]);
    check("!false && true", &[(&[], True)]);
    check("1 + 2 * 3 == 7", &[(&[], True)]);
    check("(1 + 2) * 3 == 9", &[(&[], True)]);
    check("10 - 4 - 3 == 3", &[(&[], True)]);
    check("-2 + 3 == 1 && 2 - -1 == 3", &[(&[], True)]);
    check("false ? true : false ? false : true", &[(&[], True)]);
    check("7 / 2 == 3.5", &[(&[], True)]);
}

#[test]
fn a_cell_is_cleared_only_where_both_layers_say_so() {
    check(
        "forest && lossyear > cutoff_year",
        &[
            (&[("gfc2020", Number(1.0)), ("lossyear", Number(2021.0))], True),
            (&[("gfc2020", Number(1.0)), ("lossyear", Number(2020.0))], False),
            (&[("gfc2020", Number(1.0)), ("lossyear", Never)], False),
            (&[("gfc2020", Number(1.0))], Unknown),
            (&[("gfc2020", Number(0.0))], False),
            (&[("lossyear", Number(2021.0))], Unknown),
            (&[("lossyear", Number(2005.0))], False),
        ],
    );
}

#[test]
fn the_day_of_the_cutoff_is_not_after_it() {
    for source in ["alert3 > cutoff", "alert3 > 2020-12-31", "alert3 > date('2020-12-31')", "2020-12-31<alert3"] {
        check(
            source,
            &[
                (&[("alert3", day("2020-12-31"))], False),
                (&[("alert3", day("2021-01-01"))], True),
                (&[("alert3", Never)], False),
                (&[("alert3", Silent)], SilentFalse),
                (&[], Unknown),
            ],
        );
    }
}

#[test]
fn a_leap_day_is_a_day() {
    check("alert3 > 2020-02-28 && alert3 < 2020-03-01", &[(&[("alert3", day("2020-02-29"))], True)]);
    check("2020-03-01 - 2020-02-28 == 2", &[(&[], True)]);
    check("2021-03-01 - 2021-02-28 == 1", &[(&[], True)]);
}

#[test]
fn a_date_with_spaces_is_a_subtraction() {
    check("2020 - 12 - 31 == 1977", &[(&[], True)]);
}

#[test]
fn days_are_moved_by_days() {
    check(
        "alert3 > cutoff + 30",
        &[(&[("alert3", day("2021-01-30"))], False), (&[("alert3", day("2021-01-31"))], True)],
    );
    check("alert3 - 2020-12-31 > 30", &[(&[("alert3", day("2021-01-31"))], True), (&[("alert3", Never)], False)]);
}

#[test]
fn unlike_is_the_negation_of_like() {
    check(
        "lossyear != 2021",
        &[
            (&[("lossyear", Number(2021.0))], False),
            (&[("lossyear", Number(2022.0))], True),
            (&[("lossyear", Never)], True),
            (&[], Unknown),
        ],
    );
    check("alert3 != 2021-01-01", &[(&[("alert3", Silent)], SilentTrue)]);
}

#[test]
fn a_list_is_an_or_of_equalities() {
    for source in ["cover in [15, 18, 21]", "cover in agri", "cover == 15 || cover == 18 || cover == 21"] {
        check(
            source,
            &[
                (&[("cover", Number(18.0))], True),
                (&[("cover", Number(3.0))], False),
                (&[("cover", Never)], False),
                (&[("cover", Silent)], SilentFalse),
                (&[("cover", Number(f64::NAN))], Unknown),
                (&[], Unknown),
            ],
        );
    }
    check("2021 in [lossyear, tmfdef]", &[(&[("tmfdef", Number(2021.0))], True), (&[("tmfdef", Never)], Unknown)]);
    check("member in ['yes', 'sí']", &[(&[("member", Text("sí"))], True), (&[("member", Text("no"))], False)]);
}

#[test]
fn text_is_compared_with_quotes_of_either_kind_and_with_constants() {
    for source in ["member == \"yes\"", "member == 'yes'", "member == yes", "yes == member"] {
        check(source, &[(&[("member", Text("yes"))], True), (&[("member", Text("no"))], False), (&[], Unknown)]);
    }
    check("anp != 'Río \"Abiseo\"'", &[(&[("anp", Text("Río \"Abiseo\""))], False), (&[("anp", Text("x"))], True)]);
}

#[test]
fn at_least_counts() {
    let source = "at_least(2, [gfc2020 == 1, cover in [1, 2, 4], lossyear == 2021])";
    check(
        source,
        &[
            (&[("gfc2020", Number(1.0)), ("cover", Number(4.0))], True),
            (&[("gfc2020", Number(1.0)), ("cover", Number(3.0))], Unknown),
            (&[("gfc2020", Number(0.0)), ("cover", Number(3.0))], False),
        ],
    );
}

#[test]
fn conditions_can_be_equal() {
    check(
        "farmed == (gfc2020 == 1)",
        &[
            (&[("farmed", Value::Bool(true)), ("gfc2020", Number(1.0))], True),
            (&[("farmed", Value::Bool(false)), ("gfc2020", Number(0.0))], True),
            (&[("farmed", Value::Bool(true)), ("gfc2020", Number(0.0))], False),
            (&[("farmed", Value::Bool(true))], Unknown),
        ],
    );
    check("farmed != true", &[(&[("farmed", Value::Bool(false))], True)]);
}

#[test]
fn a_choice_not_known_is_what_both_answers_agree_on() {
    check(
        "farmed ? cover > 10 : cover > 5",
        &[(&[("cover", Number(20.0))], True), (&[("cover", Number(7.0))], Unknown)],
    );
    check("(farmed ? 1 : 1) == 1", &[(&[], True)]);
    check("(farmed ? 1 : 2) == 1", &[(&[("farmed", Value::Bool(true))], True), (&[], Unknown)]);
}

#[test]
fn known_asks_whether_there_is_a_value() {
    check(
        "known(lossyear)",
        &[
            (&[("lossyear", Number(2021.0))], True),
            (&[("lossyear", Never)], True),
            (&[("lossyear", Silent)], SilentFalse),
            (&[("lossyear", Number(f64::NAN))], False),
            (&[], False),
        ],
    );
}

#[test]
fn dividing_by_zero_and_values_of_another_kind_are_unknown() {
    check("loss_ha / cover > 1", &[(&[("loss_ha", Number(2.0)), ("cover", Number(0.0))], Unknown)]);
    check("cover == 1", &[(&[("cover", Text("1"))], Unknown)]);
    check("member == 'a'", &[(&[("member", Number(1.0))], Unknown)]);
    check("farmed", &[(&[("farmed", Number(1.0))], Unknown)]);
}

#[test]
fn missing_values_are_unknown() {
    let program = program("gfc2020 == 1 || cover == 1", &example());
    assert_eq!(program.truth(&[]), Unknown);
    assert_eq!(program.truth(&[InputValue::Value(Number(1.0))]), True);
}

#[test]
fn formulas_have_values_and_kinds() {
    let scope = example();
    for (source, kind, expected) in [
        ("0.07 * 2", ValueKind::Number, Number(0.14)),
        ("whole_ha", ValueKind::Number, Number(0.07)),
        ("-loss_ha / 4", ValueKind::Number, Number(-0.5)),
        ("cutoff_year + 1", ValueKind::Year, Number(2021.0)),
        ("cutoff + 1", ValueKind::Day, Number(18_628.0)),
        ("lossyear - 2000", ValueKind::Number, Never),
        ("loss_ha + cover", ValueKind::Number, Value::Unknown),
    ] {
        let program = program(source, &scope);
        let given = [("loss_ha", Number(2.0)), ("lossyear", Never)];
        assert_eq!(program.kind(), kind, "{source}");
        assert_eq!(program.number(&in_order(&program, &given)), expected, "{source}");
        assert_eq!(program.truth(&in_order(&program, &given)), Unknown, "{source}: a formula has no truth");
    }
}

#[test]
fn inputs_come_once_in_the_order_they_are_written() {
    let scope = example();
    for (source, expected) in [
        ("2021 < lossyear && gfc2020 == 1 && lossyear < 2023", vec!["lossyear", "gfc2020"]),
        ("mb[2020] in agri || mb[cutoff_year - 1] in agri || mb[2020] == 3", vec!["mb[2020]", "mb[2019]"]),
        ("cover == 1 && forest && whole(lossyear)", vec!["cover", "gfc2020", "whole(lossyear)"]),
        ("patch(forest, 0.5) && whole(mb[2020]) && patch(forest, 0.5)", vec!["patch 0", "whole(mb[2020])"]),
        ("at_least(1, [cover == 1, gone == 1]) && !(gone && gfc2020 == 1)", vec!["cover"]),
        ("cover > 1 ? gfc2020 == 1 : known(alert3)", vec!["cover", "gfc2020", "alert3"]),
        ("true", vec![]),
    ] {
        let inputs: Vec<String> = program(source, &scope).inputs().iter().map(written).collect();
        assert_eq!(inputs, expected, "{source}");
    }
}

#[test]
fn a_patch_is_a_program_of_its_own() {
    let program = program("patch(forest, 0.5) && patch(cover in agri && gfc2020 == 1, 2 * 0.5)", &example());
    assert_eq!(program.inputs(), [Input::Patch { index: 0 }, Input::Patch { index: 1 }]);
    let patches: Vec<(Vec<String>, f64)> = program
        .patches()
        .iter()
        .map(|patch| (patch.of.inputs().iter().map(written).collect(), patch.over_ha))
        .collect();
    assert_eq!(patches, [(vec!["gfc2020".to_owned()], 0.5), (vec!["cover".to_owned(), "gfc2020".to_owned()], 1.0)]);
    assert_eq!(program.patches()[0].of.truth(&[InputValue::Value(Number(1.0))]), True);
    assert_eq!(program.truth(&[InputValue::Truth(True), InputValue::Truth(Unknown)]), Unknown);
    assert_eq!(program.truth(&[InputValue::Truth(True), InputValue::Truth(True)]), True);
}

#[test]
fn references_are_the_comparisons_with_fixed_numbers() {
    let program = program("loss_ha >= whole_ha || 2020 < planted_year || loss_ha > cover || mb[2020] != 3", &example());
    let found: Vec<_> =
        program.references().iter().map(|r| (r.name.to_owned(), r.year, r.relation, r.threshold)).collect();
    assert_eq!(
        found,
        [
            ("loss_ha".to_owned(), None, Relation::AtLeast, 0.07),
            ("planted_year".to_owned(), None, Relation::More, 2020.0),
            ("mb".to_owned(), Some(2020), Relation::Equal, 3.0),
        ]
    );
}
