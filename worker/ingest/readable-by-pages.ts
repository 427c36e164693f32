import { DROPPED_HEADER } from "../../protocol/drop-reasons";

/** A readable reply to whichever page asked; what is kept is another question, which the site's settings decide. */
export function readableByPages(request: Request, response: Response): Response {
  response.headers.set("Access-Control-Allow-Origin", request.headers.get("Origin") ?? "*");
  response.headers.append("Vary", "Origin");
  response.headers.set("Access-Control-Expose-Headers", `${DROPPED_HEADER}, Retry-After`);
  response.headers.set("Cache-Control", "no-store");
  return response;
}
