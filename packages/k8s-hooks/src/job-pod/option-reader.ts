import { HookError } from '@k8s-hooks/hooklib'
import { treatmentOf } from './docker-flags.ts'
import type { Flag } from './read-flags.ts'
import { unusableBecause } from './unusable-value.ts'

/** A flag that is left out; the author hears of it, and of why. */
export interface IgnoredOption {
  /** As he wrote it, without its value. */
  readonly text: string
  readonly because: string
}

/** Looks into the flags that are honoured. Where a flag that counts once is repeated, the last one counts, as for Docker. */
export interface OptionReader {
  readonly last: (flag: string) => string | undefined
  readonly all: (flag: string) => readonly string[]
  /** A flag without a value of its own, such as --tty. */
  readonly isOn: (flag: string) => boolean
  /** `form` tells the author what Docker takes; what `parse` does not understand is an error. */
  readonly lastAs: <T>(flag: string, form: string, parse: (value: string) => T | undefined) => T | undefined
  readonly allAs: <T>(flag: string, form: string, parse: (value: string) => T | undefined) => readonly T[]
  readonly ignored: readonly IgnoredOption[]
}

const switches = ['--interactive', '--privileged', '--read-only', '--tty']

/** @throws HookError `CREATE_OPTION_INVALID` when a flag lacks its value; the reader's own functions throw it for a wrong one */
export function createOptionReader(flags: readonly Flag[], image: string): OptionReader {
  const usable: Flag[] = []
  const ignored: IgnoredOption[] = []
  for (const flag of flags) {
    const because = ignoredBecause(flag, image)
    if (because !== undefined) ignored.push({ text: flag.text, because })
    else if (treatmentOf(flag.flag) === 'honoured') usable.push(flag)
  }
  const given = (flag: string): readonly Flag[] => usable.filter(found => found.flag === flag)
  const valuesAs = <T>(found: readonly Flag[], form: string, parse: (value: string) => T | undefined): readonly T[] =>
    found.map(({ text, value = '' }) => {
      const parsed = parse(value)
      if (parsed !== undefined) return parsed
      throw invalid(`The option ${text} of the container ${image} is "${value}"; Docker takes ${form}.`)
    })
  return {
    last: flag => given(flag).at(-1)?.value,
    all: flag => given(flag).map(({ value = '' }) => value),
    isOn: flag => given(flag).length > 0 && !/^(?:0|f|false)$/i.test(given(flag).at(-1)?.value ?? ''),
    lastAs: (flag, form, parse) => valuesAs(given(flag), form, parse).at(-1),
    allAs: (flag, form, parse) => valuesAs(given(flag), form, parse),
    ignored
  }
}

function ignoredBecause({ flag, value, text }: Flag, image: string): string | undefined {
  const treatment = treatmentOf(flag)
  if (typeof treatment === 'object') return treatment.ignoredBecause
  if (treatment === 'needless') return undefined
  if (value !== undefined) return unusableBecause(flag, value)
  if (switches.includes(flag)) return undefined
  throw invalid(`The option ${text} of the container ${image} is without a value.`)
}

function invalid(message: string): HookError {
  return new HookError('CREATE_OPTION_INVALID', message, {
    hint: 'Correct options: in the workflow; Docker would refuse it too.'
  })
}
