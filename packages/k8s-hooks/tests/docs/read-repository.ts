import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url))

/** Text of a file, by its path from the root of the repository. */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8')
}

/** Paths, from the root of the repository, of the files below `folder` whose names end in `ending`. */
export function listRepositoryFiles(folder: string, ending: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(ending))
    .map(path => join(folder, path))
    .sort()
}

export function documents(): string[] {
  return ['README.md', 'CONTRIBUTING.md', ...listRepositoryFiles('docs', '.md')]
}
