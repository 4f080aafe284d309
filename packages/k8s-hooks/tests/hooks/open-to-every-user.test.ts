import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openToEveryUser } from '../../src/hooks/open-to-every-user.ts'

let workFolder: string

beforeEach(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'k8s-hooks-'))
})

afterEach(async () => {
  await rm(workFolder, { recursive: true })
})

const modeOf = async (path: string): Promise<string> => ((await stat(join(workFolder, path))).mode & 0o777).toString(8)

describe('openToEveryUser', () => {
  it('opens file commands, home, workflow and temporary folder and the workspace, and nothing else', async () => {
    const folders = ['_temp/_github_home', '_temp/_github_workflow', '_temp/_runner_file_commands', '_temp/other']
    folders.push('app/app/src')
    for (const folder of folders) await mkdir(join(workFolder, folder), { recursive: true, mode: 0o755 })
    const files = ['_temp/_runner_file_commands/set_output_1', '_temp/script.sh', 'app/app/file']
    for (const file of files) await writeFile(join(workFolder, file), '', { mode: 0o644 })

    await openToEveryUser({ workFolder, workspace: join(workFolder, 'app/app') })

    const modes = await Promise.all(
      ['_temp', 'app', 'app/app', ...folders, ...files].map(async path => [path, await modeOf(path)])
    )
    expect(Object.fromEntries(modes)).toEqual({
      _temp: '777',
      '_temp/_github_home': '777',
      '_temp/_github_workflow': '777',
      '_temp/_runner_file_commands': '777',
      '_temp/other': '755',
      '_temp/_runner_file_commands/set_output_1': '666',
      '_temp/script.sh': '644',
      app: '755',
      'app/app': '777',
      'app/app/src': '755',
      'app/app/file': '644'
    })
  })

  it('needs none of them', async () => {
    await expect(openToEveryUser({ workFolder, workspace: undefined })).resolves.toBeUndefined()
  })
})
