//! What is done to a run, and what `verify` says of it.

use crate::place::{Place, flip};
use crate::signing::{KEY, OTHER_KEY, PUBLIC};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

/// One signed run `run` with regions, another run `other`, and the first packed as `run.lindero`.
static SIGNED: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    place.write("key.pem", KEY);
    place.write("other.pem", OTHER_KEY);
    place.write("pub.pem", PUBLIC);
    let regions = ["--regions", "districts.geojson", "--region-name", "district", "--policy", "tree-loss"];
    place.screen("run", &[&regions[..], &["--sign", "key.pem"]].concat());
    place.screen("other", &["--sign", "other.pem", "--no-repair"]);
    let (code, told) = place.asked(&["pack", "run"]);
    assert_eq!(code, 0, "{told}");
    place
});

/// Does something to a copy: what `verify` of the run must end with, and say.
#[track_caller]
fn check(what: &str, tamper: impl FnOnce(&Place), code: i32, said: &[&str]) {
    check_run("run", what, tamper, code, said);
}

#[track_caller]
fn check_run(run: &str, what: &str, tamper: impl FnOnce(&Place), code: i32, said: &[&str]) {
    let copy = SIGNED.copy();
    tamper(&copy);
    let (found, told) = copy.asked(&["verify", run]);
    assert_eq!(found, code, "{what}: {told}");
    for said in said {
        assert!(told.contains(said), "{what}: {said:?} is not in {told}");
    }
}

fn append(path: &Path, bytes: &[u8]) {
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn cut(path: &Path) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() - 10).unwrap();
}

fn edit(place: &Place, name: &str, from: &str, to: &str) {
    let text = place.text(name);
    assert!(text.contains(from), "{from:?} is not in {name}");
    place.write(name, &text.replacen(from, to, 1));
}

#[test]
fn an_untouched_run_is_intact() {
    let said = ["Intact: all is as it was", "signature", "by 5a4b2a87c529"];
    check("nothing", |_| {}, 0, &said);
    check_run("run.lindero", "nothing", |_| {}, 0, &said);
}

#[test]
fn a_changed_byte_in_any_file_of_the_run_is_found_and_the_file_named() {
    let names: Vec<String> =
        fs::read_dir(SIGNED.path("run")).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<&String> = names.iter().filter(|name| *name != "run.json").collect();
    assert!(names.len() >= 11, "{names:?}");
    for name in names {
        let length = fs::metadata(SIGNED.path("run").join(name)).unwrap().len() as usize;
        for at in [0, length / 2, length - 1] {
            let copy = SIGNED.copy();
            flip(&copy.path("run").join(name), at);
            let (code, told) = copy.asked(&["verify", "run"]);
            // A manifest of which nothing can be made out is no run.
            assert!(code == 1 || (code == 2 && name == "manifest.json"), "{name} at {at}: {code} {told}");
            assert!(told.contains(name), "{name} at {at}: {told}");
        }
    }
}

#[test]
fn files_that_were_cut_swapped_moved_or_added_are_named() {
    let plots = |place: &Place| place.path("run/plots.csv");
    check("appended byte", |it| append(&plots(it), b"\n"), 1, &["plots.csv: has"]);
    check("cut", |it| cut(&it.path("run/plots.parquet")), 1, &["plots.parquet: has"]);
    check("removed", |it| fs::remove_file(it.path("run/regions.csv")).unwrap(), 1, &["regions.csv: is not here"]);
    check("added", |it| it.write("run/notes.txt", "mine"), 1, &["notes.txt: is no part of the run"]);
    check("a folder added", |it| fs::create_dir(it.path("run/old")).unwrap(), 1, &["old/: is no part of the run"]);
    let renamed = |it: &Place| fs::rename(plots(it), it.path("run/plots2.csv")).unwrap();
    check("renamed", renamed, 1, &["plots.csv: is not here", "plots2.csv: is no part"]);
    let swapped = |it: &Place| fs::copy(it.path("other/plots.csv"), plots(it)).map(drop).unwrap();
    check("a file of another run", swapped, 1, &["plots.csv: has"]);
    check(
        "two files of the run swapped",
        |it| {
            fs::rename(plots(it), it.path("run/x")).unwrap();
            fs::rename(it.path("run/regions.csv"), plots(it)).unwrap();
            fs::rename(it.path("run/x"), it.path("run/regions.csv")).unwrap();
        },
        1,
        &["plots.csv: ", "regions.csv: "],
    );
    check("policy edited", |it| edit(it, "run/policy.toml", "0.02", "0.20"), 1, &["policy.toml: was changed"]);
    check("catalog copy edited", |it| edit(it, "run/catalog.toml", "2024", "2023"), 1, &["catalog.toml: was changed"]);
}

#[test]
fn an_edited_manifest_is_told_by_its_entry() {
    let edited = |from: &'static str, to: &'static str| move |it: &Place| edit(it, "run/manifest.json", from, to);
    let entry = |name: &str| format!("manifest.json: its entry {name:?} was changed");
    let lang = edited("\"lang\": \"en\"", "\"lang\": \"es\"");
    check("a parameter", lang, 1, &[&entry("parameters"), "its root is not that of what it says"]);
    check("the version", edited("lindero 0", "lindero 9"), 1, &[&entry("program")]);
    check("a layer", edited("\"loss.tif\"", "\"lost.tif\""), 1, &[&entry("layers")]);
    check("a verdict's rule", edited("\"version\": \"1\"", "\"version\": \"2\""), 1, &[&entry("policy")]);
    let root = SIGNED.manifest("run")["root"].as_str().unwrap().to_owned();
    let other = format!("{}{}", &root[1..], &root[..1]);
    check(
        "the root",
        |it| edit(it, "run/manifest.json", &root, &other),
        1,
        &["its root is not that", "manifest.sig: "],
    );
    check("blanks", |it| append(&it.path("run/manifest.json"), b" "), 1, &["not written as lindero writes it"]);
    check("cut", |it| cut(&it.path("run/manifest.json")), 2, &["manifest.json is damaged"]);
    check("removed", |it| fs::remove_file(it.path("run/manifest.json")).unwrap(), 2, &["no run of `lindero screen`"]);
    let of_another =
        |it: &Place| fs::copy(it.path("other/manifest.json"), it.path("run/manifest.json")).map(drop).unwrap();
    check(
        "that of another run",
        of_another,
        1,
        &["manifest.sig: the signature is not one of this root", "regions.csv: is no part"],
    );
}

#[test]
fn a_signature_that_was_edited_taken_away_or_put_in_place_of_another_is_told() {
    let signed = |it: &Place, from: &str, to: &str| edit(it, "run/manifest.sig", from, to);
    let text = SIGNED.text("run/manifest.sig");
    let digit = text.split("\"signature\": \"").nth(1).unwrap()[..8].to_owned();
    let other: String = digit.chars().map(|it| if it == '0' { '1' } else { '0' }).collect();
    check("edited", |it| signed(it, &digit, &other), 1, &["manifest.sig: "]);
    check("taken away", |it| fs::remove_file(it.path("run/manifest.sig")).unwrap(), 1, &["manifest.sig: is gone"]);
    let of_another =
        |it: &Place| fs::copy(it.path("other/manifest.sig"), it.path("run/manifest.sig")).map(drop).unwrap();
    check(
        "of another run and key",
        of_another,
        1,
        &["manifest.sig: the signature is not one of this root by this key"],
    );
    check("of another algorithm", |it| signed(it, "Ed25519", "Ed448"), 1, &["manifest.sig: its algorithm"]);
}

#[test]
fn what_went_in_and_has_changed_is_told_apart_from_what_is_not_here() {
    let gone = |name: &'static str| move |it: &Place| fs::remove_file(it.path(name)).unwrap();
    for name in ["loss.tif", "cover.tif", "plots.geojson", "lindero.toml", "districts.geojson"] {
        let is_changed = format!("{name}: was changed");
        check(name, |it| flip(&it.path(name), 9), 1, &[&is_changed, "Not intact"]);
        check(name, gone(name), 0, &[&format!("{name}: is not here"), "Intact as far as it is here"]);
        let packed = |it: &Place| {
            // Without run.json, which would lead to where the first run was started.
            assert_eq!(it.asked(&["pack", "run"]).0, 0);
            flip(&it.path(name), 9);
        };
        check_run("run.lindero", name, packed, 1, &[&is_changed]);
    }
    let all = |it: &Place| ["loss.tif", "plots.geojson", "lindero.toml"].into_iter().for_each(|name| gone(name)(it));
    check("a run that was sent to somebody", all, 0, &["Intact as far as it is here"]);
}

#[test]
fn times_do_not_count() {
    check(
        "times of change",
        |it| {
            for name in ["loss.tif", "plots.geojson", "run/plots.csv", "run/manifest.json"] {
                let file = fs::OpenOptions::new().write(true).open(it.path(name)).unwrap();
                file.set_modified(std::time::UNIX_EPOCH).unwrap();
            }
        },
        0,
        &["Intact: all"],
    );
    check("run.json", |it| it.write("run/run.json", "{\"seconds\": 1}"), 0, &["Intact: all"]);
}

#[test]
fn a_changed_byte_anywhere_in_a_packed_run_is_found() {
    let bytes = fs::read(SIGNED.path("run.lindero")).unwrap();
    // Every eighth byte of the first header and of the end, and bytes all over.
    let step = bytes.len() / 24;
    let places =
        (0..60).step_by(8).chain((step..bytes.len()).step_by(step)).chain((bytes.len() - 90..bytes.len()).step_by(8));
    let copy = SIGNED.copy();
    let packed = copy.path("run.lindero");
    for at in places {
        flip(&packed, at);
        let (code, told) = copy.asked(&["verify", "run.lindero"]);
        assert!(code == 1 || code == 2, "byte {at}: {code} {told}");
        fs::write(&packed, &bytes).unwrap();
    }
    let header = |it: &Place| flip(&it.path("run.lindero"), 10);
    check_run(
        "run.lindero",
        "a time in a header",
        header,
        1,
        &["byte 10 is not as `lindero pack` writes it, in the header of catalog.toml"],
    );
    let member = |it: &Place| {
        let at = bytes.windows(10).position(|part| part == b"touch_ha =").unwrap();
        flip(&it.path("run.lindero"), at);
    };
    check_run("run.lindero", "a byte of a member", member, 1, &["policy.toml: was changed"]);
    check_run(
        "run.lindero",
        "appended byte",
        |it| append(&it.path("run.lindero"), b"x"),
        1,
        &["1 bytes follow after its end"],
    );
    check_run("run.lindero", "cut", |it| cut(&it.path("run.lindero")), 2, &["no packed run, or is damaged"]);
    check_run("run.lindero", "no archive at all", |it| it.write("run.lindero", "mine"), 2, &["no packed run"]);
}

#[test]
fn a_packed_run_is_the_same_bytes_each_time_and_any_zip_program_reads_it() {
    let copy = SIGNED.copy();
    fs::copy(SIGNED.path("run/run.json"), copy.path("run/run.json")).unwrap();
    let (code, told) = copy.asked(&["pack", "run", "--out", "again.zip"]);
    assert_eq!(code, 0, "{told}");
    assert!(fs::read(SIGNED.path("run.lindero")).unwrap() == fs::read(copy.path("again.zip")).unwrap());
    match std::process::Command::new("unzip").arg("-tq").arg(copy.path("again.zip")).output() {
        Ok(output) => assert!(output.status.success(), "{}", crate::place::told(&output)),
        Err(error) => println!("SKIPPED: unzip is not here ({error})"),
    }
    copy.write("run/notes.txt", "mine");
    let (code, told) = copy.asked(&["pack", "run", "--out", "third.zip"]);
    assert!(code == 0 && told.contains("notes.txt is no part of the run"), "{told}");
    assert!(fs::read(copy.path("third.zip")).unwrap() == fs::read(copy.path("again.zip")).unwrap());
    fs::remove_file(copy.path("run/plots.csv")).unwrap();
    let (code, told) = copy.asked(&["pack", "run", "--out", "fourth.zip"]);
    assert!(code == 2 && told.contains("has no plots.csv"), "{told}");
    assert!(!copy.path("fourth.zip").exists() && !copy.path("fourth.zip.partial").exists());
}
