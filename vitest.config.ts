// How the tests run: from the TypeScript sources, one process for each file, with one PostgreSQL for all of them.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'examples/*/{src,test}/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    globalSetup: ['packages/service/test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // The embedded engine is 10 MB of WebAssembly; its second compilation costs more than any test gets back from it.
    execArgv: ['--liftoff-only'],
    maxWorkers: 2,
  },
})
