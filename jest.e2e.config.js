import unit from './jest.config.js'

/** Tests on a real cluster; each file makes namespaces of its own, so they run side by side and mostly wait. */
export default {
  ...unit,
  testMatch: ['<rootDir>/e2e/tests/**/*.e2e.test.ts'],
  globalSetup: '<rootDir>/e2e/src/test/choose-executor.ts',
  // Only for what hangs: on a busy machine a file's jobs may take minutes.
  testTimeout: 900_000,
  maxWorkers: 4
}
