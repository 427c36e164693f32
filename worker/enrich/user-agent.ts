/** A header may have many kilobytes; what identifies a program or a browser stands within the first characters. */
const READ = 512;

/** The part of a user agent that is looked at, which bounds the cost of every pattern. */
export const readUserAgent = (userAgent: string): string => userAgent.slice(0, READ).trim();
