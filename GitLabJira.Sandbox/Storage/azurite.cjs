// Runs Azurite as a child that never outlives its parent: standard input closes when the parent dies, however it dies.
process.stdin.on('end', () => process.exit(0)).resume();

// Two things of it take time that grows with the square of what it holds; the tests of the whole app wait for it more than for anything else.
// Each minute it looks for what no message refers to any more. A world keeps little: what is left may stay.
require('azurite/dist/src/queue/utils/constants').DEFAULT_GC_INTERVAL_MS = 24 * 60 * 60 * 1000;

// A row is found by the index of its partition, then by walking through it. The index of the rows' keys leads to it at once.
const { Collection } = require('lokijs');
const findOne = Collection.prototype.findOne;
Collection.prototype.findOne = function ({ RowKey, ...others } = {}) {
  return findOne.call(this, RowKey === undefined ? others : { RowKey, ...others });
};

require('azurite/dist/src/azurite.js');
