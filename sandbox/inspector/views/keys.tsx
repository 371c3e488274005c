import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { Pill, Section } from '../components/content.tsx';
import { CopyButton, CopyCurl } from '../components/copies.tsx';
import { TableBox } from '../components/table-box.tsx';
import { date } from '../components/time.ts';
import { useSay } from '../i18n.ts';
import { attempt, useSlowly } from '../store.ts';

interface Keys {
  mode: string;
  certificates: { serialNo: string; certificatePem: string; effectiveMs: number; expireMs: number }[];
  publicKeyId: string;
  publicKeyPem: string;
}

const modes: readonly { mode: string; zh: string; en: string; hintZh: string; hintEn: string }[] = [
  {
    mode: 'certificate',
    zh: '平台证书',
    en: 'Platform certificates',
    hintZh: '证书签名；程序从 /v3/certificates 下载，用 APIv3 密钥解密。',
    hintEn:
      'Certificates sign. Programs download them from /v3/certificates and decrypt them with the APIv3 key.',
  },
  {
    mode: 'public-key',
    zh: '微信支付公钥',
    en: 'WeChat Pay public key',
    hintZh: '2024 年底之后的新商户只有公钥；/v3/certificates 回 404。',
    hintEn: 'All that merchants since late 2024 have; /v3/certificates answers 404.',
  },
  {
    mode: 'switching',
    zh: '灰度切换',
    en: 'Gradual switch',
    hintZh: '从证书换到公钥的几天里，两把钥匙都可能签名。',
    hintEn: 'For the days of a switch, either of the two may sign.',
  },
];

/** Which platform key signs, and its rotation at any moment. */
export function KeysView() {
  const say = useSay();
  const [keys, setKeys] = useState<Keys>();
  const revision = useSlowly(100, 'keys', 'reset');
  useEffect(() => {
    get<Keys>('/_sandbox/keys').then(setKeys, () => undefined);
  }, [revision]);
  const change: Change = (body) =>
    attempt(
      async () => setKeys(await post<Keys>('/_sandbox/keys', body)),
      say('平台密钥已变更', 'The platform keys changed'),
    );
  return (
    <div class="page">
      <header>
        <h2>{say('平台密钥', 'Platform keys')}</h2>
        <p class="lead">
          {say(
            '微信支付用哪把密钥给应答和回调签名。三种情况下都必须能正常收款。',
            'What WeChat Pay signs its answers and callbacks with. Money must come in with each of the three.',
          )}
        </p>
      </header>
      <fieldset class="choices">
        <legend class="hidden">{say('平台密钥的情况', 'Situation of the platform keys')}</legend>
        {modes.map(({ mode, zh, en, hintZh, hintEn }) => (
          <label key={mode} class="choice">
            <input type="radio" name="mode" checked={keys?.mode === mode} onChange={() => change({ mode })} />
            <strong>{say(zh, en)}</strong>
            <span>{say(hintZh, hintEn)}</span>
          </label>
        ))}
      </fieldset>
      <Section title={say('现在有效的钥匙', 'Keys in force')} aside={<Rotation change={change} />}>
        {keys && <KeyTable keys={keys} />}
      </Section>
    </div>
  );
}

type Change = (body: { mode?: string; rotate?: boolean | 'announce' | 'switch' }) => void;

/** The phases of a rotation, each at once. */
function Rotation({ change }: { change: Change }) {
  const say = useSay();
  return (
    <span class="row">
      <CopyCurl call={{ method: 'POST', path: '/_sandbox/keys', body: { rotate: true } }} />
      <button
        type="button"
        class="button small"
        title={say(
          '新证书可以下载，但还不签名：旧证书到期前 10 天',
          'The new certificate can be downloaded, and does not sign yet: 10 days before the old one ends',
        )}
        onClick={() => change({ rotate: 'announce' })}
      >
        {say('公布新证书', 'Announce')}
      </button>
      <button
        type="button"
        class="button small"
        title={say(
          '新旧证书都可能签名：旧证书到期前 5 天',
          'Either certificate may sign: the last 5 days of the old one',
        )}
        onClick={() => change({ rotate: 'switch' })}
      >
        {say('开始切换', 'Begin the switch')}
      </button>
      <button type="button" class="button small" onClick={() => change({ rotate: true })}>
        {say('立即轮换', 'Rotate now')}
      </button>
    </span>
  );
}

function KeyTable({ keys }: { keys: Keys }) {
  const say = useSay();
  const { mode, certificates, publicKeyId, publicKeyPem } = keys;
  const newest = certificates.at(-1)?.serialNo;
  return (
    <TableBox label={say('平台密钥', 'Platform keys')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('种类', 'Kind')}</th>
            <th scope="col">Wechatpay-Serial</th>
            <th scope="col">{say('有效期至', 'Valid until')}</th>
            <th scope="col">
              <span class="hidden">PEM</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...certificates].reverse().map(({ serialNo, certificatePem, expireMs }) => (
            <tr key={serialNo}>
              <td class="nowrap">
                {say('证书', 'Certificate')}{' '}
                {serialNo === newest ? (
                  <Pill tone="ok">{say('签名中', 'signing')}</Pill>
                ) : (
                  <Pill>{say('即将退役', 'retiring')}</Pill>
                )}
              </td>
              <td class="mono break">{serialNo}</td>
              <td class="mono nowrap">{date(expireMs)}</td>
              <td>
                <CopyButton
                  text={() => certificatePem}
                  label={say('复制证书 PEM', "Copy the certificate's PEM")}
                  shown="PEM"
                />
              </td>
            </tr>
          ))}
          <tr>
            <td class="nowrap">
              {say('公钥', 'Public key')}{' '}
              {mode === 'certificate' ? (
                <Pill>{say('未启用', 'not in use')}</Pill>
              ) : (
                <Pill tone="ok">{say('签名中', 'signing')}</Pill>
              )}
            </td>
            <td class="mono break">{publicKeyId}</td>
            <td class="mono">—</td>
            <td>
              <CopyButton
                text={() => publicKeyPem}
                label={say('复制公钥 PEM', "Copy the public key's PEM")}
                shown="PEM"
              />
            </td>
          </tr>
        </tbody>
      </table>
    </TableBox>
  );
}
