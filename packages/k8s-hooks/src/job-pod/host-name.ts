/** What Kubernetes takes in hostAliases: a DNS subdomain. */
export function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(label => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(label))
}
