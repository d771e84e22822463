// Keyboard shortcuts of the review. They move the focus or follow a link; a decision always
// takes a second key (Enter), and a switch on the page turns them off.

const STORED = "sarbide-review-shortcuts";
const enabled = () => localStorage.getItem(STORED) !== "off";

function typing(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]");
}

function perform(element) {
  if (element.tagName === "A") {
    element.click();
  } else if (element.tagName === "SUMMARY") {
    element.parentElement.open = true;
    element.parentElement.querySelector("input:not([type=hidden]), textarea")?.focus();
  } else {
    element.scrollIntoView({ block: "center" });
    element.focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (!enabled() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const pictures = document.querySelectorAll(".picture a");
  const number = Number.parseInt(event.key, 10);
  const element = Number.isNaN(number)
    ? document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
    : pictures[number - 1];
  if (!element) return;
  event.preventDefault();
  perform(element);
});

document.querySelectorAll("[data-shortcuts]").forEach((box) => {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = enabled();
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
});

// A picture enlarged over the page, so that the eye keeps its place. Without scripts the link
// opens the picture by itself. Five steps, as classes: the page's policy forbids inline styles.

const STEPS = 5;
const dialog = document.createElement("dialog");
dialog.className = "zoom";
let step = 1;

function zoom(by) {
  step = Math.min(STEPS, Math.max(1, step + by));
  const picture = dialog.querySelector("img");
  if (picture) picture.className = `zoom-${step}`;
}

function enlarge(link) {
  const shown = link.querySelector("img");
  const picture = shown.cloneNode();
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.className = "quiet";
  close.setAttribute("aria-label", shown.alt);
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(close, picture);
  dialog.setAttribute("aria-label", shown.alt);
  step = 1;
  zoom(0);
  dialog.showModal();
}

dialog.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1 : -1);
}, { passive: false });
dialog.addEventListener("keydown", (event) => {
  if (event.key === "+" || event.key === "-") {
    event.preventDefault();
    event.stopPropagation();
    zoom(event.key === "+" ? 1 : -1);
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target.tagName === "IMG") zoom(step === STEPS ? 1 - STEPS : 1);
});
document.body.append(dialog);
document.querySelectorAll("a[data-zoom]").forEach((link) => {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    enlarge(link);
  });
});
