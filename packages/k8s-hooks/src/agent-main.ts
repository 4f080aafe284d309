import { runSyncAgent } from './workspace/sync-agent.ts'

/** The pod's end of a sync as a program: bundle.mjs puts it into the hook, which brings it into pods (copy mode). */
async function main(): Promise<void> {
  process.exitCode = await runSyncAgent(process.stdin, process.stdout, { opening: process.argv[3] })
  process.stdin.destroy()
}

void main()
