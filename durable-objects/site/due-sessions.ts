import type { Session } from "./model/session";

/** A session's row is written when it opens, then at most this often, and when it ends. */
const SESSION_WRITE_INTERVAL = 60_000;
/** Rows a D1 batch; the rest follows in the next. */
const MOST = 2_000;

/** True if D1's row of the session should be written now. */
function isDue(session: Session, now: number): boolean {
  if (session.rev === session.stored_rev) return false;
  return session.stored_rev < 0 || session.ended || now - session.stored_at >= SESSION_WRITE_INTERVAL;
}

/** Those to be written now, `most` of them at most. */
export function dueSessions(sessions: Iterable<Session>, now: number, most = MOST): Session[] {
  const due: Session[] = [];
  for (const session of sessions) {
    if (due.length >= most) break;
    if (isDue(session, now)) due.push(session);
  }
  return due;
}

/** When the next changed session may be written, or null if all are. */
export function nextDue(sessions: Iterable<Session>): number | null {
  let next: number | null = null;
  for (const s of sessions) {
    if (s.rev === s.stored_rev) continue;
    const at = s.stored_rev < 0 || s.ended ? 0 : s.stored_at + SESSION_WRITE_INTERVAL;
    next = Math.min(next ?? Number.POSITIVE_INFINITY, at);
  }
  return next;
}
