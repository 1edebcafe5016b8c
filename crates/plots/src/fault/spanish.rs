//! The sentences in Spanish.

use super::reader_reasons::in_spanish;
use super::{Fault, Guess, metres, place, written};
use crate::Defect;

pub(super) fn sentence(fault: &Fault, at: &Defect) -> String {
    let ring = ring_name(at.ring.unwrap_or(0));
    let part = at.part.unwrap_or(0);
    match fault {
        Fault::MissingGeometry => "no hay geometría".to_owned(),
        Fault::EmptyCollection => "la colección no contiene ni un polígono ni un punto".to_owned(),
        Fault::UnsupportedGeometry { kind } => {
            format!("no se puede medir una geometría {kind}; una parcela es un polígono, un multipolígono o un punto")
        }
        Fault::UnreadableGeometry { reason } => format!("no se puede leer la geometría: {}", in_spanish(reason)),
        Fault::NonFiniteCoordinate { x, y } => format!("la posición {x}, {y} no es un par de números finitos"),
        Fault::OutOfRange { x, y } => {
            let guess = match Guess::of(*x, *y) {
                Guess::Metres => "; parecen metros de un sistema proyectado, no grados",
                Guess::Swapped => "; la latitud y la longitud parecen intercambiadas",
                Guess::Nothing => "",
            };
            format!(
                "la posición {x}, {y} está fuera del globo: la longitud debe estar entre -180 y 180 y la latitud entre -90 y 90{guess}"
            )
        }
        Fault::OpenRing { first, last } => format!(
            "{ring} estaba abierto y se cerró: su última posición {} no es igual a la primera {}",
            written(*last),
            written(*first)
        ),
        Fault::NoOuterRing => format!("{ring} no tiene posiciones, pero la parte tiene un hueco"),
        Fault::TooFewPoints { distinct } => {
            let positions = if *distinct == 1 { "posición distinta" } else { "posiciones distintas" };
            format!("{ring} tiene {distinct} {positions}; necesita al menos tres y otra vez la primera")
        }
        Fault::RingOnALine => format!("{ring} está sobre una sola línea y no encierra nada"),
        Fault::NoArea => "el polígono es tan delgado que no se puede calcular su área".to_owned(),
        Fault::CrossingSides { sides: [a, b] } => {
            format!("los lados {a} y {b} d{ring} se cruzan en {}; un lindero no puede cruzarse", place(at))
        }
        Fault::SidesAlongEachOther { sides: [a, b] } => format!(
            "los lados {a} y {b} d{ring} van uno sobre otro en {}; un lindero no puede ir y volver por la misma línea",
            place(at)
        ),
        Fault::Spike { length_m } => {
            format!("{ring} sale hasta {} y vuelve por encima, {}: una punta sin área", place(at), metres(*length_m))
        }
        Fault::RingsCross { other } => {
            format!("{} cruza {ring} en {}; los anillos solo pueden tocarse en puntos", ring_name(*other), place(at))
        }
        Fault::RingsShareSide { other } => format!(
            "{} va a lo largo d{ring} en {}; los anillos solo pueden tocarse en puntos",
            ring_name(*other),
            place(at)
        ),
        Fault::PartsCross { other } => format!(
            "las partes {part} y {other} se traslapan, sus lados se cruzan en {}; un terreno solo puede ser de una parte",
            place(at)
        ),
        Fault::PartsShareSide { other } => {
            format!("las partes {part} y {other} comparten un lado en {}; deberían ser una sola parte", place(at))
        }
        Fault::SelfTouchingRing => {
            format!("{ring} se toca a sí mismo en {}; debería dibujarse como dos anillos", place(at))
        }
        Fault::HoleOutside => format!("{ring} está fuera del anillo exterior de su parte"),
        Fault::NestedHoles { around } => {
            format!("{ring} está dentro de {}; un hueco no puede tener un hueco", ring_name(*around))
        }
        Fault::NestedParts { around } => format!(
            "la parte {part} está dentro de la parte {around} y no en un hueco de ella; su terreno contaría dos veces"
        ),
        Fault::SplitInterior => format!(
            "los anillos que se tocan en {} cortan la parte en dos; debería dibujarse como dos partes",
            place(at)
        ),
        Fault::Antimeridian => format!(
            "{ring} tiene un lado de más de 180 grados; una parcela que cruza el antimeridiano debe cortarse allí en dos partes"
        ),
        Fault::TooLarge { area_m2, limit_m2 } => {
            format!("{:.0} km2 son demasiado para una parcela, el límite es {:.0} km2", area_m2 / 1e6, limit_m2 / 1e6)
        }
        Fault::LineInCollection { kind } => {
            format!("la colección contiene una geometría {kind}, que no se tomó en cuenta: una línea no tiene área")
        }
        Fault::MixedPointsAndPolygons { points } => {
            let points = if *points == 1 { "1 punto".to_owned() } else { format!("{points} puntos") };
            format!("la colección contiene {points} además de sus polígonos; los puntos no se tomaron en cuenta")
        }
        Fault::NarrowSpike { length_m } => {
            format!("{ring} sale hasta {} y vuelve casi por el mismo camino, {}", place(at), metres(*length_m))
        }
        Fault::DuplicateVertices { exact, near } => {
            let exact = match exact {
                0 => String::new(),
                1 => "1 posición es igual a la anterior y se omitió".to_owned(),
                _ => format!("{exact} posiciones son iguales a la anterior y se omitieron"),
            };
            let near = match near {
                0 => String::new(),
                1 => "1 posición es la anterior si se guardan seis decimales".to_owned(),
                _ => format!("{near} posiciones son la anterior si se guardan seis decimales"),
            };
            let and = if exact.is_empty() || near.is_empty() { "" } else { "; " };
            format!("{ring}: {exact}{and}{near}")
        }
        Fault::Sliver { width_m } => format!("la parcela es una franja de {} en promedio", metres(*width_m)),
        Fault::Holes { count, area_m2 } => {
            let holes = if *count == 1 { "1 hueco".to_owned() } else { format!("{count} huecos") };
            format!(
                "la parcela tiene {holes} de {area_m2:.0} m2 en total: el sistema de la UE solo toma anillos exteriores y no ve los huecos"
            )
        }
        Fault::FewDecimals { decimals, step_m } => {
            format!("las coordenadas tienen {decimals} decimales, pasos de {}; la UE pide al menos 6", metres(*step_m))
        }
        Fault::NestedWrongly { nesting } => {
            let [says, is] = nesting.names();
            format!("la geometría dice {says}, pero sus coordenadas están entre corchetes como las de un {is}")
        }
        Fault::PerfectShape { corners: 4 } => {
            "la parcela es un cuadrado perfecto según los ejes: la dibujó un programa, nadie la caminó".to_owned()
        }
        Fault::PerfectShape { corners } => {
            format!("la parcela es un círculo perfecto de {corners} vértices: lo dibujó un programa, nadie lo caminó")
        }
    }
}

/// With its article, so that "d{ring}" reads "del anillo exterior".
fn ring_name(ring: u32) -> String {
    if ring == 0 { "el anillo exterior".to_owned() } else { format!("el hueco {ring}") }
}
