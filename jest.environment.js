import { TestEnvironment } from 'jest-environment-node'
import http from 'node:http'

/** Node's own modules are one for all test files of a worker: a file that leaves a double in them would fail another one, by turns. */
export default class extends TestEnvironment {
  async setup() {
    this.requestBefore = http.request
    await super.setup()
  }

  async teardown() {
    await super.teardown()
    if (http.request !== this.requestBefore)
      throw new Error('The file leaves node:http replaced: afterAll(() => nock.restore())')
  }
}
