//! Tables that cannot be decided, and what is said of them.

use crate::table::Decided;

const ACROP: &[&str] = &["--policy", "whisp-acrop"];

#[track_caller]
fn check(table: &str, more: &[&str], said: &[&str]) {
    Decided::text(table, more).refused(said);
}

#[test]
fn a_cell_that_cannot_be_what_its_column_is_is_told_with_row_and_column() {
    let head = "Ind_01_treecover,Ind_02_commodities,Ind_04_disturbance_after_2020\n";
    check(
        &format!("{head}yes,no,no\nyes,maybe,no\n"),
        ACROP,
        &["plots.csv, row 2, column \"Ind_02_commodities\": must be yes, no or empty, not \"maybe\""],
    );
    let head = "Unit,Area,EUFO_2020,Cocoa_ETH,RADD_after_2020\n";
    check(
        &format!("{head}ha,1,much,0,0\n"),
        ACROP,
        &["row 1, column \"EUFO_2020\": must be a number or empty, not \"much\""],
    );
    check(&format!("{head}ha,1,inf,0,0\n"), ACROP, &["row 1, column \"EUFO_2020\"", "\"inf\""]);
    check(&format!("{head}ha,1,-1,0,0\n"), ACROP, &["row 1, column \"EUFO_2020\": must be 0 or more, not -1"]);
    check(&format!("{head}acres,1,1,0,0\n"), ACROP, &["row 1, column \"Unit\": must be ha or percent, not \"acres\""]);
    check(&format!("{head}ha,big,1,0,0\n"), ACROP, &["row 1, column \"Area\": must be a number or empty, not \"big\""]);
    check(
        "hint_ha\n0.1\nx\n",
        &["--policy", "eudr-2020"],
        &["row 2, column \"hint_ha\": must be a number or empty, not \"x\""],
    );
    check(
        "hint_ha,geometry_usable\n0.1,perhaps\n",
        &["--policy", "eudr-2020"],
        &["row 1, column \"geometry_usable\": must be yes, no or empty, not \"perhaps\""],
    );
}

#[test]
fn a_table_without_what_the_policy_reads_says_what_it_needs() {
    check("name,age\nRosa,7\n", ACROP, &["policy whisp-acrop reads none of its columns", "Ind_01_treecover"]);
    check(
        "name,age\nRosa,7\n",
        &["--policy", "eudr-2020"],
        &["policy eudr-2020 reads none of its columns", "loss_natural_pct"],
    );
    check(
        "Ind_01_treecover,Ind_04_disturbance_after_2020\nyes,no\n",
        ACROP,
        &["the table has neither Ind_02_commodities nor any of the columns it follows from: cocoa_eth_pct"],
    );
    check("EUFO_2020,Cocoa_ETH,RADD_after_2020,Area\n1,0,0,1\n", ACROP, &["no column Unit", "ha or percent"]);
    check("hint_ha\n1\n", &["--policy", "eudr-2020", "--format", "whisp"], &["eudr-2020 follows no other program"]);
}

#[test]
fn columns_of_one_name_are_told() {
    check("Ind_01_treecover,ind_01_TREECOVER\nyes,no\n", ACROP, &["columns 1 and 2 have one name", "rename"]);
    check(
        "Ind_01_treecover,Ind-01-treecover,Ind_02_commodities,Ind_04_disturbance_after_2020\nyes,no,no,no\n",
        ACROP,
        &["columns 1 and 2 are both \"Ind_01_treecover\""],
    );
}

#[test]
fn a_file_that_breaks_off_or_is_none_is_told() {
    let head = "Ind_01_treecover,Ind_02_commodities,Ind_04_disturbance_after_2020,note\n";
    let open = format!("{head}yes,no,no,\"open\n");
    check(&open, ACROP, &["line 2", "a quote that opens here is never closed"]);
    let wide = format!("{head}yes,no,no,a\nyes,no,no,a,b\n");
    check(&wide, ACROP, &["line 3", "this row has 5 cells and the first one 4"]);
    check("", ACROP, &["no row that names the columns"]);
    let home = tempfile::tempdir().unwrap();
    Decided::from(home.path(), ACROP).refused(&["is no run of `lindero screen`"]);
    Decided::from(&home.path().join("none.csv"), ACROP).refused(&["cannot read", "none.csv"]);
}

#[test]
fn a_policy_or_an_output_that_is_none_is_told() {
    check(
        "a\n1\n",
        &["--policy", "whisp"],
        &["policy \"whisp\" is neither a file nor one of the shipped policies", "whisp-pcrop"],
    );
    check("a\n1\n", &["--policy", "whisp-acrop", "--out", "decided.xlsx"], &["ends in .csv or .parquet"]);
}
