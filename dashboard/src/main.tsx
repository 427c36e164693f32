import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/ui.css";
import { render } from "solid-js/web";
import { App } from "./App";
import { takeHashToken } from "./state/hash-token";

const token = takeHashToken(location, history);
if (token) {
  const to = location.pathname === "/sign-in" ? "/" : location.pathname + location.search;
  history.replaceState(null, "", `/sign-in?to=${encodeURIComponent(to)}`);
}

const root = document.getElementById("app");
if (root) render(() => <App token={token} />, root);
