import { describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import { locateDockerfile } from '../../src/action-image/locate.ts'
import { inTree } from './temporary-tree.ts'

describe('locateDockerfile', () => {
  it.each([
    {
      title: 'the Dockerfile of a local action',
      path: '_work/demo/demo/./action/Dockerfile',
      context: '_work/demo/demo/action'
    },
    {
      title: 'another name in another directory',
      path: '_work/demo/demo/docker/Dockerfile.prod',
      context: '_work/demo/demo/docker'
    },
    {
      title: 'a path that goes up inside the work directory',
      path: '_work/demo/demo/action/../Dockerfile',
      context: '_work/demo/demo'
    }
  ])('finds $title', async ({ path, context }) => {
    const tree = {
      '_work/demo/demo/action/Dockerfile': 'FROM a',
      '_work/demo/demo/docker/Dockerfile.prod': 'FROM b',
      '_work/demo/demo/Dockerfile': 'FROM c'
    }
    await inTree(tree, async root => {
      const located = await locateDockerfile(`${root}/${path}`, [join(root, '_work')])
      expect(located.contextRoot).toBe(join(root, context))
      expect(located.content).toMatch(/^FROM [abc]$/)
      expect(located.dockerfilePath).toBe(path.split('/').at(-1))
    })
  })

  it('refuses what is no text, without showing any of it', async () => {
    await inTree({ 'w/Dockerfile': '\u007fELF\u0002\0\0' }, async root => {
      await expect(locateDockerfile(join(root, 'w/Dockerfile'), [join(root, 'w')])).rejects.toMatchObject({
        code: 'DOCKERFILE_INVALID',
        message: `${root}/w/Dockerfile is not a text in UTF-8.`
      })
    })
  })

  it('takes the directory of a linked Dockerfile as its context', async () => {
    await inTree({ 'w/shared/base': 'FROM a', 'w/action/Dockerfile': { link: '../shared/base' } }, async root => {
      const located = await locateDockerfile(join(root, 'w/action/Dockerfile'), [join(root, 'w')])
      expect(located).toMatchObject({
        contextRoot: join(root, 'w/action'),
        dockerfilePath: 'Dockerfile',
        realPath: join(root, 'w/shared/base')
      })
    })
  })

  it('accepts an action in the archive of actions, through the link in the work directory', async () => {
    const tree = { 'cache/v1/Dockerfile': 'FROM a', 'w/_actions/o/r/v1': { link: '../../../../cache/v1' } }
    await inTree(tree, async root => {
      const located = await locateDockerfile(join(root, 'w/_actions/o/r/v1/Dockerfile'), [
        join(root, 'w'),
        join(root, 'cache')
      ])
      expect(located.contextRoot).toBe(join(root, 'cache/v1'))
    })
  })

  it.each([
    { title: 'lies outside', path: 'secret/Dockerfile' },
    { title: 'climbs out', path: 'w/action/../../secret/Dockerfile' },
    { title: 'is a link to the outside', path: 'w/linked/Dockerfile' },
    { title: 'lies behind a linked directory', path: 'w/directory/Dockerfile' },
    { title: 'has a name that only begins like the work directory', path: 'w2/Dockerfile' },
    { title: 'lies outside and does not exist', path: 'secret/Nothing' }
  ])('refuses a Dockerfile that $title', async ({ path }) => {
    const tree = {
      'secret/Dockerfile': 'FROM a',
      'w2/Dockerfile': 'FROM a',
      'w/action/Dockerfile': 'FROM a',
      'w/linked/Dockerfile': { link: '../../secret/Dockerfile' },
      'w/directory': { link: '../secret' }
    }
    await inTree(tree, async root => {
      await expect(locateDockerfile(`${root}/${path}`, [join(root, 'w')])).rejects.toMatchObject({
        code: 'CONTEXT_ESCAPES'
      })
    })
  })

  it.each([
    { code: 'DOCKERFILE_MISSING', path: 'w/action/Dockerfile' },
    { code: 'DOCKERFILE_MISSING', path: 'w/nothing/Dockerfile' },
    { code: 'DOCKERFILE_MISSING', path: 'w/dangling/Dockerfile' },
    { code: 'DOCKERFILE_IS_DIRECTORY', path: 'w/directory/Dockerfile' },
    { code: 'DOCKERFILE_EMPTY', path: 'w/empty/Dockerfile' }
  ])('says $code for $path', async ({ code, path }) => {
    const tree = {
      'w/action/action.yml': 'runs:',
      'w/dangling/Dockerfile': { link: 'nowhere' },
      'w/directory/Dockerfile/': '',
      'w/empty/Dockerfile': ' \n\n'
    }
    await inTree(tree, async root => {
      const located = locateDockerfile(join(root, path), [join(root, 'w'), join(root, 'no such root')])
      await expect(located).rejects.toMatchObject({ code, message: expect.stringContaining(join(root, path)) })
    })
  })
})
