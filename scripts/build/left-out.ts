/**
 * Packages that @cloudbase/node-sdk loads at its start and that no function here uses. They are two thirds of its code.
 * In the bundle each is a stub that throws, naming itself, at the first touch.
 */
import type { Plugin } from 'esbuild';

/** Package → what of the SDK needs it. */
export const leftOut: Readonly<Record<string, string>> = {
  '@cloudbase/ai': 'app.ai()',
  '@cloudbase/app': 'app.ai()',
  '@cloudbase/wx-cloud-client-sdk': 'app.models, app.mysql(), app.rdb()',
  'web-streams-polyfill': 'app.ai()',
  jsonwebtoken: 'app.auth().createTicket()',
  xml2js: 'app.uploadFile()',
  'form-data': 'app.callCompatibleWxOpenApi(), app.callWxPayApi(), app.wxCallContainerApi()',
  'https-proxy-agent': 'init({ proxy })',
  'http-proxy-agent': 'init({ proxy })',
  axios: 'app.requestClient, and the look-up of instance metadata outside of cloud functions',
};

/** Replaces them where the SDK itself asks for them; our own imports of the same names are left alone. */
export function leaveOutUnused(): Plugin {
  return {
    name: 'leave-out-unused',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        const fromSdk = /[\\/]@cloudbase[\\/]node-sdk[\\/]/.test(importer);
        return fromSdk && Object.hasOwn(leftOut, path) ? { path, namespace: 'left-out' } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
        contents: stub(path),
        loader: 'js',
      }));
    },
  };
}

function stub(name: string): string {
  const message = `${name} is left out of this bundle (scripts/build/left-out.ts): ${leftOut[name]} cannot be used.`;
  const text = JSON.stringify(message);
  // `__esModule` is what the SDK's compiled imports look at while loading; everything else is use.
  const thrower = `new Proxy(function () {}, {
    get(_, key) { if (key === '__esModule') return false; throw new Error(${text}); },
    apply() { throw new Error(${text}); },
    construct() { throw new Error(${text}); },
  })`;
  if (name !== '@cloudbase/wx-cloud-client-sdk') return `module.exports = ${thrower};`;
  // The SDK calls these in init() inside a catch-all: so the call succeeds, and its result throws when used.
  return `module.exports = { generateHTTPClient: () => ${thrower}, generateMySQLClient: () => { throw new Error(${text}); } };`;
}
