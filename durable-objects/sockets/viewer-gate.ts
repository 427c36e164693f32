import {
  RATE_NAMES,
  VIEWER_JOINS,
  VIEWER_MESSAGES_OF_ONE,
  VIEWER_SOCKETS,
  VIEWER_SOCKETS_OF_ONE,
} from "../../protocol/limits";
import type { Viewer } from "../../protocol/viewer-request";
import { addressPrefix } from "../pure/address-prefix";
import { FixedWindow } from "../pure/fixed-window";
import { hash53 } from "../pure/hash";

/** Seconds to wait where as many sockets are open as may be: one of them has to end. */
const WAIT_FULL = 10;
const SECOND = 1_000;

/** What the gate needs to know of the sockets that are open. */
export interface OpenViewers {
  /** Sockets with that tag. */
  tagged(tag: string): number;
  all(): number;
  /** The setting `VIEWER_SOCKETS`. */
  most(): string | undefined;
}

/**
 * The tags by which sockets of one member (or key) and of one address are told apart, also after a sleep of the object.
 * Of an address there is a hash, for as long as the socket is open.
 */
export function viewerTags({ user_id }: Pick<Viewer, "user_id">, request: Request): string[] {
  const address = request.headers.get("CF-Connecting-IP");
  const tags = [`by:${user_id.slice(0, 200)}`];
  if (address) tags.push(`from:${hash53(addressPrefix(address))}`);
  return tags;
}

/** Keeps one member or address from taking a place of all: sockets at once, joins and messages a second. */
export class ViewerGate {
  readonly #open: OpenViewers;
  readonly #joins = new FixedWindow(SECOND, RATE_NAMES);
  readonly #talk = new FixedWindow(SECOND, RATE_NAMES);

  constructor(open: OpenViewers) {
    this.#open = open;
  }

  /** Seconds after which to come again to an object that holds as many sockets as it takes; 0: there is room. */
  full(): number {
    const most = Number(this.#open.most()) || VIEWER_SOCKETS;
    return this.#open.all() >= most ? WAIT_FULL : 0;
  }

  /**
   * Counts a join; answers 0, or the seconds after which to come again. `scale` is the site's `rate_limit`: where more is
   * taken of an address, as of an office, more of it may watch.
   */
  wait(tags: readonly string[], scale: number, now: number): number {
    // Every join counts, so that one tag is no way around the other.
    const often = tags.filter((tag) => this.#joins.count(tag, now) > Math.max(VIEWER_JOINS, scale));
    if (often.length > 0) return this.#joins.secondsLeft(now);
    const open = this.#open.all();
    const most = Math.max(VIEWER_SOCKETS_OF_ONE, 10 * scale);
    // The platform makes a list to count them: only where there are so many at all.
    return open >= most && tags.some((tag) => this.#open.tagged(tag) >= most) ? WAIT_FULL : 0;
  }

  /** Counts a message; false if all sockets of that member or key say too much together. */
  mayTalk({ user_id }: Pick<Viewer, "user_id">, scale: number, now: number): boolean {
    return this.#talk.count(user_id, now) <= Math.max(VIEWER_MESSAGES_OF_ONE, 2 * scale);
  }
}
