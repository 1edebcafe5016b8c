//! Countries by their codes.

use super::country_names::NAMES;
use crate::Lang;
use std::fmt;

/// A country's code: two letters of ISO 3166-1, or `XK` for Kosovo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country of a code in large or small letters; `None` if it is not two letters. Whether there is such a country is not
    /// asked: [`Country::is_known`].
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        match *code.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The code in capitals.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters, checked by Country::new")
    }

    /// The name, as it stands after "in"; the code where there is no such country.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        let row = self.row();
        row.map_or(self.code(), |(_, english, spanish)| match lang {
            Lang::En => english,
            Lang::Es => spanish,
        })
    }

    /// Whether there is a country with this code.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.row().is_some()
    }

    /// The country of a code as ISO 3166-1 writes it: two capital letters, officially assigned. Kosovo's `XK` is not.
    ///
    /// ```
    /// use lindero_plots::doubts::Country;
    ///
    /// assert!(Country::official("PE").is_some());
    /// assert!(["pe", " PE", "Peru", "XX", "XK"].iter().all(|code| Country::official(code).is_none()));
    /// ```
    #[must_use]
    pub fn official(code: &str) -> Option<Self> {
        Self::new(code).filter(|it| it.code() == code && code != "XK" && it.is_known())
    }

    /// Every country, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().filter_map(|(code, ..)| Self::new(code))
    }

    fn row(&self) -> Option<&'static (&'static str, &'static str, &'static str)> {
        NAMES.binary_search_by(|(code, ..)| code.as_bytes().cmp(&self.0)).ok().map(|row| &NAMES[row])
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{Country, NAMES};
    use crate::Lang;

    #[test]
    fn a_code_is_two_letters_whatever_their_size() {
        assert_eq!(Country::new(" pe ").map(|it| it.to_string()).as_deref(), Some("PE"));
        for code in ["", "P", "PER", "P1", "Perú", "ñ"] {
            assert_eq!(Country::new(code), None, "{code:?}");
        }
        let nowhere = Country::new("zz").expect("two letters");
        assert!(!nowhere.is_known());
        assert_eq!(nowhere.name(Lang::Es), "ZZ");
    }

    #[test]
    fn every_code_is_found_and_the_list_is_in_order() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(Country::all().all(|country| country.is_known()));
        // The 249 of ISO 3166-1, and Kosovo.
        assert_eq!(Country::all().count(), 250);
        let ivory_coast = Country::new("CI").expect("two letters");
        assert_eq!([Lang::En, Lang::Es].map(|lang| ivory_coast.name(lang)), ["Côte d'Ivoire", "Costa de Marfil"]);
    }
}
