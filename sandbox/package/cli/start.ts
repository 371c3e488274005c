import { once } from 'node:events';
import { type ServedSandbox, type ServeOptions, serveSandbox } from '../serve.ts';
import type { Command, CommandContext } from './command.ts';
import { descriptionOf, writeCa } from './description.ts';
import { oneOf, readFlags, readPort, usualUrl } from './flags.ts';

const usage = `
  --port N              listen on this port; 0 = any free port (default 8700)      监听端口；0 为任意空闲端口，默认 8700
  --proxy-port N        an HTTP CONNECT proxy for SDKs with a fixed host           供域名写死的 SDK 使用的代理
  --tls-port N          also answer https for api.mch.weixin.qq.com                同时以微信支付的域名提供 https
  --seed TEXT           the same merchants, keys and numbers each time             种子相同，商户、密钥和编号也相同
  --state FILE          keep everything across restarts                            状态写入文件，重启后继续
  --config FILE         your own merchants, see docs/fidelity.md                   使用自己的商户，写法见 docs/fidelity.md
  --keys MODE           what signs: certificate, public-key or, by default,        用什么签名：平台证书、微信支付公钥，
                        switching: either                                          默认 switching：两者都可能
  --json                one line of JSON first; ends when standard input closes    首行输出 JSON；标准输入关闭时退出
  --host ADDRESS        listen on another address than 127.0.0.1: be careful       监听 127.0.0.1 以外的地址，请谨慎
  --allow-host NAME     a further Host for control calls (repeatable)              控制接口另外接受的 Host，可重复
  --callback-host NAME  a further host that callbacks may go to (repeatable)       回调另外可以发往的主机，可重复
`;

const modes = ['certificate', 'public-key', 'switching'] as const;

interface StartFlags {
  readonly serve: ServeOptions;
  readonly json: boolean;
  readonly host: string | undefined;
}

export const start: Command = {
  name: 'start',
  summary: { en: 'start a sandbox (the default)', zh: '启动沙箱（默认命令）' },
  usage,
  async run(args, context) {
    const flags = readStartFlags(args, context);
    const sandbox = await serveSandbox(flags.serve);
    const ca = writeCa(sandbox);
    if (flags.host !== undefined) context.report(exposedWarning(flags.host));
    if (flags.json)
      context.print(
        JSON.stringify({
          ...descriptionOf(sandbox, ca.file, context.version),
          caPem: sandbox.simulator.caPem(),
          credentials: sandbox.simulator.credentials(),
        }),
      );
    else context.print(`wechatpay sandbox: ${sandbox.url}`);
    if (!flags.json) context.report(guide(sandbox, ca.file, context));
    await Promise.race([context.interrupted(), ...(flags.json ? [closed(context.stdin)] : [])]);
    await sandbox.close();
    ca.remove();
    return 0;
  },
};

function readStartFlags(args: readonly string[], context: CommandContext): StartFlags {
  const { values } = readFlags(
    args,
    {
      port: { type: 'string', default: '8700' },
      'proxy-port': { type: 'string' },
      'tls-port': { type: 'string' },
      seed: { type: 'string' },
      state: { type: 'string' },
      config: { type: 'string' },
      keys: { type: 'string', default: 'switching' },
      json: { type: 'boolean', default: false },
      host: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      'callback-host': { type: 'string', multiple: true },
    },
    context.program,
  );
  const port = (flag: string, text: string | undefined) =>
    text === undefined ? undefined : readPort(flag, text);
  return {
    json: values.json,
    host: values.host,
    serve: {
      port: readPort('--port', values.port),
      proxyPort: port('--proxy-port', values['proxy-port']),
      tlsPort: port('--tls-port', values['tls-port']),
      host: values.host,
      controlHosts: values['allow-host'],
      callbackHosts: values['callback-host'],
      seed: values.seed,
      stateFile: values.state,
      configFile: values.config,
      keyMode: oneOf('--keys', values.keys, modes),
      pages: context.pages,
    },
  };
}

function guide(sandbox: ServedSandbox, caFile: string, { program, pages }: CommandContext): string {
  const { url, tlsUrl, proxyUrl } = sandbox;
  const lines = [
    ...(pages === undefined ? [] : [['Inspector 检查器', `${url}/`]]),
    ['Credentials 商户号与密钥', `${url}/_sandbox/credentials`],
    ['Control calls 控制接口', `${url}/_sandbox`],
    ['Point your SDK at it 指向沙箱', `base URL ${url} instead of https://api.mch.weixin.qq.com`],
    ...(proxyUrl === undefined
      ? []
      : [['Or, host fixed 域名写死', `HTTPS_PROXY=${proxyUrl} and trust ${caFile}`]]),
    ...(tlsUrl === undefined
      ? []
      : [
          [
            'https',
            `${tlsUrl} for api.mch.weixin.qq.com; trust this CA in the program under test only: ${caFile}`,
          ],
        ]),
    ...(proxyUrl === undefined && tlsUrl === undefined
      ? [
          [
            'Host fixed? 域名写死？',
            `start with --proxy-port 8701, then: ${program} env${url === usualUrl ? '' : ` --url ${url}`}`,
          ],
        ]
      : []),
  ];
  return lines.map(([what, where]) => `  ${what}: ${where}`).join('\n');
}

function exposedWarning(host: string): string {
  const line = '!'.repeat(78);
  return [
    line,
    `WARNING: the sandbox listens on ${host}. Whoever reaches this port gets private keys, pays`,
    'orders and moves the clock. Never do this on a network that you do not control.',
    `警告：沙箱正在监听 ${host}。能访问该端口的任何人都能拿到（沙箱的）私钥、支付订单、拨动时钟。`,
    line,
  ].join('\n');
}

async function closed(stdin: NodeJS.ReadableStream): Promise<void> {
  stdin.resume();
  await Promise.race([once(stdin, 'end'), once(stdin, 'close')]);
}
