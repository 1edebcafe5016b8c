//! The country that `--country` names.

use crate::failure::Failure;
use lindero_plots::doubts::Country;

pub(crate) fn country(code: &str) -> Result<Country, Failure> {
    Country::new(code)
        .filter(Country::is_known)
        .ok_or_else(|| Failure::new(format!("--country {code:?} is no country; give its two letters, such as PE")))
}
