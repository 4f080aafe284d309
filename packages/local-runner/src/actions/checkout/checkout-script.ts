/**
 * The script of the built-in checkout. It runs by the Node of the runner's externals, often inside the job container,
 * and so stands on nothing but Node. Like the real one it empties the target first, and has a post stage.
 */
export const checkoutScript = `'use strict'
const fs = require('node:fs')
const path = require('node:path')

const input = name => process.env['INPUT_' + name.toUpperCase()] || ''

function copyTree(from, to) {
  let files = 0
  fs.mkdirSync(to, { recursive: true })
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) {
      files += copyTree(source, target)
      fs.chmodSync(target, fs.statSync(source).mode & 0o7777)
    } else if (entry.isSymbolicLink()) {
      fs.rmSync(target, { force: true })
      fs.symlinkSync(fs.readlinkSync(source), target)
      files++
    } else if (entry.isFile()) {
      fs.copyFileSync(source, target)
      fs.chmodSync(target, fs.statSync(source).mode & 0o7777)
      files++
    }
  }
  return files
}

function main() {
  if (process.env.STATE_isPost === 'true') {
    console.log('The built-in checkout left nothing to clean up.')
    return
  }
  fs.appendFileSync(process.env.GITHUB_STATE, 'isPost=true\\n')
  const own = process.env.GITHUB_REPOSITORY
  if (input('repository').toLowerCase() !== own.toLowerCase()) {
    throw new Error('The built-in checkout has only ' + own + ', not ' + input('repository') + '.')
  }
  for (const name of ['sparse-checkout', 'filter', 'ssh-key']) {
    if (input(name) !== '') throw new Error('The built-in checkout has no ' + name + '.')
  }
  for (const name of ['lfs', 'submodules']) {
    if (input(name) !== 'false') throw new Error('The built-in checkout has no ' + name + '.')
  }
  const workspace = process.env.GITHUB_WORKSPACE
  const target = path.resolve(workspace, input('path'))
  if (target !== workspace && !target.startsWith(workspace + '/')) {
    throw new Error("Repository path '" + target + "' is not under '" + workspace + "'")
  }
  fs.mkdirSync(target, { recursive: true })
  if (input('clean') !== 'false') {
    for (const name of fs.readdirSync(target)) fs.rmSync(path.join(target, name), { recursive: true, force: true })
  }
  const files = copyTree(path.join(__dirname, '..', 'content'), target)
  const origin = JSON.parse(fs.readFileSync(path.join(__dirname, 'origin.json'), 'utf8')).directory
  console.log('local-runner: built-in checkout copied ' + files + ' files of ' + origin + ' to ' + target + '.')
  fs.appendFileSync(
    process.env.GITHUB_OUTPUT,
    'ref=' + (input('ref') || process.env.GITHUB_REF) + '\\ncommit=' + process.env.GITHUB_SHA + '\\n'
  )
}

try {
  main()
} catch (error) {
  console.log('::error::' + error.message)
  process.exitCode = 1
}
`
