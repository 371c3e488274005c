import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { Copies, Value } from '../parts/content.tsx';
import { attempt, useStore } from '../store.ts';

const modes: [mode: string, zh: string, en: string, zhHint: string, enHint: string][] = [
  [
    'certificate',
    '平台证书',
    'Platform certificates',
    '应答和回调由平台证书签名，证书从 /v3/certificates 下载。',
    'Certificates sign; programs download them from /v3/certificates.',
  ],
  [
    'public-key',
    '微信支付公钥',
    'WeChat Pay public key',
    '2024 年底之后的新商户只有公钥；/v3/certificates 回 404。',
    'All that merchants since late 2024 have; /v3/certificates answers 404.',
  ],
  [
    'switching',
    '灰度切换',
    'Gradual switch',
    '切换的约 7 天里，证书和公钥都可能签名。',
    'For about seven days either of them may sign.',
  ],
];

/** Which platform key signs, and its rotation at any moment. */
export function KeysView() {
  const { events } = useStore();
  const say = useSay();
  const [keys, setKeys] = useState<{ mode: string }>();
  const last = events.findLast((event) => event.type === 'keys' || event.type === 'reset')?.id;
  const load = () => get<{ mode: string }>('/_sandbox/keys').then(setKeys, () => undefined);
  useEffect(() => void load(), [last]);
  const change = (body: { mode?: string; rotate?: boolean }) =>
    attempt(
      () => post('/_sandbox/keys', body).then(load),
      say('平台密钥已变更', 'The platform keys changed'),
    );
  return (
    <div class="page scroll">
      <h2 class="title">{say('平台密钥', 'Platform keys')}</h2>
      <fieldset class="choices">
        <legend class="lead">
          {say(
            '微信支付用哪把密钥签名。三种情况都必须能正常收款。',
            'What WeChat Pay signs with. Money must come in with each of them.',
          )}
        </legend>
        {modes.map(([mode, zh, en, zhHint, enHint]) => (
          <label key={mode} class="choice">
            <input type="radio" name="mode" checked={keys?.mode === mode} onChange={() => change({ mode })} />
            <span>
              <strong>{say(zh, en)}</strong>
              <span class="lead">{say(zhHint, enHint)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="row">
        <button type="button" class="button primary" onClick={() => change({ rotate: true })}>
          {say('立即轮换', 'Rotate now')}
        </button>
        <Copies
          call={{ method: 'POST', path: '/_sandbox/keys', body: { rotate: true } }}
          title="the platform key rotates"
        />
      </div>
      {keys && <Value value={keys} />}
    </div>
  );
}
