/**
 * Kubernetes expands `$(NAME)` in command, args and env, and makes one `$` of `$$` (docs: "dependent environment variables").
 * With every `$` doubled the container gets exactly `text`.
 */
export function escapeExpansion(text: string): string {
  return text.replaceAll('$', () => '$$')
}
