// The browser draws no mouse into its pictures, so a page gets one, and a ring where something is pressed.
// Its policy forbids styles in its markup, not what a script from outside of it does with an element.
addEventListener("DOMContentLoaded", () => {
  const drawn = (style) => {
    const element = document.createElement("div");
    Object.assign(element.style, { position: "fixed", zIndex: 9999, pointerEvents: "none" }, style);
    document.documentElement.append(element);
    return element;
  };
  const ring = drawn({
    width: "40px", height: "40px", borderRadius: "50%", visibility: "hidden",
    border: "3px solid #e09f00", background: "rgb(224 159 0 / 25%)",
  });
  const shape = (grown) => ({ width: `${16 + grown}px`, height: `${23 + grown}px`, clipPath: "polygon(0 0, 0 82%, 27% 64%, 45% 100%, 64% 93%, 46% 58%, 84% 58%)" });
  const rim = drawn({ ...shape(4), background: "#ffffff" });
  const arrow = drawn({ ...shape(0), background: "#111827" });
  const move = (x, y) => {
    Object.assign(ring.style, { left: `${x - 23}px`, top: `${y - 23}px` });
    Object.assign(rim.style, { left: `${x - 1}px`, top: `${y - 2}px` });
    Object.assign(arrow.style, { left: `${x}px`, top: `${y}px` });
    sessionStorage.setItem("pointer", JSON.stringify([x, y]));
  };
  move(...JSON.parse(sessionStorage.getItem("pointer") ?? "[560, 420]"));
  addEventListener("mousemove", ({ clientX, clientY }) => move(clientX, clientY));
  addEventListener("pictures-press", ({ detail }) => (ring.style.visibility = detail ? "visible" : "hidden"));
});
