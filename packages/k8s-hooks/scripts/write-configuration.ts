import { writeFile } from 'node:fs/promises'
import { renderConfiguration } from './render-configuration.ts'

await writeFile(new URL('../../../docs/configuration.md', import.meta.url), renderConfiguration())
