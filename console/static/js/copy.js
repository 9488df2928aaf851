// Copying: a button with data-copy copies that text, or what stands beside it; that is said in the status line.
import { announce } from "./announce.js";
import { say } from "./words.js";

/** A button that copies what text() gives when it is pressed. */
export function copyButton(text) {
  const button = document.getElementById("copy-button").content.firstElementChild.cloneNode(true);
  button.addEventListener("click", () => copy(text()));
  return button;
}

export function startCopying() {
  for (const part of [document, ...[...document.querySelectorAll("template")].map((each) => each.content)]) {
    for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button.dataset.copy || button.parentElement.querySelector("pre, code").textContent);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(say("copied"));
  } catch {
    announce(say("not-copied"));
  }
}
