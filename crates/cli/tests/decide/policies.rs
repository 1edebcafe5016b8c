//! `lindero policy`

use crate::common;

fn said(args: &[&str]) -> (i32, String, String) {
    let output = common::run([&["policy"], args].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A file of this text, checked.
fn checked(text: &str) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("mine.toml");
    std::fs::write(&path, text).unwrap();
    said(&["check", &path.display().to_string()])
}

fn shipped(name: &str) -> String {
    said(&["show", name, "--file"]).1
}

#[test]
fn the_list_has_every_policy_with_its_version_and_title() {
    let (code, list, _) = said(&["list"]);
    assert_eq!(code, 0);
    for (name, title) in [
        ("eudr-2020", "Forest turned into farmland after 31 December 2020: Peruvian cocoa"),
        ("strict", "Any loss after 2020, any forest in 2020"),
        ("tree-loss", "Trees lost after 2020, by one map"),
        ("whisp-pcrop", "As Whisp: perennial crops (cocoa, coffee, oil palm, rubber)"),
        ("whisp-acrop", "As Whisp: annual crops (soy)"),
        ("whisp-timber", "As Whisp: timber"),
        ("gfwpro-afi", "Natural forest lost since 2021, by the centres of cells"),
    ] {
        let line =
            list.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{name}: {list}"));
        assert!(line.ends_with(title), "{line}");
    }
}

#[test]
fn a_policy_is_shown_as_a_page_or_as_its_file() {
    let (code, page, _) = said(&["show", "whisp-pcrop"]);
    assert!(code == 0 && page.starts_with("# As Whisp: perennial crops") && page.contains("## Thresholds"), "{page}");
    let text = shipped("whisp-pcrop");
    assert!(text.contains("[table.answer]"), "{text}");
    // The file shown is a policy file.
    assert_eq!(checked(&text).0, 0);
    let (code, _, errors) = said(&["show", "whisp"]);
    assert!(code == 2 && errors.contains("whisp-pcrop"), "{errors}");
}

#[test]
fn every_shipped_policy_passes_the_check() {
    for name in ["eudr-2020", "strict", "tree-loss", "whisp-pcrop", "whisp-acrop", "whisp-timber", "gfwpro-afi"] {
        let (code, said, errors) = said(&["check", name]);
        assert!(code == 0 && said.contains("nothing to complain about"), "{name}: {said}{errors}");
    }
}

#[test]
fn all_that_is_wrong_with_a_file_is_told_with_its_lines() {
    let text = shipped("tree-loss")
        .replace("loss_ha >= touch_ha || loss_pct >= touch_pct", "loss_ha >= touch_pct || loss_pct >= touch_pct")
        .replace(
            "when = \"watched_observed_pct < observed_pct\"",
            "when = \"watched_observed_pct < 5 && watched_observed_pct > 6\"",
        );
    let (code, _, errors) = checked(&text);
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!((code, lines.len()), (2, 2), "{errors}");
    assert!(
        lines[0].contains(
            "mine.toml, line 50: in rule[0].when: column 12: loss_ha is in hectares and touch_pct in percent"
        ),
        "{errors}"
    );
    assert!(lines[0].contains("did you mean \"touch_ha\"?"), "{errors}");
    assert!(lines[1].contains("line 61") && lines[1].contains("rule T2 is never true"), "{errors}");
}

#[test]
fn what_loading_finds_is_told_too() {
    let with = |condition: &str| checked(&shipped("tree-loss").replace("loss_ha >= touch_ha", condition));
    let (code, _, errors) = with("los_ha >= touch_ha");
    assert!(code == 2 && errors.contains("unknown name \"los_ha\"; did you mean \"loss_ha\"?"), "{errors}");
    let (code, _, errors) = with("known(loss_ha) && loss_ha >= touch_ha");
    assert!(code == 2 && errors.contains("line 50") && errors.contains("rule T1 asks known(loss_ha)"), "{errors}");
    let (code, _, errors) = with("!known(loss_ha) || loss_ha >= touch_ha");
    assert_eq!(code, 0, "{errors}");
}
