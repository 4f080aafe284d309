import type { StepExecution } from '../steps/step-execution.ts'
import { commandHandlers } from './command-handlers.ts'
import { parseWorkflowCommand } from './workflow-command.ts'

const stopCommand = 'stop-commands'

/** Reads the lines of one process. `::stop-commands::` lasts as long as the process (1.8). */
export class CommandProcessor {
  readonly #execution: StepExecution
  #stopToken: string | undefined

  constructor(execution: StepExecution) {
    this.#execution = execution
  }

  /** Carries a command out, or logs the line. */
  async process(line: string): Promise<void> {
    if (!this.#runCommand(line)) this.#execution.log.output(line)
    await this.#execution.log.drained()
  }

  #runCommand(line: string): boolean {
    const { log } = this.#execution
    const command = parseWorkflowCommand(line, name => this.#isRegistered(name.toLowerCase()))
    if (command === undefined) return false
    if (this.#stopToken !== undefined) {
      if (command.name !== this.#stopToken.toLowerCase()) return false
      this.#stopToken = undefined
      log.output(line)
      return true
    }
    if (command.name === stopCommand) {
      this.#stopToken = command.data
      log.output(line)
      return true
    }
    this.#handle(line, command)
    return true
  }

  #handle(line: string, command: NonNullable<ReturnType<typeof parseWorkflowCommand>>): void {
    const { log } = this.#execution
    const handler = commandHandlers.get(command.name)
    if (handler === undefined) return
    if (this.#execution.echo && !handler.omitEcho) log.output(line)
    try {
      handler.run(this.#execution, command)
    } catch (error) {
      log.error(`Unable to process command '${handler.omitEcho ? command.name : line}' successfully.`)
      log.error(error instanceof Error ? error.message : String(error))
      this.#execution.commandFailed = true
    }
  }

  #isRegistered(name: string): boolean {
    return name === stopCommand || commandHandlers.has(name) || name === this.#stopToken?.toLowerCase()
  }
}
