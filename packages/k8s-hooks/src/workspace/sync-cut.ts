/** The stream ended, stalled or was garbled before the sync was complete: worth another attempt. */
export class SyncCut extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'SyncCut'
  }
}
