import { remember } from "../enrich/remember";

/** What a request says about its sender by itself, not by its body. */
export interface SenderFacts {
  address: string;
  user_agent: string;
  /** Host of `Origin`, or of `Referer` where a browser sends no origin; null: neither; "" : an origin without host. */
  origin_host: string | null;
  /** Do Not Track or Global Privacy Control. */
  opt_out: boolean;
  brands_hint: string | null;
  mobile_hint: string | null;
  platform_hint: string | null;
  language: string;
  cf: unknown;
}

export function senderFacts(request: Request): SenderFacts {
  const { headers } = request;
  return {
    // The platform sets it; a browser cannot. Locally there is only the loopback.
    address: headers.get("CF-Connecting-IP") ?? "127.0.0.1",
    user_agent: headers.get("User-Agent") ?? "",
    origin_host: originHost(headers),
    opt_out: headers.get("Sec-GPC") === "1" || headers.get("DNT") === "1",
    brands_hint: headers.get("Sec-CH-UA"),
    mobile_hint: headers.get("Sec-CH-UA-Mobile"),
    platform_hint: headers.get("Sec-CH-UA-Platform"),
    language: (headers.get("Accept-Language") ?? "").split(/[,;]/, 1)[0]?.trim().slice(0, 35) ?? "",
    cf: "cf" in request ? request.cf : undefined,
  };
}

function originHost(headers: Headers): string | null {
  const origin = headers.get("Origin") ?? headers.get("Referer");
  return origin === null ? null : hostOf(origin);
}

const hostOf = remember(
  (origin) => URL.parse(origin)?.host.toLowerCase() ?? "",
  1_000,
  // A whole address, as a referrer can be, may say who somebody is.
  (origin) => /^[a-z]+:\/\/[^/?#@]*\/?$/i.test(origin),
);
