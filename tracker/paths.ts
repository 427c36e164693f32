/** Whether `path` fits one of `patterns`, in which `*` stands for any characters and commas or spaces separate. */
export const fits = (patterns: string, path: string): boolean =>
  RegExp(
    `^(${patterns
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/[,\s]+/g, "|")})$`,
  ).test(path);

/** Whether a page is counted: it is on the list of included ones, if there is one, and not on that of excluded ones. */
export const isCounted = (path: string, include = "*", exclude = ""): boolean =>
  fits(include, path) && !fits(exclude, path);
