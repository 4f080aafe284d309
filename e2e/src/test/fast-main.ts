import { summarise } from './check.ts'
import { runFastChecks } from './fast-checks.ts'

// `npm run check`: what needs nothing but Node.
process.exitCode = summarise(await runFastChecks())
