import { describe, expect, it } from '@jest/globals'
import { runWorkflow } from '../run-workflow.ts'

const job = (steps: string, head = 'env: {}'): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    ${head}\n    steps:\n${steps}`

const composite = (steps: string, rest = ''): string =>
  `name: A\ndescription: A\n${rest}\nruns:\n  using: composite\n  steps:\n${steps}`

describe('a composite action', () => {
  it('has inputs, steps and outputs of its own', async () => {
    const run = await runWorkflow({
      files: {
        'outer/action.yml': composite(
          `    - { id: inner, uses: ./inner, with: { word: "\${{ inputs.word }}!" } }
    - { shell: sh, run: "echo outer sees \${{ steps.inner.outputs.said }} and \${{ steps.before.outputs.x }}." }`,
          "inputs: { word: { default: none } }\noutputs: { said: { value: '${{ steps.inner.outputs.said }}' } }"
        ),
        'inner/action.yml': composite(
          '    - { id: say, shell: bash, run: \'echo "said=${{ inputs.word }} at ${{ github.action_path }}" >> "$GITHUB_OUTPUT"\' }',
          "inputs: { word: { default: none } }\noutputs: { said: { value: '${{ steps.say.outputs.said }}' } }"
        )
      },
      workflow: job(`      - { id: before, run: 'echo x=1 >> "$GITHUB_OUTPUT"' }
      - { id: use, uses: ./outer, with: { word: hello } }
      - { run: 'echo job sees \${{ steps.use.outputs.said }}\${{ steps.inner.outputs.said }}' }`)
    })
    const said = `hello! at ${run.root}/_work/demo/demo/./inner`
    expect(run.log).toContain(`outer sees ${said} and .`)
    expect(run.log).toContain(`job sees ${said}`)
    expect(run.steps[2]?.outputs).toEqual({ said })
  })

  it('goes on by conditions of its own after a failing step', async () => {
    const run = await runWorkflow({
      files: {
        'a/action.yml': composite(`    - { shell: sh, run: exit 3 }
    - { shell: sh, run: echo not }
    - { shell: sh, run: echo cleanup, if: failure() }`)
      },
      workflow: job('      - { uses: ./a, continue-on-error: true }\n      - { uses: ./a, if: success() }')
    })
    expect(run.log.filter(line => line === 'cleanup' || line === 'not')).toEqual(['cleanup', 'cleanup'])
    expect(run.steps.slice(1, 3).map(step => step.conclusion)).toEqual(['success', 'failure'])
  })

  it('sees GITHUB_ENV of its steps, under the env of the step that uses it', async () => {
    const run = await runWorkflow({
      files: {
        'a/action.yml':
          composite(`    - { shell: sh, run: 'echo ONE=new >> "$GITHUB_ENV"; echo TWO=new >> "$GITHUB_ENV"' }
    - { shell: sh, run: 'echo $ONE $TWO $THREE', env: { THREE: inner } }`)
      },
      workflow: job('      - { uses: ./a, env: { ONE: old, THREE: outer } }\n      - { run: echo $ONE $TWO. }')
    })
    expect(run.log).toContain('old new inner')
    expect(run.log).toContain('new new.')
  })

  it('posts its steps in reverse order inside its own post stage', async () => {
    const action = (name: string): Record<string, string> => ({
      [`owner/${name}/action.yml`]: 'name: A\nruns: { using: node20, pre: pre.js, main: main.js, post: post.js }',
      [`owner/${name}/pre.js`]: `console.log('${name} pre')`,
      [`owner/${name}/main.js`]: `console.log('${name} main')`,
      [`owner/${name}/post.js`]: `console.log('${name} post')`
    })
    const run = await runWorkflow({
      actions: {
        ...action('one'),
        ...action('two'),
        'owner/both/action.yml': composite(
          '    - { uses: owner/one@v1 }\n    - { uses: owner/two@v1 }\n    - { uses: owner/one@v1, if: false }'
        )
      },
      workflow: job('      - { uses: owner/both@v1 }')
    })
    const stages = run.log.filter(line => /^(one|two) \w+$/.test(line))
    // The third is skipped in main, but its pre stage has registered its post stage.
    expect(stages.slice(0, 5)).toEqual(['one pre', 'two pre', 'one pre', 'one main', 'two main'])
    expect(stages.slice(5)).toEqual(['one post', 'two post', 'one post'])
    expect(run.steps.map(step => step.name).slice(1, -1)).toEqual([
      'Pre Run owner/both@v1',
      'Run owner/both@v1',
      'Post Run owner/both@v1'
    ])
  })

  it('fetches remote actions in the middle of the job, and a Dockerfile action in it reaches the hook', async () => {
    const run = await runWorkflow({
      files: { 'a/action.yml': composite('    - { uses: owner/docker@v2 }') },
      actions: {
        'owner/docker/action.yml': 'name: A\nruns: { using: docker, image: Dockerfile }',
        'owner/docker/Dockerfile': 'FROM scratch'
      },
      workflow: job('      - { uses: ./a }')
    })
    expect(run.inputs[0]?.args).toMatchObject({
      dockerfile: `${run.root}/_work/_actions/owner/docker/v2/Dockerfile`,
      environmentVariables: { GITHUB_ACTION_PATH: '/github/workspace/./a' }
    })
  })

  it.each([
    { steps: '    - { run: echo hi }', says: 'Required property is missing: shell' },
    { steps: '    - { run: echo hi, shell: sh, timeout-minutes: 1 }', says: "Unexpected value 'timeout-minutes'" },
    { steps: '    - { run: "echo ${{ secrets.X }}", shell: sh }', says: "Unrecognized named-value: 'secrets'" }
  ])('is refused with $says', async ({ steps, says }) => {
    const run = await runWorkflow({
      files: { 'a/action.yml': composite(steps) },
      workflow: job('      - { uses: ./a }')
    })
    expect(run.log.find(line => line.startsWith('##[error]'))).toContain(says)
    expect(run.job.result).toBe('failure')
  })
})
