//! Plain tables of measurements, for policies that measure.

use crate::table::Decided;

const EUDR: &[&str] = &["--policy", "eudr-2020"];

/// Everything that the rules of `eudr-2020` read, nothing found.
const NOTHING: [(&str, &str); 17] = [
    ("loss_natural_whole_ha", "0"),
    ("loss_natural_pct", "0"),
    ("loss_mixed_whole_ha", "0"),
    ("loss_contested_whole_ha", "0"),
    ("loss_ncm_ha", "0"),
    ("loss_ncm_pct", "0"),
    ("loss_2021_ha", "0"),
    ("loss_2021_pct", "0"),
    ("hint_ha", "0"),
    ("stand_natural_pct", "0"),
    ("stand_mixed_pct", "0"),
    ("contested_pct", "0"),
    ("forest_any_observed_pct", "100"),
    ("lost_observed_pct", "100"),
    ("contested_observed_pct", "100"),
    ("protected_pct", "0"),
    ("protected_ha", "0"),
];

/// One row in which something else is said.
fn table(given: &[(&str, &str)]) -> String {
    let mut cells: Vec<(&str, &str)> = NOTHING.to_vec();
    for (name, value) in given {
        match cells.iter_mut().find(|(known, _)| known == name) {
            Some(cell) => cell.1 = value,
            None => cells.push((name, value)),
        }
    }
    let (names, values): (Vec<&str>, Vec<&str>) = cells.into_iter().unzip();
    format!("{}\n{}\n", names.join(","), values.join(","))
}

#[track_caller]
fn check(given: &[(&str, &str)], verdict: &str, findings: &str) {
    let decided = Decided::text(&table(given), EUDR);
    assert_eq!(
        (decided.column("verdict")[0].as_str(), decided.column("findings")[0].as_str()),
        (verdict, findings),
        "{given:?}"
    );
}

#[test]
fn measurements_and_declarations_decide_as_in_a_run() {
    check(&[], "low", "");
    check(&[("loss_natural_whole_ha", "0.07")], "high", "L1");
    check(&[("stand_mixed_pct", "30")], "more_info", "F2");
    check(&[("stand_mixed_pct", "30"), ("planted_year", "2014")], "low", "");
    check(&[("loss_mixed_whole_ha", "0.2"), ("Planted_Year", "2022"), ("loss_ncm_ha", "0.2")], "high", "L2;L3");
    // What is declared and cannot be read is not known, and no mistake of the table.
    check(&[("stand_mixed_pct", "30"), ("planted_year", "long ago")], "more_info", "F2");
}

#[test]
fn where_a_plot_lies_and_who_claims_it_is_read_where_the_table_says_it() {
    check(&[("outside_country", "no"), ("claimed_pct", "10")], "low", "");
    check(&[("outside_country", "yes")], "more_info", "D5");
    check(&[("claimed_pct", "10.1")], "more_info", "D5");
    check(&[("outside_country", "")], "more_info", "D5?");
}

#[test]
fn an_empty_cell_is_unknown_and_never_low() {
    for blank in ["", "NA", "NaN", "null", " "] {
        check(&[("hint_ha", blank)], "more_info", "L6?");
    }
}

#[test]
fn a_column_that_is_not_there_is_unknown_of_every_plot_and_said() {
    let decided = Decided::text("loss_natural_whole_ha\n0\n0.3\n", EUDR);
    assert_eq!(decided.column("verdict"), ["more_info", "high"]);
    assert!(decided.errors().contains("not in the table, and so unknown of every plot:"), "{}", decided.errors());
    assert!(decided.errors().contains("forest_any_observed_pct"), "{}", decided.errors());
}

#[test]
fn boundaries_and_points_are_told_by_their_columns() {
    check(&[("geometry_usable", "no")], "more_info", "D1");
    check(&[("geometry_status", "unusable")], "more_info", "D1");
    check(&[("geometry_status", "repaired")], "low", "");
    check(&[("geometry_status", "disc")], "more_info", "D2");
    check(&[("from_point", "yes"), ("loss_natural_whole_ha", "0.3")], "more_info", "D2");
    let decided = Decided::text(&table(&[("geometry_status", "disc")]), EUDR);
    assert!(decided.column("reasons")[0].contains("only one was measured"), "{:?}", decided.column("reasons"));
}

#[test]
fn other_delimiters_decimal_commas_and_encodings_are_read() {
    let text = "Nombre;Unit;Area;EUFO_2020;Cocoa_ETH;RADD_after_2020\nPe\u{f1}a;ha;2,5;0,26;0;0\n";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let decided = Decided::bytes(&latin, &["--policy", "whisp-acrop"]);
    assert_eq!(decided.column("verdict"), ["more_info"]);
    assert_eq!(decided.column("Area"), ["2,5"]);
    assert_eq!(decided.column("Nombre"), ["Peña"]);
}

#[test]
fn a_table_may_be_written_as_parquet_and_decided_as_often_as_one_likes() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("decided.parquet").display().to_string();
    let from = home.path().join("plots.csv");
    std::fs::write(&from, table(&[("hint_ha", "0.2")])).unwrap();
    for _ in 0..2 {
        let decided = Decided::from(&from, &["--policy", "eudr-2020", "--out", &out]);
        assert!(decided.said().contains("more_info"), "{}{}", decided.said(), decided.errors());
    }
    let file = std::fs::File::open(&out).unwrap();
    let batches: Vec<_> = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let verdict = batches[0].column_by_name("verdict").unwrap();
    assert_eq!(arrow_array::cast::AsArray::as_string::<i32>(verdict).value(0), "more_info");
}

#[test]
fn what_was_decided_before_stays_under_another_name() {
    let text = table(&[("hint_ha", "0.2"), ("verdict", "low"), ("Findings", "x"), ("verdict_forest", "low")]);
    let (columns, rows) = Decided::text(&text, EUDR).table();
    let ours: Vec<&str> = columns[NOTHING.len()..].iter().map(String::as_str).collect();
    assert_eq!(ours, ["verdict_before", "Findings_before", "verdict_forest_before", "verdict", "findings", "reasons"]);
    assert_eq!((rows[0]["verdict_before"].as_str(), rows[0]["verdict"].as_str()), ("low", "more_info"));
}

#[test]
fn a_file_of_plots_is_decided_by_its_properties_and_keeps_its_shapes() {
    let feature = |trees: &str, area: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"plotId":"{area}","Unit":"ha","Area":{area},"EUFO_2020":{trees},"Cocoa_ETH":0,
            "RADD_after_2020":0.0}},"geometry":{{"type":"Polygon","coordinates":[[[1,-3],[3,-3],[3,-1],[1,-1],[1,-3]]]}}}}"#
        )
    };
    let features = [feature("0.5", 2.0), feature("0", 2.0), feature("null", 2.0), feature("0.01", 0.0)].join(",");
    let home = tempfile::tempdir().unwrap();
    let (from, out) = (home.path().join("whisp.geojson"), home.path().join("decided.parquet"));
    std::fs::write(&from, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let expected = ["more_info", "low", "more_info", "more_info"];
    assert_eq!(Decided::from(&from, &["--policy", "whisp-acrop"]).column("verdict"), expected);
    // What was written with its shapes is such a file too.
    let written = Decided::from(&from, &["--policy", "whisp-acrop", "--out", &out.display().to_string()]);
    assert!(written.said().contains("4 plots"), "{}", written.errors());
    let again = Decided::from(&out, &["--policy", "whisp-acrop", "--threshold", "ind_01_pct=30"]);
    assert_eq!(again.column("verdict"), ["low", "low", "more_info", "more_info"]);
    assert_eq!(again.column("verdict_before"), expected);
}

#[test]
fn a_policy_of_ones_own_decides_and_is_warned_of_where_it_is_not_safe() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("mine.toml").display().to_string();
    let policy = |when: &str| {
        let text = format!(
            "name = \"mine\"\ntitle = \"t\"\nversion = \"1\"\nabout = \"a\"\nsource = \"s\"\n[threshold]\nleast_ha = 1\n[[rule]]\n\
             code = \"A1\"\nname = \"wet\"\nabout = \"forest\"\nverdict = \"high\"\nwhen = \"{when}\"\n\
             reason = \"{{wetland_ha}} ha are wet; a lot\"\nsource = \"s\"\nlimits = \"l\"\n"
        );
        std::fs::write(&path, text).unwrap();
        Decided::text("id,wetland_ha\n1,2\n2,0.5\n3,\n", &["--policy", &path])
    };
    let safe = policy("wetland_ha > least_ha");
    assert_eq!(safe.column("verdict"), ["high", "low", "more_info"]);
    assert_eq!(safe.column("reasons")[0], "2.00 ha are wet, a lot");
    assert_eq!(safe.errors(), "");
    let unsafe_one = policy("known(wetland_ha) && wetland_ha > least_ha");
    assert_eq!(unsafe_one.column("verdict"), ["high", "low", "low"]);
    assert!(
        unsafe_one.errors().contains("warning: ") && unsafe_one.errors().contains("known(wetland_ha)"),
        "{}",
        unsafe_one.errors()
    );
}
