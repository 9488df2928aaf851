// Copying: buttons with data-copy copy that text; what was copied is said in the status line.
import { announce } from "./announce.js";
import { say } from "./words.js";

/** A button that copies what text() gives when it is pressed. */
export function copyButton(text) {
  const button = document.getElementById("copy-button").content.firstElementChild.cloneNode(true);
  button.addEventListener("click", () => copy(text()));
  return button;
}

export function startCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button.dataset.copy));
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(say("copied"));
  } catch {
    announce(say("not-copied"));
  }
}
