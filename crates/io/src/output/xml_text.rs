//! Text in XML.

use std::borrow::Cow;

/// A text as the content of an element or the value of an attribute, which a reader gets back as it was: what XML would
/// read as something else is written as a reference, and what no document may hold is `\u{fffd}`.
pub(crate) fn xml_text(text: &str) -> Cow<'_, str> {
    let is_outer_blank = |at: usize, letter: char| letter == ' ' && (at == 0 || at + 1 == text.len());
    if !text.char_indices().any(|(at, letter)| is_special(letter) || is_outer_blank(at, letter)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, letter) in text.char_indices() {
        match letter {
            // Readers take blanks around a text for layout.
            _ if is_outer_blank(at, letter) => out.push_str("&#32;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            letter if is_special(letter) => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

fn is_special(letter: char) -> bool {
    letter < ' ' || matches!(letter, '&' | '<' | '>' | '"' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::xml_text;

    #[test]
    fn signs_are_escaped_and_what_xml_forbids_is_replaced() {
        assert_eq!(xml_text("Ñahuin \u{1f331}"), "Ñahuin \u{1f331}");
        assert_eq!(xml_text("<a b=\"c\"> & d"), "&lt;a b=&quot;c&quot;&gt; &amp; d");
        assert_eq!(xml_text("1\r\n2\t3"), "1&#13;&#10;2&#9;3");
        assert_eq!(xml_text(" a b "), "&#32;a b&#32;");
        assert_eq!(xml_text("a\0b\u{1b}c\u{ffff}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
    }
}
