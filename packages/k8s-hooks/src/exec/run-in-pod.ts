import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { PassThrough, Writable } from 'node:stream'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import { explainTermination } from '../kubernetes/explain-pod.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { systemSleep, type Sleep } from '../support/poll.ts'
import type { PodCommand } from './pod-command.ts'
import { parseRecord, stopScript, supervisorScript, type SupervisorRecord } from './supervisor-script.ts'

export interface RunInPodOptions {
  readonly cluster: Pick<Cluster, 'exec' | 'pods'>
  readonly podName: string
  readonly container: string
  readonly output: Writable
  readonly signal: AbortSignal
  readonly sleep?: Sleep
}

/** Connections that end in a row without a new byte before the hook gives up: with the pauses about five minutes. */
const maxFruitlessAttachments = 60
const longestPauseMs = 5_000
const stopWithinMs = 6_500

/**
 * Runs a command detached in a container and returns its exit code. The connection only carries output: when it breaks, the hook attaches again at the
 * byte where it was, and it believes in an end only when it has read the exit code and every byte of the output.
 * When the signal aborts, the command gets SIGTERM, then SIGKILL, before the signal's reason is thrown.
 * @throws HookError `STEP_LOST` when the container or the process ended without an exit code; never returns 0 for it
 */
export async function runInPod(command: PodCommand, options: RunInPodOptions): Promise<number> {
  const { signal, sleep = systemSleep } = options
  let received = 0
  let fruitless = 0
  try {
    for (;;) {
      const attachment = await attach(command, received, options)
      fruitless = attachment.bytes > 0 ? 0 : fruitless + 1
      received += attachment.bytes
      const { record } = attachment
      if (record?.kind === 'exit' && record.outputBytes === received) return record.exitCode
      if (record?.kind === 'lost') throw lostError(options, 'its process ended without an exit code')
      await throwIfContainerEnded(options)
      if (fruitless > maxFruitlessAttachments) throw lostError(options, attachment.brokenReason)
      await sleep(Math.min(100 * 2 ** fruitless, longestPauseMs), signal)
    }
  } catch (error) {
    if (signal.aborted) await stop(command.id, options)
    throw error
  }
}

interface Attachment {
  readonly bytes: number
  readonly record: SupervisorRecord | undefined
  readonly brokenReason: string
}

/** One connection: starts the command or finds it running, and passes output on until the supervisor's record or a break. */
async function attach(command: PodCommand, offset: number, options: RunInPodOptions): Promise<Attachment> {
  const { cluster, podName, container, output, signal } = options
  let bytes = 0
  let record: SupervisorRecord | undefined
  let words = ''
  const stdin = new PassThrough()
  const counted = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length
      acknowledge()
      if (output.write(chunk)) done()
      else output.once('drain', done)
    }
  })
  const records = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      words += chunk.toString('utf8')
      record = parseRecord(words)
      acknowledge()
      done()
    }
  })
  // Record and output come on two channels: whichever completes the picture acknowledges.
  const acknowledge = (): void => {
    if (stdin.writableEnded || record === undefined) return
    if (record.kind === 'lost' || record.outputBytes === offset + bytes) stdin.end('ack\n')
  }
  stdin.write(supervisorScript(command, offset))
  const result = await cluster.exec({
    podName,
    container,
    command: ['sh'],
    stdin,
    stdout: counted,
    stderr: records,
    signal
  })
  const brokenReason =
    result.kind === 'broken' ? result.reason : `the shell ended with ${result.exitCode}: ${words.trim()}`
  if (record === undefined && result.kind === 'exited' && words.trim() !== '') {
    throw new HookError(
      'STEP_NOT_STARTED',
      `The container of pod ${podName} could not start the step: ${words.trim()}`,
      {
        hint: `The image needs sh, cat, sleep, mkdir, mv, rm and wc, and ${command.id} needs a writable /__k8s_hooks.`
      }
    )
  }
  return { bytes, record, brokenReason }
}

async function throwIfContainerEnded(options: RunInPodOptions): Promise<void> {
  const { cluster, podName, container, signal } = options
  const pod = await cluster.pods.get(podName, signal)
  if (pod === undefined) throw lostError(options, `pod ${podName} was deleted`)
  const words = endOf(pod, container)
  if (words !== undefined) throw lostError(options, words)
}

function endOf(pod: V1Pod, container: string): string | undefined {
  const status = containerStatusOf(pod, container)
  if (status?.state?.terminated !== undefined) {
    return explainTermination(status) ?? `container ${container} ended with exit code 0 while the step ran`
  }
  if (pod.status?.phase === 'Failed') return [pod.status.reason, pod.status.message].filter(Boolean).join(': ')
  return undefined
}

function lostError({ podName }: RunInPodOptions, reason: string): HookError {
  const memory = reason.includes('OOMKilled')
  return new HookError('STEP_LOST', `The step in pod ${podName} did not finish: ${reason}.`, {
    hint: memory
      ? 'Raise the memory limit of the job container in the hook template.'
      : `kubectl describe pod ${podName}`,
    ...(memory ? { exitCode: 137 } : {})
  })
}

/** Best effort within the runner's 7.5 s before its SIGTERM (contract 1.10). */
async function stop(id: string, { cluster, podName, container }: RunInPodOptions): Promise<void> {
  try {
    await cluster.exec({
      podName,
      container,
      command: ['sh', '-c', stopScript(id)],
      signal: AbortSignal.timeout(stopWithinMs)
    })
  } catch {
    // The pod is deleted by cleanup_job or with the runner pod; nothing more can be done in time.
  }
}
