// The bar above a list sticks to the window's edge; the list's heads stick below it, however high it is.

export function startTools() {
  const bar = document.querySelector(".tools");
  if (!bar) return;
  const root = document.documentElement;
  new ResizeObserver(() => root.style.setProperty("--tools", `${bar.offsetHeight}px`)).observe(bar);
}
