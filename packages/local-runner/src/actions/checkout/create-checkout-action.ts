import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { StepLog } from '../../log/step-log.ts'
import type { RemoteReference } from '../action-reference.ts'
import { place } from '../download-action.ts'
import type { DownloadSource } from '../prepare-actions.ts'
import { checkoutManifest } from './checkout-manifest.ts'
import { checkoutScript } from './checkout-script.ts'

export function isCheckout({ repository, path }: RemoteReference): boolean {
  return repository.toLowerCase() === 'actions/checkout' && path === ''
}

/**
 * Writes the built-in `actions/checkout`: a JavaScript action like the real one, so that it takes the same way through
 * the hook, with the repository's files beside its script instead of a server to fetch them from. Git's own folder is
 * left out; a copy has no history.
 */
export function createCheckoutAction(reference: RemoteReference, source: DownloadSource, log: StepLog): void {
  place(reference, source, log, target => {
    const { repositoryDirectory } = source
    mkdirSync(join(target, 'dist'), { recursive: true })
    writeFileSync(join(target, 'action.yml'), checkoutManifest)
    writeFileSync(join(target, 'dist', 'index.js'), checkoutScript)
    writeFileSync(join(target, 'dist', 'package.json'), '{"type":"commonjs"}\n')
    writeFileSync(join(target, 'dist', 'origin.json'), JSON.stringify({ directory: repositoryDirectory }))
    cpSync(repositoryDirectory, join(target, 'content'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: path => basename(path) !== '.git'
    })
  })
}
