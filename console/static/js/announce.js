// The status line: what has just happened, for everybody; a screen reader says it politely.
const line = document.getElementById("announcement");
let hiding = 0;

export function announce(text) {
  line.textContent = text;
  clearTimeout(hiding);
  hiding = setTimeout(() => (line.textContent = ""), 4000);
}
