const { readFileSync } = require('node:fs')
const { join } = require('node:path')

// Files beside its own are there too.
const text = readFileSync(join(__dirname, '../say.sh'), 'utf8')
console.log(text.includes('late') ? 'said by the JavaScript of late' : 'the script is missing')
