/**
 * Every package that is in a deployed script, with its version, and why it may be there. The advisories are those that
 * were known for the package when this version was chosen; a new version is looked up and argued again.
 */

export interface DeployedPackage {
  /** Who needs it. */
  readonly for: 'functions' | '@cloudbase/node-sdk' | 'wx-server-sdk' | 'both SDKs';
  readonly does: string;
  /** Known advisories, and why they do not apply to this version or to its use here. */
  readonly advisories?: string;
  /** For one that declares no licence: what is known of it. */
  readonly licence?: string;
  /** For one without a release in years: why that is no risk here. */
  readonly unchanged?: string;
}

/** The helpers of form-data that tell what a platform's prototypes have; each is a page of code without input. */
const languageHelper = (): DeployedPackage => ({
  for: 'wx-server-sdk',
  does: 'Recognises a FormData by its tag, for form-data.',
});
const protobufPart = (does: string): DeployedPackage => ({ for: 'wx-server-sdk', does });

export const deployedPackages: Readonly<Record<string, DeployedPackage>> = {
  'axios@1.21.1': {
    for: 'functions',
    does: 'HTTP to WeChat Pay and to the server API of the mini-program.',
    advisories:
      'CVE-2023-45857, CVE-2024-39338, CVE-2025-27152 and CVE-2025-58754 are fixed before 1.13, CVE-2025-62718 and CVE-2026-40175 in 1.15.0, CVE-2026-42033, CVE-2026-42038 and CVE-2026-42042 in 1.15.1, prototype pollution and socketPath in 1.15.2, CVE-2026-67320 and CVE-2026-67321 by 1.20.0. Redirects and proxies are off, hosts come from the configuration, and sizes and times are limited (http/axios-transport.ts).',
  },
  'follow-redirects@1.16.3': {
    for: 'functions',
    does: 'The request of axios; it follows nothing, as maxRedirects is 0.',
    advisories:
      'CVE-2023-26159 and CVE-2024-28849 are fixed in 1.15.6, CVE-2026-40895 (own headers sent to another host) in 1.16.0.',
  },
  'proxy-from-env@2.1.0': { for: 'functions', does: 'Loaded by axios; proxy is false.' },
  'debug@4.4.3': {
    for: 'functions',
    does: 'Loaded by follow-redirects, and silent.',
    advisories: 'CVE-2017-16137 is fixed in 2.6.9; the malicious release was 4.4.2 only.',
  },
  'ms@2.1.3': {
    for: 'both SDKs',
    does: 'Durations, for debug and agentkeepalive.',
    advisories: 'CVE-2017-20162 is fixed in 2.0.0.',
  },
  'has-flag@4.0.0': { for: 'functions', does: 'For debug: does the terminal have colours?' },
  'supports-color@7.2.0': { for: 'functions', does: 'For debug: does the terminal have colours?' },
  'zod@4.6.7': {
    for: 'functions',
    does: 'Checks every event.',
    advisories: 'CVE-2023-4316 (an expression for e-mail addresses) is fixed in 3.22.3.',
  },
  '@cloudbase/node-sdk@3.18.3': { for: '@cloudbase/node-sdk', does: 'Documents, files and calls.' },
  '@cloudbase/node-sdk@3.17.2': { for: 'wx-server-sdk', does: 'The SDK inside of the other one.' },
  '@cloudbase/database@1.4.3': { for: 'both SDKs', does: 'Commands of the document database.' },
  '@cloudbase/signature-nodejs@2.2.0': {
    for: 'both SDKs',
    does: 'Signs requests to CloudBase.',
    licence:
      'none: not in package.json, in no file of the package, and its npm page says none (npmjs.com/package/@cloudbase/signature-nodejs); its repository is internal to Tencent. @cloudbase/node-sdk and wx-server-sdk, which are MIT, depend on it; this repository does not contain it',
  },
  'wx-server-sdk@4.0.2': { for: 'wx-server-sdk', does: 'Cloud calls: shipping information and messages.' },
  'bson@4.7.2': {
    for: 'both SDKs',
    does: 'EJSON of the document database.',
    advisories:
      'CVE-2019-2391 and CVE-2020-7610 are fixed in 1.1.4. Only EJSON from CloudBase itself is read, no BSON.',
  },
  'agentkeepalive@4.6.0': { for: 'both SDKs', does: 'Connections; the functions use none of its own.' },
  'humanize-ms@1.2.1': {
    for: 'both SDKs',
    does: 'Durations of agentkeepalive.',
    unchanged: 'Ten lines, which read an option of our own.',
  },
  'retry@0.13.1': {
    for: 'both SDKs',
    does: 'Delays between attempts.',
    unchanged: 'It counts; it reads nothing from outside.',
  },
  'clone@2.1.2': {
    for: 'both SDKs',
    does: 'Copies the headers that are signed.',
    unchanged: 'It copies objects that the SDK has built.',
  },
  'is-stream@2.0.1': { for: 'both SDKs', does: 'Tells a stream from a value.' },
  'form-data@4.0.6': {
    for: 'wx-server-sdk',
    does: 'A cloud call is a form.',
    advisories:
      'CVE-2025-7783 (boundaries that can be guessed) is fixed in 4.0.4, CVE-2026-12143 (line breaks in names) in 4.0.6.',
  },
  'asynckit@0.4.0': {
    for: 'wx-server-sdk',
    does: 'For form-data.',
    unchanged: 'It runs callbacks in turn; it reads nothing from outside.',
  },
  'combined-stream@1.0.8': {
    for: 'wx-server-sdk',
    does: 'For form-data.',
    unchanged: 'It joins the streams that form-data gives it.',
  },
  'delayed-stream@1.0.0': {
    for: 'wx-server-sdk',
    does: 'For combined-stream.',
    unchanged: 'It holds a stream back; it reads nothing from outside.',
  },
  'mime-types@2.1.35': { for: 'wx-server-sdk', does: 'Types of the parts of a form.' },
  'mime-db@1.52.0': { for: 'wx-server-sdk', does: 'Data of mime-types.' },
  'mime-db@1.54.0': { for: 'wx-server-sdk', does: 'Needed by wx-server-sdk, which does not declare it.' },
  'json-bigint@1.0.0': {
    for: 'wx-server-sdk',
    does: 'Answers of cloud calls, with numbers of any length.',
    advisories: 'CVE-2020-8237 (prototype pollution) is fixed in 1.0.0.',
    unchanged: "It reads answers of WeChat's own server only.",
  },
  'bignumber.js@9.3.1': { for: 'wx-server-sdk', does: 'Long numbers of json-bigint.' },
  'protobufjs@7.6.6': {
    for: 'wx-server-sdk',
    does: 'The frame of a cloud call. Definitions are compiled in; none is read at run time.',
    advisories:
      'CVE-2022-25878 and CVE-2023-36665 are fixed in 7.2.5, CVE-2026-41242 in 7.5.5, CVE-2026-44288 to CVE-2026-44294 in 7.5.6, CVE-2026-48712 in 7.6.1, CVE-2026-59877 in 7.6.5. Only answers of WeChat itself are decoded.',
  },
  'long@5.3.2': { for: 'wx-server-sdk', does: 'Numbers of 64 bits, for protobufjs.' },
  '@protobufjs/aspromise@1.1.2': protobufPart('Promises of callbacks, for protobufjs.'),
  '@protobufjs/base64@1.1.2': protobufPart('Base64, for protobufjs.'),
  '@protobufjs/eventemitter@1.1.1': protobufPart('Events, for protobufjs.'),
  '@protobufjs/float@1.0.2': protobufPart('Floats as bytes, for protobufjs.'),
  '@protobufjs/pool@1.1.0': protobufPart('Buffers, for protobufjs.'),
  '@protobufjs/utf8@1.1.2': protobufPart('UTF-8, for protobufjs.'),
  'async-function@1.0.0': languageHelper(),
  'async-generator-function@1.0.0': languageHelper(),
  'call-bind-apply-helpers@1.0.2': languageHelper(),
  'dunder-proto@1.0.1': languageHelper(),
  'es-define-property@1.0.1': languageHelper(),
  'es-errors@1.3.0': languageHelper(),
  'es-object-atoms@1.1.2': languageHelper(),
  'es-set-tostringtag@2.1.0': languageHelper(),
  'function-bind@1.1.2': languageHelper(),
  'generator-function@2.0.1': languageHelper(),
  'get-intrinsic@1.3.1': languageHelper(),
  'get-proto@1.0.1': languageHelper(),
  'gopd@1.2.0': languageHelper(),
  'has-symbols@1.1.0': languageHelper(),
  'has-tostringtag@1.0.2': languageHelper(),
  'hasown@2.0.4': languageHelper(),
  'math-intrinsics@1.1.0': languageHelper(),
};
