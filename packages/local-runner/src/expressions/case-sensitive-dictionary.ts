import { data } from '@actions/expressions'

/** The `env` context of a Linux runner: `env.path` is not `env.PATH`. */
export class CaseSensitiveDictionary extends data.Dictionary {
  readonly #values: ReadonlyMap<string, data.ExpressionData>

  constructor(values: ReadonlyMap<string, data.ExpressionData>) {
    super()
    this.#values = values
  }

  override get(key: string): data.ExpressionData | undefined {
    return this.#values.get(key)
  }

  override values(): data.ExpressionData[] {
    return [...this.#values.values()]
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return [...this.#values].map(([key, value]) => ({ key, value }))
  }
}
