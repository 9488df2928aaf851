// The lines of the order form: added and removed. Without this the form has its three lines.
export function startLines(form) {
  const list = form.querySelector("#lines");
  const blank = form.querySelector("#blank-line").content.firstElementChild;
  const add = form.querySelector("#add-line");

  const renew = () => {
    for (const button of list.querySelectorAll("[data-remove-line]")) button.hidden = list.children.length < 2;
  };
  add.hidden = false;
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
