/**
 * Accept header for manifests of every kind. Without it, `distribution` answers with a converted manifest and a digest
 * under which nothing can be deleted.
 */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json'
].join(', ')
