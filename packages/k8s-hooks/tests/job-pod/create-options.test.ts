import { describe, expect, it } from '@jest/globals'
import { parseCreateOptions, type CreateOptions, type ResourceOptions } from '../../src/job-pod/create-options.ts'
import type { SecurityOptions } from '../../src/job-pod/security-options.ts'

const noResources: ResourceOptions = {
  cpus: undefined,
  requestedCpus: undefined,
  memoryBytes: undefined,
  requestedMemoryBytes: undefined,
  shmBytes: undefined
}
const noSecurity: SecurityOptions = {
  isPrivileged: false,
  isReadOnly: false,
  hasNoNewPrivileges: false,
  addedCapabilities: [],
  droppedCapabilities: [],
  isSeccompOff: false,
  isApparmorOff: false,
  powers: []
}
const nothing: CreateOptions = {
  env: {},
  names: [],
  hostname: undefined,
  hosts: [],
  dns: { nameservers: [], searches: [], options: [] },
  resources: noResources,
  user: undefined,
  groups: [],
  entrypoint: undefined,
  workdir: undefined,
  tmpfs: [],
  volumes: [],
  portMappings: [],
  labels: {},
  sysctls: {},
  pullPolicy: undefined,
  hasStdin: false,
  hasTty: false,
  security: noSecurity,
  health: {},
  ignored: []
}

const parse = (createOptions: string | null): CreateOptions => parseCreateOptions({ createOptions, image: 'redis:7' })
const ignoredOf = (text: string): readonly string[] => parse(text).ignored.map(option => option.text)

describe('parseCreateOptions', () => {
  it.each<[string | null, Partial<CreateOptions>]>([
    [null, {}],
    ['', {}],
    ['-e A=a=b --env "B=b c" --env=C= -eD=d', { env: { A: 'a=b', B: 'b c', C: '', D: 'd' } }],
    ['-u 1001:127', { user: { uid: 1001, gid: 127 } }],
    ['--user 0', { user: { uid: 0, gid: undefined } }],
    ['--group-add 5 --group-add 6', { groups: [5, 6] }],
    ['--entrypoint /bin/tini -w /srv', { entrypoint: '/bin/tini', workdir: '/srv' }],
    [
      '--name db --hostname=db.local -h h --network-alias a --net-alias b',
      { names: ['db', 'db.local', 'h', 'a', 'b'], hostname: 'h' }
    ],
    [
      '--add-host DB:10.0.0.1 --add-host=v6=[::1] --add-host w:fd00::1',
      {
        hosts: [
          { ip: '10.0.0.1', name: 'db' },
          { ip: '::1', name: 'v6' },
          { ip: 'fd00::1', name: 'w' }
        ]
      }
    ],
    [
      '--dns 10.0.0.2 --dns-search a.b --dns-opt ndots:2 --dns-option=rotate',
      { dns: { nameservers: ['10.0.0.2'], searches: ['a.b'], options: ['ndots:2', 'rotate'] } }
    ],
    ['--tmpfs /a --tmpfs /b:rw,size=1m', { tmpfs: [tmpfs('/a'), tmpfs('/b', 2 ** 20)] }],
    ['-p 8080:80 --publish=90', { portMappings: ['8080:80', '90'] }],
    ['-l a=b --label c --annotation d=e=f', { labels: { a: 'b', c: '', d: 'e=f' } }],
    ['--sysctl net.ipv4.tcp_syncookies=0', { sysctls: { 'net.ipv4.tcp_syncookies': '0' } }],
    ['--pull always', { pullPolicy: 'Always' }],
    ['--pull=missing --pull never', { pullPolicy: 'Never' }],
    ['-it', { hasStdin: true, hasTty: true }],
    ['-itu 1001', { hasStdin: true, hasTty: true, user: { uid: 1001, gid: undefined } }],
    ['--tty=false --interactive=true', { hasStdin: true }],
    [
      '--health-cmd "redis-cli ping" --health-interval=5s --health-timeout 1m30s',
      {
        health: { '--health-cmd': 'redis-cli ping', '--health-interval': '5s', '--health-timeout': '1m30s' }
      }
    ],
    [
      '--health-cmd "sh -c \\"redis-cli ping\\"" --health-retries 5\n',
      { health: { '--health-cmd': 'sh -c "redis-cli ping"', '--health-retries': '5' } }
    ],
    ["-e MSG=it's --name db\n-u 1", { env: { MSG: "it's" }, names: ['db'], user: { uid: 1, gid: undefined } }],
    ['-e WINDOWS=C:\\temp', { env: { WINDOWS: 'C:\\temp' } }],
    ['--no-healthcheck --rm -d --stop-timeout 5 --expose 80', {}]
  ])('of %j is %j', (text, options) => {
    expect(parse(text)).toEqual({ ...nothing, ...options })
  })

  it.each<[string, Partial<ResourceOptions>]>([
    ['--cpus 1.5 -m 512m', { cpus: 1.5, memoryBytes: 512 * 2 ** 20 }],
    ['--cpus=1 --cpus 2', { cpus: 2 }],
    ['-m1g --memory=2g', { memoryBytes: 2 * 2 ** 30 }],
    ['--cpus 0 --memory 0', {}],
    ['--cpu-shares 512 --memory-reservation 1g', { requestedCpus: 0.5, requestedMemoryBytes: 2 ** 30 }],
    ['--shm-size 64m', { shmBytes: 64 * 2 ** 20 }]
  ])('reads the amounts of %j', (text, resources) => {
    expect(parse(text)).toEqual({ ...nothing, resources: { ...noResources, ...resources } })
  })

  it.each<[string, Partial<SecurityOptions>]>([
    ['--privileged', { isPrivileged: true, powers: ['--privileged'] }],
    ['--privileged=false', {}],
    ['--read-only --security-opt no-new-privileges', { isReadOnly: true, hasNoNewPrivileges: true }],
    ['--security-opt no-new-privileges:true', { hasNoNewPrivileges: true }],
    ['--security-opt=no-new-privileges=false', {}],
    ['--cap-drop ALL --cap-add chown', { droppedCapabilities: ['ALL'], addedCapabilities: ['CHOWN'] }],
    ['--cap-add CAP_SYS_ADMIN', { addedCapabilities: ['SYS_ADMIN'], powers: ['--cap-add SYS_ADMIN'] }],
    [
      '--security-opt seccomp:unconfined --security-opt apparmor=unconfined',
      {
        isSeccompOff: true,
        isApparmorOff: true,
        powers: ['--security-opt seccomp=unconfined', '--security-opt apparmor=unconfined']
      }
    ]
  ])('reads the rights of %j', (text, security) => {
    expect(parse(text)).toEqual({ ...nothing, security: { ...noSecurity, ...security } })
  })

  it.each([
    ['/data', null, '/data', false],
    ['/data:ro', null, '/data', true],
    ['cache:/cache', 'cache', '/cache', false],
    ['/a/b:/c:ro,z', '/a/b', '/c', true]
  ])('reads the volume %s', (value, sourceVolumePath, targetVolumePath, readOnly) => {
    expect(parse(`-v ${value}`).volumes).toEqual([
      { userProvidedValue: value, sourceVolumePath, targetVolumePath, readOnly }
    ])
  })

  it.each([
    ['--ulimit nofile=1 --gpus all --cpus 1', ['--ulimit', '--gpus']],
    ['--init --network host --pid=host', ['--init', '--network', '--pid']],
    ['word --memroy 1g', ['word', '--memroy']],
    ["-e 'A=b c'", ["c'"]],
    ['-e A', ['-e']],
    ['--user node --user ""', ['--user', '--user']],
    ['--group-add video', ['--group-add']],
    ['--entrypoint ""', ['--entrypoint']],
    ['--sysctl kernel.msgmax=1', ['--sysctl']],
    ['--security-opt label=disable', ['--security-opt']],
    ['--add-host host.docker.internal:host-gateway --add-host a_b:10.0.0.1', ['--add-host', '--add-host']]
  ])('of %s has no place for %j, and tells no value, which may be a secret', (text, ignored) => {
    expect(ignoredOf(text)).toEqual(ignored)
    for (const { because } of parse(text).ignored) expect(because).not.toBe('')
  })

  it.each([
    '--cpus abc',
    '--cpus -1',
    '--cpus=',
    '--memory 1x',
    '--memory-reservation much',
    '--shm-size big',
    '--cpu-shares 1.5',
    '--tmpfs relative',
    '--tmpfs /a:size=big',
    '--add-host name',
    '--add-host name:nowhere',
    '--dns resolver',
    '--workdir srv',
    '--volume name',
    '--pull sometimes',
    '--health-interval soon',
    '--health-retries -1',
    '--cpus',
    '-m'
  ])('refuses %s, naming option and container', text => {
    const option = text.split(/[ =]/, 1)[0] ?? ''
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'CREATE_OPTION_INVALID',
        message: expect.stringMatching(new RegExp(`^The option ${option} of the container redis:7 is `))
      })
    )
  })

  it('takes a value that looks like a flag for a value', () => {
    expect(parse('--health-cmd --privileged').health).toEqual({ '--health-cmd': '--privileged' })
  })
})

function tmpfs(path: string, bytes?: number): CreateOptions['tmpfs'][number] {
  return { path, bytes }
}
