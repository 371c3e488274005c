// Preloaded where the tests run `tcb`: its 32 MB of JavaScript are compiled once for all runs, which halves what a run
// costs. TCB_CACHE names the file of the compiled code.
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const cacheFile = process.env.TCB_CACHE;
const compile = Module.prototype._compile;

if (cacheFile && /[\\/]bin[\\/]tcb$/.test(process.argv[1] ?? '')) {
  Module.prototype._compile = function (source, filename) {
    if (path.basename(filename) !== 'cli.js') return compile.call(this, source, filename);
    const cachedData = cached();
    const script = new Script(Module.wrap(source), { filename, cachedData });
    // At the end the functions that it calls are compiled too.
    if (!cachedData || script.cachedDataRejected) {
      process.once('exit', () => writeFileSync(cacheFile, script.createCachedData()));
    }
    const load = script.runInThisContext();
    const require = Module.createRequire(filename);
    return load.call(this.exports, this.exports, require, this, filename, path.dirname(filename));
  };
}

function cached() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}
