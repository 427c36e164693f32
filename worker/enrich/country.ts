const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
let codes: Map<string, string> | null = null;

/** The ISO code of a country given as its code or its English name; null for what is neither. */
export function countryCode(text: string): string | null {
  const wanted = text.trim();
  if (/^[A-Za-z]{2}$/.test(wanted)) return names.of(wanted.toUpperCase()) === undefined ? null : wanted.toUpperCase();
  codes ??= namedCodes();
  return codes.get(wanted.toLowerCase()) ?? null;
}

function namedCodes(): Map<string, string> {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const found = new Map<string, string>();
  for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
    const name = names.of(code);
    // A code that was given up has the name of what followed it.
    const isCurrent = new Intl.Locale(`und-${code}`).region === code;
    if (name !== undefined && isCurrent) found.set(name.toLowerCase(), code);
  }
  return found;
}
