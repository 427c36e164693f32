import { LONGEST } from "./remember";

/** How many user agents each reader of them keeps its answer to, so that what most visitors send is read once. */
export const USER_AGENTS = 2_000;

/**
 * The part of a user agent that is looked at, which bounds the cost of every pattern. A header may have many kilobytes;
 * what identifies a program or a browser stands within the first characters.
 */
export const readUserAgent = (userAgent: string): string => userAgent.slice(0, LONGEST).trim();

/** UUIDs, and 16 or more hex digits in one run. */
const IDENTIFIER = /(?<![\da-z])(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,64})(?![\da-z])/gi;

/**
 * What a browser says without the hex identifiers that an app appends. Their letters mean nothing and still spell words:
 * one UUID in 4,000 has "feed" in it, and some a device's name.
 */
export const withoutIdentifiers = (userAgent: string): string => userAgent.replace(IDENTIFIER, "");
