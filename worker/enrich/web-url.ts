/**
 * The part of the WHATWG URL standard used here. Workers, Node and browsers all have it, but this folder is checked
 * without the types of any platform, so the few members it needs are written down.
 */
export interface WebUrl {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

declare const URL: { parse(url: string, base?: string): WebUrl | null };

/** Parses an address; null where the standard would throw. */
export const parseUrl = (raw: string, base?: string): WebUrl | null => URL.parse(raw, base);
