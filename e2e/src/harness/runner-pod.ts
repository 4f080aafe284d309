import type { VolumeMode } from './arc-role.ts'
import type { Surroundings } from './surroundings.ts'
import { runnerPodName, siteLabel } from './site.ts'

export interface RunnerPodRequest {
  readonly namespace: string
  readonly mode: VolumeMode
  readonly image: string
  readonly storageClass: string
  readonly env: Readonly<Record<string, string>>
  /** Authority of the API server that the pod is told, instead of the cluster's own. */
  readonly apiServerCa?: string | undefined
  /** Copy mode: the work folder lies in memory instead of the container's own layer, and so does `/raw`. */
  readonly workInMemory?: boolean | undefined
}

const workFolder = '/home/runner/_work'
const workSize = '1Gi'
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const caAnnotation = 'k8s-hooks/api-server-ca'

/** A runner pod as ARC makes it: uid 1001, the hook's environment, a generic ephemeral claim in shared mode. */
export function runnerPodManifest(request: RunnerPodRequest): object {
  const { namespace, mode, image, env, apiServerCa } = request
  const shared = mode === 'shared'
  const mounts = shared || request.workInMemory === true ? [{ name: 'work', mountPath: workFolder }] : []
  const ownAccount = apiServerCa === undefined ? [] : [{ name: 'account', mountPath: serviceAccountFolder }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: runnerPodName,
      namespace,
      annotations: apiServerCa === undefined ? {} : { [caAnnotation]: apiServerCa }
    },
    spec: {
      serviceAccountName: 'runner',
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: { fsGroup: 1001 },
      ...(shared ? { initContainers: [openWorkFolder(image, mounts)] } : {}),
      containers: [
        {
          name: 'runner',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', 'infinity'],
          securityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 },
          env: [
            { name: 'ACTIONS_RUNNER_POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ...Object.entries({
              ACTIONS_RUNNER_CONTAINER_HOOKS: '/home/runner/k8s-hooks/index.js',
              ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'true',
              ...(shared ? {} : { ACTIONS_RUNNER_IMAGE: image }),
              ...env
            }).map(([name, value]) => ({ name, value }))
          ],
          volumeMounts: [...mounts, ...ownAccount, ...(request.workInMemory === true ? [rawMount] : [])]
        }
      ],
      volumes: volumesOf(request)
    }
  }
}

function volumesOf({ mode, storageClass, apiServerCa, workInMemory }: RunnerPodRequest): readonly object[] {
  const claimed = { name: 'work', ephemeral: { volumeClaimTemplate: { spec: claimSpec(storageClass) } } }
  const inMemory = ['work', rawMount.name].map(name => ({ name, emptyDir: { medium: 'Memory' } }))
  const work = mode === 'shared' ? [claimed] : workInMemory === true ? inMemory : []
  return [...work, ...(apiServerCa === undefined ? [] : [serviceAccountVolume])]
}

/** A place for files that are no part of the work folder. */
const rawMount = { name: 'raw', mountPath: '/raw' }

/** What every pod gets from Kubernetes, but with another authority. */
const serviceAccountVolume = {
  name: 'account',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token' } },
      {
        downwardAPI: {
          items: [
            { path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } },
            { path: 'ca.crt', fieldRef: { fieldPath: `metadata.annotations['${caAnnotation}']` } }
          ]
        }
      }
    ]
  }
}

/** A hostPath volume for the namespace alone, where the storage class provisions none by itself. */
export function workVolumeManifests(
  namespace: string,
  { storageClass, volumesFolder }: Surroundings
): readonly object[] {
  if (storageClass !== 'manual') return []
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: namespace, labels: { [siteLabel]: 'true' } },
      spec: {
        storageClassName: storageClass,
        capacity: { storage: workSize },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: `${volumesFolder}/${namespace}`, type: 'DirectoryOrCreate' },
        claimRef: { namespace, name: `${runnerPodName}-work` }
      }
    }
  ]
}

/** fsGroup has no effect on hostPath volumes, so the folder is opened by hand. */
function openWorkFolder(image: string, volumeMounts: readonly object[]): object {
  return {
    name: 'open-work-folder',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['chmod', '0777', workFolder],
    securityContext: { runAsUser: 0 },
    volumeMounts
  }
}

function claimSpec(storageClass: string): object {
  return {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: workSize } },
    ...(storageClass === '' ? {} : { storageClassName: storageClass })
  }
}
