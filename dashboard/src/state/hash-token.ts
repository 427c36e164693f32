export type HashToken = { kind: "signin" | "setup"; token: string };

/** A one-time token of a link, from `#signin=TOKEN` or `#setup=TOKEN`. */
export function readHashToken(hash: string): HashToken | null {
  const match = /^#(signin|setup)=([\w.~-]{1,200})$/.exec(hash);
  const [, kind, token] = match ?? [];
  return (kind === "signin" || kind === "setup") && token ? { kind, token } : null;
}

/** Takes it out of the address at once, so that it stays neither in the history nor in a copied link. */
export function takeHashToken(
  page: Pick<Location, "hash" | "pathname" | "search">,
  history: History,
): HashToken | null {
  const token = readHashToken(page.hash);
  if (token) history.replaceState(history.state, "", page.pathname + page.search);
  return token;
}
