import { shellQuote } from '../support/shell-quote.ts'
import { joinBytePath, parentOf, readableOf, toBytePath } from './byte-path.ts'
import type { CarriedFile, CarriedFiles } from './carried-files.ts'
import { draftPathFor } from './file-draft.ts'

/**
 * Shell text that does in the pod what changed on the runner; its exit code is not 0 when something could not be done. Empty when nothing changed.
 * Whatever stands in the place of a file goes, as with every other way that files take into a pod; a file that is replaced is never seen half.
 */
export function carryScript({ files, removed }: CarriedFiles, podRoot: string): string {
  const placeOf = (path: string): string => joinBytePath(toBytePath(podRoot), path)
  const folders = [...new Set(files.map(({ path }) => wordOf(parentOf(placeOf(path)))))]
  const commands = [
    ...folders.map(folder => `{ [ -d ${folder} ] || mkdir -p ${folder}; }`),
    ...files.map(file => writing(file, placeOf(file.path))),
    ...(removed.length === 0 ? [] : [`rm -f ${removed.map(path => wordOf(placeOf(path))).join(' ')}`])
  ]
  return commands.length === 0 ? '' : `(${commands.join(' &&\n')})`
}

function writing({ mode, content, isReplacement }: CarriedFile, path: string): string {
  const place = wordOf(path)
  const write = `umask ${(0o666 & ~mode).toString(8)} && printf %s ${shellQuote(content)} >`
  if (!isReplacement) return `{ { [ ! -e ${place} ] && [ ! -L ${place} ]; } || rm -rf ${place}; } && ${write}${place}`
  const draft = wordOf(draftPathFor(path))
  return `{ { [ -f ${place} ] && [ ! -L ${place} ]; } || rm -rf ${place}; } && ${write}${draft} && mv -f ${draft} ${place}`
}

const wordOf = (path: string): string => shellQuote(readableOf(path))
