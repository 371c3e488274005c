/**
 * Packages that @cloudbase/node-sdk and axios load at their start and that no function here uses: two thirds of the
 * SDK's code, half of axios's. In the bundle each is a stub that throws, naming itself, on first use.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Who loads it → package → what needs it. */
export const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  axios: {
    http2: 'httpVersion: 2',
    'form-data': 'a form as request data (multipart bodies are written by shared/wechatpay/multipart.ts)',
    'https-proxy-agent': 'a proxy',
    './fetch.js': "adapter: 'fetch'",
    './xhr.js': "adapter: 'xhr'",
  },
  '@cloudbase/node-sdk': {
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
  },
  // Unmaintained, with advisories that nobody will fix: GHSA-p6mc-m468-83gw and GHSA-xxjr-mmjv-4gpg.
  '@cloudbase/database': {
    'lodash.set': 'collection.watch()',
    'lodash.unset': 'collection.watch()',
    'lodash.clonedeep': 'collection.watch()',
  },
};

/**
 * Replaces them where those packages ask for them; imports of the same names from anywhere else are left alone.
 * @param needed what this bundle uses all the same
 */
export function leaveOutUnused(needed: readonly string[] = []): Plugin {
  return {
    name: 'leave-out-unused',
    setup(build) {
      build.onResolve({ filter: /^([^./]|\.\/(fetch|xhr)\.js$)/ }, ({ path, importer }) => {
        const user =
          /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(importer)?.[1]?.replace('\\', '/') ?? '';
        const use = Object.hasOwn(leftOut, user) ? leftOut[user]?.[path] : undefined;
        return use === undefined || needed.includes(path)
          ? undefined
          : { path: `${path} of ${user}`, namespace: 'left-out', pluginData: { path, use } };
      });
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ pluginData }) => ({
        contents: stub(pluginData.path, pluginData.use),
        loader: 'js',
      }));
      build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]utils\.js$/ }, ({ path }) => ({
        contents: `${withoutFormData}\n${readFileSync(path, 'utf8')}`,
        loader: 'js',
      }));
    },
  };
}

/**
 * When it loads, axios checks whether FormData exists, which makes Node load undici; that costs more than axios itself.
 * axios also recognises a FormData by its tag.
 */
const withoutFormData = `const globalThis = Object.create(global, { FormData: { value: undefined } });`;

function stub(name: string, use: string): string {
  const message = `${name} is left out of this bundle (scripts/build/left-out.ts): ${use} cannot be used.`;
  const text = JSON.stringify(message);
  // `__esModule` is read by the SDK's compiled imports while loading; any other property means that it is used.
  const thrower = `new Proxy(function () {}, {
    get(_, key) { if (key === '__esModule') return false; throw new Error(${text}); },
    apply() { throw new Error(${text}); },
    construct() { throw new Error(${text}); },
  })`;
  // axios picks the first adapter that the platform supports.
  if (name === './xhr.js') return 'module.exports = false;';
  if (name === './fetch.js') return `exports.getFetch = () => { throw new Error(${text}); };`;
  if (name !== '@cloudbase/wx-cloud-client-sdk') return `module.exports = ${thrower};`;
  // The SDK calls these in init() inside a catch-all, so the call itself succeeds and its result throws when used.
  return `module.exports = { generateHTTPClient: () => ${thrower}, generateMySQLClient: () => { throw new Error(${text}); } };`;
}
