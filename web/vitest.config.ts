import { defineConfig } from "vitest/config";
import { zstdWasm } from "./zstd_wasm.mjs";

export default defineConfig({
  plugins: [zstdWasm()],
  // The examples of the wire are shared with Python.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "jsdom",
    testTimeout: 60_000, // other tests, and other programs, run beside
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/support/setup.ts"],
  },
});
