/** Lets the event loop turn until the condition holds. Gives up after so many turns that no test waits for it in vain. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 500_000) throw new Error(`waited in vain until ${condition.toString()}`)
    await new Promise(setImmediate)
  }
}
