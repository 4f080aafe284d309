import { toolsInContainer, type Layout } from '../job/layout.ts'
import type { Mount } from './hook-args.ts'
import type { PathMapping } from './path-map.ts'

const dockerSocket = systemMount('/var/run/docker.sock', '/var/run/docker.sock')

/** `systemMountVolumes` of the job container (1.3). */
export function jobContainerMounts(layout: Layout): readonly Mount[] {
  return [
    dockerSocket,
    systemMount(layout.work, '/__w'),
    { ...systemMount(layout.externals, '/__e'), readOnly: true },
    systemMount(layout.temp, '/__w/_temp'),
    systemMount(layout.actions, '/__w/_actions'),
    systemMount(layout.tools, toolsInContainer(layout)),
    systemMount(layout.home, '/github/home'),
    systemMount(layout.workflow, '/github/workflow')
  ]
}

/** Paths of the job container, later-added mappings first (3). */
export function jobContainerPaths(layout: Layout): readonly PathMapping[] {
  return [
    { host: layout.workflow, container: '/github/workflow' },
    { host: layout.home, container: '/github/home' },
    { host: layout.work, container: '/__w' },
    { host: layout.tools, container: '/__t' },
    { host: layout.externals, container: '/__e' }
  ]
}

/** `systemMountVolumes` of a container action: these six and no others (1.4). */
export function actionMounts(layout: Layout): readonly Mount[] {
  return [
    dockerSocket,
    systemMount(layout.temp, '/github/runner_temp'),
    systemMount(layout.home, '/github/home'),
    systemMount(layout.workflow, '/github/workflow'),
    systemMount(layout.fileCommands, '/github/file_commands'),
    systemMount(layout.workspace, '/github/workspace')
  ]
}

/** Paths of a container action; the tool cache and `_actions` stay host paths (3). */
export function actionPaths(layout: Layout): readonly PathMapping[] {
  return [
    { host: layout.workspace, container: '/github/workspace' },
    { host: layout.fileCommands, container: '/github/file_commands' },
    { host: layout.workflow, container: '/github/workflow' },
    { host: layout.home, container: '/github/home' },
    { host: layout.temp, container: '/github/runner_temp' }
  ]
}

/** `source:target:ro`, `source:target`, `target:ro` or `target` (1.2). */
export function parseUserMount(volume: string): Mount {
  const [first = '', second, third, ...more] = volume.split(':')
  if (third !== undefined && second !== undefined && more.length === 0) {
    return userMount(volume, first, second, third.toLowerCase() === 'ro')
  }
  if (second !== undefined && third === undefined) {
    return second.toLowerCase() === 'ro'
      ? userMount(volume, null, first, true)
      : userMount(volume, first, second, false)
  }
  return userMount(volume, null, volume, false)
}

function userMount(value: string, source: string | null, target: string, readOnly: boolean): Mount {
  return { userProvidedValue: value, sourceVolumePath: source, targetVolumePath: target, readOnly }
}

function systemMount(source: string, target: string): Mount {
  return { userProvidedValue: null, sourceVolumePath: source, targetVolumePath: target, readOnly: false }
}
