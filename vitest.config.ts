import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,connectors,migrations,scripts,test}/**/*.test.ts'],
    setupFiles: ['test/fix-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // The test server's own slip when a client vanishes in the middle of a download; everything else unhandled still fails the run.
    onUnhandledError: ({ stack }) => !stack?.includes('ftp-srv/src/commands/registration/retr.js'),
  },
});
