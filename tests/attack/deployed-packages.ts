/**
 * Every package that is in a deployed script, with its version, and why it may be there. The advisories are those that
 * were known for the package when this version was chosen; a new version is looked up and argued again.
 */

/** English and Chinese. */
export type Both = readonly [en: string, zh: string];

export interface DeployedPackage {
  readonly does: Both;
  /** Known advisories, by a version that is said to have the fix; the fix may be in an earlier one. */
  readonly fixed?: Readonly<Record<string, readonly string[]>>;
  /** Releases that somebody else had taken over. */
  readonly malicious?: readonly string[];
  /** Why the next advisory would reach little here. */
  readonly exposure?: Both;
  /** Declares no licence: said below the table. */
  readonly hasNoLicence?: true;
  /** For one without a release in years: why that is no risk here. */
  readonly unchanged?: Both;
}

/** The helpers of form-data that tell what a platform's prototypes have; each is a page of code without input. */
const languageHelper = (): DeployedPackage => ({
  does: ['Recognises a FormData by its tag, for form-data.', '供 form-data 按标签识别 FormData。'],
});
const protobufPart = (en: string, zh: string): DeployedPackage => ({ does: [en, zh] });

export const deployedPackages: Readonly<Record<string, DeployedPackage>> = {
  'axios@1.21.1': {
    does: [
      'HTTP to WeChat Pay and to the server API of the mini-program.',
      '向微信支付和小程序服务端接口发送 HTTP 请求。',
    ],
    fixed: {
      '1.13.0': ['CVE-2023-45857', 'CVE-2024-39338', 'CVE-2025-27152', 'CVE-2025-58754'],
      '1.15.0': ['CVE-2025-62718', 'CVE-2026-25639', 'CVE-2026-40175'],
      '1.15.1': ['CVE-2026-42033', 'CVE-2026-42038', 'CVE-2026-42042'],
      '1.15.2': ['GHSA-3w6x-2g7m-8v23'],
      '1.16.0': [
        ...['CVE-2026-42035', 'CVE-2026-42039', 'CVE-2026-42041', 'CVE-2026-42043', 'CVE-2026-42044'],
        ...['CVE-2026-44488', 'CVE-2026-44492', 'CVE-2026-44494'],
      ],
      '1.18.0': [
        ...['CVE-2026-67313', 'CVE-2026-67314', 'CVE-2026-67320', 'CVE-2026-67321', 'GHSA-7q8q-rj6j-mhjq'],
        ...['GHSA-gcfj-64vw-6mp9', 'GHSA-hcpx-6fm6-wx23', 'GHSA-mmx7-hfxf-jppx', 'GHSA-mwf2-3pr3-8698'],
        ...['GHSA-xj6q-8x83-jv6g'],
      ],
    },
    malicious: ['0.30.4', '1.14.1'],
    exposure: [
      'Redirects and proxies are off, hosts come from the configuration, sizes and times are limited (http/axios-transport.ts).',
      '不跟随重定向，不用代理，主机来自配置，大小和时间都有上限（http/axios-transport.ts）。',
    ],
  },
  'follow-redirects@1.16.3': {
    does: [
      'The request of axios; it follows nothing, as maxRedirects is 0.',
      'axios 的请求；maxRedirects 为 0，不跟随重定向。',
    ],
    fixed: { '1.15.6': ['CVE-2023-26159', 'CVE-2024-28849'], '1.16.0': ['CVE-2026-40895'] },
  },
  'proxy-from-env@2.1.0': {
    does: ['Loaded by axios; proxy is false.', '由 axios 加载；proxy 为 false。'],
  },
  'debug@4.4.3': {
    does: ['Loaded by follow-redirects, and silent.', '由 follow-redirects 加载，不输出。'],
    fixed: { '2.6.9': ['CVE-2017-16137'] },
    malicious: ['4.4.2'],
  },
  'ms@2.1.3': {
    does: ['Durations, for debug and agentkeepalive.', '供 debug 和 agentkeepalive 换算时长。'],
    fixed: { '2.0.0': ['CVE-2017-20162'] },
  },
  'has-flag@4.0.0': {
    does: ['For debug: does the terminal have colours?', '供 debug 判断终端是否有颜色。'],
  },
  'supports-color@7.2.0': {
    does: ['For debug: does the terminal have colours?', '供 debug 判断终端是否有颜色。'],
    malicious: ['10.2.1'],
  },
  'zod@4.6.7': {
    does: ['Checks every event.', '校验每个事件。'],
    fixed: { '3.22.3': ['CVE-2023-4316'] },
  },
  '@cloudbase/node-sdk@3.18.3': {
    does: ['Documents, files and calls.', '文档、文件和调用。'],
  },
  '@cloudbase/node-sdk@3.17.2': {
    does: ['The SDK inside of the other one.', 'wx-server-sdk 内部的 SDK。'],
  },
  '@cloudbase/database@1.4.3': {
    does: ['Commands of the document database.', '文档型数据库的命令。'],
  },
  '@cloudbase/signature-nodejs@2.2.0': {
    does: ['Signs requests to CloudBase.', '为发往云开发的请求签名。'],
    hasNoLicence: true,
  },
  'wx-server-sdk@4.0.2': {
    does: ['Cloud calls: shipping information and messages.', '云调用：发货信息和消息。'],
  },
  'bson@4.7.2': {
    does: ['EJSON of the document database.', '文档型数据库的 EJSON。'],
    fixed: { '1.1.4': ['CVE-2019-2391', 'CVE-2020-7610'] },
    exposure: [
      'Only EJSON from CloudBase itself is read, no BSON.',
      '只读取云开发返回的 EJSON，不读取 BSON。',
    ],
  },
  'agentkeepalive@4.6.0': {
    does: ['Connections; the functions use none of its own.', '连接；云函数不使用它的连接。'],
  },
  'humanize-ms@1.2.1': {
    does: ['Durations of agentkeepalive.', 'agentkeepalive 的时长。'],
    unchanged: ['Ten lines, which read an option of our own.', '仅十行，读取我们自己的选项。'],
  },
  'retry@0.13.1': {
    does: ['Delays between attempts.', '重试之间的间隔。'],
    unchanged: ['It counts; it reads nothing from outside.', '只计数，不读取外部数据。'],
  },
  'clone@2.1.2': {
    does: ['Copies the headers that are signed.', '复制待签名的请求头。'],
    unchanged: ['It copies objects that the SDK has built.', '只复制 SDK 自己构造的对象。'],
  },
  'is-stream@2.0.1': { does: ['Tells a stream from a value.', '区分流和普通值。'] },
  'form-data@4.0.6': {
    does: ['A cloud call is a form.', '云调用以表单发送。'],
    fixed: { '4.0.4': ['CVE-2025-7783'], '4.0.6': ['CVE-2026-12143'] },
  },
  'asynckit@0.4.0': {
    does: ['For form-data.', '供 form-data 使用。'],
    unchanged: [
      'It runs callbacks in turn; it reads nothing from outside.',
      '依次执行回调，不读取外部数据。',
    ],
  },
  'combined-stream@1.0.8': {
    does: ['For form-data.', '供 form-data 使用。'],
    unchanged: ['It joins the streams that form-data gives it.', '只拼接 form-data 给的流。'],
  },
  'delayed-stream@1.0.0': {
    does: ['For combined-stream.', '供 combined-stream 使用。'],
    unchanged: ['It holds a stream back; it reads nothing from outside.', '只暂缓一个流，不读取外部数据。'],
  },
  'mime-types@2.1.35': {
    does: ['Types of the parts of a form.', '表单各部分的类型。'],
  },
  'mime-db@1.52.0': { does: ['Data of mime-types.', 'mime-types 的数据。'] },
  'mime-db@1.54.0': {
    does: ['Needed by wx-server-sdk, which does not declare it.', 'wx-server-sdk 需要它，却没有声明。'],
  },
  'json-bigint@1.0.0': {
    does: ['Answers of cloud calls, with numbers of any length.', '解析云调用应答中任意长度的数字。'],
    fixed: { '1.0.0': ['CVE-2020-8237'] },
    unchanged: ["It reads answers of WeChat's own server only.", '只读取微信服务器的应答。'],
  },
  'bignumber.js@9.3.1': {
    does: ['Long numbers of json-bigint.', 'json-bigint 的长数字。'],
  },
  'protobufjs@7.6.6': {
    does: [
      'The frame of a cloud call. Definitions are compiled in; none is read at run time.',
      '云调用的数据帧；定义已编译在内，运行时不读取任何定义。',
    ],
    fixed: {
      '7.2.5': ['CVE-2022-25878', 'CVE-2023-36665'],
      '7.5.5': ['CVE-2026-41242'],
      '7.5.6': ['CVE-2026-44288 – CVE-2026-44294'],
      '7.6.1': ['CVE-2026-48712'],
      '7.6.2': ['CVE-2026-45740'],
      '7.6.3': ['CVE-2026-54269'],
      '7.6.5': ['CVE-2026-59877'],
    },
    exposure: ['Only answers of WeChat itself are decoded.', '只解码微信服务器的应答。'],
  },
  'long@5.3.2': {
    does: ['Numbers of 64 bits, for protobufjs.', '供 protobufjs 处理 64 位数字。'],
  },
  '@protobufjs/aspromise@1.1.2': protobufPart(
    'Promises of callbacks, for protobufjs.',
    '供 protobufjs 把回调变为 Promise。',
  ),
  '@protobufjs/base64@1.1.2': protobufPart('Base64, for protobufjs.', '供 protobufjs 处理 Base64。'),
  '@protobufjs/eventemitter@1.1.1': protobufPart('Events, for protobufjs.', '供 protobufjs 处理事件。'),
  '@protobufjs/float@1.0.2': protobufPart('Floats as bytes, for protobufjs.', '供 protobufjs 读写浮点数。'),
  '@protobufjs/pool@1.1.0': protobufPart('Buffers, for protobufjs.', '供 protobufjs 分配缓冲区。'),
  '@protobufjs/utf8@1.1.2': {
    ...protobufPart('UTF-8, for protobufjs.', '供 protobufjs 处理 UTF-8。'),
    fixed: { '1.1.1': ['CVE-2026-44288'] },
  },
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
