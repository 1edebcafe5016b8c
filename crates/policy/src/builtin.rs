//! The policies that come with the program.

/// Name, file name and text of each.
const FILES: [(&str, &str, &str); 7] = [
    ("eudr-2020", "eudr-2020.toml", include_str!("../policies/eudr-2020.toml")),
    ("strict", "strict.toml", include_str!("../policies/strict.toml")),
    ("tree-loss", "tree-loss.toml", include_str!("../policies/tree-loss.toml")),
    ("whisp-pcrop", "whisp-pcrop.toml", include_str!("../policies/whisp-pcrop.toml")),
    ("whisp-acrop", "whisp-acrop.toml", include_str!("../policies/whisp-acrop.toml")),
    ("whisp-timber", "whisp-timber.toml", include_str!("../policies/whisp-timber.toml")),
    ("gfwpro-afi", "gfwpro-afi.toml", include_str!("../policies/gfwpro-afi.toml")),
];

/// The names of the policies that come with the program.
pub const BUILTIN: &[&str] = &[FILES[0].0, FILES[1].0, FILES[2].0, FILES[3].0, FILES[4].0, FILES[5].0, FILES[6].0];

/// File name and text of a policy that comes with the program, ready for [`Policy::parse`](crate::Policy::parse).
#[must_use]
pub fn builtin(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, file, text)| (*file, *text))
}
