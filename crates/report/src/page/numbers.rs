//! Numbers as each language writes them.

use super::words::Words;

impl Words {
    /// A whole number.
    pub(super) fn count(&self, number: u64) -> String {
        self.grouped(&number.to_string())
    }

    /// Hectares, with two decimals.
    pub(super) fn ha(&self, ha: f64) -> String {
        self.decimals(ha, 2)
    }

    /// A share in percent, with one decimal. A trace is not nothing.
    pub(super) fn pct(&self, pct: f64) -> String {
        if pct > 0.0 && pct < 0.05 { format!("< {}", self.decimals(0.1, 1)) } else { self.decimals(pct, 1) }
    }

    pub(super) fn decimals(&self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        let (minus, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
        let minus = if digits.chars().all(|c| matches!(c, '0' | '.')) { "" } else { minus };
        match digits.split_once('.') {
            Some((whole, part)) => format!("{minus}{}{}{part}", self.grouped(whole), self.decimal),
            None => format!("{minus}{}", self.grouped(digits)),
        }
    }

    fn grouped(&self, digits: &str) -> String {
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(self.thousands);
            }
            text.push(digit);
        }
        text
    }

    /// A longitude or latitude.
    pub(super) fn degrees(&self, degrees: f64, is_longitude: bool, decimals: usize) -> String {
        let side = match (is_longitude, degrees < 0.0) {
            (true, true) => self.west,
            (true, false) => self.east,
            (false, true) => self.south,
            (false, false) => self.north,
        };
        format!("{}° {side}", self.decimals(degrees.abs(), decimals))
    }

    /// A round length.
    pub(super) fn length(&self, metres: f64) -> String {
        if metres < 1000.0 { format!("{metres:.0} m") } else { format!("{} km", self.decimals(metres / 1000.0, 0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::{ReportLang, Words};

    fn check(lang: ReportLang, expected: [&str; 5]) {
        let words = Words::of(lang);
        let written = [
            words.count(1_234_567),
            words.ha(12_345.678),
            words.pct(0.01),
            words.decimals(-0.001, 2),
            words.degrees(-76.25, true, 2),
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn each_language_writes_numbers_in_its_way() {
        check(ReportLang::En, ["1,234,567", "12,345.68", "< 0.1", "0.00", "76.25° W"]);
        check(ReportLang::Es, ["1\u{202f}234\u{202f}567", "12\u{202f}345,68", "< 0,1", "0,00", "76,25° O"]);
        check(ReportLang::Pt, ["1.234.567", "12.345,68", "< 0,1", "0,00", "76,25° O"]);
    }
}
