import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** One folder of `e2e/dockerfiles`: a build context, and what Docker makes of it. */
export interface DockerfileCase {
  readonly name: string
  /** Name of the Dockerfile in the folder. */
  readonly dockerfile: string
  /** Arguments of the action; none where the image's own CMD is to be seen. */
  readonly args: readonly string[]
  readonly expected: BuildOutcome
  /** What comes instead, by the builder's name in lower case; "all" stands for what the hook does itself. */
  readonly deviations: Readonly<Record<string, Deviation>>
}

export interface BuildOutcome {
  /** What the container prints. */
  readonly output?: readonly string[]
  /** Fields of the image's configuration; null: the image has no such field. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Pattern of the message with which the build fails. */
  readonly fails?: string
  /** Pattern of the hook's own warning before the build. */
  readonly warning?: string
}

export interface Deviation extends BuildOutcome {
  readonly reason: string
}

/** Beside these, docs/builders.md takes `rule`, what Docker does in words, and `source`, where it is written. */
interface ExpectedFile extends BuildOutcome {
  readonly dockerfile?: string
  readonly args?: readonly string[]
}

export const corpusFolder = resolve(import.meta.dirname, '../../dockerfiles')

/** Files of a folder that are about the build, not in its context. `prepare.sh` makes what git cannot keep. */
export const filesBesideContext = ['expected.json', 'deviations.json']

/** Every folder of the corpus, by name. */
export async function readCorpus(): Promise<readonly DockerfileCase[]> {
  const names = (await readdir(corpusFolder)).sort()
  return await Promise.all(names.map(readCase))
}

/** What this builder is known to make of it: Docker's result, or a deviation that stands in the folder. */
export function outcomeWith({ expected, deviations }: DockerfileCase, builder: string): BuildOutcome {
  const deviation = deviations[builder] ?? deviations['all']
  if (deviation === undefined) return expected
  return deviation.fails === undefined ? { ...expected, ...deviation } : deviation
}

async function readCase(name: string): Promise<DockerfileCase> {
  const folder = join(corpusFolder, name)
  const files = await readdir(folder)
  const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'))
  const { dockerfile = 'Dockerfile', args = [], ...expected } = (await readJson('expected.json')) as ExpectedFile
  const deviations = files.includes('deviations.json')
    ? ((await readJson('deviations.json')) as DockerfileCase['deviations'])
    : {}
  return { name, dockerfile, args, expected, deviations }
}
