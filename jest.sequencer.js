/**
 * Jest begins with the biggest files where it does not know how long each takes. The one that takes longest is small: it builds a corpus.
 * Begun last, it would leave the other workers without work.
 */
const longest = ['dockerfiles.e2e.test.ts', 'registries.e2e.test.ts', 'copy.e2e.test.ts', 'build-limits.e2e.test.ts']

export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((one, other) => rankOf(one) - rankOf(other))
  }

  shard(tests) {
    return tests
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {
    // The order is the same in each run.
  }
}

function rankOf({ path }) {
  const rank = longest.findIndex(name => path.endsWith(`/${name}`))
  return rank === -1 ? longest.length : rank
}
