import type { Cluster } from '../../src/kubernetes/cluster.ts'

/** A cluster that fails the test at every verb; a test gives it the verbs that it expects. */
export function unexpectedCluster(expected: PartialCluster = {}): Cluster {
  const refuse = (verb: string) => (): never => {
    throw new Error(`nobody expected the call ${verb}`)
  }
  return {
    namespace: 'arc',
    pods: {
      get: refuse('pods.get'),
      list: refuse('pods.list'),
      create: refuse('pods.create'),
      delete: refuse('pods.delete'),
      warnings: refuse('pods.warnings'),
      ...expected.pods
    },
    jobs: {
      list: refuse('jobs.list'),
      create: refuse('jobs.create'),
      delete: refuse('jobs.delete'),
      ...expected.jobs
    },
    secrets: {
      get: refuse('secrets.get'),
      list: refuse('secrets.list'),
      create: refuse('secrets.create'),
      delete: refuse('secrets.delete'),
      ...expected.secrets
    },
    exec: expected.exec ?? refuse('exec'),
    followLogs: expected.followLogs ?? refuse('followLogs'),
    readLogTail: expected.readLogTail ?? refuse('readLogTail')
  }
}

export interface PartialCluster {
  readonly pods?: Partial<Cluster['pods']>
  readonly jobs?: Partial<Cluster['jobs']>
  readonly secrets?: Partial<Cluster['secrets']>
  readonly exec?: Cluster['exec']
  readonly followLogs?: Cluster['followLogs']
  readonly readLogTail?: Cluster['readLogTail']
}
