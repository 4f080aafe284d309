/** The host of a URL as a name or address to connect to: an IPv6 address without its brackets. */
export const bareHostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')
