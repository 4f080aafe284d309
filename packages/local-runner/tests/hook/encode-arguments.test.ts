import { decodeEntryPointArgs } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import { encodeActionArguments, splitArguments, splitScriptArguments } from '../../src/hook/encode-arguments.ts'

describe('encodeActionArguments', () => {
  it.each([
    { arg: 'hello world', wire: ['"hello', 'world"'], read: 'hello world' },
    { arg: '', wire: ['""'], read: '' },
    { arg: 'say "hi"', wire: ['"say', '\\"hi\\""'], read: 'say "hi"' },
    { arg: '\\\\srv', wire: ['"\\\\srv"'], read: '\\\\srv' },
    { arg: 'ends\\', wire: ['"ends\\"'], read: 'ends"' },
    { arg: 'two  spaces', wire: ['"two', 'spaces"'], read: 'two spaces' },
    { arg: 'x \n y', wire: ['"x', 'y"'], read: 'x y' },
    { arg: 'a\nb', wire: ['"a\nb"'], read: 'a\nb' }
  ])('sends $arg as $wire, which Docker would read as $read', ({ arg, wire, read }) => {
    expect(encodeActionArguments([arg])).toEqual(wire)
    expect(decodeEntryPointArgs(wire)).toEqual([read])
  })
})

describe('splitting', () => {
  it.each([
    { line: "it's fine", action: ["it's", 'fine'], script: ["it's", 'fine'] },
    { line: "--x='a  b'", action: ["--x='a", "b'"], script: ["--x='a", '', "b'"] },
    { line: '', action: [], script: [''] },
    { line: ' a ', action: ['a'], script: ['', 'a', ''] }
  ])('of "$line" drops empty fragments for actions and keeps them for scripts', ({ line, action, script }) => {
    expect(splitArguments(line)).toEqual(action)
    expect(splitScriptArguments(line)).toEqual(script)
  })
})
