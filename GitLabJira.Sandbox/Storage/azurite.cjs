// Runs Azurite as a child that never outlives its parent: standard input closes when the parent dies, however it dies.
const { rmSync } = require('node:fs');

const location = process.argv[process.argv.indexOf('--location') + 1];

process.on('exit', () => rmSync(location, { recursive: true, force: true }));
process.stdin.on('end', () => process.exit(0)).resume();

require('azurite/dist/src/azurite.js');
