// The lines of the order form: added and removed. Without this the server adds them, and looks up what is typed.
import { say } from "./words.js";

export function startLines(form) {
  const list = form.querySelector("#lines");
  const blank = form.querySelector("#blank-line").content.firstElementChild;
  const add = form.querySelector("#add-line");
  const enough = form.querySelector("#enough-lines");

  const renew = () => {
    for (const [place, button] of list.querySelectorAll("[data-remove-line]").entries()) {
      button.hidden = list.children.length < 2;
      button.setAttribute("aria-label", say("remove-line", { n: place + 1 }));
    }
    enough.hidden = list.children.length < list.dataset.most;
    add.disabled = !enough.hidden;
  };
  add.type = "button"; // the key Enter takes the first button that submits: let it be the order's
  form.querySelector("#look-up").remove();
  add.addEventListener("click", () => {
    list.append(blank.cloneNode(true));
    list.lastElementChild.querySelector("input").focus();
    renew();
  });
  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove-line]")) return;
    event.target.closest("li").remove();
    renew();
    list.lastElementChild.querySelector("input").focus();
  });
  renew();
}
