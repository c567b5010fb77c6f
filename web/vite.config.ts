import { defineConfig } from "vite";
import { installableShell } from "./tools/installable-shell.ts";

export default defineConfig({
  plugins: [installableShell()],
  build: {
    target: "es2022",
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
