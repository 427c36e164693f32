import * as z from "zod";

/** A column that holds JSON, to be piped into the schema of what it holds. Throws where it is none. */
export const JsonText = z.string().transform((text): unknown => JSON.parse(text));
