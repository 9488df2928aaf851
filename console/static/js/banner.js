// #live-status: whether what the page shows is live. The words are in its templates.
const banner = document.getElementById("live-status");
let ticking = 0;

/** state: connecting, live, reconnecting (in so many seconds) or signed-out. */
export function tell(state, seconds = 0) {
  if (!banner) return;
  clearInterval(ticking);
  const words = banner.querySelector(`template[data-when="${state}"]`);
  banner.dataset.state = state;
  banner.querySelector("[data-text]").textContent = words.content.textContent;
  const place = banner.querySelector("[data-seconds]");
  place.textContent = "";
  if (!seconds) return;
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(Math.ceil((until - Date.now()) / 1000), 1);
    place.textContent = ` ${words.dataset.after.replace("{n}", left)}`;
  };
  tick();
  ticking = setInterval(tick, 1000);
}
