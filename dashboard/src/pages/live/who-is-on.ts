import type { LiveSession } from "../../../../protocol/live";
import { deviceWord, placeWord } from "./words";

const NAMED = 3;

/** Who is on each page now, in words: "Vienna phone, Lagos desktop +4". */
export function whoIsOn(sessions: readonly LiveSession[]): Map<string, string> {
  const byPage = new Map<string, string[]>();
  for (const session of sessions) {
    if (!session.now) continue;
    const who = `${placeWord(session)} ${deviceWord(session.device)}`;
    const known = byPage.get(session.current_page);
    if (known) known.push(who);
    else byPage.set(session.current_page, [who]);
  }
  return new Map(
    [...byPage].map(([page, all]) => {
      const rest = all.length - NAMED;
      return [page, all.slice(0, NAMED).join(", ") + (rest > 0 ? ` +${rest}` : "")];
    }),
  );
}
