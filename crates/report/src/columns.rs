//! Text in columns.

/// Lines of cells, each column as wide as its widest cell, two spaces between, `indent` before.
pub(crate) fn aligned(indent: &str, rows: &[Vec<Cell>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text().chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = indent.to_owned();
        for (cell, &width) in row.iter().zip(&widths) {
            match cell {
                Cell::Left(text) => line.push_str(&format!("{text:<width$}  ")),
                Cell::Right(text) => line.push_str(&format!("{text:>width$}  ")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The same for rows of plain text.
#[must_use]
pub fn lined_up<const N: usize>(indent: &str, rows: &[[String; N]]) -> String {
    let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().cloned().map(Cell::Left).collect()).collect();
    aligned(indent, &rows)
}

/// A cell of a table.
pub(crate) enum Cell {
    Left(String),
    Right(String),
}

pub(crate) fn left(text: impl Into<String>) -> Cell {
    Cell::Left(text.into())
}

pub(crate) fn right(text: impl Into<String>) -> Cell {
    Cell::Right(text.into())
}

impl Cell {
    fn text(&self) -> &str {
        match self {
            Self::Left(text) | Self::Right(text) => text,
        }
    }
}

/// A number with a comma after each thousand: `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many there are of something whose name takes an s: `1 plot`, `12,345 plots`.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Hectares with one decimal and groups of thousands.
pub(crate) fn hectares(ha: f64) -> String {
    decimals((ha * 10.0).round() / 10.0, 1)
}

/// A number that is not negative with so many decimals and groups of thousands.
pub(crate) fn decimals(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    if part.is_empty() { whole } else { format!("{whole}.{part}") }
}

/// At most so many characters, the last an ellipsis where something is left out.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Text in lines of at most so many characters, broken at blanks, the second and later ones two blanks further in.
pub(crate) fn wrapped(indent: &str, text: &str, most: usize) -> String {
    let mut lines = String::new();
    let mut line = indent.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > most {
            lines.push_str(&line);
            lines.push('\n');
            line = format!("{indent}  ");
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_broken_at_blanks() {
        assert_eq!([0, 1, 2000].map(|number| counted(number, "plot")), ["0 plots", "1 plot", "2,000 plots"]);
        assert_eq!(wrapped("  ", "a bb ccc", 80), "  a bb ccc\n");
        assert_eq!(wrapped("  ", "a bb ccc", 7), "  a bb\n    ccc\n");
        assert_eq!(wrapped("", "endless", 3), "endless\n");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(hectares(1234.56), "1,234.6");
        assert_eq!(hectares(0.04), "0.0");
        assert_eq!(decimals(12_345.678_9, 3), "12,345.679");
        assert_eq!(decimals(999.6, 0), "1,000");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |a: &str, b: &str| vec![Cell::Left(a.to_owned()), Cell::Right(b.to_owned())];
        assert_eq!(aligned("  ", &[row("high", "5"), row("low", "1,000")]), "  high      5\n  low   1,000\n");
    }

    #[test]
    fn plain_rows_line_up_whatever_their_letters() {
        let rows = [["a", "one", ""], ["bcd", "ñ", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(lined_up("  ", &rows), "  a    one\n  bcd  ñ    x\n");
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        assert_eq!(shortened("ñandú", 5), "ñandú");
        assert_eq!(shortened("ñandúes", 5), "ñand…");
    }
}
