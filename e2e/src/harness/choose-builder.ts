import { randomUUID } from 'node:crypto'
import { kubectl, tryKubectl } from './kubectl.ts'

/** Which program executes builds in this run, and why. */
export interface ChosenBuilder {
  readonly env: Readonly<Record<string, string>>
  /** One line for the reader. */
  readonly reason: string
}

/** The image that the product pins as its default builder. */
const kanikoImage = 'ghcr.io/osscontainertools/kaniko:v1.28.3'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
/** A node without a way to the registry needs about 20 s to say so. */
const probeSeconds = 40

/** Kaniko where the node has or can pull its image, else what `fallback` gives. Asked once a run. */
export async function chooseBuilder(fallback: ChosenBuilder): Promise<ChosenBuilder> {
  if (await canRunKaniko())
    return { env: { [`${prefix}BUILDER`]: 'kaniko' }, reason: `Kaniko: the node has ${kanikoImage}` }
  return fallback
}

/** Operators choose Buildah with its wider privileges knowingly; the demo does so where Kaniko cannot be had. */
export const buildahInstead: ChosenBuilder = {
  env: { [`${prefix}BUILDER`]: 'buildah', [`${prefix}BUILDER_IMAGE`]: 'localhost/buildah:1' },
  reason: `Buildah: the node cannot pull ${kanikoImage}, and KANIKO_IMAGE_ARCHIVE names no archive of it`
}

/** What whoever started this run has set; undefined when the image is not named. */
export function givenBuilder(env: Readonly<Record<string, string | undefined>>): ChosenBuilder | undefined {
  const image = env[`${prefix}BUILDER_IMAGE`]
  return image === undefined ? undefined : { env: {}, reason: `${image}, as ${prefix}BUILDER_IMAGE says` }
}

/** Drives the product's Kaniko Job without Kaniko; a test double with Kaniko's command line. */
export const standInInstead: ChosenBuilder = {
  env: { [`${prefix}BUILDER`]: 'kaniko', [`${prefix}BUILDER_IMAGE`]: 'localhost/kaniko-standin:1' },
  reason: `the kaniko stand-in, not Kaniko: the node cannot pull ${kanikoImage}, and KANIKO_IMAGE_ARCHIVE names no archive of it`
}

async function canRunKaniko(): Promise<boolean> {
  // A run beside this one has a probe of its own.
  const probePod = `kaniko-probe-${randomUUID().slice(0, 8)}`
  await kubectl(['run', probePod, '-n', 'default', `--image=${kanikoImage}`, '--restart=Never', '--', 'version'])
  try {
    for (let second = 0; second < probeSeconds; second++) {
      const status = await kubectl([
        'get',
        'pod',
        probePod,
        '-n',
        'default',
        '-o',
        'jsonpath={.status.containerStatuses[0].state}'
      ])
      if (/"(running|terminated)"/.test(status)) return true
      if (/ErrImagePull|ImagePullBackOff/.test(status)) return false
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
    return false
  } finally {
    await tryKubectl(['delete', 'pod', probePod, '-n', 'default', '--ignore-not-found', '--grace-period=0', '--force'])
  }
}
