/** True if a page of this very origin made the request: browsers say so, and a page cannot forge it. */
export function isOwnPage(request: Request): boolean {
  const origin = request.headers.get("Origin");
  if (origin !== null && origin === new URL(request.url).origin) return true;
  return request.headers.get("Sec-Fetch-Site") === "same-origin";
}

/** True if a page of another origin made the request. Programs, which say nothing of pages, are not meant. */
export function isForeignPage(request: Request): boolean {
  const says = request.headers.has("Origin") || request.headers.has("Sec-Fetch-Site");
  return says && !isOwnPage(request);
}
