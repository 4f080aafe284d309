import { describe, expect, it } from '@jest/globals'
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Break } from './agent-exec.ts'
import { snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

/** Numbers that are the same in every run (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof createRandom>

const pick = <T>(values: readonly [T, ...T[]], random: Random): T => values[random(values.length)] ?? values[0]

/** Few names, so that files, folders and links meet at the same paths all the time. */
const nameFrom = (random: Random): string => pick(['a', 'b', 'c d', 'ü', '.e'], random)

/** A folder one to three levels down; what is in its way goes. */
function folderIn(root: string, random: Random): string {
  let folder = root
  for (let level = random(3); level > 0; level--) {
    folder = join(folder, nameFrom(random))
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder)
    mkdirSync(folder, { recursive: true })
  }
  return folder
}

const mutations: readonly [Mutation, ...Mutation[]] = [
  (path, random) => {
    const others = readdirSync(dirname(path)).filter(name => join(dirname(path), name) !== path)
    const [first, ...rest] = others
    if (first === undefined) return
    rmSync(path, { recursive: true, force: true })
    renameSync(join(dirname(path), pick([first, ...rest], random)), path)
  },
  (path, random) => {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true)
      chmodSync(path, pick([0o600, 0o644, 0o755], random))
  },
  path => rmSync(path, { recursive: true, force: true }),
  path => {
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path)
  },
  (path, random) => {
    rmSync(path, { recursive: true, force: true })
    symlinkSync(nameFrom(random), path)
  },
  writeAnew,
  writeAnew,
  writeAnew
]

type Mutation = (path: string, random: Random) => void

function writeAnew(path: string, random: Random): void {
  rmSync(path, { recursive: true, force: true })
  writeFileSync(path, String(random(4)).repeat(random(3) === 0 ? random(200_000) : random(20)))
}

function mutate(root: string, random: Random): void {
  pick(mutations, random)(join(folderIn(root, random), nameFrom(random)), random)
}

describe('two trees that change at random', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

  it.each(seeds)('are the same after each push and each pull (seed %i)', async seed => {
    const random = createRandom(seed)
    const breaks = Array.from({ length: 200 }, (): Break | undefined => {
      if (random(5) !== 0) return undefined
      return random(2) === 0 ? { afterBytesIn: random(4000) } : { afterBytesOut: random(4000) }
    })
    const trees = createTwoTrees(breaks)
    for (let round = 0; round < 6; round++) {
      for (let i = random(8); i > 0; i--) mutate(trees.runner, random)
      await trees.sync.pushChanges(signal)
      expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))

      for (let i = random(8); i > 0; i--) mutate(trees.pod, random)
      await trees.sync.pullChanges(signal)
      expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    }
    trees.remove()
  })

  it.each(seeds)('are the same after a push and a pull when both changed in between (seed %i)', async seed => {
    const random = createRandom(seed + 1000)
    const trees = createTwoTrees()
    for (let round = 0; round < 6; round++) {
      for (let i = random(8); i > 0; i--) mutate(trees.runner, random)
      for (let i = random(8); i > 0; i--) mutate(trees.pod, random)
      await trees.sync.pushChanges(signal)
      for (let i = random(4); i > 0; i--) mutate(trees.pod, random)
      await trees.sync.pullChanges(signal)
      expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    }
    trees.remove()
  })
})
