import { useEffect, useState } from 'preact/hooks';
import { samples } from '../../connect/built-samples.ts';
import { type Credentials, shellSetup, variablesOf } from '../../connect/shell-setup.ts';
import { get } from '../api.ts';
import { HeaderTable, Pill, Section } from '../components/content.tsx';
import { CopyButton } from '../components/copies.tsx';
import { Refusal } from '../components/refusal.tsx';
import { useSay } from '../i18n.ts';
import type { ExchangeEvent } from '../model/events.ts';
import { feed, open, standalone, useSlowly, useTopics } from '../store.ts';

const kinds = ['direct', 'partner', 'ecommerce'] as const;
type Kind = (typeof kinds)[number];

/** What a program in any language needs to connect to this sandbox, and whether it has. */
export function ConnectView() {
  const say = useSay();
  const [accounts, setAccounts] = useState<Record<Kind, Credentials>>();
  const [kind, setKind] = useState<Kind>('direct');
  const revision = useSlowly(100, 'keys', 'reset');
  useEffect(() => {
    get<Record<Kind, Credentials>>('/_sandbox/credentials').then(setAccounts, () => undefined);
  }, [revision]);
  const account = accounts?.[kind];
  const label: Record<Kind, string> = {
    direct: say('直连商户', 'Direct merchant'),
    partner: say('普通服务商', 'Service provider'),
    ecommerce: say('电商平台', 'E-commerce platform'),
  };
  return (
    <div class="page">
      <header>
        <h2>{say('接入你的程序', 'Connect your code')}</h2>
        <p class="lead">
          {say(
            '任何语言、任何 SDK 都可以把微信支付的地址换成这里：签名、验签、回调与真实环境一致，证书和密钥都是沙箱自己的。',
            'A program in any language, with any SDK, can call this in place of WeChat Pay. Signatures and callbacks are the real protocol; keys and certificates belong to the sandbox.',
          )}
        </p>
      </header>
      <FirstRequest />
      <Section
        title={say('商户', 'Merchant')}
        aside={
          <fieldset class="row plain" aria-label={say('商户', 'Merchant')}>
            {kinds.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === kind}
                class={`button small ${each === kind ? 'primary' : ''}`}
                onClick={() => setKind(each)}
              >
                {label[each]}
              </button>
            ))}
          </fieldset>
        }
      >
        {account && <Setup account={account} />}
      </Section>
      <Samples />
    </div>
  );
}

function Setup({ account }: { account: Credentials }) {
  const say = useSay();
  return (
    <>
      <HeaderTable headers={variablesOf(account, location.origin)} />
      <p class="row">
        <CopyButton
          text={() => shellSetup(account, location.origin)}
          label={say(
            '复制全部为 shell 命令：写好密钥文件并设置以上变量',
            'Copy all as shell commands that write the key files and set these variables',
          )}
          shown={say('复制全部为 shell 命令', 'Copy all as shell commands')}
        />
        <CopyButton
          text={() => account.privateKeyPem}
          label={say('复制商户私钥', 'Copy the private key')}
          shown={say('商户私钥', 'Private key')}
        />
        <CopyButton
          text={() => account.publicKeyPem}
          label={say('复制微信支付公钥', "Copy WeChat Pay's public key")}
          shown={say('微信支付公钥', 'WeChat Pay public key')}
        />
      </p>
    </>
  );
}

function Samples() {
  const say = useSay();
  const [name, setName] = useState(samples[0]!.name);
  const { file, text, command } = samples.find((sample) => sample.name === name)!;
  return (
    <Section
      title={say('完整的示例程序', 'Complete programs')}
      aside={
        <fieldset class="row plain" aria-label={say('语言', 'Language')}>
          {samples.map((sample) => (
            <button
              key={sample.name}
              type="button"
              aria-pressed={sample.name === name}
              class={`button small ${sample.name === name ? 'primary' : ''}`}
              onClick={() => setName(sample.name)}
            >
              {sample.name}
            </button>
          ))}
        </fieldset>
      }
    >
      <p class="lead">
        {say(
          '下单、验签、解密回调、查单，一个文件。示例只认微信支付公钥，请先在「密钥」里选择「微信支付公钥」。设置以上变量后运行：',
          'Places an order, verifies, decrypts the callback, queries: one file. It knows the public key only: choose it under Keys first. With the variables set, run: ',
        )}
        <code>{command}</code>
        {standalone
          ? say('，再在左边的手机上付款。', ', then pay on the phone at the left.')
          : say('，再在收银台付款。', ', then pay at the cashier.')}{' '}
        <CopyButton text={() => text} label={say(`复制 ${file}`, `Copy ${file}`)} shown={file} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="program" aria-label={file} tabIndex={0}>
        <pre class="mono">{text}</pre>
      </section>
    </Section>
  );
}

/** The newest request of a program outside of the sandbox. Those of its own functions belong to an invocation. */
function newest(): ExchangeEvent | undefined {
  return feed.exchanges.findLast(({ invocationId }) => invocationId === undefined);
}

function FirstRequest() {
  const say = useSay();
  useTopics('exchanges', 'reset');
  const event = newest();
  if (!event) {
    return (
      <p class="notice waiting" role="status">
        <span class="light" />{' '}
        {say('正在等待你的程序的第一个请求…', 'Waiting for the first request of your program …')}
      </p>
    );
  }
  const { id, request, answer, verdict, signature } = event.data;
  return (
    <div class="notice" role="status">
      <p class="row">
        {verdict === 'passed' ? (
          <Pill tone="ok">{say('签名正确', 'Signature verified')}</Pill>
        ) : (
          <Pill tone="bad">{say('被拒绝', 'Refused')}</Pill>
        )}
        <code>
          {request.method} {request.target.split('?')[0]}
        </code>
        {answer && <span>HTTP {answer.status}</span>}
        <button type="button" class="button small" onClick={() => open('exchanges', String(id))}>
          {say('查看', 'Show')}
        </button>
      </p>
      {signature && <p>{say(signature.hintZh, signature.hint)}</p>}
      <Refusal exchange={event.data} />
    </div>
  );
}
