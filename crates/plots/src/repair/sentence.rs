//! What was done, or would be, in words.

use super::{Repair, RepairCode};
use crate::Lang;

pub(super) fn sentence(repair: &Repair, lang: Lang) -> String {
    let what = match lang {
        Lang::En => english(repair),
        Lang::Es => spanish(repair),
    };
    let change = format!("{:+.0} m2", repair.change_m2() + 0.0);
    match (lang, repair.applied()) {
        (Lang::En, true) => format!("{what} ({change})"),
        (Lang::En, false) => format!("proposed, not made: {what} ({change})"),
        (Lang::Es, true) => format!("{what} ({change})"),
        (Lang::Es, false) => format!("se propone, no se hizo: {what} ({change})"),
    }
}

fn english(repair: &Repair) -> String {
    let ring = match repair.ring.unwrap_or(0) {
        0 => "the outer ring".to_owned(),
        hole => format!("hole {hole}"),
    };
    match repair.code {
        RepairCode::ClosedRing => format!("{ring} closed with its first position"),
        RepairCode::DroppedEmptyRing => format!("{ring} left out, it encloses nothing"),
        RepairCode::RemovedSpike => format!("spike of {ring} left out"),
        RepairCode::DroppedLoop => format!("small loop of {ring} left out where the boundary crosses itself"),
        RepairCode::SplitRing => format!("{ring} drawn as several rings, no ground changed"),
        RepairCode::SplitAtCrossing => format!("{ring} cut where it crosses itself, all that it encloses kept"),
        RepairCode::ReorderedCorners => format!("corners of {ring} between the crossing sides in the other order"),
        RepairCode::DroppedHole => format!("{ring} left out"),
        RepairCode::CutHole => format!("ground of {ring} cut out of its part"),
        RepairCode::PartMadeHole => "inner part taken for a hole of the outer one".to_owned(),
        RepairCode::UnitedParts => "parts made one, shared ground counted once".to_owned(),
        RepairCode::SplitAtAntimeridian => "plot cut in two at the antimeridian".to_owned(),
        RepairCode::Renested => "coordinates read as what their nesting says".to_owned(),
    }
}

fn spanish(repair: &Repair) -> String {
    let ring = match repair.ring.unwrap_or(0) {
        0 => "anillo exterior".to_owned(),
        hole => format!("hueco {hole}"),
    };
    match repair.code {
        RepairCode::ClosedRing => format!("{ring} cerrado con su primera posición"),
        RepairCode::DroppedEmptyRing => format!("{ring} omitido, no encierra nada"),
        RepairCode::RemovedSpike => format!("punta sin área quitada ({ring})"),
        RepairCode::DroppedLoop => format!("lazo pequeño quitado donde el lindero se cruza ({ring})"),
        RepairCode::SplitRing => format!("{ring} dibujado como varios anillos, sin cambiar el terreno"),
        RepairCode::SplitAtCrossing => format!("{ring} cortado donde se cruza, con todo lo que encierra"),
        RepairCode::ReorderedCorners => format!("vértices entre los lados que se cruzan en el otro orden ({ring})"),
        RepairCode::DroppedHole => format!("{ring} omitido"),
        RepairCode::CutHole => format!("terreno del {ring} recortado de su parte"),
        RepairCode::PartMadeHole => "parte interior tomada como hueco de la exterior".to_owned(),
        RepairCode::UnitedParts => "partes unidas en una, el terreno común cuenta una vez".to_owned(),
        RepairCode::SplitAtAntimeridian => "parcela cortada en dos en el antimeridiano".to_owned(),
        RepairCode::Renested => "coordenadas leídas como lo dicen sus corchetes".to_owned(),
    }
}
