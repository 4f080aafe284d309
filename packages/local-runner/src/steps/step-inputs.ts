/** `with:` and the defaults of action.yml: names are equal without regard to case, the first spelling stays. */
export class StepInputs {
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>()

  set(name: string, value: string): void {
    const key = name.toLowerCase()
    this.#values.set(key, { name: this.#values.get(key)?.name ?? name, value })
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.value
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  get entries(): readonly { readonly name: string; readonly value: string }[] {
    return [...this.#values.values()]
  }
}

/** `INPUT_<NAME>`: upper case, and only blanks become `_` (1.4, 5.8). */
export function inputVariables(inputs: StepInputs): readonly (readonly [name: string, value: string])[] {
  return inputs.entries.map(({ name, value }) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const)
}
