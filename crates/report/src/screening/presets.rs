//! What is told of the presets of a run.

use lindero_indicators::Preset;
use lindero_io::screening::{ScreenInput, ScreenPlan};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What the presets count, and what they cannot tell.
pub(super) fn tell(input: &ScreenInput, plan: &ScreenPlan, text: &mut String) {
    for preset in &input.presets {
        let _ = writeln!(text, "\npreset {} {}: {}", preset.name, preset.version, preset.counts);
        let _ = writeln!(text, "  source: {}", preset.source);
        let _ = writeln!(text, "  {}_ha: {}", preset.undecided.id, preset.would_tell);
    }
    for note in &plan.preset_notes {
        let _ = writeln!(text, "  {note}");
    }
}

/// The same for machines.
pub(super) fn record(input: &ScreenInput, plan: &ScreenPlan) -> Value {
    let preset = |preset: &Preset| {
        json!({
            "name": preset.name,
            "version": preset.version,
            "counts": preset.counts,
            "source": preset.source,
            "parts": preset.undecided.parts,
            "undecided": preset.undecided.id,
            "would_tell": preset.would_tell,
        })
    };
    json!({ "presets": input.presets.iter().map(preset).collect::<Vec<_>>(), "notes": plan.preset_notes })
}
