import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // A skipped or a retried test is no test.
    allowOnly: false,
    retry: 0,
    testTimeout: 30_000,
    fileParallelism: false,
  },
});
