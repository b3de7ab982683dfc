import { defineConfig } from "vitest/config";

/** The console in a real browser; see tests/browser.sh. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    // As the stories in Rust: what fails is tried once more, and told as flaky.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    globalSetup: "tests/browser/setup.ts",
    // One file at a time: the stories share a company. Within a file, what disturbs nothing else goes two by two, as a small
    // machine has cores: one page is drawn while another waits.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
