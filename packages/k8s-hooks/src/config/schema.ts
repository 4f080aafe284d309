import { buildDefinitions } from './build-definitions.ts'
import { settingPrefix as prefix, type SettingDefinition } from './setting-definition.ts'

/** Every variable that the hook reads, by the key under which the parser knows it. */
export const settingDefinitions = {
  ...buildDefinitions,
  sync: {
    name: `${prefix}SYNC`,
    group: 'job and steps',
    type: 'choice',
    choices: ['full', 'actions', 'off'],
    default: 'full',
    example: 'actions',
    meaning:
      'Copy mode: what comes back to the runner after a script step: everything but HOME, only folders with an action, or only file commands. The rest is fetched before a container step.'
  },
  imagePullGrace: {
    name: `${prefix}IMAGE_PULL_GRACE_SECONDS`,
    group: 'job and steps',
    type: 'seconds',
    default: '2',
    example: '600',
    meaning:
      'How long an image may fail to be pulled before the step fails; each failure is shown at once. The kubelet tries again after ten seconds.'
  },
  maxCpus: {
    name: `${prefix}MAX_CPUS`,
    group: 'job and steps',
    type: 'cpus',
    default: 'no limit',
    example: '4',
    meaning: 'Most that `--cpus` and `--cpu-shares` of a container get; who asks for more gets this and a warning.'
  },
  maxMemory: {
    name: `${prefix}MAX_MEMORY`,
    group: 'job and steps',
    type: 'memory',
    default: 'no limit',
    example: '8g',
    meaning:
      'Most that `--memory`, `--memory-reservation`, `--shm-size` and each `--tmpfs` of a container get; who asks for more gets this and a warning.'
  },
  allowPrivileged: {
    name: `${prefix}ALLOW_PRIVILEGED`,
    group: 'job and steps',
    type: 'boolean',
    default: 'false',
    example: 'true',
    meaning:
      'Whether a workflow may ask for `--privileged`, for capabilities beyond those of every container, and for containers without seccomp or AppArmor.'
  },
  workClaimAccess: {
    name: `${prefix}WORK_CLAIM_ACCESS`,
    group: 'job and steps',
    type: 'choice',
    choices: ['ReadWriteOnce', 'ReadWriteMany'],
    default: 'what the runner pod tells of an ephemeral volume, else `ReadWriteOnce`',
    example: 'ReadWriteMany',
    meaning: "Whether the claim of the work volume ties its pods to the runner's node; `ReadWriteMany` does not."
  },
  scheduleTimeout: {
    name: `${prefix}SCHEDULE_TIMEOUT_SECONDS`,
    group: 'job and steps',
    type: 'seconds',
    default: 'counts for `ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS`',
    example: '7200',
    meaning: 'How long a pod may wait for a node, for example for one that the autoscaler adds.'
  },
  pullTimeout: {
    name: `${prefix}PULL_TIMEOUT_SECONDS`,
    group: 'job and steps',
    type: 'seconds',
    default: 'counts for `ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS`',
    example: '1800',
    meaning: 'How long a pod on its node may wait for images and volumes.'
  },
  startTimeout: {
    name: `${prefix}START_TIMEOUT_SECONDS`,
    group: 'job and steps',
    type: 'seconds',
    default: 'counts for `ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS`',
    example: '120',
    meaning: 'How long containers that run may take to be ready: the health checks of services.'
  },
  copyTimeout: {
    name: `${prefix}COPY_TIMEOUT_SECONDS`,
    group: 'job and steps',
    type: 'seconds',
    default: '3600',
    example: '600',
    meaning: 'Copy mode: how long the files of a step may take to be carried, in one direction.'
  },
  workflowLabels: {
    name: `${prefix}WORKFLOW_LABELS`,
    group: 'job and steps',
    type: 'boolean',
    default: 'true',
    example: 'false',
    meaning: 'Whether what the hook creates has labels and annotations with repository, workflow, run and job.'
  },
  stateFolder: {
    name: `${prefix}STATE_FOLDER`,
    group: 'job and steps',
    type: 'text',
    default: "a folder of the runner pod's name in the temporary folder",
    example: '/home/runner/.k8s-hooks',
    meaning:
      "Folder on the runner's disk for what one hook call leaves to the next; not on a volume that steps can write."
  },
  timingsFile: {
    name: `${prefix}TIMINGS_FILE`,
    group: 'job and steps',
    type: 'text',
    default: 'not written',
    example: '/tmp/timings.jsonl',
    meaning: 'File that gets one JSON line for each timed stage.'
  },
  runnerPodName: {
    name: 'ACTIONS_RUNNER_POD_NAME',
    group: 'ARC',
    type: 'text',
    default: 'must be set (ARC sets it)',
    example: 'arc-runner-x7k2p',
    meaning: 'Name of the runner pod.'
  },
  workClaimName: {
    name: 'ACTIONS_RUNNER_CLAIM_NAME',
    group: 'ARC',
    type: 'text',
    default: 'the claim that the runner pod mounts at the work folder; none means copy mode',
    example: 'arc-runner-x7k2p-work',
    meaning: 'Claim of the work volume (hook 0.7.0); forces shared mode.'
  },
  runnerImage: {
    name: 'ACTIONS_RUNNER_IMAGE',
    group: 'ARC',
    type: 'text',
    default: "the image of the runner pod's first container",
    example: 'ghcr.io/actions/actions-runner:latest',
    meaning: 'Image whose tools receive build contexts and copy files (hook 0.8.1).'
  },
  namespace: {
    name: 'ACTIONS_RUNNER_KUBERNETES_NAMESPACE',
    group: 'ARC',
    type: 'text',
    default: "the service account's namespace",
    example: 'arc-runners',
    meaning: 'Namespace of the runner pod and of everything that the hook creates.'
  },
  templatePath: {
    name: 'ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE',
    group: 'ARC',
    type: 'text',
    default: 'none',
    example: '/home/runner/pod-templates/default.yaml',
    meaning:
      'Hook template: a pod template whose containers `$job`, `$<service image>`, `$default-service`, `$step`, `$builder` style what the hook creates.'
  },
  prepareJobTimeout: {
    name: 'ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS',
    group: 'ARC',
    type: 'seconds',
    default: '600',
    example: '1200',
    meaning:
      'How long a pod may take to be ready, apart from stages with a limit of their own (`…_SCHEDULE_TIMEOUT_SECONDS` and others).'
  }
} as const satisfies Readonly<Record<string, SettingDefinition>>

export type SettingKey = keyof typeof settingDefinitions
