/** The time that the product sees, milliseconds since 1970; null: the real one. */
let simulated: number | null = null;

const real = Date.now;
Date.now = () => simulated ?? real();

export function setClock(at: number | null): void {
  simulated = at;
}
