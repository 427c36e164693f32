import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const SERVER = "http://127.0.0.1:8787";

export default defineConfig({
  root: "dashboard",
  plugins: [solid()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    // From these on browsers know light-dark(), which would be rewritten at length for older ones.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    // A page's policy may forbid data: addresses.
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "^/(api|events|health|t\\.js|demo)": { target: SERVER, ws: true } },
  },
});
