//! The days around the cut-off and the end of a leap year, as products write them: the day after is after, the day itself is not.

use crate::run::Run;
use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;
use serde_json::json;

/// Each day as `YYDDD`, and as days since the last day of 2014 behind the digit of confidence.
const DAYS: [(&str, f64, f64); 6] = [
    ("2020-12-31", 20_366.0, 32_192.0),
    ("2021-01-01", 21_001.0, 32_193.0),
    ("2024-02-29", 24_060.0, 33_347.0),
    ("2024-12-31", 24_366.0, 33_653.0),
    ("2025-01-01", 25_001.0, 33_654.0),
    ("never", 0.0, 0.0),
];

const CATALOG: &str = "
[layer.yyddd]
path = \"yyddd.tif\"
date = { coding = \"yyddd\" }
until = 2025-12-31
[layer.days]
path = \"days.tif\"
date = { coding = \"days\", epoch = 2014-12-31 }
until = 2025-12-31
[layer.graded]
path = \"graded.tif\"
date = { coding = \"gfw\" }
until = 2025-12-31
";

const POLICY: &str = "
name = \"days\"
title = \"Days\"
version = \"1\"
about = \"Which alerts are after the cut-off, and which after 2024.\"
source = \"a test\"
[[rule]]
code = \"E1\"
name = \"alert-since\"
about = \"forest\"
verdict = \"high\"
when = \"yyddd_since_ha > 0 || days_since_ha > 0 || graded_since_ha > 0\"
reason = \"{yyddd_since_ha} ha.\"
source = \"a test\"
limits = \"nothing\"
";

/// Every layer, asked about one day: after it, and up to it.
fn indicators() -> String {
    let of_layer = |layer: &str| {
        format!(
            "[indicator.{layer}_since]\nwhere = \"{layer} > cutoff\"\n\
             [indicator.{layer}_before]\nwhere = \"{layer} <= 2020-12-31\"\n\
             [indicator.{layer}_since_2024]\nwhere = \"{layer} > 2024-12-31\"\n\
             [indicator.{layer}_in_2024]\nwhere = \"{layer} > 2023-12-31 && {layer} <= 2024-12-31\"\n"
        )
    };
    ["yyddd", "days", "graded"].map(of_layer).concat()
}

#[test]
fn an_alert_of_the_day_itself_is_not_after_it_however_days_are_written() {
    let home = tempfile::tempdir().unwrap();
    let map = |name: &str, value: &dyn Fn(&(&str, f64, f64)) -> f64| {
        let cells = Array2::from_shape_fn((1, DAYS.len()), |(_, col)| value(&DAYS[col]));
        GeoTiff::new(Sample::U16, vec![cells])
            .at(-76.0, -9.0)
            .cell(0.001, 0.001)
            .write(&home.path().join(name))
            .unwrap();
    };
    map("yyddd.tif", &|day| day.1);
    map("graded.tif", &|day| day.2);
    map("days.tif", &|day| day.2 % 10_000.0 * f64::from(u8::from(day.2 > 0.0)));
    std::fs::write(home.path().join("lindero.toml"), format!("{CATALOG}{}", indicators())).unwrap();
    std::fs::write(home.path().join("policy.toml"), POLICY).unwrap();
    // One plot in the middle of each cell.
    let plot = |col: usize| {
        let [west, east] = [0.2, 0.8].map(|by| -76.0 + (col as f64 + by) * 0.001);
        let [north, south] = [0.2, 0.8].map(|by| -9.0 - by * 0.001);
        let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
        json!({ "type": "Feature", "properties": { "code": DAYS[col].0 },
            "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let plots: Vec<_> = (0..DAYS.len()).map(plot).collect();
    let file = home.path().join("plots.geojson");
    std::fs::write(&file, json!({ "type": "FeatureCollection", "features": plots }).to_string()).unwrap();
    let policy = home.path().join("policy.toml").display().to_string();
    let more = ["--id", "code", "--format", "csv", "--policy", &policy];
    let run = Run::on(&[&file], &home.path().join("lindero.toml"), &more).well();
    let (_, rows) = run.table("plots.csv");
    // Which of the four questions are true of each day.
    let expected = ["before", "since", "since in_2024", "since in_2024", "since since_2024", ""];
    for ((day, expected), row) in DAYS.iter().zip(expected).zip(&rows) {
        for layer in ["yyddd", "days", "graded"] {
            let is_true = |question: &&str| {
                let pct: f64 = row[&format!("{layer}_{question}_pct")].parse().unwrap();
                assert!(pct == 0.0 || (pct - 100.0).abs() < 1e-9, "{layer} {question} {}: {pct}", day.0);
                assert_eq!(row[&format!("{layer}_{question}_observed_pct")], "100", "{layer} {question} {}", day.0);
                pct > 0.0
            };
            let told: Vec<&str> = ["before", "since", "since_2024", "in_2024"].into_iter().filter(is_true).collect();
            let mut expected: Vec<&str> = expected.split_whitespace().collect();
            expected.sort_by_key(|question| {
                ["before", "since", "since_2024", "in_2024"].iter().position(|it| it == question)
            });
            assert_eq!(told, expected, "{layer} on {}", day.0);
        }
        let verdict = if expected.contains("since") { "high" } else { "low" };
        assert_eq!(row["verdict"], verdict, "{}", day.0);
    }
}
