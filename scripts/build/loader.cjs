'use strict';
// index.js of every deployed function. It runs function.js with V8's compiled code from function.cache, which makes a
// cold start about a third shorter. V8 checks neither the content of the source (only its length) nor the patch version
// of Node: a cache of 20.20.2 is accepted by 20.19.0, and runs wrong. So the cache begins with what it was made by and
// from; one that does not fit exactly is not used, and the log says so once.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

function load(name) {
  const bytes = readFileSync(`${__dirname}/${name}.js`);
  const cache = readCache(name, bytes);
  // ASCII is decoded faster, and takes half the memory.
  const source = cache?.isAscii ? bytes.latin1Slice() : bytes.utf8Slice();
  const code = `(function(exports,require,module,__filename,__dirname){${source}})`;
  // The cache contains the name it was compiled under. Both use the bare name, so no path of the build machine
  // appears.
  const script = new Script(code, { filename: `${name}.js`, cachedData: cache?.data });
  if (script.cachedDataRejected) reportUnused(name, 'V8 refused it; it runs with other flags here');
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, requireBeside, loaded, `${__dirname}/${name}.js`, __dirname);
  return loaded.exports;
}

// See warm.mjs: 64 bytes `v20.19.0 linux x64 ascii`, 32 bytes SHA-256 of the source, and V8's data.
function readCache(name, source) {
  let cache;
  try {
    cache = readFileSync(`${__dirname}/${name}.cache`);
  } catch {
    return undefined;
  }
  const [version, platform, arch, encoding] = cache.latin1Slice(0, 64).trim().split(' ');
  if (version !== process.version || platform !== process.platform || arch !== process.arch) {
    reportUnused(
      name,
      `it was made by Node ${version} on ${platform} ${arch}: build with the Node that runs it`,
    );
    return undefined;
  }
  if (!createHash('sha256').update(source).digest().equals(cache.subarray(64, 96))) {
    reportUnused(name, `it was made from another ${name}.js: build again`);
    return undefined;
  }
  return { isAscii: encoding === 'ascii', data: cache.subarray(96) };
}

let reported = false;
function reportUnused(name, reason) {
  if (reported) return;
  reported = true;
  const node = `${process.version} ${process.platform} ${process.arch}`;
  const head = { time: new Date().toISOString(), level: 'warn', event: 'code_cache.not_used' };
  console.log(JSON.stringify({ file: `${name}.cache`, reason, node, ...head }));
}

const shared = {};
function requireBeside(id) {
  const name = /^\.\/(sdk|wx-sdk)\.js$/.exec(id)?.[1];
  if (name === undefined) return require(id);
  shared[name] ??= load(name);
  return shared[name];
}

exports.main = load('function').main;
