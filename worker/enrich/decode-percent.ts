/** Percent-decoded text, or the text as it is when an encoding in it is broken. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // A cut or hand-made address; there is nothing to decode it to.
    return text;
  }
}
