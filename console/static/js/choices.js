// Fields that offer what fits what is typed into them: comboboxes whose one list is asked of the server.
// Without this each is a plain field with the first hundred in its datalist.
import { announce } from "./announce.js";
import { count } from "./money.js";
import { option } from "./option.js";
import { say } from "./words.js";

/** Milliseconds without a key, after which the server is asked. */
const PAUSE = 150;
/** Milliseconds a server has to answer. */
const PATIENCE = 5_000;

/** Names under fields so far: each has an id of its own. */
let named = 0;

export function startChoices(form) {
  const choices = new Choices(form.querySelector(".offers"));
  const blank = form.querySelector("template")?.content;
  for (const field of [form, blank].flatMap((part) => [...(part?.querySelectorAll("[data-choices]") ?? [])])) {
    field.removeAttribute("list");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "offers");
    field.setAttribute("aria-expanded", "false");
  }
  const on = (kind, act) =>
    form.addEventListener(kind, (event) => {
      if (!event.target.matches("[data-choices]")) return;
      choices.enter(event.target);
      act(event);
    });
  on("focusin", () => choices.ask());
  on("input", () => choices.typed());
  on("click", () => choices.want());
  on("keydown", (event) => choices.pressed(event));
  on("focusout", () => choices.leave());
}

class Choices {
  field = null; // that has the focus
  active = -1; // the option that Enter and Tab take
  wanted = false; // to be shown as soon as it is there
  asking = null; // the request that counts
  asked = ""; // its address
  answered = ""; // the address whose answer the list is

  constructor(root) {
    this.root = root;
    this.list = root.querySelector("ul");
    this.note = root.querySelector("p");
    root.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    root.addEventListener("click", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  enter(field) {
    if (field === this.field) return;
    if (this.field) this.leave();
    this.field = field;
    const label = field.closest("label");
    label.after(this.root);
    this.list.setAttribute("aria-label", label.firstElementChild.textContent);
  }

  leave() {
    clearTimeout(this.pause);
    this.asking?.abort();
    this.close();
    this.field = this.asking = null;
    this.answered = "";
  }

  address() {
    const { choices, with: beside } = this.field.dataset;
    const address = new URL(choices, location.href);
    address.searchParams.set("q", this.field.value.trim());
    if (beside) address.searchParams.set(beside, this.field.form.elements[beside].value);
    return address.href;
  }

  typed() {
    this.wanted = true;
    this.point(-1);
    this.name("");
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.ask(), PAUSE);
  }

  /** Show what fits: at once, if it is here. */
  want() {
    this.wanted = true;
    if (this.answered === this.address()) this.open();
    else if (!this.asking || this.asked !== this.address()) this.ask();
  }

  async ask() {
    clearTimeout(this.pause);
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const address = (this.asked = this.address());
    let answer = null;
    try {
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(PATIENCE)]);
      const response = await fetch(address, { signal });
      if (response.ok && !response.redirected) answer = await response.json(); // else: to the sign-in
    } catch {
      // no line, or no JSON: said below
    }
    if (asking !== this.asking) return; // another question counts by now
    this.asking = null;
    if (address !== this.address()) return; // an option was taken meanwhile
    if (answer) this.show(answer, address);
    else this.fail();
  }

  fail() {
    if (this.wanted) announce(say("not-looked-up"));
    this.close();
    this.answered = "";
  }

  show({ choices, more }, address) {
    this.point(-1);
    this.list.replaceChildren(...choices.map(option));
    this.list.hidden = !choices.length;
    this.answered = address;
    if (this.wanted) this.open();
    const n = choices.length;
    const words = more ? "fit-more" : n > 1 ? "fit" : n ? "fit-one" : "fit-none";
    this.note.textContent = say(words, { n: count(n) });
  }

  open() {
    this.field.setAttribute("aria-expanded", "true");
    if (!this.root.hidden) return;
    this.root.hidden = false;
    this.root.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.wanted = false;
    this.point(-1);
    this.root.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
  }

  /** Make this option the one that Enter and Tab take; -1 for none. */
  point(active) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = active;
    const option = this.list.children[active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  take(option) {
    this.field.value = option.dataset.code;
    this.name(option.dataset.name);
    this.close();
  }

  /** Say under the field whose code is in it. */
  name(text) {
    const place = this.field.closest(".field");
    const line = place.querySelector(".named") ?? place.appendChild(document.createElement("span"));
    line.className = "help named";
    line.textContent = text;
    if (line.id) return;
    line.id = `named-${++named}`;
    this.field.setAttribute("aria-describedby", `${this.field.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const open = !this.root.hidden;
    const n = this.list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.want();
      const step = event.key === "ArrowDown" ? 1 : this.active < 0 ? 0 : -1;
      if (n) this.point((this.active + step + n) % n);
    } else if (open && ["Enter", "Tab"].includes(event.key) && this.active >= 0) {
      if (event.key === "Enter") event.preventDefault(); // Tab goes on to the next field
      this.take(this.list.children[this.active]);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }
}
