import { type Accessor, createComputed, createEffect, on } from "solid-js";

const GLIDE = 350;

interface Place {
  x: number;
  y: number;
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Lets the children of a list glide from where they were to where a new order puts them. `order` changes whenever the
 * list is drawn anew; children are told apart by identity, and new ones fade in. Where most are new nothing glides:
 * the few that stayed would only cross the others.
 */
export function createGlide(list: Accessor<HTMLElement | undefined>, order: Accessor<unknown>): void {
  let before = new Map<Element, Place>();
  const places = () => {
    const found = new Map<Element, Place>();
    for (const child of list()?.children ?? []) {
      if (child instanceof HTMLElement) found.set(child, { x: child.offsetLeft, y: child.offsetTop });
    }
    return found;
  };
  // Runs before the elements follow the new order.
  createComputed(
    on(order, () => {
      before = places();
    }),
  );
  createEffect(
    on(order, () => {
      if (before.size === 0 || calm()) return;
      const now = places();
      const stayed = [...now.keys()].filter((child) => before.has(child)).length;
      if (stayed < now.size / 2) return;
      for (const [child, { x, y }] of now) {
        const from = before.get(child);
        if (from === undefined) child.animate([{ opacity: 0 }, { opacity: 1 }], { duration: GLIDE });
        else if (from.x !== x || from.y !== y) {
          child.animate([{ transform: `translate(${from.x - x}px, ${from.y - y}px)` }, { transform: "none" }], {
            duration: GLIDE,
            easing: "cubic-bezier(.2, 0, 0, 1)",
          });
        }
      }
    }),
  );
}
