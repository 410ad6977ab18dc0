// Runs Azurite as a child that never outlives its parent: standard input closes when the parent dies, however it dies.
const { rmSync } = require('node:fs');

const at = process.argv.indexOf('--location');

// Its folder goes with it. Without one there is nothing that may go: what stands before the arguments is Node.js itself.
if (at < 0 || !process.argv[at + 1]) {
  console.error('azurite.cjs: name a folder of its own with --location.');
  process.exit(2);
}

process.on('exit', () => rmSync(process.argv[at + 1], { recursive: true, force: true }));
process.stdin.on('end', () => process.exit(0)).resume();

require('azurite/dist/src/azurite.js');
