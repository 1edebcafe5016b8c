// What the page asks of the service.

let key = sessionStorage.getItem("lindero-key");
let askForKey = async () => null;

/** A refusal, with the service's own sentence. */
export class Refusal extends Error {}

/** Who is asked when the service needs a key: a function that gives the key. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

const hasKey = () => key !== null;

export const keyHeaders = () => (key === null ? {} : { Authorization: `Bearer ${key}` });

/** Asks; gives the answer, or throws a Refusal with what the service says. */
export async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { ...options.headers, ...keyHeaders() } });
  if (answer.status === 401) {
    const given = await askForKey();
    if (given !== null) {
      key = given;
      sessionStorage.setItem("lindero-key", given);
      return ask(address, options);
    }
  }
  if (answer.ok) return answer;
  let told = answer.statusText;
  try {
    told = (await answer.json()).detail ?? told;
  } catch {
    // No problem that a machine could read: the status has to do.
  }
  throw new Refusal(told);
}

export const askJson = async (address, options) => (await ask(address, options)).json();

/** Sends a file; the answer is the screening, with its plots if there are few. Options may be files themselves. */
export function send(file, name, options) {
  const form = new FormData();
  for (const [option, value] of Object.entries(options)) if (value) form.append(option, value);
  form.append("file", file, name);
  return askJson("/screenings", { method: "POST", body: form });
}

/** Tells each event of a screening until it ends; gives what it was at its end. */
export async function follow(id, tell) {
  const answer = await ask(`/screenings/${id}/events`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let last = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return last;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (data === "") continue;
      last = JSON.parse(data);
      tell(last);
    }
  }
}

/** A line with a link to a file; `fail` is told what goes wrong. */
export function downloadLine(address, name, label, fail) {
  const link = Object.assign(document.createElement("a"), { href: address, download: name, textContent: label });
  link.addEventListener("click", (event) => {
    if (!hasKey()) return;
    event.preventDefault();
    save(address, name).catch(fail);
  });
  const line = document.createElement("li");
  line.append(link);
  return line;
}

/** Saves a file of a screening. With a key the address alone would not do. */
async function save(address, name) {
  const blob = await (await ask(address)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
