// A row's values in its elements: [data-field] says which value, [data-as] how it is shown.
import { read } from "./json.js";
import { count, money } from "./money.js";
import { paused } from "./pause.js";
import { age, long, seconds, short, span } from "./time.js";
import { grow } from "./tree.js";
import { look, said, sentence, word } from "./words.js";

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A moment's ring around what has just changed. */
function flash(element) {
  if (still.matches || document.hidden) return;
  element.animate([{ boxShadow: "0 0 0 4px currentColor" }, { boxShadow: "0 0 0 0 transparent" }], 600);
}

/** The places of a sentence that are not written as they are. */
function written({ n, m, ms, most }) {
  return {
    ...(n != null && { n: n > most ? `${count(most)}+` : count(n) }),
    ...(m != null && { m: count(m) }),
    ...(ms != null && { ms: span(ms) }),
  };
}

const SHOW = {
  text(element, value) {
    setText(element, value == null ? "" : String(value));
  },
  /** A long name whose lines end after its dots. */
  dotted(element, value) {
    const name = String(value ?? "");
    if (element.textContent === name) return;
    element.replaceChildren(...name.split(/(?<=\.)/).flatMap((part, place) => (place ? [document.createElement("wbr"), part] : [part])));
  },
  said(element, value) {
    element.dataset.value = value ?? "";
    setText(element, said(value ?? ""));
  },
  count(element, value) {
    element.dataset.value = value ?? "";
    const most = Number(element.dataset.most ?? Infinity); // past it, it only says that there are more
    setText(element, value == null ? "" : value > most ? `${count(most)}+` : count(value));
  },
  money(element, value, row) {
    const unit = element.dataset.currency || row.currency || "";
    element.dataset.value = value ?? "";
    element.dataset.unit = unit;
    setText(element, value == null ? "" : money(value, unit));
  },
  time(element, value) {
    const instant = value ? new Date(value) : null;
    element.setAttribute("datetime", value ?? "");
    setText(element, instant ? short(instant) : "");
    element.title = instant ? long(instant) : "";
  },
  age(element, value) {
    element.setAttribute("datetime", value ?? "");
    element.title = value ? long(new Date(value)) : "";
    setText(element, value ? age(new Date(value)) : "");
  },
  span(element, value) {
    element.dataset.value = value ?? "";
    setText(element, value == null || value === "" ? "" : span(Number(value)));
  },
  seconds(element, value) {
    element.dataset.value = value ?? "";
    setText(element, value == null || value === "" ? "" : seconds(Number(value)));
  },
  badge(element, given) {
    const value = String(given ?? "");
    const before = element.dataset.state;
    if (before === value) return;
    const { tone, icon } = look(element.dataset.of, value);
    element.dataset.state = value;
    element.dataset.tone = tone;
    const use = element.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
    setText(element.lastElementChild, word(element.dataset.of, value));
    if (before) flash(element);
  },
  told(element, value, row) {
    const { tone, icon } = look(element.dataset.of, value);
    element.dataset.tone = tone;
    const use = element.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
    setText(element.lastElementChild, sentence(element.dataset.of, value, { ...row, ...written(row) }));
  },
  href(element, value) {
    element.setAttribute("href", value ?? "");
  },
  here(element, value) {
    element.hidden = !value;
  },
  word(element, value) {
    setText(element, word(element.dataset.of, value));
  },
  at(element, value) {
    element.dataset.at = value ?? "";
    element.dataset.tone = look(element.querySelector("[data-of]").dataset.of, element.dataset.id).tone;
    if (value === "here") element.setAttribute("aria-current", "step");
    else element.removeAttribute("aria-current");
  },
  tree(element, value) {
    grow(element, value);
  },
  progress(element, value) {
    element.hidden = !value;
    if (!value) return;
    const [bar, [done, total], message] = [element.querySelector("progress"), element.querySelectorAll("[data-as=count]"), element.lastElementChild];
    bar.max = Math.max(value.total, 1);
    bar.value = value.done;
    SHOW.count(done, value.done);
    SHOW.count(total, value.total);
    setText(message, value.message);
  },
  meter(element, value, row) {
    element.max = Math.max(row[element.dataset.max] ?? 1, 1);
    element.value = value ?? 0;
  },
};

function show(element, row) {
  SHOW[element.dataset.as](element, row[element.dataset.field], row);
  if (!element.dataset.link) return;
  let known = true;
  const address = element.dataset.link.replace(/\{(\w+)\}/g, (_, name) => {
    known &&= row[name] != null;
    return encodeURIComponent(row[name] ?? "");
  });
  if (known) element.href = address;
  else element.removeAttribute("href");
}

/** Does this element belong to root itself, and not to a row of a list inside it? */
function own(root, element) {
  const list = element.parentElement.closest("[data-list], [data-rows]");
  return !list || !root.contains(list) || list === root;
}

/** Put a row's values into root; what the row does not have stays as it is. */
export function fill(root, row) {
  if (root.dataset.field in row) show(root, row);
  for (const element of root.querySelectorAll("[data-field]")) {
    if (element.dataset.field in row && own(root, element)) show(element, row);
  }
  for (const element of root.querySelectorAll("[data-when]:not(template)")) {
    if (element.dataset.when in row && own(root, element)) element.hidden = !row[element.dataset.when];
  }
}

/** What the server rendered for nobody in particular, in this reader's language and time zone. */
export function adopt(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([datetime=''])")) {
    SHOW[element.dataset.as ?? "time"](element, element.getAttribute("datetime"));
  }
  for (const element of root.querySelectorAll("[data-value]:not([data-value=''])")) {
    SHOW[element.dataset.as](element, element.dataset.value, { currency: element.dataset.unit });
  }
  for (const element of root.querySelectorAll(".tree[data-as]:not([data-cut])")) {
    SHOW.tree(element, read(element.querySelector("pre").textContent));
  }
}

/** How long ago is renewed while one looks. */
setInterval(() => {
  if (document.hidden || paused()) return;
  for (const element of document.querySelectorAll("time[data-as=age]:not([datetime=''])")) {
    SHOW.age(element, element.getAttribute("datetime"));
  }
}, 1000);
