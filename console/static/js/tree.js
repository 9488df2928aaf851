// A JSON value as a tree to fold, with a button that copies it.
import { copyButton } from "./copy.js";
import { count } from "./money.js";

/** Nodes of this depth and below start folded. */
const OPEN = 2;
/** More children than this start folded, too. */
const MANY = 30;

/** Show the value in element; what the reader folded or opened stays so while the value does. */
export function grow(element, value) {
  const text = JSON.stringify(value ?? null, null, 2);
  if (element.dataset.text === text) return;
  element.dataset.text = text;
  element.replaceChildren(copyButton(() => text), node(value ?? null, 0));
}

function node(value, depth, key) {
  if (value === null || typeof value !== "object") return leaf(value, key);
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (!entries.length) return line(key, part("size", open + close));
  const details = document.createElement("details");
  details.open = depth < OPEN && entries.length <= MANY;
  const summary = document.createElement("summary");
  summary.append(...label(key), part("size", `${open} ${count(entries.length)} ${close}`));
  const list = document.createElement("ul");
  for (const [name, child] of entries) {
    const item = document.createElement("li");
    item.append(node(child, depth + 1, name));
    list.append(item);
  }
  details.append(summary, list);
  return details;
}

function leaf(value, key) {
  const kind = value === null || typeof value === "boolean" ? String(value) : typeof value;
  return line(key, part(kind, typeof value === "string" ? value : String(value)));
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
