import { defineConfig } from "vitest/config";

/** The console in a real browser; see tests/browser.sh. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // One browser at a time: the machine is small, and the stories share a company.
    fileParallelism: false,
  },
});
