import { describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { peakMemoryMiBOf } from '../../src/support/peak-memory.ts'

describe('peakMemoryMiBOf', () => {
  it('reads the high-water mark', () => {
    expect(peakMemoryMiBOf('VmPeak:\t  900000 kB\nVmHWM:\t   40960 kB\nVmRSS:\t   20480 kB\n')).toBe(40)
  })

  it('knows nothing where the kernel does not say it', () => {
    expect(peakMemoryMiBOf('Name:\tnode\n')).toBeUndefined()
  })

  it('does not count the memory of the program that has started it', async () => {
    const ballast = Buffer.alloc(300 * 2 ** 20, 1)
    const { stdout } = await promisify(execFile)('cat', ['/proc/self/status'])
    expect(peakMemoryMiBOf(stdout)).toBeLessThan(100)
    expect(ballast.at(-1)).toBe(1)
  })
})
