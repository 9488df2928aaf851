// A row's values in its elements: [data-field] says which value, [data-as] how it is shown.
import { count, money } from "./money.js";
import { long, short } from "./time.js";
import { word } from "./words.js";

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A moment's ring around what has just changed. */
function flash(element) {
  if (still.matches || document.hidden) return;
  element.animate([{ boxShadow: "0 0 0 4px currentColor" }, { boxShadow: "0 0 0 0 transparent" }], 600);
}

const SHOW = {
  text(element, value) {
    setText(element, value == null ? "" : String(value));
  },
  count(element, value) {
    element.dataset.value = value ?? "";
    setText(element, value == null ? "" : count(value));
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
  badge(element, given) {
    const value = String(given ?? "");
    const moved = element.dataset.state && element.dataset.state !== value;
    element.dataset.state = value;
    setText(element, word(element.dataset.of, value));
    if (moved) flash(element);
  },
  word(element, value) {
    setText(element, word(element.dataset.of, value));
  },
  mark(element, value) {
    element.dataset.state = value ?? "";
  },
  json(element, value) {
    setText(element, JSON.stringify(value ?? null, null, 2));
  },
  meter(element, value, row) {
    element.max = Math.max(row[element.dataset.max] ?? 1, 1);
    element.value = value ?? 0;
  },
};

function show(element, row) {
  SHOW[element.dataset.as](element, row[element.dataset.field], row);
  if (element.dataset.link) {
    element.href = element.dataset.link.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(row[name] ?? ""));
  }
}

/** Does this element belong to root itself, and not to a row of a list inside it? */
function own(root, element) {
  const list = element.parentElement.closest("[data-list], [data-rows]");
  return !list || !root.contains(list) || list === root;
}

/** Put a row's values into root; what the row does not have stays as it is. */
export function fill(root, row) {
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
    SHOW.time(element, element.getAttribute("datetime"));
  }
  for (const element of root.querySelectorAll("[data-value]:not([data-value=''])")) {
    SHOW[element.dataset.as](element, element.dataset.value, { currency: element.dataset.unit });
  }
}
