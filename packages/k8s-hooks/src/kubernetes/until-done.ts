/**
 * Exit code by which a command of ours says that it has done its work. 0 proves nothing: the API server reports success also when its connection
 * to the node has ended without a word (client-go, tools/remotecommand/errorstream.go: an error stream without a message is no error; docs/adrs/0011).
 */
export const doneExitCode = 97

/** The script of a POSIX shell, ending by `doneExitCode` where it would have ended by 0. Its other exit codes stay. */
export function untilDone(script: string): string {
  return `(\n${script}\n)\nkh_code=$?\n[ "$kh_code" = 0 ] && exit ${doneExitCode}\nexit "$kh_code"`
}
