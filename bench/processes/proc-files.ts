import { readFileSync } from "node:fs";

/** The kernel's USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const UTIME = 11;

/** Milliseconds of CPU time, user and system, that a process has used so far; null where the system does not tell. */
export function cpuTime(pid: number): number | null {
  try {
    // The second field is the program's name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return ((Number(fields[UTIME]) + Number(fields[UTIME + 1])) * 1_000) / TICKS_PER_SECOND;
  } catch {
    // No such file where the system is not Linux.
    return null;
  }
}

/** Bytes of memory that a process holds; null where the system does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  } catch {
    // As above.
    return null;
  }
}

/** How many files a process started from here may open. Node has raised its own limit as far as it may. */
export function openFiles(): number {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    // As above.
    return Number.POSITIVE_INFINITY;
  }
}
