//! What `policy check` complains about though a file can be read.

use lindero_policy::{BUILTIN, Policy};

use crate::plot::shipped;

/// A policy with these conditions and one rule for each `when` with its verdict.
fn lints(conditions: &str, rules: &[(&str, &str)]) -> Vec<String> {
    let mut text = format!(
        r#"name = "p"
title = "t"
version = "1"
about = "a"
source = "s"
[threshold]
least_ha = 0.07
least_pct = 10
[attribute.planted_year]
kind = "year"
[indicator.loss]
where = "lossyear > 2020"
by = "lossyear"
years = [2021, 2024]
[indicator.stand]
where = "forest == 1"
[condition]
{conditions}
"#
    );
    for (index, (when, verdict)) in rules.iter().enumerate() {
        let ask = if *verdict == "more_info" { "ask = \"desk\"\n" } else { "" };
        text.push_str(&format!(
            "[[rule]]\ncode = \"A{index}\"\nname = \"n\"\nabout = \"forest\"\nverdict = \"{verdict}\"\n{ask}when = \"{when}\"\n\
             reason = \"r\"\nsource = \"s\"\nlimits = \"l\"\n"
        ));
    }
    let policy = Policy::parse("p.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    policy.lints().iter().map(ToString::to_string).collect()
}

/// One rule, and what is said of it.
fn check(when: &str, expected: &[&str]) {
    assert_eq!(lints("", &[(when, "more_info")]), expected, "{when}");
}

#[test]
fn the_shipped_policies_have_nothing_to_complain_about() {
    for name in BUILTIN {
        assert_eq!(shipped(name).lints(), [], "{name}");
    }
}

#[test]
fn a_column_that_is_nearly_one_of_the_policys_own_is_told_once() {
    check(
        "los_ha > 1",
        &[r#"p.toml, line 25: in rule[0].when: column 1: unknown name "los_ha"; did you mean "loss_ha"?"#],
    );
    let used = lints("much = \"stand_ha > 1 && lss_pct > 10\"", &[("much", "high")]);
    let expected = r#"p.toml, line 18: in condition.much: column 17: unknown name "lss_pct"; did you mean "loss_pct"?"#;
    assert_eq!(used, [expected]);
    // A catalog may measure what a policy does not.
    check("wetland_ha > 1", &[]);
    check("loss_2022_ha > 1 || loss_first_year > 2022", &[]);
}

#[test]
fn hectares_are_not_compared_with_percent_or_years() {
    let hint = "p.toml, line 25: in rule[0].when: column 11: loss_ha is in hectares and least_pct in percent; did you mean \"least_ha\"?";
    check("loss_ha > least_pct", &[hint]);
    check("stand_pct > 3 * least_pct && loss_ha + stand_ha >= least_ha", &[]);
    let years = lints("late = \"loss_first_year > planted_year && loss_ha > 2 * least_pct\"", &[("late", "high")]);
    assert_eq!(years.len(), 1, "{years:?}");
    assert!(years[0].starts_with("p.toml, line 18: in condition.late: column 45: loss_ha is in hectares"), "{years:?}");
}

#[test]
fn a_rule_that_no_plot_can_make_true_is_told() {
    let never = |names: &str| {
        format!("p.toml, line 25: in rule[0].when: rule A0 is never true{names}: are its bounds the wrong way round?")
    };
    check("loss_ha > 2 && loss_ha < 1", &[&never(", whatever loss_ha is")]);
    check("stand_pct > 100", &[&never(", whatever stand_pct is")]);
    check("loss_ha < 0", &[&never(", whatever loss_ha is")]);
    check("planted_year > 2020 && planted_year < 2021", &[&never(", whatever planted_year is")]);
    check("geometry_usable && !geometry_usable", &[&never(", whatever geometry_usable is")]);
    check(
        "(loss_ha > 1 || stand_ha > 1) && loss_ha <= 1 && stand_ha <= 1",
        &[&never(", whatever loss_ha and stand_ha are")],
    );
    check("false && loss_ha > 1", &[&never(", whatever loss_ha is")]);
    for possible in [
        "stand_pct >= 100",
        "loss_ha <= 0",
        "planted_year > 2020 && planted_year < 2022",
        "loss_ha > 1 && loss_ha < 1.1",
    ] {
        check(possible, &[]);
    }
    // What is calculated with is not tried in full, and nothing is said of it.
    check("loss_ha + stand_ha < 0", &[]);
}

#[test]
fn a_rule_that_an_unknown_measurement_silences_is_told() {
    let unsafe_rule = lints("", &[("known(loss_ha) && loss_ha > least_ha", "high")]);
    assert_eq!(unsafe_rule.len(), 1);
    let expected = "p.toml, line 24: in rule[0].when: rule A0 asks known(loss_ha), and a plot can become low when loss_ha becomes \
                    unknown, which an unknown measurement must never do: leave known() out, and loss_ha is unknown to the rule, which \
                    then asks";
    assert_eq!(unsafe_rule[0], expected);
    let through = lints("seen = \"known(loss_ha)\"", &[("stand_pct > 10 && seen", "more_info")]);
    assert_eq!(through.len(), 1, "{through:?}");
}

#[test]
fn a_rule_may_ask_whether_something_is_known_where_nothing_becomes_low_by_it() {
    let none: [&str; 0] = [];
    check("!known(loss_ha) || loss_ha > least_ha", &none);
    check("known(planted_year) && planted_year > 2020 && loss_ha > 1", &none);
    assert_eq!(lints("", &[("known(loss_ha) && loss_ha > 1", "note")]), none);
    // Another rule asks where the measurement is unknown.
    assert_eq!(lints("", &[("known(loss_ha) && loss_ha > 1", "high"), ("!known(loss_ha)", "more_info")]), none);
    // Another rule reads it, and is undecided then.
    assert_eq!(lints("", &[("known(loss_ha) && loss_ha > 1", "high"), ("loss_ha > 2", "more_info")]), none);
    // A rule that asks something else does not help.
    assert_eq!(lints("", &[("known(loss_ha) && loss_ha > 1", "high"), ("stand_ha > 2", "more_info")]).len(), 1);
}

#[test]
fn the_names_of_other_programs_are_checked() {
    let error = |table: &str| {
        let text = format!(
            "name = \"p\"\ntitle = \"t\"\nversion = \"1\"\nabout = \"a\"\nsource = \"s\"\n{table}[condition]\nmuch = \"loss_ha > 1\"\n[[rule]]\ncode = \"A1\"\nname = \"n\"\nabout = \"forest\"\nverdict = \"high\"\nwhen = \"much\"\nreason = \"r\"\nsource = \"s\"\nlimits = \"l\"\n"
        );
        Policy::parse("p.toml", &text).unwrap_err().to_string()
    };
    assert_eq!(
        error("[table.answer]\nmuhc = \"Ind_01\"\n"),
        r#"p.toml, line 7: in table.answer.muhc: "muhc" is no condition of the policy; did you mean "much"?"#
    );
    assert_eq!(
        error("[table]\nverdct = \"risk\"\n"),
        r#"p.toml, line 7: unknown key "table.verdct"; did you mean "verdict"?"#
    );
    assert_eq!(
        error("[table]\nobserved_pct = 101\n"),
        "p.toml, line 7: table.observed_pct must be from 0 to 100 percent, not 101"
    );
}

#[test]
fn what_others_claim_is_a_measurement_where_a_run_has_it() {
    let silenced = lints("", &[("known(claimed_pct) && claimed_pct > 20", "more_info")]);
    assert!(silenced[0].contains("rule A0 asks known(claimed_pct), and a plot can become low"), "{silenced:?}");
    check("claimed_pct > 20 || outside_country", &[]);
}
