import { registerHooks } from "node:module";

/** Lets Node find the product's own files, whose imports leave out `.ts` because a bundler reads them. */
export function resolveProduct(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const product = specifier.startsWith(".") && !/\.\w+$/.test(specifier);
      return next(product ? `${specifier}.ts` : specifier, context);
    },
  });
}
