"use strict";
const root = document.body.dataset.root;
const say = (text) => {
  const place = document.querySelector(".said");
  if (place) place.textContent = text;
};
const euro = (sum) => `€${sum.toFixed(2)}`;

/** What is in the cart: `{ slug: { name, price, count } }`, until the browser's tab is closed. */
const readCart = () => JSON.parse(sessionStorage.getItem("cart") || "{}");
const writeCart = (cart) => {
  sessionStorage.setItem("cart", JSON.stringify(cart));
  showCart();
};
const total = (cart) => Object.values(cart).reduce((sum, { price, count }) => sum + price * count, 0);

function showCart() {
  const cart = readCart();
  const items = Object.entries(cart);
  document.getElementById("count").textContent = items.reduce((sum, [, { count }]) => sum + count, 0);
  const sum = document.getElementById("total");
  if (sum) sum.textContent = items.length ? euro(total(cart)) : "";
  const list = document.getElementById("cart");
  if (!list) return;
  document.getElementById("empty").hidden = items.length > 0;
  document.getElementById("to-checkout").hidden = items.length === 0;
  list.replaceChildren();
  if (!items.length) return;
  const table = list.appendChild(document.createElement("table"));
  for (const [slug, { name, price, count }] of items) {
    const row = table.insertRow();
    const link = row.insertCell().appendChild(document.createElement("a"));
    link.href = `${root}products/${slug}/`;
    link.textContent = count > 1 ? `${name} × ${count}` : name;
    row.insertCell().textContent = euro(price * count);
    const remove = row.insertCell().appendChild(document.createElement("button"));
    remove.className = "plain";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${name}`);
    remove.addEventListener("click", () => {
      const { [slug]: _, ...others } = readCart();
      writeCart(others);
    });
  }
  const row = table.insertRow();
  row.insertCell().textContent = "Total";
  row.insertCell().textContent = euro(total(cart));
  row.insertCell();
}

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    const { add, name } = button.dataset;
    const price = Number(button.dataset.price);
    const cart = readCart();
    writeCart({ ...cart, [add]: { name, price, count: (cart[add]?.count || 0) + 1 } });
    footfall("add_to_cart", { product: add, price });
    say(`${name} is in the cart.`);
  });
}

document.getElementById("checkout")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const cart = readCart();
  footfall("checkout", { items: Object.keys(cart).length, total: total(cart) });
  footfall("signup", { place: "checkout" });
  writeCart({});
  location.href = `${root}thanks/`;
});

document.getElementById("newsletter").addEventListener("submit", (event) => {
  event.preventDefault();
  footfall("signup", { place: "newsletter" });
  const done = document.createElement("p");
  done.setAttribute("role", "status");
  done.textContent = "Thank you. This is a demo, so no mail will come.";
  event.target.replaceWith(done);
});

/** How many are in the shop just now, once the site's owner has turned its public counter on. */
async function showCounter() {
  const site = document.querySelector('script[src="/t.js"]').dataset.site;
  const { ok } = await fetch(`/counter.json?site=${site}`);
  if (!ok) return;
  const script = document.createElement("script");
  script.src = "/counter.js";
  script.dataset.site = site;
  document.head.append(script);
  document.querySelector(".bottom .wide").append(document.createElement("footfall-counter"));
}

addEventListener("pageshow", showCart);
// Without an answer there is no counter to show.
showCounter().catch(() => {});
