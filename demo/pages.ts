import type { Page } from "./layout.ts";
import { bag, harbour } from "./pictures.ts";
import { PRODUCTS, type Product, price } from "./products.ts";

const text = (raw: string) => raw.replaceAll("&", "&amp;");

const card = (product: Product) => `<li><a class="card" href="{root}products/${product.slug}/">
<span class="picture">${bag(product)}</span>
<span class="name">${text(product.name)}</span><span class="price">${price(product.price)}</span>
<span class="quiet">${product.taste}</span></a></li>`;

const cards = (products: readonly Product[]) => `<ul class="cards">${products.map(card).join("\n")}</ul>`;

const home: Page = {
  path: "",
  title: "Roasted by the water",
  main: `<section class="hero">${harbour}
<div class="wide"><h1>Coffee with the tide in it.</h1>
<p>Seven coffees, roasted on Tuesdays in the old net loft, on the boat by Wednesday.</p>
<a class="button" href="{root}products/">See the coffees</a></div></section>
<section class="wide"><h2>This week</h2>${cards(PRODUCTS.slice(0, 4))}</section>
<section class="wide three">
<div><h3>Roasted to order</h3><p>We roast what was asked for and nothing else. Your bag carries the day.</p></div>
<div><h3>Bought direct</h3><p>From eleven farms whose names we know, at prices we print on the bag.</p></div>
<div><h3>Sent by bicycle</h3><p>In town within the hour, elsewhere by the slowest train that still keeps it fresh.</p></div>
</section>`,
};

const list: Page = {
  path: "products/",
  title: "Coffee",
  main: `<section class="wide"><h1>Coffee</h1><p class="lead">250 g, whole bean, roasted on Tuesdays.</p>${cards(PRODUCTS)}</section>`,
};

const productPage = (product: Product): Page => ({
  path: `products/${product.slug}/`,
  title: product.name.replace("&", "&amp;"),
  main: `<section class="wide product"><div class="picture">${bag(product)}</div>
<div><p class="quiet">${product.place}</p><h1>${text(product.name)}</h1><p class="lead">${product.taste}</p>
<p>${product.text}</p>
<dl><dt>Roast</dt><dd>${product.roast}</dd><dt>Weight</dt><dd>250 g</dd><dt>Price</dt><dd>${price(product.price)}</dd></dl>
<button class="button" data-add="${product.slug}" data-name="${text(product.name)}" data-price="${product.price}">Add to cart</button>
<p class="said" role="status"></p></div></section>
<section class="wide"><h2>Also good</h2>${cards(PRODUCTS.filter((other) => other !== product).slice(0, 4))}</section>`,
});

const cart: Page = {
  path: "cart/",
  title: "Cart",
  main: `<section class="wide narrow"><h1>Cart</h1><div id="cart"></div>
<p id="empty" hidden>Nothing in it yet. <a href="{root}products/">See the coffees</a></p>
<a id="to-checkout" class="button" href="{root}checkout/" hidden>Check out</a></section>`,
};

const field = (id: string, label: string, attributes: string) =>
  `<label for="${id}">${label}<input id="${id}" name="${id}" required ${attributes}></label>`;

const checkout: Page = {
  path: "checkout/",
  title: "Checkout",
  main: `<section class="wide narrow"><h1>Checkout</h1><p class="lead">Invent what you like: this page sends nothing anywhere.</p>
<form id="checkout" class="form" autocomplete="on">
<fieldset><legend>You</legend>
${field("name", "Name", 'autocomplete="name"')}
${field("email", "E-mail", 'type="email" autocomplete="email"')}
${field("password", "Password for a new account", 'type="password" autocomplete="new-password" minlength="4"')}
</fieldset>
<fieldset><legend>Card</legend>
${field("card-number", "Card number", 'inputmode="numeric" autocomplete="cc-number" maxlength="23"')}
<div class="pair">${field("card-expiry", "Expires", 'autocomplete="cc-exp" placeholder="MM/YY" maxlength="5"')}
${field("cvv", "Security code", 'inputmode="numeric" autocomplete="cc-csc" maxlength="4"')}</div>
</fieldset>
<button class="button">Pay <span id="total"></span></button></form></section>`,
};

const thanks: Page = {
  path: "thanks/",
  title: "Thank you",
  main: `<section class="wide narrow"><h1>Thank you.</h1><p class="lead">If this were a shop, a bag would be on its way now.</p>
<a class="button" href="{root}products/">Back to the coffees</a></section>`,
};

const trouble: Page = {
  path: "trouble/",
  title: "Trouble",
  script: "trouble.js",
  main: `<section class="wide narrow"><h1>Trouble</h1>
<p class="lead">A page on which things break on purpose, to see how they are reported.</p>
<div class="row"><button class="button" id="throw">Throw a script error</button>
<button class="button" id="reject">Reject a promise</button>
<button class="button" id="dead">Do nothing at all</button></div>
<p class="said" role="status"></p>
<figure><img src="{root}missing-picture.png" alt="A picture that is not there" width="320" height="120"><figcaption class="quiet">This picture does not exist.</figcaption></figure>
</section>`,
};

const choice = (name: string, value: string, label: string, attributes = "") =>
  `<label><input type="radio" name="${name}" value="${value}" ${attributes}><span>${label}</span></label>`;

const figure = (id: string, label: string) => `<div><dt>${label}</dt><dd id="${id}">0</dd></div>`;

const traffic: Page = {
  path: "traffic/",
  title: "Traffic",
  script: "traffic.js",
  main: `<section class="wide narrow"><h1>Traffic</h1>
<p class="lead">Invented visitors, sent from this page to the real collector. Watch them on the dashboard.</p>
<form id="traffic" class="form">
<fieldset class="choice"><legend>Events a second</legend>
${choice("rate", "1", "1")}${choice("rate", "5", "5", "checked")}${choice("rate", "20", "20")}${choice("rate", "50", "50")}
</fieldset>
<fieldset class="choice"><legend>Sent by</legend>
${choice("way", "socket", "Socket", "checked")}${choice("way", "request", "Requests")}
</fieldset>
<button class="button" id="go">Start</button></form>
<p class="said" role="status">Nothing is sent yet.</p>
<div id="bars" class="bars" role="img"></div>
<dl class="figures">${figure("kept", "Acknowledged")}${figure("sent", "Sent")}${figure("visitors", "Visitors")}
${figure("waiting", "Waiting")}${figure("left", "Not kept")}${figure("time", "Answer")}</dl>
<p class="quiet">Their pages lie below this one, and their own events are named <code>generated_…</code>. Exclude the pages
<code>/demo/traffic/*</code> in the site's settings, and none of them is counted.</p></section>`,
};

/** The views of the brew guide. Each has a page of its own, so that a reload finds it. */
export const VIEWS = ["", "grind/", "pour/", "wait/"] as const;

const guide = (view: string): Page => ({
  path: `app/${view}`,
  title: "Brew guide",
  script: "app.js",
  main: '<section class="wide narrow"><div id="app"></div></section>',
});

export const PAGES: readonly Page[] = [
  home,
  list,
  ...PRODUCTS.map(productPage),
  cart,
  checkout,
  thanks,
  trouble,
  traffic,
  ...VIEWS.map(guide),
];
