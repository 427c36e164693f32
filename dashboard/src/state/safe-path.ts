/** A path of this dashboard to go back to; anything that leads elsewhere becomes the start page. */
export function safePath(to: unknown): string {
  return typeof to === "string" && /^\/(?![/\\])/.test(to) && !to.startsWith("/sign-in") ? to : "/";
}
