import { LONGEST } from "./remember";

/** How many user agents each reader of them keeps its answer to, so that what most visitors send is read once. */
export const USER_AGENTS = 2_000;

/**
 * The part of a user agent that is looked at, which bounds the cost of every pattern. A header may have many kilobytes;
 * what identifies a program or a browser stands within the first characters.
 */
export const readUserAgent = (userAgent: string): string => userAgent.slice(0, LONGEST).trim();
