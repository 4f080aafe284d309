export { HookError } from './hook-error.ts'
