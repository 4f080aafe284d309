import type { Cluster } from '../cluster.ts'
import { addresses } from '../cluster-layout.ts'
import { findComponent } from '../components/component-process.ts'
import { renderComponents } from '../components/render-components.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { isDelivered } from '../images/node-images.ts'

export interface Status {
  readonly text: string
  /** Whether all components run. */
  readonly running: boolean
}

/** Which components run and which images are there. */
export async function describeStatus({ layout }: Cluster, images: readonly ImageDeclaration[]): Promise<Status> {
  const lines = [`cluster ${layout.name} in ${layout.stateDir}`, '']
  let running = true
  for (const { name } of renderComponents(layout)) {
    const pid = await findComponent(layout, name)
    running &&= pid !== undefined
    lines.push(`  ${name.padEnd(20)}${pid === undefined ? 'not running' : `running, process ${pid}`}`)
  }
  const names = `localhost:${addresses.registryNodePort}, for pods registry.default.svc.cluster.local:${addresses.registryPort}`
  lines.push('', `  ${'registry'.padEnd(20)}${names}`, '')
  for (const image of images) {
    const state = (await isDelivered(layout, image)) ? 'there' : image.optional ? 'not there (up --need)' : 'not there'
    lines.push(`  ${image.name.padEnd(20)}${image.reference.padEnd(44)}${state}`)
  }
  return { text: `${lines.join('\n')}\n`, running }
}
