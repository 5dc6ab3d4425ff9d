// Keeps a table up to date: looks every second whether what it shows has changed, and if so takes the rows of the page
// as it would be after a reload. Without scripts a reload does the same.
"use strict";

const SECOND = 1000;

function follow(table) {
  const news = document.getElementById(table.dataset.news);
  let known = null;
  let busy = false;

  async function read(url) {
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.text();
  }

  async function look() {
    if (busy || document.visibilityState !== "visible") return;
    busy = true;
    try {
      const shown = await read(table.dataset.live);
      if (shown !== known) {
        const page = new DOMParser().parseFromString(await read(location.href), "text/html");
        take(page.querySelector("table[data-live] tbody"));
        known = shown;
      }
    } catch {
      say("The double does not answer. This page looks again every second.");
      known = null; // so that it takes the rows again, and says nothing more, as soon as there is an answer
    } finally {
      busy = false;
    }
  }

  function take(rows) {
    const old = table.tBodies[0];
    const seen = new Set([...old.rows].map((row) => row.id));
    const added = [...rows.rows].filter((row) => row.id && !seen.has(row.id));
    say("");
    if (old.innerHTML === rows.innerHTML) return;
    for (const row of added) row.classList.add("is-new");
    for (const open of old.querySelectorAll("details[open]")) {
      rows.querySelector(`#${CSS.escape(open.closest("tr").id)} details`)?.setAttribute("open", "");
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.getAttribute("aria-label");
    old.replaceWith(document.adoptNode(rows));
    if (label) table.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus({ preventScroll: true });
    if (added.length) say(`${added.length} new.`);
  }

  function say(text) {
    if (news.textContent !== text) news.textContent = text; // a screen reader speaks whenever it is set
  }

  table.querySelector("[data-is-live]").hidden = false;
  setInterval(look, SECOND);
  document.addEventListener("visibilitychange", look);
  look();
}

for (const table of document.querySelectorAll("table[data-live]")) follow(table);
