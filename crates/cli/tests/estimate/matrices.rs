//! Estimates from tables of counts and areas.

use crate::support::{Desk, number, of_class};

const COUNTS: &str = "map,deforestation,gain,forest,other\n\
                      deforestation,66,0,5,4\ngain,0,55,8,12\nforest,1,0,153,11\nother,2,1,9,313\n";
const AREAS: &str = "class,area\ndeforestation,18000\ngain,13500\nforest,288000\nother,580500\n";
const CLASSES: [&str; 4] = ["deforestation", "gain", "forest", "other"];

fn desk(counts: &str, areas: &str) -> Desk {
    let desk = Desk::new();
    desk.file("counts.csv", counts);
    desk.file("areas.csv", areas);
    desk
}

const LINE: &str = "--matrix @counts.csv --areas @areas.csv";

/// Checks a key of all classes to as many decimals as Olofsson et al. (2014) print.
fn check(json: &serde_json::Value, key: &str, decimals: usize, printed: [&str; 4]) {
    let rounded = CLASSES.map(|class| format!("{:.decimals$}", number(json, class, key)));
    assert_eq!(rounded, printed, "{key}");
}

#[test]
fn the_worked_example_of_olofsson_2014_comes_out_to_every_printed_digit() {
    let desk = desk(COUNTS, AREAS);
    let json = desk.estimate(LINE);
    check(&json, "area", 1, ["21157.8", "11686.2", "285769.9", "581386.2"]);
    check(&json, "area_half_width", 1, ["6157.6", "3755.8", "15509.8", "16281.7"]);
    check(&json, "users_accuracy", 4, ["0.8800", "0.7333", "0.9273", "0.9631"]);
    check(&json, "producers_accuracy", 4, ["0.7487", "0.8472", "0.9345", "0.9616"]);
    check(&json, "producers_half_width", 4, ["0.2133", "0.2544", "0.0343", "0.0184"]);
    assert_eq!(format!("{:.4}", json["overall_accuracy"].as_f64().unwrap()), "0.9465");
    assert_eq!(format!("{:.4}", json["overall_half_width"].as_f64().unwrap()), "0.0185");
    assert_eq!((&json["unit"], &json["n"], &json["z"]), (&"ha".into(), &640.into(), &1.96.into()));
    // W 0.02 times 66 of 75 points.
    assert!((json["confusion_proportions"][0][0].as_f64().unwrap() - 0.0176).abs() < 1e-12);
    let answer = desk.run(&format!("estimate {LINE}"));
    assert!(answer.text.contains("21,157.8   6,157.6  0.8800  0.0740      0.7487  0.2133"), "{}", answer.text);
    assert!(
        answer.text.contains("overall accuracy 0.9465 ± 0.0185, 640 reference points, 900,000.0 ha"),
        "{}",
        answer.text
    );
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    let expected = desk(COUNTS, AREAS).estimate(LINE);
    let spreadsheet = COUNTS.replace(',', ";");
    let quoted = COUNTS.replace("map,deforestation", "\"map\",\"deforestation\"");
    let with_sums = "map,deforestation,gain,forest,other,total\ndeforestation,66,0,5,4,75\ngain,0,55,8,12,75\n\
                     forest,1,0,153,11,165\nother,2,1,9,313,325\ntotal,69,56,175,340,640\n";
    for (counts, areas) in [
        (format!("\u{feff}{spreadsheet}"), AREAS.replace(',', ";").replace("18000", "18000,0")),
        (quoted.replace('\n', "\r\n"), format!("\u{feff}{}", AREAS.replace("580500", "\"580,500.0\""))),
        (with_sums.to_owned(), AREAS.replace(',', "\t")),
    ] {
        let json = desk(&counts, &areas).estimate(LINE);
        assert_eq!(json["classes"], expected["classes"], "{counts}{areas}");
    }
}

#[test]
fn strata_that_are_not_the_maps_classes_give_the_example_of_stehman_2014() {
    let counts = "stratum,map,A,B,C,D\n\
                  A,A,5,1,1,0\nA,B,1,1,1,0\nB,A,1,0,0,0\nB,B,2,7,0,0\n\
                  C,B,1,1,2,0\nC,C,0,1,3,2\nD,D,0,1,2,7\n";
    let json =
        desk(counts, "stratum,area\nA,40000\nB,30000\nC,20000\nD,10000\n").estimate(&format!("{LINE} --unit px"));
    assert!((number(&json, "A", "area") / 1e5 - 0.35).abs() < 1e-12);
    assert_eq!(format!("{:.3}", number(&json, "A", "area_se") / 1e5), "0.082");
    assert_eq!(format!("{:.3}", number(&json, "B", "users_accuracy")), "0.574");
    assert_eq!(format!("{:.3}", number(&json, "B", "producers_accuracy")), "0.794");
    assert_eq!(format!("{:.3}", json["overall_accuracy"].as_f64().unwrap()), "0.630");
    assert_eq!(format!("{:.3}", json["overall_se"].as_f64().unwrap()), "0.085");
}

#[test]
fn rows_that_are_only_strata_give_areas_and_no_accuracy() {
    let desk = desk("stratum,loss,other\nnorth,3,7\nsouth,5,5\n", "stratum,area\nnorth,60\nsouth,40\n");
    let json = desk.estimate(LINE);
    assert!((number(&json, "loss", "area") - 38.0).abs() < 1e-12);
    let loss = of_class(&json, "loss");
    assert!(loss["users_accuracy"].is_null() && loss["users_half_width"].is_null() && loss["map_area"].is_null());
    assert_eq!(loss["users_reason"], "the map's class at the reference points is not known");
}

#[test]
fn a_stratum_of_one_point_has_no_variance_and_says_so() {
    let desk = desk("map,loss,other\nloss,1,0\nother,3,6\n", "class,area\nloss,10\nother,90\n");
    let json = desk.estimate(LINE);
    let loss = of_class(&json, "loss");
    assert_eq!(loss["area"], 40.0);
    assert!(loss["area_half_width"].is_null());
    assert_eq!(loss["area_reason"], "stratum \"loss\" has one reference point: a variance needs two");
    assert_eq!(json["strata"][0]["few_points"], true);
    let text = desk.run(&format!("estimate {LINE}")).text;
    assert!(text.contains("not known: stratum \"loss\" has one reference point"), "{text}");
    assert!(text.contains("fewer than 30 points, so that intervals are rough: loss (1), other (9)"), "{text}");
}

#[test]
fn what_is_wrong_in_a_table_is_named() {
    let refuses =
        |counts: &str, areas: &str, told: &[&str]| desk(counts, areas).refuses(&format!("estimate {LINE}"), told);
    refuses(
        &COUNTS.replace("66", "-1"),
        AREAS,
        &["row \"deforestation\", column \"deforestation\": \"-1\" is negative"],
    );
    refuses(&COUNTS.replace("66", "0.88"), AREAS, &["\"0.88\" is no whole number", "counts of points"]);
    refuses(&COUNTS.replace("66", "x"), AREAS, &["\"x\" is no number"]);
    refuses(&COUNTS.replace("\ngain,", "\nforest,"), AREAS, &["\"forest\" is the name of more than one row"]);
    refuses(&COUNTS.replace("gain,forest", "gain,gain"), AREAS, &["\"gain\" is the name of more than one column"]);
    refuses(&COUNTS.replace("map,", "reference,"), AREAS, &["rows are reference classes", "turn the table"]);
    refuses("map,a,b\nx,1,2\ny,3,4\n", "class,area\na,5\nb,6\n", &["row \"x\" has no area", "is the table turned?"]);
    refuses(COUNTS, &AREAS.replace("gain", "gian"), &["row \"gain\" has no area", "did you mean \"gian\"?"]);
    refuses(COUNTS, &format!("{AREAS}water,5\n"), &["\"water\" has an area", "no row here"]);
    refuses(COUNTS, &format!("{AREAS}gain,5\n"), &["class \"gain\" is there twice"]);
    refuses(COUNTS, &AREAS.replace("13500", "-5"), &["row 2 (gain,-5): \"-5\" is negative"]);
    refuses(COUNTS, "class,area\na,0\n", &["no class has an area above 0"]);
    refuses(COUNTS, &AREAS.replace(',', ";").replace("18000", "18,000"), &["can mean 18000 or 18.0000"]);
    refuses(&COUNTS.replace(',', "/"), AREAS, &["is one cell", "separated by , ; tab or |"]);
    refuses(COUNTS, "deforestation,18000\n", &["it must be class,area"]);
    refuses("", AREAS, &["it is empty"]);
    refuses("map,a\n", AREAS, &["no row but its header"]);
    desk(COUNTS, AREAS).refuses("estimate --matrix @counts.csv", &["--areas"]);
    desk(COUNTS, AREAS).refuses("estimate --matrix @none.csv --areas @areas.csv", &["cannot read", "none.csv"]);
    desk(COUNTS, AREAS).refuses(&format!("estimate {LINE} --finite-population"), &["--unit px"]);
}
