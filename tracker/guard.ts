/** The same function, which never throws: a page must not break because it is measured. */
export const guard =
  <A extends unknown[]>(act: (...args: A) => unknown) =>
  (...args: A): void => {
    try {
      act(...args);
    } catch {
      // What cannot be measured is not measured.
    }
  };
