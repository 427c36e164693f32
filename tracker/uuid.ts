/**
 * A random UUID, version 4: the name the browser gives to a Blob (File API, "generate a new blob URL"). Unlike
 * `crypto.randomUUID` that also works on pages without TLS and in browsers before 2021.
 */
export const uuid = (): string => URL.createObjectURL(new Blob()).slice(-36);
