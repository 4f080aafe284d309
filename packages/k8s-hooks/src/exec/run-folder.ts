/** Folder in a container for what runs there: an emptyDir that every user of the container may write. */
export const runFolder = '/__k8s_hooks'
