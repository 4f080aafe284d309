import * as core from '@actions/core'
import type { Logger } from './logger.ts'

/** The logger that speaks the runner's workflow commands on stdout. */
export const actionsLogger: Logger = {
  debug: core.debug,
  info: core.info,
  notice: line => core.notice(line),
  warning: line => core.warning(line),
  error: line => core.error(line),
  group: core.group,
  addSecret: core.setSecret
}
