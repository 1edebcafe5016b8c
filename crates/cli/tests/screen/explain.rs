//! The story of one plot.

use crate::common;
use crate::run::Run;

/// The planted cases, and what is told of one of them.
fn story(run: &Run, plot: &str) -> String {
    let output = common::run(["explain", &run.path.display().to_string(), plot]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Lines are broken where the screen ends; a test looks for sentences.
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn planted() -> Run {
    Run::of("cases/planted", "lindero.toml", &["--id", "codigo", "--format", "csv"]).well()
}

#[track_caller]
fn check(story: &str, parts: &[&str]) {
    for part in parts {
        assert!(story.contains(part), "{part:?} is not in\n{story}");
    }
}

#[test]
fn a_story_has_what_was_found_by_how_much_and_what_would_change_it() {
    let run = planted();
    check(
        &story(&run, "natural-forest-cleared-2022"),
        &[
            "plot natural-forest-cleared-2022 · high",
            "verdict about forest high · data low · law low",
            "policy eudr-2020 2 · cut-off 2020-12-31",
            "L1 natural forest cleared → high 0.23 ha of natural forest standing at the end of 2020 were cleared in 2022.",
            "would not hold with loss_natural_whole_ha below 0.070 (is 0.23): the verdict would be more_info (L4, F1)",
            "cannot see: A wrong map of natural forest",
            "loss_natural 0.227 14.0 100.0 2022: 0.227 ha",
            "lossyear 2024-12-31 Hansen_GFC-2024-v1.12_lossyear_00N_080W.tif",
            "A screening of maps, not the legal conclusion.",
        ],
    );
    check(
        &story(&run, "two-maps-forest-planted-2014"),
        &[
            "plot two-maps-forest-planted-2014 · low",
            "declared: anio_siembra 2014",
            "These maps show no forest turned into farmland, up to 2024-12-31.",
        ],
    );
    check(
        &story(&run, "two-maps-forest-no-planting-year"),
        &[
            "would not hold with planted_year of at most 2020 (is unknown): the verdict would be low",
            "to be answered by a document",
        ],
    );
}

#[test]
fn a_point_says_what_its_numbers_are_of() {
    let run = planted();
    check(&story(&run, "point-20-m-from-forest-no-area"), &["D2 only a point", "Only a point is known."]);
}

#[test]
fn a_wrong_id_is_told_with_the_one_that_was_probably_meant() {
    let run = planted();
    let output = common::run(["explain", &run.path.display().to_string(), "natural-forest-cleared-202"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    check(&errors, &["has no plot \"natural-forest-cleared-202\"; did you mean \"natural-forest-cleared-2022\"?"]);
}

#[test]
fn a_folder_that_is_no_run_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = common::run(["explain", &folder.path().display().to_string(), "A"]);
    assert_eq!(output.status.code(), Some(2));
    check(&String::from_utf8(output.stderr).unwrap(), &["is no run of `lindero screen`: it has no manifest.json"]);
}
