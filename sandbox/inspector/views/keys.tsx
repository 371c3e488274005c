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
    hintZh: '用平台证书签名；程序从 /v3/certificates 下载证书，用 APIv3 密钥解密。',
    hintEn:
      'Certificates sign. Programs download them from /v3/certificates and decrypt them with the APIv3 key.',
  },
  {
    mode: 'public-key',
    zh: '微信支付公钥',
    en: 'WeChat Pay public key',
    hintZh: '2024 年底之后的新商户只有公钥；/v3/certificates 返回 404。',
    hintEn: 'New merchants since late 2024 have only the public key; /v3/certificates answers 404.',
  },
  {
    mode: 'switching',
    zh: '灰度切换',
    en: 'Gradual switch',
    hintZh: '从证书切换到公钥期间，两者都可能用于签名。',
    hintEn: 'During the switch from certificate to public key, either may sign.',
  },
];

/** Which platform key signs, and controls to rotate it. */
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
            '微信支付用哪个密钥给应答和回调签名。三种模式下都必须能正常收款。',
            'Which key WeChat Pay signs its answers and callbacks with. Payments must work in all three modes.',
          )}
        </p>
      </header>
      <fieldset class="choices">
        <legend class="hidden">{say('平台密钥模式', 'Platform key mode')}</legend>
        {modes.map(({ mode, zh, en, hintZh, hintEn }) => (
          <label key={mode} class="choice">
            <input type="radio" name="mode" checked={keys?.mode === mode} onChange={() => change({ mode })} />
            <strong>{say(zh, en)}</strong>
            <span>{say(hintZh, hintEn)}</span>
          </label>
        ))}
      </fieldset>
      <Section title={say('当前有效的密钥', 'Valid keys')} aside={<Rotation change={change} />}>
        {keys && <KeyTable keys={keys} />}
      </Section>
    </div>
  );
}

type Change = (body: { mode?: string; rotate?: boolean | 'announce' | 'switch' }) => void;

/** Starts each phase of a rotation immediately. */
function Rotation({ change }: { change: Change }) {
  const say = useSay();
  return (
    <span class="row">
      <CopyCurl call={{ method: 'POST', path: '/_sandbox/keys', body: { rotate: true } }} />
      <button
        type="button"
        class="button small"
        title={say(
          '新证书可以下载，但还不用于签名：旧证书到期前 10 天',
          'The new certificate can be downloaded but does not sign yet: 10 days before the old one expires',
        )}
        onClick={() => change({ rotate: 'announce' })}
      >
        {say('公布新证书', 'Announce')}
      </button>
      <button
        type="button"
        class="button small"
        title={say(
          '新旧证书都可能用于签名：旧证书到期前 5 天',
          'Either certificate may sign: the last 5 days before the old one expires',
        )}
        onClick={() => change({ rotate: 'switch' })}
      >
        {say('开始切换', 'Start switching')}
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
