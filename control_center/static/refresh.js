// Parts of a page that are read anew every few seconds: <div data-refresh="/path">.
// Without an answer the last one stays; a login page is never put in its place.

const EVERY_MS = 10_000;

async function refresh(part) {
  if (document.hidden) return;
  try {
    const answer = await fetch(part.dataset.refresh, { redirect: "error" });
    if (!answer.ok) return;
    const text = await answer.text();
    // Unchanged words are left alone, so that nobody hears the same alarm every ten seconds.
    if (part.dataset.last !== text) part.innerHTML = text;
    part.dataset.last = text;
  } catch {
    // The network is down; the next try comes soon.
  }
}

document.querySelectorAll("[data-refresh]").forEach((part) => {
  setInterval(() => refresh(part), EVERY_MS);
});
