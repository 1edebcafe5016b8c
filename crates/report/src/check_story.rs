//! What a check says to people: the table on the screen, and `summary.json`.

use crate::check_words::{Words, conflict, heading};
use crate::columns::{Cell, aligned, grouped, hectares, left, right, wrapped};
use lindero_engine::{CheckedAll, Kind};
use lindero_plots::doubts::DoubtCode;
use lindero_plots::{Conflict, ConflictKind, Lang, M2_PER_HA};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Characters of a line of sentences.
const LINE_CHARS: usize = 92;
/// Pairs in conflict that are named.
const NAMED_PAIRS: usize = 5;

/// Questions whose sentences name countries, and who has drawn their borders: its licence (ODbL) wants that said.
const NAMES_COUNTRIES: [DoubtCode; 6] = [
    DoubtCode::SwappedAxes,
    DoubtCode::LostSign,
    DoubtCode::MetresAsDegrees,
    DoubtCode::OldDatum,
    DoubtCode::OtherCountry,
    DoubtCode::InNoCountry,
];
const BORDERS: &str = "© OpenStreetMap contributors (ODbL)";

/// A finished check.
pub struct CheckStory<'a> {
    /// What came of it.
    pub checked: &'a CheckedAll,
    /// The language of the table.
    pub lang: Lang,
}

impl CheckStory<'_> {
    /// How many plots can be used, what is wrong with the others and what to do about it, and which claim the same
    /// ground.
    #[must_use]
    pub fn table(&self) -> String {
        let words = Words::of(self.lang);
        let summary = &self.checked.summary;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{} {}, {} ha\n",
            grouped(summary.plots),
            if summary.plots == 1 { words.plot } else { words.plots },
            hectares(summary.area_m2 / M2_PER_HA)
        );
        let counts = [
            (summary.sound, words.sound),
            (summary.repaired, words.repaired),
            (summary.proposed, words.proposed),
            (summary.unusable, words.unusable),
            (summary.points, words.points),
            (summary.asked, words.asked),
            (self.checked.repeated_ids.iter().map(|rows| rows.len() as u64).sum(), words.repeated_ids),
        ];
        let rows: Vec<Vec<Cell>> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| vec![right(grouped(count)), left(what)])
            .collect();
        text.push_str(&aligned("  ", &rows));
        let mut last = None;
        for count in &summary.codes {
            if last != Some(count.kind) {
                let _ = writeln!(text, "\n{}", heading(count.kind, self.lang));
                last = Some(count.kind);
            }
            self.code(&mut text, count);
        }
        let CheckedAll { repeated_ids, conflicts, .. } = self.checked;
        if summary.codes.is_empty() && repeated_ids.is_empty() && conflicts.pairs.is_empty() {
            let _ = writeln!(text, "\n{}", words.nothing);
        }
        self.repeated_ids(&mut text, words);
        self.conflicts(&mut text, words);
        if summary.codes.iter().any(|count| NAMES_COUNTRIES.iter().any(|code| code.as_str() == count.code)) {
            let _ = writeln!(text, "\n{BORDERS}");
        }
        text
    }

    fn code(&self, text: &mut String, count: &lindero_engine::CodeCount) {
        let words = Words::of(self.lang);
        let _ = writeln!(
            text,
            "  {}, {} {}",
            count.code,
            grouped(count.plots),
            if count.plots == 1 { words.plot } else { words.plots }
        );
        for example in &count.examples {
            let name = self.name(example.row, &example.plot_id);
            text.push_str(&wrapped("    ", &format!("{name}: {}", example.sentence), LINE_CHARS));
        }
        let more = count.plots - count.examples.len() as u64;
        if more > 0 {
            let _ = writeln!(text, "    … {} {}", grouped(more), words.more);
        }
    }

    /// A plot by its id; by its row too where another has the same id.
    fn name(&self, row: u64, id: &str) -> String {
        if self.checked.repeated_ids.iter().flatten().any(|&repeated| u64::from(repeated) == row) {
            format!("{id} ({} {row})", Words::of(self.lang).row)
        } else {
            id.to_owned()
        }
    }

    fn repeated_ids(&self, text: &mut String, words: &Words) {
        let repeated = &self.checked.repeated_ids;
        if repeated.is_empty() {
            return;
        }
        let _ = writeln!(text, "\n{}", words.repeated_heading);
        for rows in repeated.iter().take(NAMED_PAIRS) {
            let id = self.checked.ids.value(rows[0] as usize);
            let rows: Vec<String> = rows.iter().take(8).map(ToString::to_string).collect();
            text.push_str(&wrapped("    ", &format!("{id}: {}", rows.join(", ")), LINE_CHARS));
        }
    }

    fn conflicts(&self, text: &mut String, words: &Words) {
        let conflicts = &self.checked.conflicts;
        if conflicts.pairs.is_empty() {
            return;
        }
        let knows_producers = conflicts.pairs.iter().any(|pair| pair.same_producer.is_some());
        let mut head = vec![left(words.conflicts), right(words.pairs), right(words.shared)];
        if knows_producers {
            head.extend([right(words.same_producer), right(words.other_producer)]);
        }
        let mut rows = vec![head];
        for kind in KINDS {
            let of_kind = || conflicts.pairs.iter().filter(move |pair| pair.kind == kind);
            if of_kind().next().is_none() {
                continue;
            }
            let with = |same: bool| of_kind().filter(|pair| pair.same_producer == Some(same)).count() as u64;
            let shared_m2: f64 = of_kind().map(|pair| pair.shared_m2).sum();
            let mut row = vec![
                left(format!("  {}", conflict(kind, self.lang))),
                right(grouped(of_kind().count() as u64)),
                right(format!("{:.2}", shared_m2 / M2_PER_HA)),
            ];
            if knows_producers {
                row.extend([right(grouped(with(true))), right(grouped(with(false)))]);
            }
            rows.push(row);
        }
        text.push('\n');
        text.push_str(&aligned("", &rows));
        for pair in self.worst() {
            let name = |row: u32| self.name(row.into(), self.checked.ids.value(row as usize));
            let _ = writeln!(
                text,
                "    {} – {}: {}, {:.2} ha, {:.0} % / {:.0} %",
                name(pair.a),
                name(pair.b),
                conflict(pair.kind, self.lang),
                pair.shared_m2 / M2_PER_HA,
                100.0 * pair.share_of_a,
                100.0 * pair.share_of_b
            );
        }
        let counted = &conflicts.counted_twice;
        if counted.all_m2 > 0.0 {
            let ha = |m2: f64| format!("{:.2}", m2 / M2_PER_HA);
            let _ = write!(text, "  {} {}", ha(counted.all_m2), words.counted_twice);
            if knows_producers {
                let _ = write!(
                    text,
                    " ({} {}, {} {})",
                    ha(counted.within_producers_m2),
                    words.within_producers,
                    ha(counted.between_producers_m2),
                    words.between_producers
                );
            }
            let _ = writeln!(text, "; {} {}", grouped(conflicts.groups.len() as u64), words.groups);
        }
    }

    /// The pairs that share most ground; slivers are none.
    fn worst(&self) -> Vec<&Conflict> {
        let mut pairs: Vec<&Conflict> =
            self.checked.conflicts.pairs.iter().filter(|pair| pair.kind != ConflictKind::Sliver).collect();
        pairs.sort_by(|a, b| b.shared_m2.total_cmp(&a.shared_m2).then((a.a, a.b).cmp(&(b.a, b.b))));
        pairs.truncate(NAMED_PAIRS);
        pairs
    }

    /// What stands before the name of the folder.
    #[must_use]
    pub fn written_to(&self) -> &'static str {
        Words::of(self.lang).folder
    }

    /// The content of `summary.json`.
    #[must_use]
    pub fn json(&self) -> Value {
        let CheckedAll { summary, conflicts, repeated_ids, ids, producers, .. } = self.checked;
        let codes: Vec<Value> = summary
            .codes
            .iter()
            .map(|count| json!({ "code": count.code, "kind": kind_name(count.kind), "plots": count.plots }))
            .collect();
        let repairs: Vec<Value> = summary
            .repairs
            .iter()
            .map(|it| {
                json!({ "code": it.code, "applied": it.applied, "proposed": it.proposed, "change_m2": it.change_m2 })
            })
            .collect();
        let kinds: Vec<Value> = KINDS
            .iter()
            .map(|&kind| {
                let of_kind = || conflicts.pairs.iter().filter(move |pair| pair.kind == kind);
                let shared_m2: f64 = of_kind().map(|pair| pair.shared_m2).sum();
                json!({ "kind": kind.as_str(), "pairs": of_kind().count(), "shared_ha": shared_m2 / M2_PER_HA })
            })
            .collect();
        let repeated: Vec<Value> =
            repeated_ids.iter().map(|rows| json!({ "plot_id": ids.value(rows[0] as usize), "rows": rows })).collect();
        let of_producers: Vec<Value> = conflicts
            .producers
            .iter()
            .map(|it| {
                json!({
                    "producer": producers[it.producer as usize],
                    "plots": it.plots,
                    "counted_twice_ha": it.within_m2 / M2_PER_HA,
                    "claimed_by_others_ha": it.claimed_by_others_m2 / M2_PER_HA,
                })
            })
            .collect();
        json!({
            "borders": BORDERS,
            "plots": summary.plots,
            "sound": summary.sound,
            "repaired": summary.repaired,
            "proposed": summary.proposed,
            "unusable": summary.unusable,
            "points": summary.points,
            "asked": summary.asked,
            "area_ha": summary.area_m2 / M2_PER_HA,
            "codes": codes,
            "repairs": repairs,
            "repeated_ids": repeated,
            "conflicts": {
                "kinds": kinds,
                "groups": conflicts.groups.len(),
                "counted_twice_ha": conflicts.counted_twice.all_m2 / M2_PER_HA,
                "within_producers_ha": conflicts.counted_twice.within_producers_m2 / M2_PER_HA,
                "between_producers_ha": conflicts.counted_twice.between_producers_m2 / M2_PER_HA,
                "producers": of_producers,
            },
        })
    }
}

/// The kinds from the worst on.
const KINDS: [ConflictKind; 5] = [
    ConflictKind::Duplicate,
    ConflictKind::NearDuplicate,
    ConflictKind::Inside,
    ConflictKind::Overlap,
    ConflictKind::Sliver,
];

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Unusable => "unusable",
        Kind::Proposed => "proposed",
        Kind::Repaired => "repaired",
        Kind::Question => "question",
        Kind::Note => "note",
    }
}
