/** A Dockerfile is known by its name alone (DockerUtil.IsDockerfile, 1.4). */
export function isDockerfile(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1).toLowerCase()
  return name.startsWith('dockerfile.') || name.endsWith('dockerfile')
}
