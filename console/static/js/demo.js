// The demo's panel: counts down, asks for the health every second, and renews what was found meanwhile.
import { announce } from "./announce.js";
import { fill } from "./fields.js";
import { onPause, paused } from "./pause.js";
import { Rows } from "./rows.js";
import { word } from "./words.js";

const root = document.querySelector("[data-page=demo]");
const list = root.querySelector("[data-list=found]");
const found = new Rows(list);
const title = root.querySelector("[data-field=title]");
let phase = root.querySelector("[data-field=phase]").dataset.state;
/** When the newest was found that stands here. */
let newest = Math.max(0, ...[...list.querySelectorAll("time")].map((time) => new Date(time.dateTime).getTime()));
let lasts = 0;
let until = null;
let asking = false;

function renew(state) {
  until = state.left == null ? null : performance.now() + state.left;
  lasts = state.lasts;
  fill(root, { ...state, left: left() });
  found.replace(state.found);
  const news = state.found.filter(({ at }) => new Date(at).getTime() > newest);
  if (news.length) newest = new Date(news.at(-1).at).getTime();
  tell(state.phase, news.map(({ text }) => text));
}

/** Whoever does not see it hears what is new; the seconds tick for the eye alone. */
function tell(next, news = []) {
  if (next !== phase) {
    news = [`${title.textContent}: ${word("phase", next)}`, ...news];
    root.querySelector("[data-passing]")?.remove(); // what was refused then
  }
  phase = next;
  if (news.length) announce(news.join(" · "));
}

/** Milliseconds of whole seconds until what is counted down; null where nothing is. */
function left() {
  return until && Math.max(0, Math.ceil((until - performance.now()) / 1000) * 1000);
}

/** While the database is away nobody tells this page that the break has begun, nor when it will be over. */
function count() {
  if (until == null || paused()) return;
  if (phase === "soon" && until < performance.now()) {
    until += lasts;
    tell("broken");
    fill(root, { phase, chosen: "" });
  }
  fill(root, { left: left() });
}

/**
 * While the database is away the panel itself is answered with 503: it then counts on alone. It may have been
 * paused since it asked.
 */
async function ask() {
  if (asking || document.hidden || paused()) return;
  asking = true;
  const patience = { signal: AbortSignal.timeout(5000), cache: "no-store" };
  try {
    const health = await fetch(root.dataset.health, patience);
    if (paused()) return;
    fill(root, { health: health.ok ? "well" : "away" });
    const answer = await fetch(root.dataset.state, patience);
    const state = answer.ok && (await answer.json());
    if (state && !paused()) renew(state);
  } catch {
    if (!paused()) fill(root, { health: "away" });
  } finally {
    asking = false;
  }
}

setInterval(count, 250);
setInterval(ask, 1000);
onPause(ask);
ask();
