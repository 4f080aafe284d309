/**
 * The forms of a secret that the runner masks beside the value: base64 at its three alignments, JSON, URI, XML and
 * expression escapes, and the value without surrounding quotes (ValueEncoders in the runner's secret masker).
 */
export function secretForms(value: string): readonly string[] {
  const forms = [
    value,
    ...[0, 1, 2].map(skip => base64From(value, skip)),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.replace(/[\uD800-\uDFFF]/gu, '?')),
    value.replaceAll("'", "''"),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    value.replace(/^"(.{6,})"$/s, '$1')
  ]
  return [...new Set(forms)].filter(form => form !== '')
}

/** Base64 of a text that begins `skip` bytes before a group of three; the last, incomplete group depends on what follows. */
function base64From(value: string, skip: number): string {
  const bytes = Buffer.from(value).subarray(skip)
  const whole = skip === 0 ? bytes : bytes.subarray(0, bytes.length - (bytes.length % 3))
  return whole.length < 6 ? '' : whole.toString('base64')
}
