/** Whether the focus leaves the element that listens, and does not go from one part of it to another. */
export const focusLeft = (event: FocusEvent & { currentTarget: Element }): boolean =>
  !(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget));
