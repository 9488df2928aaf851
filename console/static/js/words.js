// The words and looks for codes, out of the list the server rendered in the reader's language.
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

/** A sentence of the page's own: say("behind", { n: 3 }). */
export function say(code, places = {}) {
  return sentence("say", code, places);
}
