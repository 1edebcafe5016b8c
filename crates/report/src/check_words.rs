//! The words of a check's table in each language.

use lindero_engine::Kind;
use lindero_plots::{ConflictKind, Lang};

/// What stands around the numbers.
pub(crate) struct Words {
    pub(crate) plots: &'static str,
    pub(crate) plot: &'static str,
    pub(crate) more: &'static str,
    pub(crate) sound: &'static str,
    pub(crate) repaired: &'static str,
    pub(crate) proposed: &'static str,
    pub(crate) unusable: &'static str,
    pub(crate) points: &'static str,
    pub(crate) asked: &'static str,
    pub(crate) repeated_ids: &'static str,
    pub(crate) row: &'static str,
    pub(crate) repeated_heading: &'static str,
    pub(crate) conflicts: &'static str,
    pub(crate) pairs: &'static str,
    pub(crate) shared: &'static str,
    pub(crate) same_producer: &'static str,
    pub(crate) other_producer: &'static str,
    pub(crate) counted_twice: &'static str,
    pub(crate) within_producers: &'static str,
    pub(crate) between_producers: &'static str,
    pub(crate) groups: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) folder: &'static str,
}

const ENGLISH: Words = Words {
    plots: "plots",
    plot: "plot",
    more: "more",
    sound: "can be used as they are",
    repaired: "were repaired and can be used",
    proposed: "wait for your yes to a repair",
    unusable: "cannot be used",
    points: "of these are points without a boundary",
    asked: "raise a question",
    repeated_ids: "with an id that stands on more than one row",
    row: "row",
    repeated_heading: "IDS THAT STAND ON MORE THAN ONE ROW, with the rows, counted from 0",
    conflicts: "PLOTS THAT CLAIM THE SAME GROUND",
    pairs: "pairs",
    shared: "shared ha",
    same_producer: "same producer",
    other_producer: "other producer",
    counted_twice: "ha are counted more than once",
    within_producers: "within one producer's plots",
    between_producers: "between producers",
    groups: "group(s) of plots that hang together",
    nothing: "nothing was found",
    folder: "written to",
};

const SPANISH: Words = Words {
    plots: "parcelas",
    plot: "parcela",
    more: "más",
    sound: "se pueden usar como están",
    repaired: "se repararon y se pueden usar",
    proposed: "esperan su sí a una reparación",
    unusable: "no se pueden usar",
    points: "de ellas son puntos sin lindero",
    asked: "dejan una pregunta",
    repeated_ids: "con un código que está en más de una fila",
    row: "fila",
    repeated_heading: "CÓDIGOS QUE ESTÁN EN MÁS DE UNA FILA, con las filas, contadas desde 0",
    conflicts: "PARCELAS QUE RECLAMAN EL MISMO TERRENO",
    pairs: "pares",
    shared: "ha compartidas",
    same_producer: "mismo productor",
    other_producer: "otro productor",
    counted_twice: "ha se cuentan más de una vez",
    within_producers: "entre parcelas de un mismo productor",
    between_producers: "entre productores",
    groups: "grupo(s) de parcelas unidas",
    nothing: "no se encontró nada",
    folder: "escrito en",
};

impl Words {
    pub(crate) const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &ENGLISH,
            Lang::Es => &SPANISH,
        }
    }
}

/// The heading over what is of one kind.
pub(crate) const fn heading(kind: Kind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (Kind::Unusable, Lang::En) => "CANNOT BE USED: answer the question below, or draw or walk the boundary again",
        (Kind::Unusable, Lang::Es) => {
            "NO SE PUEDE USAR: conteste la pregunta de abajo, o vuelva a dibujar o recorrer el lindero"
        }
        (Kind::Proposed, Lang::En) => "A REPAIR IS PROPOSED: look at it, and say yes or send the boundary again",
        (Kind::Proposed, Lang::Es) => "SE PROPONE UNA REPARACIÓN: mírela y diga sí, o mande otra vez el lindero",
        (Kind::Question, Lang::En) => "QUESTIONS that only people can answer",
        (Kind::Question, Lang::Es) => "PREGUNTAS que solo puede contestar la gente",
        (Kind::Repaired, Lang::En) => "REPAIRED: nothing to do",
        (Kind::Repaired, Lang::Es) => "REPARADO: no hay nada que hacer",
        (Kind::Note, Lang::En) => "TO KNOW: used as it is",
        (Kind::Note, Lang::Es) => "PARA SABER: se usa como está",
    }
}

/// What a kind of conflict is called.
pub(crate) const fn conflict(kind: ConflictKind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (ConflictKind::Duplicate, Lang::En) => "the same plot twice",
        (ConflictKind::Duplicate, Lang::Es) => "la misma parcela dos veces",
        (ConflictKind::NearDuplicate, Lang::En) => "nearly the same plot",
        (ConflictKind::NearDuplicate, Lang::Es) => "casi la misma parcela",
        (ConflictKind::Inside, Lang::En) => "one inside the other",
        (ConflictKind::Inside, Lang::Es) => "una dentro de la otra",
        (ConflictKind::Overlap, Lang::En) => "overlap",
        (ConflictKind::Overlap, Lang::Es) => "se traslapan",
        (ConflictKind::Sliver, Lang::En) => "sloppy borders, no conflict",
        (ConflictKind::Sliver, Lang::Es) => "linderos imprecisos, sin conflicto",
    }
}
