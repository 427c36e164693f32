import { Faults } from "../faults";

/** Worker and objects run in one isolate: what the Worker is told here the objects see. */
const bySite = new Map<string, Faults>();
let everywhere = Faults.parse({});

export function setFaults(site: string | undefined, faults: Faults): void {
  if (site === undefined) everywhere = faults;
  else bySite.set(site, faults);
}

export function faultsOf(site: string): Faults {
  return bySite.get(site) ?? everywhere;
}

export function faultsEverywhere(): Faults {
  return everywhere;
}

/** True with that chance. */
export function happens(chance: number): boolean {
  return chance > 0 && Math.random() < chance;
}
