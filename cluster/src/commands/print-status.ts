import type { Cluster } from '../cluster.ts'
import { addresses } from '../cluster-layout.ts'
import { findComponent } from '../components/component-process.ts'
import { renderComponents } from '../components/render-components.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { isDelivered } from '../images/node-images.ts'

/** Writes which components run and which images are there. Returns whether all components run. */
export async function printStatus(
  { layout }: Cluster,
  images: readonly ImageDeclaration[],
  write: (line: string) => void
): Promise<boolean> {
  let running = true
  write(`cluster ${layout.name} in ${layout.stateDir}\n\n`)
  for (const { name } of renderComponents(layout)) {
    const pid = await findComponent(layout, name)
    running &&= pid !== undefined
    write(`  ${name.padEnd(20)}${pid === undefined ? 'not running' : `running, process ${pid}`}\n`)
  }
  write(`\n  registry            localhost:${addresses.registryNodePort} on the node, `)
  write(`registry.default.svc.cluster.local:${addresses.registryPort} for pods\n\n`)
  for (const image of images) {
    const state = (await isDelivered(layout, image)) ? 'there' : image.optional ? 'not there (up --need)' : 'not there'
    write(`  ${image.name.padEnd(20)}${image.reference.padEnd(44)}${state}\n`)
  }
  return running
}
