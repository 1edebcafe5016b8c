//! HTML in the making: everything that is not markup of ours is escaped on its way in.

use super::words::Words;
use std::fmt::Write as _;

/// Text as it may stand in HTML and SVG, also in attributes. Control characters, which no page may hold, are replaced.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(' '),
            letter if letter.is_control() => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Text of others, which may run from right to left.
pub(super) fn foreign(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// The page while it is written.
pub(super) struct Html {
    text: String,
    pub(super) words: &'static Words,
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Words,
    Number,
    Code,
}

/// A table: its first column names the rows.
pub(super) struct Table<'t> {
    caption: &'t str,
    columns: Vec<(String, Set)>,
    rows: Vec<Vec<String>>,
}

impl<'t> Table<'t> {
    /// The heads of columns are plain text; cells that are pushed later are markup.
    pub(super) fn new(caption: &'t str, columns: &[(&str, Set)]) -> Self {
        let columns = columns.iter().map(|(head, set)| ((*head).to_owned(), *set)).collect();
        Self { caption, columns, rows: Vec::new() }
    }

    /// Keeps the rows of which this is true, by their number.
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(usize) -> bool) {
        let mut row = 0;
        self.rows.retain(|_| {
            row += 1;
            keeps(row - 1)
        });
    }

    /// A row of markup, one cell a column.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Html {
    pub(super) fn new(words: &'static Words) -> Self {
        Self { text: String::new(), words }
    }

    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "<p>{}</p>", escaped(text));
    }

    /// A note under what it is about.
    pub(super) fn note(&mut self, text: &str) {
        let _ = writeln!(self.text, "<p class=\"note\">{}</p>", escaped(text));
    }

    /// Begins a section; [`Html::end_section`] ends it.
    pub(super) fn section(&mut self, id: &str, heading: &str) {
        let _ = writeln!(
            self.text,
            "<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{}</h2>",
            escaped(heading)
        );
    }

    pub(super) fn end_section(&mut self) {
        self.text.push_str("</section>\n");
    }

    /// A table, in a frame of its own that scrolls where it is wider than the page.
    pub(super) fn table(&mut self, table: &Table<'_>) {
        let caption = escaped(table.caption);
        let _ = write!(
            self.text,
            "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"{caption}: {}\">\n<table>\n<caption>{caption}</caption>\n<thead><tr>",
            escaped(self.words.scrolls)
        );
        for (head, set) in &table.columns {
            let _ = write!(self.text, "<th scope=\"col\"{}>{}</th>", class_of(*set), escaped(head));
        }
        self.text.push_str("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.text.push_str("<tr>");
            for (index, (cell, (_, set))) in row.iter().zip(&table.columns).enumerate() {
                let _ = match index {
                    0 => write!(self.text, "<th scope=\"row\"{}>{cell}</th>", class_of(*set)),
                    _ => write!(self.text, "<td{}>{cell}</td>", class_of(*set)),
                };
            }
            self.text.push_str("</tr>\n");
        }
        self.text.push_str("</tbody>\n</table>\n</div>\n");
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn class_of(set: Set) -> &'static str {
    match set {
        Set::Words => "",
        Set::Number => " class=\"number\"",
        Set::Code => " class=\"code\"",
    }
}

/// A number with a bar behind it, whose whole length is 1.
pub(super) fn with_bar(number: &str, share: f64, colour: &str) -> String {
    let width = 100.0 * share.clamp(0.0, 1.0);
    format!(
        "{number}<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\">\
         <rect width=\"100\" height=\"8\" fill=\"#e9e9e6\"/><rect width=\"{width:.1}\" height=\"8\" fill=\"{colour}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_into_a_page_is_markup() {
        assert_eq!(
            escaped("<script>alert('a' & \"b\")</script>"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;"
        );
        assert_eq!(escaped("a\u{0}b\u{1b}c\td"), "a\u{fffd}b\u{fffd}c d");
    }
}
