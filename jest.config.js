/** Unit tests: everything beside e2e. ESM mode, because @actions/core, uuid and client-node are ESM only. */
export default {
  testEnvironment: '<rootDir>/jest.environment.js',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  testMatch: ['<rootDir>/{packages/*,cluster}/tests/**/*.test.ts', '<rootDir>/e2e/tests/{bench,harness}/**/*.test.ts'],
  // A test fails by what it finds; Jest's 5 s fail it on a machine that is busy.
  testTimeout: 30_000,
  // Jest leaves one core free, which is half of two.
  maxWorkers: '100%',
  modulePathIgnorePatterns: ['/\\.tsbuild/', '/dist/']
}
