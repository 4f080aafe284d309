/**
 * Build output that the runner shows and does not obey: `::add-mask::` at the start of a line and `##[group]`
 * anywhere in one are commands to it. `stop-commands` would do the same, but a hook that is killed would leave it in force.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function harmlessLine(text: string): string {
  return text.replace(/(^|[\r\n])([\s\x85]*)::/g, '$1$2:\\:').replaceAll('##[', '#\\#[')
}
