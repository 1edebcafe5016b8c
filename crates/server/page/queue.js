// The work queue: questions that only people can answer, their answers, and what is decided by them.

import { ask, askJson, downloadLine } from "./api.js";
import { count, currentLanguage, word } from "./words.js";

const byId = (id) => document.getElementById(id);
/** How questions can be answered, in the order of the queue. */
const ASKED_OF = ["desk", "document", "visit", "walk"];
const ANSWERS = ["low", "high", "more_info"];
const MOST_LISTED = 200;

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** The questions of a screening; `choose` is given a plot's row, `showCells` geometries, `decided` decisions by row. */
export class Queue {
  constructor({ choose, showCells, decided, fail }) {
    Object.assign(this, { choose, showCells, decided, fail });
    this.id = null;
    this.questions = [];
    this.answers = [];
    this.chosen = null;
    this.who = "";
    for (const id of ["queue-ask", "queue-state"]) byId(id).addEventListener("input", () => this.list());
  }

  /** Reads the questions of a screening that is done. */
  async show(id) {
    Object.assign(this, { id, questions: [], answers: [], chosen: null });
    byId("queue").hidden = true;
    const [{ questions, layers_id: layers }, told] = await Promise.all([
      askJson(`/screenings/${id}/questions`),
      askJson(`/screenings/${id}/answers`),
    ]);
    if (this.id !== id) return;
    Object.assign(this, { questions, layers });
    byId("queue").hidden = questions.length === 0 && told.answers.length === 0;
    this.take(told);
    this.words();
  }

  /** Forgets the questions: there is no screening, or one of too many plots. */
  hide() {
    Object.assign(this, { id: null, questions: [], answers: [], chosen: null });
    byId("queue").hidden = true;
  }

  take({ answers, decisions }) {
    this.answers = answers;
    this.decisions = new Map(decisions.map((decision) => [decision.row, decision]));
    this.decided(this.decisions);
  }

  answerTo({ plot_id: plot, content_id: content, rule }) {
    return this.answers.find((it) => it.plot_id === plot && it.content_id === content && it.rule === rule) ?? null;
  }

  /** Writes again what has words in it. */
  words() {
    if (this.id === null) return;
    const options = (id, values, label) => {
      const before = byId(id).value;
      byId(id).replaceChildren(...values.map((value) => new Option(label(value), value)));
      byId(id).value = values.includes(before) ? before : values[0];
    };
    const asked = ASKED_OF.filter((of) => this.questions.some((question) => question.ask === of));
    const number = (of) => count(this.questions.filter((question) => of === "" || question.ask === of).length);
    options("queue-ask", ["", ...asked], (of) => `${word(of === "" ? "anyWay" : of)} (${number(of)})`);
    options("queue-state", ["open", "answered", "all"], (state) => word(`queue_${state}`));
    this.downloads();
    this.list();
    this.forms();
  }

  list() {
    const [of, state] = [byId("queue-ask").value, byId("queue-state").value];
    const fits = (question) =>
      (of === "" || question.ask === of) && (state === "all" || (state === "answered") === (this.answerTo(question) !== null));
    const shown = this.questions.filter(fits);
    const cut = shown.length > MOST_LISTED ? `; ${word("listCut", { n: count(MOST_LISTED) })}` : "";
    byId("queue-shown").textContent = word("queueShown", { n: count(shown.length), all: count(this.questions.length) }) + cut;
    byId("queue-list").replaceChildren(...shown.slice(0, MOST_LISTED).map((question) => this.line(question)));
  }

  line(question) {
    const answer = this.answerTo(question);
    const isChosen = this.chosen?.row === question.row;
    const button = make("button", { type: "button", ariaCurrent: isChosen ? "true" : null },
      make("span", { className: "mark asked-of", textContent: answer === null ? "?" : "✓", ariaHidden: "true" }),
      make("span", { className: "name", textContent: `${question.plot_id} · ${question.rule}` }),
      make("span", { className: "more", textContent: [word(question.ask), answer && word("answeredAs", { verdict: word(answer.answer) }), question.name].filter(Boolean).join(" · ") }));
    button.addEventListener("click", () => this.choose(question.row));
    return make("li", {}, button);
  }

  /** Shows the questions of a plot with their cells; null: of none. */
  async plot(properties) {
    this.chosen = properties;
    this.showCells([]);
    byId("story-cells").hidden = true;
    this.forms();
    this.list();
    if (properties === null || this.questionsOf(properties.row).length === 0) return;
    try {
      const { questions } = await askJson(`/screenings/${this.id}/questions?plot=${encodeURIComponent(properties.plot_id)}&cells=true`);
      if (this.chosen !== properties) return;
      const cells = questions.filter(({ row }) => row === properties.row).map((it) => it.cells).filter((it) => it?.coordinates.length > 0);
      this.showCells(cells);
      byId("story-cells").hidden = cells.length === 0;
    } catch (error) {
      this.fail(error);
    }
  }

  questionsOf = (row) => this.questions.filter((question) => question.row === row);

  forms() {
    const questions = this.chosen === null ? [] : this.questionsOf(this.chosen.row);
    byId("story-questions").replaceChildren(...questions.map((question) => this.form(question)));
  }

  form(question) {
    const { rule, name, ask: of } = question;
    const answer = this.answerTo(question);
    const spanish = currentLanguage() === "es" ? question.question_es : null;
    const legend = make("legend", {}, `${rule} · `, inPolicysWords(name));
    const asked = make("p", {}, spanish ?? inPolicysWords(question.found));
    const ways = make("p", { className: "ways" }, word(`by_${of}`));
    if (question.answered_by.length > 0) ways.append("; ", inPolicysWords(question.answered_by.join("; ")));
    const status = make("p", { className: "answered", role: "status" });
    if (answer !== null) {
      const told = [answer.evidence, answer.who, answer.when].filter(Boolean).join(", ");
      status.textContent = word("answeredAs", { verdict: word(answer.answer) }) + (told ? ` (${told})` : "");
    }
    const choices = make("div", { className: "choices", role: "radiogroup", ariaLabel: word("answer") }, ...ANSWERS.map((value) => {
      const box = make("input", { type: "radio", name: `answer-${rule}`, value, required: true, checked: answer?.answer === value });
      return make("label", {}, box, make("span", { textContent: word(`answer_${value}`) }));
    }));
    const field = (key, type, value, className = "") =>
      make("label", { className }, make("span", { textContent: word(key) }), make("input", { type, name: key, value, required: key === "who", autocomplete: "off" }));
    const fields = make("div", { className: "fields" },
      field("who", "text", answer?.who || this.who),
      field("when", "date", answer?.when || today()),
      field("note", "text", answer?.evidence ?? "", "wide"));
    const tools = make("div", { className: "tools" }, make("button", { type: "submit", className: "primary", textContent: word("saveAnswer") }));
    const form = make("form", { className: "question-form" }, make("fieldset", { className: "question" }, legend, asked, ways, choices, fields, tools, status));
    form.dataset.rule = rule;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(form);
      this.who = given.get("who");
      this.answer(question, given.get(`answer-${rule}`), given);
    });
    if (answer !== null) {
      const back = make("button", { type: "button", className: "take-back", textContent: word("takeBack") });
      back.addEventListener("click", () => this.answer(question, null, new FormData(form)));
      tools.append(back);
    }
    return form;
  }

  /** Sends an answer, and shows what is decided by it. */
  async answer({ plot_id, content_id, rule }, answer, given) {
    const row = { plot_id, content_id, rule, answer, layers_id: this.layers, evidence: given.get("note"), who: given.get("who"), when: given.get("when") };
    try {
      const told = await ask(`/screenings/${this.id}/answers`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify([row]) });
      this.take(await told.json());
      this.words();
      byId("story-questions").querySelector(`[data-rule="${rule}"] [type="submit"]`)?.focus();
    } catch (error) {
      this.fail(error);
    }
  }

  downloads() {
    const questions = ["queue.csv", "queue.kml", "queue.gpx", "queue.html"].map((name) => [`questions/${name}`, name]);
    const answers = this.answers.length === 0 ? [] : ["answers.csv", "decided.csv", "decided.parquet"].map((name) => [`answers/${name}`, name]);
    const line = ([place, name]) => downloadLine(`/screenings/${this.id}/${place}`, name, name, this.fail);
    byId("queue-downloads").replaceChildren(...[...questions, ...answers].map(line));
  }
}

/** Text as the policy has it, which speaks English. */
const inPolicysWords = (text) => make("span", { lang: "en", textContent: text });

/** The day of today where the user is. */
function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
