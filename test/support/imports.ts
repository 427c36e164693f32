export interface Import {
  /** The text between the quotes. */
  from: string;
  /** Gone after compiling: `import type`, `export type`, `import("…")` in a type, or every name marked `type`. */
  typeOnly: boolean;
}

const STATEMENT = /(?:^|[;}\n])\s*(import|export)\s+(type\s+(?!from\b|,))?([\w$*\s{},]*?)\s*from\s*["']([^"'\n]+)["']/g;
const BARE = /(?:^|[;}\n])\s*import\s*["']([^"'\n]+)["']/g;
const CALL = /(typeof\s+)?\bimport\s*\(\s*["'`]([^"'`\n]+)["'`]\s*\)/g;

/** What a TypeScript file imports, in the four ways there are: from-statements, bare imports, re-exports and `import()`. */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const statements = [...code.matchAll(STATEMENT)].map(([, , marked, names = "", from = ""]) => ({
    from,
    typeOnly: marked !== undefined || everyNameIsType(names),
  }));
  const bare = [...code.matchAll(BARE)].map(([, from = ""]) => ({ from, typeOnly: false }));
  const calls = [...code.matchAll(CALL)].map(([, type, from = ""]) => ({ from, typeOnly: type !== undefined }));
  return [...statements, ...bare, ...calls];
}

function everyNameIsType(names: string): boolean {
  const list = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  if (list === undefined) return false;
  const each = list.split(",").flatMap((name) => name.trim() || []);
  return each.length > 0 && each.every((name) => /^type\s/.test(name));
}

/** Comments go; strings stay, so that `"https://…"` is not taken for a comment. */
function withoutComments(source: string): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, text) => text ?? "",
  );
}
