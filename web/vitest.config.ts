import { defineConfig } from "vitest/config";

export default defineConfig({
  // The examples of the wire are shared with Python.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "jsdom",
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/support/setup.ts"],
  },
});
