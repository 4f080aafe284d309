/** Container that builds, and pushes where no credentials are needed; the `$builder` template styles it. */
export const buildContainer = 'build'

/** Container that pushes with the registry's credentials, in a pod whose `build` is an init container without them. */
export const pushContainer = 'push'

/** Init container that the hook streams the context into. */
export const receiveContainer = 'receive'
