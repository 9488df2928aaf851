// A link with data-dialog opens that dialog; without scripts it leads to a page with the same form.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      event.target.closest("dialog").close();
    } else if (event.target.matches?.("dialog")) {
      event.target.close(); // the backdrop belongs to the dialog itself
    }
  });
  for (const menu of document.querySelectorAll("details.menu")) {
    addEventListener("keydown", (event) => event.key === "Escape" && close(menu));
    addEventListener("click", (event) => !menu.contains(event.target) && close(menu));
  }
}

function close(menu) {
  if (!menu.open) return;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector("summary").focus();
}
