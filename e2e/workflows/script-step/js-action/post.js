console.log(`state: ${process.env['STATE_kept']}`)
