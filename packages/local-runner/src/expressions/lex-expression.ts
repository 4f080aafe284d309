import { Lexer } from '@actions/expressions'

type Tokens = ReturnType<Lexer['lex']>['tokens']

/**
 * The tokens of an expression. @actions/expressions 0.3 turns only the first `''` of a text into `'`; the runner turns every one.
 *
 * @throws Error naming the place that is no expression
 */
export function lexExpression(expression: string): Tokens {
  return new Lexer(expression)
    .lex()
    .tokens.map(token => (isText(token.lexeme) ? { ...token, value: textOf(token.lexeme) } : token))
}

function isText(lexeme: string): boolean {
  return lexeme.startsWith("'")
}

function textOf(lexeme: string): string {
  return lexeme.slice(1, -1).replaceAll("''", "'")
}
