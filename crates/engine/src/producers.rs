//! Who has which plot.

use arrow_array::{Array, cast::AsArray};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;

use crate::checked_plots::text_of;

/// Numbers producers in the order in which they are first named.
#[derive(Debug, Default)]
pub(crate) struct Producers {
    numbers: FxHashMap<String, u32>,
    names: Vec<String>,
}

impl Producers {
    /// The number of a row's producer; `None` where nobody is named. Blanks around a name do not count.
    pub(crate) fn number(&mut self, column: &dyn Array, row: usize) -> Option<u32> {
        let owned;
        let name = match column.data_type() {
            DataType::Utf8 if column.is_valid(row) => column.as_string::<i32>().value(row).trim(),
            _ => {
                owned = text_of(column, row)?;
                owned.as_str()
            }
        };
        if name.is_empty() {
            return None;
        }
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        Some(number)
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Int64Array, StringArray};

    #[test]
    fn a_name_has_one_number_whatever_stands_around_it() {
        let mut producers = Producers::default();
        let names = StringArray::from(vec![Some("Rosa"), None, Some(" Juan"), Some(""), Some("Juan "), Some("Rosa")]);
        let numbers: Vec<Option<u32>> = (0..6).map(|row| producers.number(&names, row)).collect();
        assert_eq!(numbers, [Some(0), None, Some(1), None, Some(1), Some(0)]);
        let numbers = Int64Array::from(vec![Some(40), None]);
        assert_eq!(producers.number(&numbers, 0), Some(2));
        assert_eq!(producers.number(&numbers, 1), None);
        assert_eq!(producers.into_names(), ["Rosa", "Juan", "40"]);
    }
}
