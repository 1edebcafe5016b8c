//! In which columns the plots of a run declare what its policy's attributes are.

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The last column of ours: the user's own follow.
const LAST: &str = "region_shares";
/// What a user's column that has the name of one of ours gets behind its own.
const ENDING: &str = "_in";

/// The place of the column that declares each attribute, among the columns of a table of a run's plots, as the manifest says;
/// without what the table lacks.
pub(crate) fn declared_columns(manifest: &Json, columns: &[&str]) -> BTreeMap<String, usize> {
    let Some(last) = columns.iter().position(|name| *name == LAST) else { return BTreeMap::new() };
    let declared = manifest["parameters"]["declared"].as_object().into_iter().flatten();
    let place = |field: &str| Some(last + 1 + users_column(&columns[last + 1..], field)?);
    declared.filter_map(|(name, field)| Some((name.clone(), place(field.as_str()?)?))).collect()
}

/// The place of a user's field: under its own name, else under the longest that it may have got.
fn users_column(columns: &[&str], field: &str) -> Option<usize> {
    let endings = |column: &str| {
        let rest = column.strip_prefix(field)?;
        rest.replace(ENDING, "").is_empty().then_some(rest.len())
    };
    let found = columns.iter().enumerate().filter_map(|(index, column)| Some((endings(column)?, index)));
    // Where the field's own name is there, no other column is it.
    let (_, index) = found.max_by_key(|(length, _)| if *length == 0 { usize::MAX } else { *length })?;
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(field: &str, users: &[&str], expected: Option<usize>) {
        let columns = [&["plot_id", "area_ha", "verdict", LAST], users].concat();
        let manifest = json!({ "parameters": { "declared": { "planted_year": field } } });
        let found = declared_columns(&manifest, &columns);
        assert_eq!(found.get("planted_year").map(|index| index - 4), expected, "{field} in {users:?}");
    }

    #[test]
    fn a_field_is_found_under_its_own_name_or_the_one_that_it_has_got() {
        check("siembra", &["id", "siembra"], Some(1));
        check("siembra", &["siembra_in", "siembra"], Some(1));
        check("verdict", &["verdict_in"], Some(0));
        // The user had a verdict_in too, which kept its name.
        check("verdict", &["verdict_in", "verdict_in_in"], Some(1));
        check("verdict_in", &["verdict_in", "verdict_in_in"], Some(0));
        check("area_ha", &["id"], None);
    }

    #[test]
    fn a_table_that_is_not_a_runs_declares_nothing() {
        let manifest = json!({ "parameters": { "declared": { "planted_year": "siembra" } } });
        assert_eq!(declared_columns(&manifest, &["siembra"]), BTreeMap::new());
    }
}
