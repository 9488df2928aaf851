// Rows of a list: each is cloned from the list's own <template>, found by its id, patched in place.
import { fill } from "./fields.js";

export class Rows {
  /** key: the field that tells rows apart; without one they are told apart by their place. */
  constructor(container, key) {
    this.container = container;
    this.key = key;
    this.blank = container.querySelector(":scope > template").content.firstElementChild;
    this.byId = new Map();
    for (const element of container.children) {
      if (element.dataset.id) this.byId.set(element.dataset.id, element);
    }
  }

  make(id, row) {
    const element = this.blank.cloneNode(true);
    element.dataset.id = id;
    element.dataset.version = row.version ?? "";
    fill(element, row);
    this.byId.set(id, element);
    return element;
  }

  /** Patch the row if it is shown. No newer version than the shown one: nothing changes. */
  patch(id, row) {
    const element = this.byId.get(id);
    if (!element) return false;
    if (row.version != null && row.version <= Number(element.dataset.version)) return true;
    element.dataset.version = row.version ?? "";
    fill(element, row);
    return true;
  }

  remove(id) {
    this.byId.get(id)?.remove();
    this.byId.delete(id);
  }

  /** Show exactly these rows, in this order. */
  replace(rows) {
    const wanted = new Map(rows.map((row, place) => [String(this.key ? row[this.key] : place), row]));
    for (const id of [...this.byId.keys()]) if (!wanted.has(id)) this.remove(id);
    let place = this.container.querySelector(":scope > template");
    for (const [id, row] of wanted) {
      const element = this.patch(id, row) ? this.byId.get(id) : this.make(id, row);
      if (place.nextElementSibling !== element) place.after(element);
      place = element;
    }
  }
}
