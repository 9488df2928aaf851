// The demo's panel: counts down, asks for the health every second, and renews what was found meanwhile.
import { fill } from "./fields.js";
import { Rows } from "./rows.js";

const root = document.querySelector("[data-page=demo]");
const found = new Rows(root.querySelector("[data-list=found]"));
let phase = "";
let lasts = 0;
let until = null;
let asking = false;

function renew(state) {
  fill(root, state);
  found.replace(state.found);
  ({ phase, lasts } = state);
  until = state.left == null ? null : performance.now() + state.left;
}

/** While the database is away nobody tells this page that the break has begun, nor when it will be over. */
function count() {
  if (until == null) return;
  if (phase === "soon" && until < performance.now()) {
    phase = "broken";
    until += lasts;
    fill(root, { phase });
  }
  fill(root, { left: Math.max(0, until - performance.now()) });
}

/** While the database is away the panel itself is answered with 503: it then counts on alone. */
async function ask() {
  if (asking || document.hidden) return;
  asking = true;
  const patience = { signal: AbortSignal.timeout(5000), cache: "no-store" };
  try {
    const health = await fetch(root.dataset.health, patience);
    fill(root, { health: health.ok ? "well" : "away" });
    const state = await fetch(root.dataset.state, patience);
    if (state.ok) renew(await state.json());
  } catch {
    fill(root, { health: "away" });
  }
  asking = false;
}

setInterval(count, 100);
setInterval(ask, 1000);
ask();
