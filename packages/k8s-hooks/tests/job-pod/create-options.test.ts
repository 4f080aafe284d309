import { describe, expect, it } from '@jest/globals'
import { parseCreateOptions, type CreateOptions } from '../../src/job-pod/create-options.ts'

const nothing: CreateOptions = {
  env: {},
  names: [],
  cpus: undefined,
  memory: undefined,
  user: undefined,
  entrypoint: undefined,
  health: {},
  ignored: []
}

describe('parseCreateOptions', () => {
  it.each<[string | null, Partial<CreateOptions>]>([
    [null, {}],
    ['', {}],
    ['--cpus 1', { cpus: '1' }],
    ['--cpus=1 --cpus 2', { cpus: '2' }],
    ['-m 1g', { memory: '1g' }],
    ['-m1g --memory=2g', { memory: '2g' }],
    ['-e A=a=b --env "B=b c" --env=C= -eD=d', { env: { A: 'a=b', B: 'b c', C: '', D: 'd' } }],
    ['-e A', { ignored: ['-e'] }],
    ['-u 1001:127', { user: { uid: 1001, gid: 127 } }],
    ['--user 0', { user: { uid: 0, gid: undefined } }],
    ['--user node', { ignored: ['--user'] }],
    ['--user ""', { ignored: ['--user'] }],
    ['--entrypoint ""', { ignored: ['--entrypoint'] }],
    ['--entrypoint /bin/tini', { entrypoint: '/bin/tini' }],
    ['--name db --hostname=db.local -h h --network-alias a', { names: ['db', 'db.local', 'h', 'a'] }],
    [
      '--health-cmd "redis-cli ping" --health-interval=5s',
      { health: { '--health-cmd': 'redis-cli ping', '--health-interval': '5s' } }
    ],
    [
      '--health-cmd "sh -c \\"redis-cli ping\\"" --health-retries 5\n',
      { health: { '--health-cmd': 'sh -c "redis-cli ping"', '--health-retries': '5' } }
    ],
    ["-e MSG=it's --cpus 1\n--memory 1g", { env: { MSG: "it's" }, cpus: '1', memory: '1g' }],
    ['-e WINDOWS=C:\\temp', { env: { WINDOWS: 'C:\\temp' } }],
    ["-e 'A=b c'", { env: { "'A": 'b' }, ignored: ["c'"] }],
    ['--init --cpus 1', { cpus: '1', ignored: ['--init'] }],
    ['--tty --interactive --cpus 1', { cpus: '1', ignored: ['--tty', '--interactive'] }],
    ['-it -m 1g', { memory: '1g', ignored: ['-i', '-t'] }],
    ['-itu 1001', { user: { uid: 1001, gid: undefined }, ignored: ['-i', '-t'] }],
    ['--shm-size 1g --cpus 1', { cpus: '1', ignored: ['--shm-size'] }],
    ['--label token=secret -p8080:80', { ignored: ['--label', '-p'] }],
    ['word --cpus 1', { cpus: '1', ignored: ['word'] }],
    ['--no-healthcheck --privileged=false', {}],
    ['--cpus', { ignored: ['--cpus'] }]
  ])('of %j is %j', (text, options) => {
    expect(parseCreateOptions(text)).toEqual({ ...nothing, ...options })
  })

  it.each(['--privileged', '--privileged=true', '--cpus 1 --privileged'])('refuses %s', text => {
    expect(() => parseCreateOptions(text)).toThrow(expect.objectContaining({ code: 'CREATE_OPTION_REFUSED' }))
  })

  it('takes a value that looks like a flag for a value', () => {
    expect(parseCreateOptions('--health-cmd --privileged').health).toEqual({ '--health-cmd': '--privileged' })
  })
})
