// Runs Azurite as a child that never outlives its parent: standard input closes when the parent dies, however it dies.
process.stdin.on('end', () => process.exit(0)).resume();

require('azurite/dist/src/azurite.js');
