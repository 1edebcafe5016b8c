//! What a person reads whose policy is broken.

use lindero_logic::ValueKind;
use lindero_policy::{Column, Policy};

const GOOD: &str = r#"name = "p"
title = "t"
version = "1"
about = "a"
source = "s"
[threshold]
least_ha = 0.07
[attribute.planted_year]
kind = "year"
[indicator.loss]
where = "lossyear > 2020"
by = "lossyear"
years = [2021, 2024]
[condition]
much = "loss_ha >= least_ha"
[[rule]]
code = "A1"
name = "trees-lost"
about = "forest"
verdict = "more_info"
ask = "desk"
when = "much"
reason = "{loss_ha} ha in {loss.years}"
source = "s"
limits = "l"
"#;

fn column(name: &str, kind: ValueKind) -> Column {
    Column { name: name.to_owned(), kind }
}

/// The message after `old` in a good policy was replaced by `new`, read and bound to its columns.
fn check(old: &str, new: &str, expected: &str) {
    assert!(GOOD.contains(old), "{old}");
    let text = GOOD.replacen(old, new, 1);
    let columns = [column("loss_ha", ValueKind::Number), column("other_ha", ValueKind::Number)];
    let error = Policy::parse("p.toml", &text).and_then(|policy| policy.bind(&columns)).expect_err(new);
    assert_eq!(error.to_string(), expected, "{new}");
}

#[test]
fn the_good_policy_is_good() {
    let policy = Policy::parse("p.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
    let bound = policy.bind(&[column("loss_ha", ValueKind::Number)]).unwrap_or_else(|error| panic!("{error}"));
    assert!(bound.not_assessed().is_empty());
}

#[test]
fn a_misspelt_column_is_not_a_missing_layer() {
    check(
        "\"much\"\nreason",
        "\"los_ha > 1\"\nreason",
        r#"p.toml, line 22: in rule[0].when: column 1: unknown name "los_ha"; did you mean "loss_ha"?"#,
    );
    check(
        "loss_ha >=",
        "loss_haa >=",
        r#"p.toml, line 15: in condition.much: column 1: unknown name "loss_haa"; did you mean "loss_ha"?"#,
    );
    check(
        "{loss_ha}",
        "{losss_ha}",
        r#"p.toml, line 23: in rule[0].reason: {losss_ha} names no column; did you mean "loss_ha"?"#,
    );
    check(
        "{loss.years}",
        "{lss.years}",
        r#"p.toml, line 23: in rule[0].reason: {lss.years} names no indicator; did you mean "loss"?"#,
    );
}

#[test]
fn a_column_of_the_catalog_may_be_read() {
    let text = GOOD.replacen("loss_ha >= least_ha", "other_ha > 1 || loss_pct > 2", 1);
    let policy = Policy::parse("p.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    let bound = policy.bind(&[column("loss_ha", ValueKind::Number), column("other_ha", ValueKind::Number)]).unwrap();
    assert_eq!(bound.assessed_in_part()[0].missing, ["loss_pct"]);
}

#[test]
fn sentences_are_checked() {
    let reason = "{loss_ha} ha in {loss.years}";
    check(reason, "{loss_ha ha", "p.toml, line 23: in rule[0].reason: a { without a } after it");
    check(reason, "loss_ha} ha", "p.toml, line 23: in rule[0].reason: a } without a { before it");
    check(reason, "{much}", "p.toml, line 23: in rule[0].reason: {much} is a condition and cannot be printed");
    check(
        reason,
        "{loss.area}",
        "p.toml, line 23: in rule[0].reason: {loss.area} is no placeholder; write {loss_ha}, {loss.years} or {loss.names}",
    );
    check(
        reason,
        "{findings}",
        "p.toml, line 23: in rule[0].reason: only the rule with point = true can print {findings}",
    );
    check(
        "when = \"much\"",
        "point = true",
        "p.toml, line 23: in rule[0].reason: the rule with point = true can print {findings} only",
    );
}

#[test]
fn rules_say_all_they_must_and_nothing_else() {
    check(
        "code = \"A1\"",
        "code = \"a1\"",
        r#"p.toml, line 17: rule[0].code must be a capital letter and a number, such as "L1", not "a1""#,
    );
    check(
        "\"trees-lost\"",
        "\"Trees lost\"",
        r#"p.toml, line 18: rule[0].name must be small letters and hyphens, such as "natural-forest-cleared", not "Trees lost""#,
    );
    check(
        "\"forest\"",
        "\"trees\"",
        r#"p.toml, line 19: rule[0].about must be one of "forest", "data", "law", not "trees""#,
    );
    check(
        "\"more_info\"",
        "\"low\"",
        r#"p.toml, line 20: rule[0].verdict must be one of "high", "more_info", "note", not "low""#,
    );
    check(
        "ask = \"desk\"",
        "ask = \"phone\"",
        r#"p.toml, line 21: rule[0].ask must be one of "desk", "document", "visit", "walk", not "phone""#,
    );
    check("limits =", "limit =", r#"p.toml, line 25: unknown key "rule[0].limit"; did you mean "limits"?"#);
    check("ask = \"desk\"\n", "", "p.toml, line 16: rule[0] says more_info and needs ask: who can answer");
    check("\"more_info\"", "\"high\"", "p.toml, line 16: rule[0] asks nothing as its verdict is high: leave ask out");
    check(
        "when = \"much\"\n",
        "",
        "p.toml, line 16: rule[0] needs one of when, a condition, point = true, or stability = true",
    );
    check(
        "when = \"much\"",
        "when = \"much\"\npoint = true",
        "p.toml, line 16: rule[0] needs one of when, a condition, point = true, or stability = true",
    );
    check(
        "verdict = \"more_info\"\nask = \"desk\"",
        "verdict = \"note\"\nalone = true",
        "p.toml, line 16: rule[0]: alone goes only with when and verdict high or more_info",
    );
    check(
        "verdict = \"more_info\"\nask = \"desk\"\nwhen = \"much\"",
        "verdict = \"high\"\npoint = true",
        "p.toml, line 16: rule[0]: a point is never high: write verdict = \"more_info\"",
    );
}

#[test]
fn a_code_is_given_once() {
    let rule = &GOOD[GOOD.find("[[rule]]").unwrap()..];
    let text = format!("{GOOD}{rule}");
    let error = Policy::parse("p.toml", &text).unwrap_err();
    assert_eq!(error.to_string(), "p.toml, line 33: in rule[1].reason: another rule has the code A1 already");
}

#[test]
fn a_name_means_one_thing() {
    check(
        "least_ha = 0.07",
        "planted_year = 1",
        r#"p.toml, line 8: attribute "planted_year" has the name of a threshold"#,
    );
    check(
        "least_ha = 0.07",
        "loss_ha = 1",
        r#"p.toml, line 7: threshold "loss_ha" has the name of a column of an indicator"#,
    );
    check("much =", "from_point =", r#"p.toml, line 15: condition "from_point" has the name of a word of policies"#);
    check(
        "much =",
        "Much =",
        r#"p.toml, line 15: condition name "Much" is not a name; use lower-case letters, digits and _, beginning with a letter"#,
    );
}

#[test]
fn the_rest_of_the_file_is_checked() {
    check("title = \"t\"\n", "", "p.toml, line 1: title is missing");
    check("version", "verson", r#"p.toml, line 3: unknown key "verson"; did you mean "version"?"#);
    check("least_ha = 0.07", "least_ha = \"a\"", r#"p.toml, line 7: threshold.least_ha must be a number, not "a""#);
    check(
        "least_ha = 0.07",
        "least_ha = -0.07",
        "p.toml, line 7: threshold.least_ha must be a number of at least 0, not -0.07",
    );
    check(
        "kind = \"year\"",
        "kind = \"date\"",
        r#"p.toml, line 9: attribute.planted_year.kind must be one of "number", "year", "day", "text", "yes_no", not "date""#,
    );
    check(
        "\"loss_ha >= least_ha\"",
        "\"loss_ha => least_ha\"",
        r#"p.toml, line 15: in condition.much: column 9: "=>" is not understood; write >="#,
    );
    check(
        "[condition]",
        "[[requires]]\nat_least = 3\nof = [\"a\", \"b\"]\nwhy = \"w\"\n[condition]",
        "p.toml, line 15: requires[0].at_least must be from 1 to 2, the length of its list, not 3",
    );
    check(
        "where = \"lossyear > 2020\"",
        "where = \"lossyear >\"",
        "p.toml, line 11: in indicator.loss.where: column 10: expected a value after \">\"",
    );
    let start = &GOOD[..GOOD.find("[[rule]]").unwrap()];
    let error = Policy::parse("p.toml", start).unwrap_err();
    assert_eq!(error.to_string(), "p.toml, line 1: a policy needs at least one [[rule]]");
}

#[test]
fn an_attribute_must_be_what_the_policy_takes_it_for() {
    let policy = Policy::parse("p.toml", GOOD).unwrap();
    let error =
        policy.bind(&[column("loss_ha", ValueKind::Number), column("planted_year", ValueKind::Text)]).unwrap_err();
    let expected = "p.toml, line 9: in attribute.planted_year.kind: the policy reads it as a year, and the column given holds text";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_rule_reads_no_cells() {
    check(
        "when = \"much\"",
        "when = \"whole(loss_ha)\"",
        "p.toml, line 22: in rule[0].when: column 7: loss_ha is a column and has no cells; write whole(layer)",
    );
    check(
        "when = \"much\"",
        "when = \"patch(true, 0.5)\"",
        "p.toml, line 22: in rule[0].when: a rule reads columns, not cells: patch belongs into a term",
    );
}
