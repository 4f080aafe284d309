import { join } from 'node:path'
import type { HookContext } from './hook-context.ts'

/** Where the ledger of temporary images lies: out of reach of steps, which could have foreign images deleted by it. */
export function ledgerFolder({ paths }: Pick<HookContext, 'paths'>): string {
  return join(paths.stateFolder, 'images')
}
