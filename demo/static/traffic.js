"use strict";
/** Invented visitors who walk through the shop, sent from this page to the real collector. */

const PAGES = ["", "products/", "products/", "app/", "app/pour/", "cart/", "checkout/"];
/** Their pages lie below this one, so that the owner can tell them from real ones. */
const below = location.origin + location.pathname;
const MOST_VISITORS = 12;
/** Seconds that the bars show. */
const SPAN = 30;
/** Events that wait while the collector asks for patience; beyond them nothing new is made. */
const MOST_WAITING = 300;
const PER_REQUEST = 100;

const BY_REQUEST = "Sending by requests, one a second.";

const site = document.querySelector('script[src="/t.js"]').dataset.site;
const byId = (id) => document.getElementById(id);
const form = byId("traffic");
const button = byId("go");
const tellState = (text) => {
  document.querySelector(".said").textContent = text;
};
const pick = (list) => list[Math.floor(Math.random() * list.length)];

let running = false;
let visitors = [];
/** Made and not yet sent. */
let queue = [];
/** Sent and not yet answered, by message. */
let unanswered = [];
let socket = null;
let owed = 0;
let heldUntil = 0;
/** Sent by the request that is on its way. */
let requested = [];
const count = { sent: 0, kept: 0, left: 0 };
let answerTime = null;
/** Acknowledged events by second, the running one last. */
const seconds = Array.from({ length: SPAN }, () => 0);

// What the visitors do --------------------------------------------------------------------------------------------------

function happening(visitor, event_type, more = {}) {
  const page_url = below + visitor.page;
  const event = { event_id: uuid(), timestamp: Date.now(), event_type, page_url, ...more };
  queue.push({ session_id: visitor.session_id, event });
}

/** One of them does something: comes, looks on, buys, fails, or goes. */
function something() {
  const chance = Math.random();
  if (visitors.length === 0 || (visitors.length < MOST_VISITORS && chance < 0.12)) {
    const visitor = { session_id: uuid(), page: pick(PAGES) };
    visitors.push(visitor);
    happening(visitor, "pageview", {
      referrer: pick(["", "", "https://www.google.com/", "https://news.ycombinator.com/"]),
    });
    return;
  }
  const visitor = pick(visitors);
  if (chance > 0.95) {
    visitors = visitors.filter((one) => one !== visitor);
    happening(visitor, "leave", { engaged_ms: 1_000 + Math.random() * 60_000, scroll_depth: Math.random() * 100 });
  } else if (chance > 0.92) happening(visitor, "error", { name: "Generated: the roaster did not answer" });
  else if (chance > 0.82) happening(visitor, "generated_add_to_cart");
  else if (chance > 0.5)
    happening(visitor, "click", { target_selector: "button.add", viewport_x: 200, viewport_y: 300 });
  else {
    visitor.page = pick(PAGES);
    happening(visitor, "pageview");
  }
}

/** Pages without TLS have no `crypto.randomUUID`. */
function uuid() {
  return URL.createObjectURL(new Blob()).slice(-36);
}

// Sending ---------------------------------------------------------------------------------------------------------------

/** The next events of one visitor, by socket; each message is answered in its order. */
function sendBySocket() {
  while (queue.length > 0 && socket?.readyState === WebSocket.OPEN && Date.now() >= heldUntil) {
    const { session_id } = queue[0];
    const mine = queue.filter((item) => item.session_id === session_id).slice(0, PER_REQUEST);
    queue = queue.filter((item) => !mine.includes(item));
    unanswered.push({ items: mine, at: performance.now() });
    const events = mine.map(({ event }) => event);
    socket.send(JSON.stringify({ type: "events", session_id, sent_at: Date.now(), events }));
    count.sent += events.length;
  }
}

/** Everything that waits, of all of them, in one request; at most one is on its way, and one a second. */
async function sendByRequest() {
  if (requested.length > 0 || queue.length === 0 || Date.now() < heldUntil) return;
  const items = queue.splice(0, PER_REQUEST);
  requested = items;
  const begun = performance.now();
  count.sent += items.length;
  heldUntil = Date.now() + 1_000;
  const events = items.map(({ session_id, event: { event_type, page_url, name, referrer, timestamp, event_id } }) => ({
    type: event_type,
    page: page_url,
    session_id,
    timestamp,
    event_id,
    metadata: { ...(name && { name }), ...(referrer && { referrer }) },
  }));
  try {
    const body = JSON.stringify({ site, events });
    const reply = await fetch("/api/events", { method: "POST", body, credentials: "omit", keepalive: true });
    const { data } = await reply.json();
    if (reply.ok) answered(items, data.count, begun, reply.headers.get("X-Footfall-Dropped"));
    else
      again(items, 1_000 * (Number(reply.headers.get("Retry-After")) || 5), `The collector answered ${reply.status}.`);
  } catch {
    // No answer: it may have arrived, and under the same ids it counts once.
    again(items, 3_000, "No answer from the collector.");
  }
  requested = [];
}

function answered(items, kept, begun, dropped) {
  count.kept += kept;
  count.left += items.length - kept;
  seconds[SPAN - 1] += kept;
  answerTime = Math.round(performance.now() - begun);
  if (dropped) tellState(`The collector leaves them out: ${dropped.replaceAll("_", " ")}.`);
}

function again(items, wait, why) {
  queue.unshift(...items);
  count.sent -= items.length;
  heldUntil = Date.now() + wait;
  tellState(`${why} Going on in ${Math.max(1, Math.round(wait / 1_000))} s.`);
}

function openSocket() {
  const line = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/live?site=${encodeURIComponent(site)}`);
  socket = line;
  line.onopen = () => tellState("Sending by socket.");
  line.onmessage = ({ data }) => {
    const reply = JSON.parse(data);
    const first = reply.type === "pong" ? null : unanswered.shift();
    if (!first) return;
    if (reply.type === "ack") answered(first.items, reply.count, first.at, reply.dropped);
    else if (reply.retry_after_ms) again(first.items, reply.retry_after_ms, "The collector asks for patience.");
    else answered(first.items, 0, first.at, reply.code);
  };
  line.onclose = ({ code }) => {
    if (socket !== line) return;
    socket = null;
    for (const { items } of unanswered.splice(0)) {
      queue.unshift(...items);
      count.sent -= items.length;
    }
    if (running)
      tellState(chosen("way") === "request" ? BY_REQUEST : `The socket closed (${code}). Going on by requests.`);
  };
}

// Running ---------------------------------------------------------------------------------------------------------------

const chosen = (name) => new FormData(form).get(name);

function tick(passed) {
  if (running && !document.hidden && queue.length < MOST_WAITING) {
    owed += (Number(chosen("rate")) * passed) / 1_000;
    for (; owed >= 1; owed--) something();
  }
  if (socket) sendBySocket();
  else sendByRequest();
  if (!running && queue.length === 0 && unanswered.length === 0) socket?.close();
}

function start() {
  running = true;
  heldUntil = 0;
  button.textContent = "Stop";
  if (chosen("way") === "socket") {
    if (!socket) openSocket();
  } else tellState(BY_REQUEST);
}

function stop() {
  running = false;
  owed = 0;
  for (const visitor of visitors) happening(visitor, "leave", { engaged_ms: 1_000 });
  visitors = [];
  button.textContent = "Start";
  tellState("Stopped. They have all gone.");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) stop();
  else start();
  show();
});
form.addEventListener("change", ({ target }) => {
  if (target.name !== "way" || !running) return;
  const line = socket;
  if (target.value === "request") line?.close();
  else if (!line) openSocket();
});
addEventListener("pagehide", () => {
  if (running) stop();
  sendBySocket();
  socket?.close();
});

// Showing ---------------------------------------------------------------------------------------------------------------

const bars = byId("bars");
bars.append(...seconds.map(() => document.createElement("i")));

const travelling = () => requested.length + unanswered.reduce((sum, { items }) => sum + items.length, 0);

function show() {
  byId("visitors").textContent = visitors.length;
  byId("sent").textContent = count.sent;
  byId("kept").textContent = count.kept;
  byId("left").textContent = count.left;
  byId("waiting").textContent = queue.length + travelling();
  byId("time").textContent = answerTime === null ? "–" : `${answerTime} ms`;
  const most = Math.max(5, ...seconds);
  seconds.forEach((kept, at) => {
    bars.children[at].style.height = `${(100 * kept) / most}%`;
  });
  bars.setAttribute(
    "aria-label",
    `${seconds.reduce((sum, kept) => sum + kept, 0)} events acknowledged in the last ${SPAN} seconds`,
  );
}

let last = performance.now();
setInterval(() => {
  const now = performance.now();
  tick(now - last);
  last = now;
  show();
}, 200);
setInterval(() => {
  seconds.shift();
  seconds.push(0);
}, 1_000);
// While the page is hidden nothing is made, and the socket has to say by itself that it is still there.
setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
}, 25_000);
show();
