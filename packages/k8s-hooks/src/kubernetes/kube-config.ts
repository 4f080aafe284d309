/** The one class of client-node that is used at run time; named alone, so that the bundle leaves out the generated API. */
export { KubeConfig } from '@kubernetes/client-node'
