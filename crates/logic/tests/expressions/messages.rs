//! What is said about expressions that cannot be read: every message, word by word.

use lindero_logic::{Symbol, ValueKind, compile_condition, compile_number};

use crate::catalog::{Catalog, example, layer};

fn check(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        let error = compile_condition(source, &example()).expect_err(source);
        assert_eq!(error.to_string(), *expected, "{source}");
    }
}

#[test]
fn names_that_do_not_exist() {
    check(&[
        ("lossyer > 2020", r#"line 1, column 1: unknown name "lossyer"; did you mean "lossyear"?"#),
        ("forest &&\n  Cover > 1", r#"line 2, column 3: unknown name "Cover"; did you mean "cover"?"#),
        ("biomass > 1", r#"line 1, column 1: unknown name "biomass""#),
        ("cover in AGRI", r#"line 1, column 10: unknown name "AGRI"; did you mean "agri"?"#),
        ("whole && forest", "line 1, column 1: whole is a function; write whole(...)"),
        ("atleast(2, [forest])", r#"line 1, column 1: unknown function "atleast"; did you mean "at_least"?"#),
        ("has(cover)", r#"line 1, column 1: unknown function "has"; there are at_least, date, known, patch, whole"#),
        ("forest && loop", r#"line 1, column 11: "loop" is a reserved word and cannot be a name"#),
        ("año > 1", r#"line 1, column 1: "año" is not a name: it has 'ñ'; put text between quotes"#),
    ]);
}

#[test]
fn words_and_signs_of_other_languages() {
    check(&[
        ("forest and farmed", r#"line 1, column 8: "and" is not understood; write &&"#),
        ("forest AND farmed", r#"line 1, column 8: "AND" is not understood; write &&"#),
        ("forest or farmed", r#"line 1, column 8: "or" is not understood; write ||"#),
        ("not forest", r#"line 1, column 1: "not" is not understood; write !, as in !(x in [1, 2])"#),
        ("cover not in agri", r#"line 1, column 7: "not" is not understood; write !, as in !(x in [1, 2])"#),
        ("cover between 1 and 3", r#"line 1, column 7: "between" is not understood; write x >= a && x <= b"#),
        ("cover is 3", r#"line 1, column 7: "is" is not understood; write =="#),
        ("anp like 'a'", r#"line 1, column 5: "like" is not understood; text can only be equal: write =="#),
        (
            "cover == null",
            r#"line 1, column 10: "null" is not understood; to ask whether a layer has a value write known(layer)"#,
        ),
        ("farmed == True", r#"line 1, column 11: "True" is not understood; write true"#),
        ("cover = 3", r#"line 1, column 7: "=" is not understood; compare with =="#),
        ("cover === 3", r#"line 1, column 7: "===" is not understood; write =="#),
        ("cover <> 3", r#"line 1, column 7: "<>" is not understood; write !="#),
        ("cover => 3", r#"line 1, column 7: "=>" is not understood; write >="#),
        ("cover =< 3", r#"line 1, column 7: "=<" is not understood; write <="#),
        ("cover ≥ 3", r#"line 1, column 7: "≥" is not understood; write >="#),
        ("forest & farmed", r#"line 1, column 8: "&" is not understood; write &&"#),
        ("forest | farmed", r#"line 1, column 8: "|" is not understood; write ||"#),
        ("cover ** 2 > 3", r#"line 1, column 7: "**" is not understood; write a product, such as x * x"#),
        (
            "cover // 2 > 3",
            r#"line 1, column 7: "//" is not understood; divide with a single /; comments go outside the expression"#,
        ),
        (
            "cover % 2 == 0",
            r#"line 1, column 7: "%" is not understood; there is no remainder, and shares are columns of their own, such as cover_pct"#,
        ),
        ("cover in {1, 2}", r#"line 1, column 10: "{" is not understood; lists are written [1, 2]"#),
        ("forest; farmed", r#"line 1, column 7: ";" is not understood"#),
        ("forest.a", r#"line 1, column 7: "." is not understood"#),
        ("member == “yes”", r#"line 1, column 11: "“" is not understood; write straight quotes"#),
    ]);
}

#[test]
fn texts_numbers_and_dates_that_are_none() {
    check(&[
        ("member == 'yes", "line 1, column 11: the text that starts with ' never ends; close it with '"),
        ("member == 'a\nb'", "line 1, column 11: the text that starts with ' never ends; close it with '"),
        (
            r"member == 'it\'s'",
            "line 1, column 14: a backslash has no meaning in text; put text with ' between \", and with \" between '",
        ),
        (
            "member == 'it''s'",
            "line 1, column 15: two texts follow each other; put text with ' between \", and with \" between '",
        ),
        (
            "member == r'a'",
            r#"line 1, column 11: "r" stands right before a text; write the text alone, between quotes"#,
        ),
        ("cover > 0x10", r#"line 1, column 9: "0x10" is neither a number nor a name; names begin with a letter"#),
        ("cover > 10u", r#"line 1, column 9: "10u" is neither a number nor a name; names begin with a letter"#),
        ("cover > 10.", r#"line 1, column 9: "10." has no digits after the point; write 10"#),
        ("cover > .5", r#"line 1, column 9: "." is not understood"#),
        ("cover > 1.2.3", r#"line 1, column 9: "1.2.3" is neither a number nor a name; names begin with a letter"#),
        (
            "cover > 12345678901234567890",
            r#"line 1, column 9: "12345678901234567890" is too long a number; at most 15 digits are exact"#,
        ),
        ("cover > 1e999", r#"line 1, column 9: "1e999" is too long a number; at most 15 digits are exact"#),
        (
            "alert3 > 2021-02-29",
            r#"line 1, column 10: "2021-02-29" is not a day of the calendar; write year-month-day, such as 2020-12-31"#,
        ),
        (
            "alert3 > 2021-1-5",
            r#"line 1, column 10: "2021-1-5" is not a day of the calendar; write year-month-day, such as 2020-12-31"#,
        ),
        (
            "alert3 > 2021-01-05T00",
            r#"line 1, column 10: "2021-01-05" is followed by "T"; a day has no time: write year-month-day"#,
        ),
        (
            "alert3 > date('31.12.2020')",
            r#"line 1, column 15: "31.12.2020" is not a day of the calendar; write year-month-day, such as 2020-12-31"#,
        ),
        ("alert3 > date(2020)", "line 1, column 15: date needs text in quotes; write date('2020-12-31')"),
    ]);
}

#[test]
fn brackets_and_operators_out_of_place() {
    check(&[
        ("", "line 1, column 1: the expression is empty"),
        (" \n ", "line 1, column 1: the expression is empty"),
        ("(forest", r#"line 1, column 1: "(" is never closed; write ")""#),
        ("cover in [1, 2", r#"line 1, column 10: "[" is never closed; write "]""#),
        ("forest)", r#"line 1, column 7: ")" closes no "(""#),
        ("cover in (1]", r#"line 1, column 12: "]" cannot close "("; write ")" first"#),
        ("cover >", r#"line 1, column 7: expected a value after ">""#),
        ("> 3", r#"line 1, column 1: expected a value before ">""#),
        ("cover > && forest", r#"line 1, column 9: expected a value before "&&""#),
        ("()", r#"line 1, column 2: expected a value before ")""#),
        ("cover in []", r#"line 1, column 11: expected a value before "]""#),
        ("cover in [1,]", r#"line 1, column 13: expected a value before "]""#),
        (
            "forest farmed",
            r#"line 1, column 8: expected an operator between "forest" and "farmed"; conditions are joined with && or ||"#,
        ),
        (
            "cover > 3 (forest)",
            r#"line 1, column 11: expected an operator between "3" and "("; conditions are joined with && or ||"#,
        ),
        (
            "forest !farmed",
            r#"line 1, column 8: expected an operator between "forest" and "!"; conditions are joined with && or ||"#,
        ),
        ("forest, farmed", r#"line 1, column 7: "," is not in a list; lists are written [1, 2]"#),
        ("forest ? farmed", r#"line 1, column 8: "?" has no ":" after it; write condition ? a : b"#),
        ("forest : farmed", r#"line 1, column 8: ":" has no "?" before it; write condition ? a : b"#),
        ("(forest ? farmed) : forest", r#"line 1, column 9: "?" has no ":" after it; write condition ? a : b"#),
        ("-!forest", r#"line 1, column 2: cannot make sense of "!" here; use brackets"#),
    ]);
}

#[test]
fn values_where_a_condition_is_needed() {
    check(&[
        ("lossyear && forest", "line 1, column 1: lossyear is a year, not a condition; write lossyear > cutoff_year"),
        ("forest || alert3", "line 1, column 11: alert3 is a day, not a condition; write alert3 > cutoff"),
        ("!cover", "line 1, column 2: cover is a number, not a condition; compare it, as in cover == 1"),
        ("mb[2020]", "line 1, column 1: mb[2020] is a number, not a condition; compare it, as in mb[2020] == 1"),
        ("member", r#"line 1, column 1: member is text, not a condition; write member == "yes""#),
        ("1", "line 1, column 1: 1 is a number, not a condition; compare it, as in x == 1"),
        ("cover + 1", "line 1, column 1: this part is a number, not a condition; compare it, as in x == 1"),
        (
            "at_least(1, [forest, cover])",
            "line 1, column 22: cover is a number, not a condition; compare it, as in cover == 1",
        ),
        ("patch(cover, 0.5)", "line 1, column 7: cover is a number, not a condition; compare it, as in cover == 1"),
        (
            "cover ? forest : farmed",
            "line 1, column 1: cover is a number, not a condition; compare it, as in cover == 1",
        ),
        ("[1, 2]", "line 1, column 1: a list has no value by itself; lists stand after in, and inside at_least"),
        ("agri", "line 1, column 1: agri is a list and has no value by itself; write x in agri"),
    ]);
}

#[test]
fn comparisons_of_what_cannot_be_compared() {
    check(&[
        ("lossyear > cutoff", "line 1, column 1: lossyear is a year: compare it with cutoff_year or 2020"),
        ("lossyear > 2020-12-31", "line 1, column 1: lossyear is a year: compare it with cutoff_year or 2020"),
        ("cutoff < lossyear", "line 1, column 10: lossyear is a year: compare it with cutoff_year or 2020"),
        (
            "alert3 > cutoff_year",
            "line 1, column 1: alert3 is a day: compare it with cutoff or a date such as 2020-12-31",
        ),
        ("alert3 > 2020", "line 1, column 1: alert3 is a day: compare it with cutoff or a date such as 2020-12-31"),
        ("alert3 in [2020]", "line 1, column 1: alert3 is a day: compare it with cutoff or a date such as 2020-12-31"),
        ("cover > cutoff", "line 1, column 1: cover is a number: compare it with a number"),
        ("member == 1", r#"line 1, column 1: member is text: compare it with text in quotes, such as "yes""#),
        ("lossyear > alert3", "line 1, column 1: lossyear is a year and alert3 is a day: they cannot be compared"),
        ("lossyear > 21", "line 1, column 12: lossyear is a year: 21 is none; did you mean 2021?"),
        ("lossyear in [2021, 22]", "line 1, column 20: lossyear is a year: 22 is none; did you mean 2022?"),
        ("lossyear > 20210", "line 1, column 12: lossyear is a year: 20210 is none; write a year such as 2020"),
        ("member > 'a'", "line 1, column 1: member is text: it has no order; text can only be compared with == and !="),
        ("!cover == 3", "line 1, column 2: cover is a number, not a condition; compare it, as in cover == 1"),
        (
            "!forest == 3",
            "line 1, column 1: a condition cannot be compared with a value; to negate a comparison write !(a == b)",
        ),
        (
            "1 < cover < 3",
            "line 1, column 1: a condition cannot be compared with a value; to compare twice write a < x && x < b",
        ),
        (
            "forest < farmed",
            "line 1, column 1: a condition cannot be compared with a value; conditions are joined with && or ||",
        ),
        ("1 == forest", "line 1, column 6: a condition cannot be compared with a value"),
        ("forest in [1]", "line 1, column 1: a condition cannot be compared with a value"),
        ("cover in 3", "line 1, column 10: in needs a list; write in [1, 2]"),
        ("cover in gfc2020", "line 1, column 10: gfc2020 is not a list; write == gfc2020, or in [gfc2020]"),
        (
            "cover in [forest]",
            "line 1, column 11: forest is a condition, not a value; to turn a condition into a number write condition ? 1 : 0",
        ),
    ]);
}

#[test]
fn arithmetic_that_makes_no_sense() {
    let kinds = "numbers can be added to years and days, and like subtracted from like";
    let reach = "only a fixed whole number can be added to it or subtracted from it";
    for (source, message) in [
        ("lossyear * 2 > 1", format!("lossyear * 2 makes no sense: lossyear is a year, 2 is a number; {kinds}")),
        (
            "lossyear + alert3 > 1",
            format!("lossyear + alert3 makes no sense: lossyear is a year, alert3 is a day; {kinds}"),
        ),
        ("member + 1 == 2", format!("member + 1 makes no sense: member is text, 1 is a number; {kinds}")),
        ("5 - alert3 > 1", format!("5 - alert3 makes no sense: 5 is a number, alert3 is a day; {kinds}")),
        ("lossyear + 0.5 > 2020", format!("lossyear ends with what its layer has seen; {reach}")),
        ("lossyear + cover > 2020", format!("lossyear ends with what its layer has seen; {reach}")),
    ] {
        check(&[(source, &format!("line 1, column 1: {message}"))]);
    }
    check(&[
        ("2024 - lossyear < 4", &format!("line 1, column 8: lossyear ends with what its layer has seen; {reach}")),
        ("-lossyear > 1", "line 1, column 2: lossyear is a year: it has no negative"),
        ("cover > 1 / 0", "line 1, column 13: division by zero"),
        ("cover / 0 > 1", "line 1, column 9: division by zero"),
        (
            "(forest ? 1 : 'a') == 1",
            "line 1, column 11: one answer of ? : is a number, the other text: they must be of one kind",
        ),
        (
            "forest ? farmed : 1",
            "line 1, column 10: one answer of ? : is a condition, the other a number: they must be of one kind",
        ),
        (
            "forest ? 1 : farmed",
            "line 1, column 10: one answer of ? : is a number, the other a condition: they must be of one kind",
        ),
        (
            "forest + 1 > 1",
            "line 1, column 1: forest is a condition, not a value; to turn a condition into a number write condition ? 1 : 0",
        ),
    ]);
}

#[test]
fn functions_used_wrongly() {
    check(&[
        ("at_least(2)", "line 1, column 1: at_least takes 2 values, not 1; write at_least(2, [a, b, c])"),
        ("whole(lossyear, cover)", "line 1, column 1: whole takes 1 value, not 2; write whole(layer)"),
        ("known(lossyear, cover)", "line 1, column 1: known takes 1 value, not 2; write known(layer)"),
        ("patch(forest)", "line 1, column 1: patch takes 2 values, not 1; write patch(condition, 0.5)"),
        ("alert3 > date(2020, 12, 31)", "line 1, column 10: date takes 1 value, not 3; write date('2020-12-31')"),
        ("at_least(2, forest)", "line 1, column 13: at_least needs a list; write at_least(2, [a, b, c])"),
        (
            "at_least(3, [forest, farmed])",
            "line 1, column 10: at_least needs a whole number from 1 to 2, the length of its list",
        ),
        (
            "at_least(0, [forest, farmed])",
            "line 1, column 10: at_least needs a whole number from 1 to 2, the length of its list",
        ),
        (
            "at_least(cover, [forest])",
            "line 1, column 10: at_least needs a whole number from 1 to 1, the length of its list",
        ),
        ("whole(forest)", "line 1, column 7: whole needs a layer, but forest is none; write whole(layer)"),
        ("whole(cover == 1)", "line 1, column 7: whole needs the name of a layer; write whole(layer)"),
        ("known(1)", "line 1, column 7: known needs the name of a layer; write known(layer)"),
        ("whole(member)", "line 1, column 7: member is a column and has no cells; write whole(layer)"),
        (
            "patch(forest, cover)",
            "line 1, column 15: patch needs an area in hectares, fixed and not negative; write patch(condition, 0.5)",
        ),
        (
            "patch(forest, -1)",
            "line 1, column 15: patch needs an area in hectares, fixed and not negative; write patch(condition, 0.5)",
        ),
        ("patch(patch(forest, 1), 1)", "line 1, column 7: a patch cannot be made of patches; join them with &&"),
        (
            "patch(whole(cover), 1)",
            "line 1, column 13: whole asks about the plot, and patches reach beyond it; write patch(...) && whole(layer)",
        ),
        (
            "patch(loss_ha > 1, 1)",
            "line 1, column 7: loss_ha is a column, and patch reads cells; patches are made of layers",
        ),
        (
            "patch(known(member), 1)",
            "line 1, column 13: member is a column, and patch reads cells; patches are made of layers",
        ),
    ]);
}

#[test]
fn years_of_layers() {
    check(&[
        ("mb == 3", "line 1, column 1: mb has one band a year; write mb[2024]"),
        ("mb[2030] == 3", "line 1, column 4: mb has the years 1985 to 2024, not 2030"),
        ("mb[1984] == 3", "line 1, column 4: mb has the years 1985 to 2024, not 1984"),
        ("mb[lossyear] == 3", "line 1, column 4: the year in mb[...] must be fixed, such as 2020"),
        ("mb[2020.5] == 3", "line 1, column 4: the year in mb[...] must be fixed, such as 2020"),
        ("mb[cutoff] == 3", "line 1, column 4: the year in mb[...] must be fixed, such as 2020"),
        ("gfc2020[2020] == 1", "line 1, column 1: gfc2020 has no bands of years; write gfc2020"),
        ("forest[2020]", "line 1, column 1: forest has no bands of years; write forest"),
        (
            "(cover + 1)[2020] == 1",
            "line 1, column 2: only the name of a layer can be followed by [year]; write layer[2020]",
        ),
    ]);
}

#[test]
fn errors_inside_terms_name_the_term_and_the_place_in_it() {
    let scope = Catalog(vec![
        ("n", layer(ValueKind::Number)),
        ("a", Symbol::Term("n == 1 || b")),
        ("b", Symbol::Term("n == 2 ||\n  c")),
        ("c", Symbol::Term("a && n == 3")),
        ("odd", Symbol::Term("n = 1")),
        ("outer", Symbol::Term("n == 1 && odd")),
        ("self", Symbol::Term("!self")),
        ("nothing", Symbol::List(&[])),
    ]);
    for (source, expected) in [
        ("n == 4 && a", r#"in term "c", line 1, column 1: term "a" uses itself: a -> b -> c -> a"#),
        ("b", r#"in term "a", line 1, column 11: term "b" uses itself: b -> c -> a -> b"#),
        ("self", r#"in term "self", line 1, column 2: term "self" uses itself: self -> self"#),
        ("outer", r#"in term "odd", line 1, column 3: "=" is not understood; compare with =="#),
        ("n in nothing", "line 1, column 6: the list nothing is empty"),
    ] {
        let error = compile_condition(source, &scope).expect_err(source);
        assert_eq!(error.to_string(), expected, "{source}");
    }
}

#[test]
fn formulas_must_have_a_value() {
    for (source, expected) in [
        (
            "forest",
            "line 1, column 1: forest is a condition, not a value; to turn a condition into a number write condition ? 1 : 0",
        ),
        ("'a'", r#"line 1, column 1: "a" is text, not a number"#),
        ("member", "line 1, column 1: member is text, not a number"),
    ] {
        let error = compile_number(source, &example()).expect_err(source);
        assert_eq!(error.to_string(), expected, "{source}");
    }
}
