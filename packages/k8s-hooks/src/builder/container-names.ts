/** Container that builds and pushes; the `$builder` template styles it. */
export const buildContainer = 'build'

/** Init container that the hook streams the context into. */
export const receiveContainer = 'receive'
