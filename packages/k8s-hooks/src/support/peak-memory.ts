/**
 * Most memory in MiB that a process ever had, by the text of its `/proc/<pid>/status` (proc(5): VmHWM); undefined where that says nothing.
 * What getrusage(2) tells a child counts the memory of its parent as well, from before the child became another program.
 */
export function peakMemoryMiBOf(status: string): number | undefined {
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]
  return kib === undefined ? undefined : Number(kib) / 1024
}
