//! Whisp's own tables: by its indicators, and by its layers in hectares or percent.

use crate::common;
use crate::table::{Decided, rows_of};
use lindero_testkit::{GeoTiff, Sample, SplitMix64};
use ndarray::Array2;

const PCROP: &[&str] = &["--policy", "whisp-pcrop"];
const TREES: [&str; 3] = ["EUFO_2020", "GLAD_Primary", "TMF_undist"];
const COMMODITIES: [&str; 5] = ["TMF_plant", "Oil_palm_Descals", "Cocoa_ETH", "Rubber_RBGE", "Soy_Song_2020"];
const BEFORE: [&str; 6] = [
    "TMF_deg_before_2020",
    "TMF_def_before_2020",
    "GFC_loss_before_2020",
    "RADD_before_2020",
    "GLAD-L_before_2020",
    "GLAD-S2_before_2020",
];
const AFTER: [&str; 6] = [
    "TMF_deg_after_2020",
    "TMF_def_after_2020",
    "GFC_loss_after_2020",
    "RADD_after_2020",
    "GLAD-L_after_2020",
    "GLAD-S2_after_2020",
];

#[test]
fn the_indicators_of_a_table_decide_in_any_case_and_its_text_stays() {
    let table = "plotId,IND_01_TREECOVER,ind_02_Commodities,Ind_03_disturbance_before_2020,Ind_04_disturbance_after_2020,nota\n\
                 0007,yes,No,no,YES,\"a \"\"b\"\", c\"\n\
                 8,yes,no,no,no,  spaces  \n\
                 9,no,no,no,yes,ñandú\n\
                 10,yes,no,,yes,\n\
                 11,yes,yes,,yes,1.50\n";
    let decided = Decided::text(table, PCROP);
    assert_eq!(decided.column("verdict"), ["high", "more_info", "low", "more_info", "low"]);
    assert_eq!(decided.column("findings"), ["W1", "W2", "", "W1?", ""]);
    assert!(decided.column("reasons")[3].contains("ind_03 is unknown"), "{:?}", decided.column("reasons"));
    for (line, given) in decided.written().lines().zip(table.lines()) {
        assert!(line.starts_with(given), "{line}\n{given}");
    }
    assert!(decided.said().contains("5 plots · policy whisp-pcrop 1"), "{}", decided.said());
    // What the table does not have is not measured, in no unit.
    let cleared = &decided.column("reasons")[0];
    assert!(cleared.starts_with("Trees in 2020 (JRC GFC2020 not measured, GLAD primary not measured,"), "{cleared}");
}

#[test]
fn only_the_names_of_whisp_say_more_info_needed() {
    let table =
        format!("Unit,Area,{}\nha,2,{}\nha,2,{}\n", layers(), cells(&[0.3], &[], &[], &[]), cells(&[], &[], &[], &[]));
    let decided = Decided::text(&table, &["--policy", "whisp-pcrop", "--format", "whisp"]);
    let (columns, rows) = decided.table();
    let expected = [
        "Ind_01_treecover",
        "Ind_02_commodities",
        "Ind_03_disturbance_before_2020",
        "Ind_04_disturbance_after_2020",
        "risk_pcrop",
    ];
    assert_eq!(columns[columns.len() - 5..], expected);
    assert_eq!(expected.map(|name| rows[0][name].as_str()), ["yes", "no", "no", "no", "more_info_needed"]);
    assert_eq!(expected.map(|name| rows[1][name].as_str()), ["no", "no", "no", "no", "low"]);
    assert!(!columns.iter().any(|column| column == "verdict"));
    assert_eq!(Decided::text(&table, PCROP).column("verdict"), ["more_info", "low"]);
}

#[test]
fn indicators_that_are_there_are_not_written_twice_and_an_old_risk_stays_beside_the_new() {
    let table = "Ind_01_treecover,Ind_02_commodities,Ind_04_disturbance_after_2020,risk_acrop\nyes,no,yes,low\n";
    let decided = Decided::text(table, &["--policy", "whisp-acrop", "--format", "whisp"]);
    let expected = "Ind_01_treecover,Ind_02_commodities,Ind_04_disturbance_after_2020,risk_acrop_before,risk_acrop\nyes,no,yes,low,high\n";
    assert_eq!(decided.written(), expected);
}

#[test]
fn hectares_and_percent_say_the_same_and_a_point_counts_from_anything() {
    let layers = layers();
    let row = |unit: &str, area: &str, trees: f64| format!("{unit},{area},{}\n", cells(&[trees], &[], &[], &[]));
    let rows = [
        row("ha", "2", 0.2),
        row("ha", "2", 0.201),
        row("percent", "2", 10.0),
        row("Percent", "2", 10.01),
        row("ha", "0", 0.001),
        row("percent", "0", 0.001),
        row("ha", "0", 0.0),
        // More than all of it, by rounding.
        row("ha", "2", 2.01),
        // Not known how much of the plot it is.
        row("ha", "", 0.3),
        row("percent", "", 30.0),
    ];
    let decided = Decided::text(&format!("Unit,Area,{layers}\n{}", rows.concat()), PCROP);
    let expected = [
        "low",
        "more_info",
        "low",
        "more_info",
        "more_info",
        "more_info",
        "low",
        "more_info",
        "more_info",
        "more_info",
    ];
    assert_eq!(decided.column("verdict"), expected);
    assert_eq!(decided.column("findings")[8..], ["W2?", "W2"]);
}

#[test]
fn a_threshold_may_be_set_for_each_indicator() {
    let table = format!("Unit,Area,{}\npercent,2,{}\n", layers(), cells(&[15.0], &[], &[], &[]));
    assert_eq!(Decided::text(&table, PCROP).column("verdict"), ["more_info"]);
    let with = |threshold: &str| Decided::text(&table, &["--policy", "whisp-pcrop", "--threshold", threshold]);
    assert_eq!(with("ind_01_pct=20").column("verdict"), ["low"]);
    assert_eq!(with("ind_02_pct=20").column("verdict"), ["more_info"]);
    with("ind_1_pct=20").refused(&["ind_1_pct", "did you mean \"ind_01_pct\"?"]);
    with("ind_01_pct=200").refused(&["ind_01_pct", "from 0 to 100 percent"]);
    with("ind_01_pct=much").refused(&["NAME=VALUE"]);
}

#[test]
fn a_table_without_some_maps_is_decided_by_the_others_and_says_so() {
    let table = "Unit,Area,EUFO_2020,TMF_undist,Cocoa_ETH,TMF_deg_before_2020,TMF_deg_after_2020\nha,2,1,0,0,0,1\n";
    let decided = Decided::text(table, PCROP);
    assert_eq!(decided.column("verdict"), ["high"]);
    assert!(decided.said().contains("1 plot · policy whisp-pcrop 1"), "{}", decided.said());
    assert!(decided.errors().contains("W1 is decided without"), "{}", decided.errors());
    assert!(decided.errors().contains("glad_primary_pct"), "{}", decided.errors());
}

#[test]
fn hectares_without_an_area_are_no_share_of_a_plot_and_that_is_said() {
    let table = "Unit,EUFO_2020,TMF_undist,Cocoa_ETH,TMF_deg_before_2020,TMF_deg_after_2020\nha,1,0,0,0,1\npercent,60,0,0,0,11\n";
    let decided = Decided::text(table, PCROP);
    assert_eq!(decided.column("verdict"), ["more_info", "high"]);
    assert!(decided.errors().contains("the table has no column Area"), "{}", decided.errors());
}

/// Whisp's own way, map by map: hectares to percent by the area, and strictly more than a tenth.
fn yes(values: &[Option<f64>], unit_is_ha: bool, area: f64) -> Option<bool> {
    let over = |value: f64| {
        let pct = if area == 0.0 {
            if value > 0.0 { 100.0 } else { 0.0 }
        } else if unit_is_ha {
            (value / area * 100.0).clamp(0.0, 100.0)
        } else {
            value
        };
        pct > 10.0
    };
    if values.iter().flatten().any(|value| over(*value)) {
        return Some(true);
    }
    values.iter().all(Option::is_some).then_some(false)
}

#[test]
fn random_tables_of_layers_are_decided_as_by_hand() {
    let mut random = SplitMix64::new(20_201_231);
    let names: Vec<&str> = TREES.iter().chain(&COMMODITIES).chain(&BEFORE).chain(&AFTER).copied().collect();
    let mut table = format!("plotId,{},Unit,Area\n", names.join(","));
    let mut expected = Vec::new();
    for plot in 0..3000 {
        let unit_is_ha = random.below(2) == 0;
        let area = [0.0, 0.35, 1.0, 3.7][random.below(4)];
        let values: Vec<Option<f64>> = names
            .iter()
            .map(|name| {
                let often = TREES.contains(name) || AFTER.contains(name);
                match random.below(100) {
                    0 => None,
                    1..=3 => Some(if unit_is_ha { area / 10.0 } else { 10.0 }),
                    roll if roll < if often { 30 } else { 7 } => Some(random.below(20_000) as f64 / 1000.0),
                    _ => Some(0.0),
                }
            })
            .collect();
        let cells: Vec<String> =
            values.iter().map(|value| value.map_or(String::new(), |value| value.to_string())).collect();
        let unit = if unit_is_ha { "ha" } else { "percent" };
        table.push_str(&format!("{plot},{},{unit},{area}\n", cells.join(",")));
        let mut rest = values.as_slice();
        let indicators = [TREES.len(), COMMODITIES.len(), BEFORE.len(), AFTER.len()].map(|maps| {
            let (these, others) = rest.split_at(maps);
            rest = others;
            yes(these, unit_is_ha, area)
        });
        let verdict = match indicators {
            [Some(false), ..] | [_, Some(true), ..] | [_, _, Some(true), _] => "low",
            [Some(true), Some(false), Some(false), Some(true)] => "high",
            _ => "more_info",
        };
        let words = indicators.map(|it| it.map_or("", |yes| if yes { "yes" } else { "no" }));
        expected.push((words.map(str::to_owned), verdict));
    }
    let verdicts = Decided::text(&table, PCROP).column("verdict");
    let (_, rows) = Decided::text(&table, &["--policy", "whisp-pcrop", "--format", "whisp"]).table();
    assert_eq!(rows.len(), expected.len());
    for (plot, (words, verdict)) in expected.iter().enumerate() {
        assert_eq!(verdicts[plot], *verdict, "plot {plot}");
        let names = [
            "Ind_01_treecover",
            "Ind_02_commodities",
            "Ind_03_disturbance_before_2020",
            "Ind_04_disturbance_after_2020",
        ];
        assert_eq!(names.map(|name| rows[plot][name].clone()), *words, "plot {plot}");
        assert_eq!(
            rows[plot]["risk_pcrop"],
            if *verdict == "more_info" { "more_info_needed" } else { verdict },
            "plot {plot}"
        );
    }
    for verdict in ["low", "more_info", "high"] {
        let count = verdicts.iter().filter(|it| *it == verdict).count();
        assert!(count > 100, "{count} plots are {verdict}");
    }
}

#[test]
fn a_catalog_with_the_maps_of_whisp_is_screened_by_its_policy() {
    let home = tempfile::tempdir().unwrap();
    let raster = |name: &str, value: f64| {
        GeoTiff::new(Sample::U8, vec![Array2::from_elem((10, 10), value)]).write(&home.path().join(name)).unwrap();
    };
    raster("trees.tif", 1.0);
    raster("cocoa.tif", 0.0);
    raster("loss.tif", 22.0);
    let catalog = "[layer.eufo_2020]\npath = \"trees.tif\"\n[layer.cocoa_eth]\npath = \"cocoa.tif\"\n\
                   [layer.gfc_loss]\npath = \"loss.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n";
    std::fs::write(home.path().join("lindero.toml"), catalog).unwrap();
    let plots = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",
        "coordinates":[[[1,-3],[3,-3],[3,-1],[1,-1],[1,-3]]]}}]}"#;
    std::fs::write(home.path().join("plots.geojson"), plots).unwrap();
    let run = home.path().join("run");
    let screened = |more: &[&str]| {
        let path = |name: &str| home.path().join(name).display().to_string();
        let (plots, catalog, out) = (path("plots.geojson"), path("lindero.toml"), run.display().to_string());
        let mut args = vec!["screen", &plots, "--catalog", &catalog, "--policy", "whisp-pcrop", "--out", &out];
        args.extend(more);
        let output = common::run(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (_, rows) = rows_of(&std::fs::read(run.join("plots.csv")).unwrap());
        let manifest: serde_json::Value =
            serde_json::from_slice(&std::fs::read(run.join("manifest.json")).unwrap()).unwrap();
        (rows[0].clone(), manifest["parameters"]["thresholds"].clone())
    };
    let (row, thresholds) = screened(&[]);
    assert_eq!((row["verdict"].as_str(), row["findings"].as_str()), ("high", "W1"));
    assert_eq!((row["eufo_2020_pct"].as_str(), row["gfc_loss_after_2020_pct"].as_str()), ("100", "100"));
    assert_eq!(thresholds, serde_json::json!({}));
    let (row, thresholds) = screened(&["--threshold", "ind_04_pct=100"]);
    assert_eq!(row["verdict"], "more_info");
    assert_eq!(thresholds, serde_json::json!({ "ind_04_pct": 100.0 }));
    // The run decided again, without its threshold.
    let again = Decided::from(&run, PCROP);
    assert_eq!(
        (again.column("verdict"), again.column("verdict_before")),
        (vec!["high".to_owned()], vec!["more_info".to_owned()])
    );
}

/// The names of all layers of perennial crops.
fn layers() -> String {
    TREES.iter().chain(&COMMODITIES).chain(&BEFORE).chain(&AFTER).copied().collect::<Vec<_>>().join(",")
}

/// Their cells: the first of each kind as given, all others 0.
fn cells(trees: &[f64], commodities: &[f64], before: &[f64], after: &[f64]) -> String {
    let of = |given: &[f64], maps: usize| -> Vec<String> {
        (0..maps).map(|map| given.get(map).copied().unwrap_or(0.0).to_string()).collect()
    };
    let all = [of(trees, 3), of(commodities, 5), of(before, 6), of(after, 6)];
    all.concat().join(",")
}
