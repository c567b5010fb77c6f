import { defineConfig } from "vite";
import { installableShell, kDeskPrefix } from "./tools/installable-shell.ts";

const kOfDesk = /[/\\]src[/\\]admin[/\\]/;

export default defineConfig({
  plugins: [installableShell()],
  build: {
    target: "es2022",
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) =>
          `assets/${moduleIds.some((id) => kOfDesk.test(id)) ? kDeskPrefix : ""}[name]-[hash].js`,
        assetFileNames: ({ names }) => `assets/${names.includes("admin.css") ? kDeskPrefix : ""}[name]-[hash][extname]`,
      },
    },
  },
});
