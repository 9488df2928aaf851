// The words and looks for codes, out of the list the server rendered in the reader's language.
import { rewritten } from "./money.js";

const items = new Map();
for (const item of document.getElementById("words")?.content.children ?? []) {
  items.set(`${item.dataset.of} ${item.dataset.code}`, item);
}

export function word(of, code) {
  return items.get(`${of} ${code}`)?.textContent ?? code ?? "";
}

/** {tone, icon} of a code. */
export function look(of, code) {
  return items.get(`${of} ${code}`)?.dataset ?? { tone: "idle", icon: "dot" };
}

/** A code's sentence with its places filled in. */
export function sentence(of, code, places) {
  return word(of, code).replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
}

/** Reasons come in English words: console/reasons.py, which says why its places are narrow, too. */
const AMOUNT = "-?\\d[\\d.]*(?: [A-Z]{3})?";
const WORD = "[^\\s,;]+";
const NUMBER = "\\d[\\d.]*";
const LONGEST = 2_000;
const PLACES = {
  wanted: AMOUNT, left: AMOUNT, there: AMOUNT, currency: "[A-Z]{3}",
  rounds: NUMBER, seconds: NUMBER, number: NUMBER,
  carrier: WORD, carriers: `${WORD}(?:, ${WORD})*`, step: WORD,
};

/** Each sentence, and what finds it with its places. */
const REASONS = [...items.values()].filter(({ dataset }) => dataset.of === "reason").map(({ dataset: { code } }) => {
  const pattern = code.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${PLACES[name] ?? ".+?"})`);
  return [code, new RegExp(`^${pattern}$`, "s")];
});

/** Amounts as amounts are written; what each carrier answered, where that is a sentence of ours. */
function place([name, text]) {
  if (name === "answers") return [name, text.split("; ").map(answer).join(say("between"))];
  return [name, rewritten(text)];
}

function places(groups = {}) {
  return Object.fromEntries(Object.entries(groups).map(place));
}

function known(reason, within = false) {
  for (const [code, pattern] of REASONS) {
    if (within && code.includes("{answers}")) continue;
    const found = pattern.exec(reason);
    if (found) return sentence("reason", code, places(found.groups));
  }
  return null;
}

/** What a carrier said, or several who said the same: it stands behind their names. */
function answer(text) {
  const [names, ...rest] = text.split(": ");
  const words = rest.join(": ");
  return rest.length ? `${names}: ${known(words, true) ?? words}` : text;
}

/** A stored reason in the reader's language, or each of a list of them; other people's words as they are. */
export function said(reason) {
  if (reason.length > LONGEST) return reason;
  const parts = reason.split("; ");
  const told = parts.map((part) => known(part));
  const whole = told.includes(null) ? known(reason) : null;
  if (!whole && told.every((mine) => mine === null)) return reason;
  return whole ?? parts.map((part, place) => told[place] ?? part).join(say("between"));
}

/** A sentence of the page's own: say("behind", { n: 3 }). */
export function say(code, places = {}) {
  return sentence("say", code, places);
}
