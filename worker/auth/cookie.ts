const NAME = "footfall_session";

/** The token of the session cookie, or null. */
export function readCookie(request: Request): string | null {
  const value = new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]{43})(?:;|$)`).exec(request.headers.get("Cookie") ?? "")?.[1];
  return value ?? null;
}

/** `Set-Cookie` of a session; `max_age` in seconds, 0 removes it. */
export function sessionCookie(request: Request, token: string, max_age: number): string {
  const secure = isLocal(new URL(request.url)) ? "" : "; Secure";
  return `${NAME}=${token}; Path=/; Max-Age=${max_age}; HttpOnly; SameSite=Lax${secure}`;
}

/** Over plain HTTP on this machine or in its network a browser would drop a secure cookie. A deployed Worker has a name. */
export function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && (hostname === "localhost" || /^[\d.]+$|^\[.*\]$/.test(hostname));
}
