import { shellQuote } from '../support/shell-quote.ts'
import { joinBytePath, parentOf, readableOf, toBytePath } from './byte-path.ts'
import type { CarriedFiles } from './carried-files.ts'

/**
 * Shell text that does in the pod what changed on the runner; its exit code is not 0 when something could not be done. Empty when nothing changed.
 * Whatever stands in the place of a file goes, as with every other way that files take into a pod.
 */
export function carryScript({ files, removed }: CarriedFiles, podRoot: string): string {
  const word = (path: string): string => shellQuote(readableOf(joinBytePath(toBytePath(podRoot), path)))
  const folders = [...new Set(files.map(({ path }) => word(parentOf(path))))]
  const commands = [
    ...folders.map(folder => `{ [ -d ${folder} ] || mkdir -p ${folder}; }`),
    ...files.map(({ path, mode, content }) => {
      const place = word(path)
      const free = `{ { [ ! -e ${place} ] && [ ! -L ${place} ]; } || rm -rf ${place}; }`
      return `${free} && umask ${(0o666 & ~mode).toString(8)} && printf %s ${shellQuote(content)} >${place}`
    }),
    ...(removed.length === 0 ? [] : [`rm -f ${removed.map(word).join(' ')}`])
  ]
  return commands.length === 0 ? '' : `(${commands.join(' &&\n')})`
}
