/** The page's only script: a link opens what it leads to, and the search hides hosts that do not have the words. */
export const SCRIPT = `
"use strict";
const open = () => {
  const id = location.hash.slice(1);
  const target = id && document.getElementById(id);
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", open);
open();
const search = document.getElementById("search");
const found = document.getElementById("found");
const entries = [...document.querySelectorAll("#host-list > details")].map((entry) => [entry, entry.textContent.toLowerCase()]);
search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let left = 0;
  for (const [entry, text] of entries) {
    const shown = words.every((word) => text.includes(word));
    entry.hidden = !shown;
    if (shown) left += 1;
  }
  found.textContent = words.length ? left + " of " + entries.length + " hosts" : "";
});
`;
