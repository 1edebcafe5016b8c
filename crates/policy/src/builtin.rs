//! The policies that come with the program.

/// Name, file name and text of each.
const FILES: [(&str, &str, &str); 2] = [
    ("eudr-2020", "eudr-2020.toml", include_str!("../policies/eudr-2020.toml")),
    ("tree-loss", "tree-loss.toml", include_str!("../policies/tree-loss.toml")),
];

/// The names of the policies that come with the program.
pub const BUILTIN: &[&str] = &[FILES[0].0, FILES[1].0];

/// File name and text of a policy that comes with the program, ready for [`Policy::parse`](crate::Policy::parse).
#[must_use]
pub fn builtin(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, file, text)| (*file, *text))
}
