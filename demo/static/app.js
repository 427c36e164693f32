"use strict";
/** The brew guide: one page whose views change the address without a load. */
const base = new URL(`${document.body.dataset.root}app/`, location.href).pathname;
const views = [
  {
    path: "",
    name: "Weigh",
    title: "Weigh",
    lead: "30 g of coffee, 500 g of water.",
    text: "Fresh water, off the boil. Rinse the paper; nobody orders paper.",
  },
  {
    path: "grind/",
    name: "Grind",
    title: "Grind",
    lead: "Like coarse sand.",
    text: "Finer if it ran through in two minutes, coarser if it took four. Write it on the bag.",
  },
  {
    path: "pour/",
    name: "Pour",
    title: "Pour",
    lead: "60 g first, then the rest in circles.",
    text: "Let the first water work for forty seconds. Then pour slowly, always a little, never at the wall.",
  },
  {
    path: "wait/",
    name: "Wait",
    title: "Wait",
    lead: "Three minutes, give or take a gull.",
    text: "It tastes better when it has cooled a little. So does most of the day.",
  },
];

function show() {
  const at = Math.max(
    0,
    views.findIndex(({ path }) => location.pathname === base + path),
  );
  const view = views[at];
  document.title = `${view.title} · Brew guide · Harbour Coffee`;
  const tabs = document.createElement("nav");
  tabs.className = "tabs";
  tabs.setAttribute("aria-label", "Steps");
  tabs.append(
    ...views.map(({ path, name }, index) => {
      const link = document.createElement("a");
      link.href = base + path;
      link.textContent = name;
      if (index === at) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
  const step = document.createElement("p");
  step.className = "step";
  step.textContent = at + 1;
  const title = document.createElement("h1");
  title.textContent = view.title;
  title.tabIndex = -1;
  const lead = document.createElement("p");
  lead.className = "lead";
  lead.textContent = view.lead;
  const text = document.createElement("p");
  text.textContent = view.text;
  const next = document.createElement("a");
  next.className = "button";
  next.href = base + views[(at + 1) % views.length].path;
  next.textContent = at + 1 < views.length ? "Next step" : "Once more";
  document.getElementById("app").replaceChildren(tabs, step, title, lead, text, next);
  return title;
}

document.getElementById("app").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState({}, "", link.href);
  show().focus();
});
addEventListener("popstate", show);
show();
