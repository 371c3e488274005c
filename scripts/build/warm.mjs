// Child process of the build: runs each script once, so that V8 compiles what a cold start needs, and writes the
// compiled code beside it. For the SDK it also makes one call of each kind to a server of its own on loopback.
// Usage: node warm.mjs FILE.js …
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { Script } from 'node:vm';

const emptyAnswer = {
  requestId: 'warm',
  data: {
    insertedIds: ['a'],
    list: [],
    updated: 0,
    deleted: 0,
    response_data: '{}',
    download_list: [],
    delete_list: [],
  },
};

for (const filename of process.argv.slice(2)) {
  const bytes = readFileSync(filename);
  const utf8 = bytes.toString('utf8');
  const isAscii = utf8.length === bytes.length;
  const source = isAscii ? bytes.toString('latin1') : utf8;
  // Compiled under its bare name: the compiled code carries it, and a stack trace in the cloud would show this machine's path.
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}})`, {
    filename: basename(filename),
  });
  const loaded = { exports: {} };
  const folder = dirname(filename);
  script.runInThisContext()(loaded.exports, createRequire(filename), loaded, filename, folder);
  for (const load of loaded.exports.lazy ?? []) await load();
  if (basename(filename) === 'sdk.js') await useSdk(loaded.exports);
  const made = `${process.version} ${process.platform} ${process.arch} ${isAscii ? 'ascii' : 'utf8'}`;
  const header = Buffer.concat([
    Buffer.from(made.padEnd(64), 'latin1'),
    createHash('sha256').update(bytes).digest(),
  ]);
  const target = `${folder}/${basename(filename, '.js')}.cache`;
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([header, script.createCachedData()]));
  renameSync(draft, target);
}

async function useSdk(tcb) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(emptyAnswer));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.TCB_CONTEXT_CNFG = JSON.stringify({ URL: `http://127.0.0.1:${server.address().port}/admin` });
  try {
    const app = tcb.init({ env: tcb.SYMBOL_CURRENT_ENV, timeout: 5000, keepalive: false });
    const db = app.database();
    const { command } = db;
    const collection = db.collection('warm');
    await collection.add({ _id: 'a', nested: { list: [1] } });
    await collection.doc('a').get();
    await collection
      .where({ _id: 'a', state: command.eq('A'), at: command.and(command.gt(1), command.lt(2)) })
      .update({ state: command.set('B') });
    await collection
      .where({ state: command.in(['A']) })
      .orderBy('at', 'asc')
      .limit(10)
      .get();
    await collection.doc('a').remove();
    await app.callFunction({ name: 'warm', data: {} }, { timeout: 5000 });
    await app.getTempFileURL({ fileList: [{ fileID: 'cloud://a.b/c', maxAge: 60 }] });
    await app.deleteFile({ fileList: ['cloud://a.b/c'] });
  } finally {
    server.close();
  }
}
