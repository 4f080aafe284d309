import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterLayout } from '../cluster-layout.ts'
import { componentCgroups } from '../host/cgroups.ts'
import { insideNetwork } from '../host/network-namespace.ts'
import type { Component, ComponentName } from './component.ts'

/** Id of the component's process, if it lives. A recycled process id is not mistaken for it: the command line must name our state directory. */
export async function findComponent(layout: ClusterLayout, name: ComponentName): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile(layout, name), 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.includes(`${layout.stateDir}/`) ? pid : undefined
}

/**
 * Starts the component unless it runs: in the cluster's network and cgroup, in a session of its own (Ctrl-C of the caller must not
 * reach it), output to a log file.
 */
export async function startComponent(layout: ClusterLayout, component: Component): Promise<void> {
  if ((await findComponent(layout, component.name)) !== undefined) return
  await mkdir(layout.run, { recursive: true })
  const log = await open(logFile(layout, component.name), 'a')
  try {
    const [program, args] = insideNetwork(layout.networkNamespace, component.argv)
    const joinCgroups = 'until [ "$1" = -- ]; do echo $$ > "$1/cgroup.procs"; shift; done; shift'
    const child = spawn(
      'sh',
      [
        '-ec',
        `${joinCgroups}; ${seldomCollected} exec "$@"`,
        `${layout.stateDir}/`,
        ...componentCgroups(layout.name),
        '--',
        program,
        ...args
      ],
      { detached: true, cwd: layout.stateDir, stdio: ['ignore', log.fd, log.fd] }
    )
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    await writeFile(pidFile(layout, component.name), `${String(child.pid)}\n`)
  } finally {
    await log.close()
  }
}

/** Go collects garbage when the heap has doubled. These heaps are small: a seventh of the components' time went into that. */
const seldomCollected = 'GOGC=400'

/** Ends the components together: asks, waits up to 5 s, then kills. */
export async function stopComponents(layout: ClusterLayout, names: readonly ComponentName[]): Promise<void> {
  await Promise.all(
    names.map(async name => {
      const pid = await findComponent(layout, name)
      if (pid !== undefined) {
        endProcess(pid, 'SIGTERM')
        for (let tries = 0; tries < 100 && (await findComponent(layout, name)) === pid; tries++) await sleep(50)
        if ((await findComponent(layout, name)) === pid) endProcess(pid, 'SIGKILL')
      }
      await rm(pidFile(layout, name), { force: true })
    })
  )
}

/** A process that is already gone is fine. */
export function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The last lines a component has written. */
export async function readLogTail(layout: ClusterLayout, name: ComponentName, lines = 20): Promise<string> {
  const text = await readFile(logFile(layout, name), 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

function logFile(layout: ClusterLayout, name: ComponentName): string {
  return `${layout.log}/${name}.log`
}

function pidFile(layout: ClusterLayout, name: ComponentName): string {
  return `${layout.run}/${name}.pid`
}
