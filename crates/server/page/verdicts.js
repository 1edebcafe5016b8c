// The verdicts: their order, colours and marks, the same as in the report.

export const VERDICTS = [
  { code: "high", colour: "#a50f15", mark: "▲" },
  { code: "more_info", colour: "#efb13c", mark: "■" },
  { code: "low", colour: "#2166ac", mark: "●" },
];

export const verdictOf = (code) => VERDICTS.find((verdict) => verdict.code === code);
