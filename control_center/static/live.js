// The live list: rows arrive as they change. Without it, reloading the page does the same.
// The browser resumes by itself after a lost connection (Last-Event-ID).
const MOST_ROWS = 50;

for (const region of document.querySelectorAll("[data-live]")) {
  const rows = document.getElementById(region.dataset.liveTarget);
  const state = document.getElementById("live-state");
  const stream = new EventSource(region.dataset.live);
  const say = (words, isOn) => {
    if (!state || state.textContent === words) return;
    state.hidden = false;
    state.textContent = words;
    state.classList.toggle("is-on", isOn);
  };

  stream.addEventListener("open", () => say(state?.dataset.on, true));
  stream.addEventListener("error", () => say(state?.dataset.off, false));
  stream.addEventListener("passage", (event) => {
    const template = document.createElement("template");
    template.innerHTML = event.data;
    const row = template.content.firstElementChild;
    const known = document.getElementById(row.id);
    row.classList.add("is-new");
    if (known) known.replaceWith(row);
    else rows.prepend(row);
    while (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
  });
}
