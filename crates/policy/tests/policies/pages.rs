//! The page of a policy comes from the file that decides.

use lindero_policy::{BUILTIN, builtin};

use crate::plot::shipped;

fn check(name: &str, lines: &[&str]) {
    let page = shipped(name).page();
    for line in lines {
        assert!(page.lines().any(|found| found == *line), "{line}\n\n{page}");
    }
}

#[test]
fn a_page_has_thresholds_with_sources_rules_and_what_they_cannot_see() {
    check(
        "eudr-2020",
        &[
            "# Forest turned into farmland after 31 December 2020: Peruvian cocoa",
            "- at least 2 of `gfc2020`, `tmf2020`, `mb`: one forest map alone cannot be contradicted",
            "| name | value | source |",
            "| `observed_pct` | 95 | our choice |",
            "| `l1` | `loss_natural_whole_ha >= whole_ha \\|\\| loss_natural_pct > mostly_pct` |",
            "| code | name | about | verdict | ask | when |",
            "| L1 | natural-forest-cleared | forest | high |  | `l1` |",
            "| D2 | only-a-point | data | more_info | walk | a plot known only as a point is not low on both its discs |",
            "### F1 natural-forest-standing",
            "> {stand_natural_pct} % of the plot ({stand_natural_ha} ha) is natural forest still standing: draw the cocoa only, or say how cocoa is grown there.",
            "- when: `stand_natural_pct > standing_pct`",
            "- what it cannot see: Cocoa under natural forest looks like natural forest.",
            "- if it is true, no other finding is printed",
            "| `forest_patch` | `patch(forest_any, 0.5)` |",
            "| `agri` | 15, 18, 21, 35, 40, 72 |",
            "| `loss_natural` | `natural_ground && lost`, by the year of `lossyear`, `tmfdef`, `alert3` |",
            "| `protected` | overlap with `anp` |",
        ],
    );
    check("tree-loss", &["| T5 | one-map-proves-little | forest | note |  | `true` |"]);
}

#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_head() {
    for name in BUILTIN {
        let page = shipped(name).page();
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut head = 0;
        for line in page.lines() {
            if !line.starts_with('|') {
                head = 0;
            } else if head == 0 {
                head = bars(line);
            }
            assert!(head == 0 || bars(line) == head, "{name}: {line}");
        }
    }
}

#[test]
fn the_shipped_policies_are_called_what_their_files_are() {
    for name in BUILTIN {
        let (file, _) = builtin(name).expect("a policy for every name");
        assert_eq!((shipped(name).name(), file), (*name, format!("{name}.toml").as_str()));
    }
    assert_eq!(builtin("eudr"), None);
}
