// One choice that a field offers, out of what the server answered: code and name, of a product its price.
import { money } from "./money.js";

export function option({ code, name, price, currency }, place) {
  const row = document.createElement("li");
  row.id = `offer-${place}`;
  Object.assign(row.dataset, { code, name });
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const parts = [["code", code], ["name", name], ["muted", currency && money(price, currency)]];
  for (const [kind, text] of parts) {
    if (text) row.append(Object.assign(document.createElement("span"), { className: kind, textContent: text }), " ");
  }
  return row;
}
