/** The first press cancels the job, the second ends the runner. */
export class CancelSwitch {
  readonly #cancel = new AbortController()
  readonly #kill = new AbortController()

  get cancelSignal(): AbortSignal {
    return this.#cancel.signal
  }

  get killSignal(): AbortSignal {
    return this.#kill.signal
  }

  press(): void {
    if (this.#cancel.signal.aborted) this.#kill.abort(new Error('The runner was ended.'))
    else this.cancel()
  }

  cancel(): void {
    this.#cancel.abort(new Error('The job was canceled.'))
  }
}
