// A JSON value as a tree to fold, with a button that copies it.
import { copyButton } from "./copy.js";
import { Literal, write } from "./json.js";
import { count } from "./money.js";
import { say } from "./words.js";

/** Nodes of this depth and below start folded. */
const OPEN = 2;
/** More children than this start folded, too. */
const MANY = 30;
/** Children made at a time. */
const STEP = 200;

/** element → the value it shows; its text is written when it is copied. */
const shown = new WeakMap();

/** Show the value in element; what the reader folded or opened stays so while the value does. */
export function grow(element, given) {
  const value = given ?? null;
  if (shown.has(element) && same(shown.get(element), value)) return;
  shown.set(element, value);
  element.replaceChildren(copyButton(() => write(value)), node(value, 0));
}

/** Are these the same, digit for digit and in the same order? */
function same(one, other) {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return one === other;
  if (one instanceof Literal || other instanceof Literal) return one.text === other.text;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, yours] = [Object.keys(one), Object.keys(other)];
  return mine.length === yours.length && mine.every((name, place) => name === yours[place] && same(one[name], other[name]));
}

function node(value, depth, key) {
  if (value === null || typeof value !== "object" || value instanceof Literal) return leaf(value, key);
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (!entries.length) return line(key, part("size", open + close));
  const details = document.createElement("details");
  details.open = depth < OPEN && entries.length <= MANY;
  const summary = document.createElement("summary");
  summary.append(...label(key), part("size", `${open} ${count(entries.length)} ${close}`));
  details.append(summary);
  // What is folded is made when it is opened: a long value would take seconds at once.
  if (details.open) branch(details, entries, depth, 0);
  else details.addEventListener("toggle", () => branch(details, entries, depth, 0), { once: true });
  return details;
}

/** The children of a node from this one on, so many at a time. */
function branch(details, entries, depth, from) {
  const list = details.querySelector(":scope > ul") ?? details.appendChild(document.createElement("ul"));
  for (const [name, child] of entries.slice(from, from + STEP)) {
    const item = document.createElement("li");
    item.append(node(child, depth + 1, name));
    list.append(item);
  }
  const left = entries.length - from - STEP;
  if (left <= 0) return;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "quiet small";
  more.textContent = say("more", { n: count(left) });
  more.addEventListener("click", () => {
    more.remove();
    branch(details, entries, depth, from + STEP);
  });
  details.append(more);
}

function leaf(value, key) {
  const named = value === null || typeof value === "boolean";
  const kind = named ? String(value) : value instanceof Literal ? "number" : typeof value;
  return line(key, part(kind, String(value)));
}

function line(key, ...parts) {
  const span = document.createElement("span");
  span.append(...label(key), ...parts);
  return span;
}

function label(key) {
  return key === undefined ? [] : [part("key", `${key}: `)];
}

function part(kind, text) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  return span;
}
