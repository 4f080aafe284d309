import type { ObjectReader } from '@actions/workflow-parser/templates/object-reader'
import { isString } from '@actions/workflow-parser'
import { StringToken } from '@actions/workflow-parser/templates/tokens/index'

/**
 * Takes the YAML source off each text. With the source there, the parser (made for editors) reads the expressions of a
 * text of several lines from the source and keeps its indentation, quotes and folds; the server uses the value.
 * It also gives keys that are numbers as they are, in a token that promises text: hence the concatenation.
 */
export function plainReader(reader: ObjectReader): ObjectReader {
  return {
    allowLiteral: () => {
      const literal = reader.allowLiteral()
      return literal !== undefined && isString(literal)
        ? new StringToken(literal.file, literal.range, ''.concat(literal.value), literal.definitionInfo)
        : literal
    },
    allowSequenceStart: () => reader.allowSequenceStart(),
    allowSequenceEnd: () => reader.allowSequenceEnd(),
    allowMappingStart: () => reader.allowMappingStart(),
    allowMappingEnd: () => reader.allowMappingEnd(),
    validateStart: () => reader.validateStart(),
    validateEnd: () => reader.validateEnd()
  }
}
