import type { Readable } from 'node:stream'
import type { ImageReference } from '../registry/reference.ts'
import type { InstructionText } from './step-lines.ts'

/** Makes an image out of a build context and pushes it. */
export interface Builder {
  /**
   * Throws HookError: BUILD_FAILED, BASE_IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, BUILD_TIMEOUT, BUILDER_POD_FAILED,
   * CONTEXT_TRANSFER_FAILED; and the signal's reason when it aborts. Nothing of the build is left in the cluster.
   */
  readonly build: (request: BuildRequest, signal: AbortSignal) => Promise<BuiltImage>
}

export interface BuildRequest {
  /** Random name of this build: part of the workload's name, and a label that makes the image's digest unique. */
  readonly handle: string
  /** What the image is pushed as; carries a tag. */
  readonly destination: ImageReference
  readonly context: BuildContext
  /** Path of the Dockerfile below the context. */
  readonly dockerfilePath: string
  /** Which Dockerfile this is: as part of a tag, and the same in every job. */
  readonly origin: string
  /** Whether "# syntax=" names another frontend than the builder's own. */
  readonly foreignFrontend?: boolean
  /** Path below the context of the .dockerignore in force; undefined when there is none. */
  readonly ignoreFilePath: string | undefined
  /** What the Dockerfile says, to name the line of an instruction that fails. */
  readonly instructions?: readonly InstructionText[]
  /** Called when the push begins. A build that fails without it has put nothing into the registry. */
  readonly onPush?: () => void
}

/** A build context as one tar stream that is the same each time it is opened. */
export interface BuildContext {
  readonly openTar: () => Readable
  readonly sha256: string
  readonly bytes: number
  readonly entryCount: number
}

export interface BuiltImage {
  /** `sha256:<64 hex digits>` of the pushed manifest. */
  readonly digest: string
  readonly timings: BuildStageTimings
}

export interface BuildStageTimings {
  /** From asking for the pod until it could receive the context. */
  readonly startMs: number
  readonly streamMs: number
  /** From the whole context in the pod to the end of the build container, less the push where the log tells it apart. */
  readonly buildMs: number
  readonly pushMs?: number
}
