import { post } from '../api.ts';
import { useSay } from '../i18n.ts';
import type { Exchange } from '../model/events.ts';
import { refusalOf } from '../model/refusal.ts';
import { attempt } from '../store.ts';
import { OfficialPage } from './content.tsx';
import { usePersonal } from './personal.tsx';

/** Why WeChat Pay refused a request whose signature was right: which field, which rule, and where that is written. */
export function Refusal({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const personal = usePersonal();
  const refusal = refusalOf(exchange);
  if (!refusal) return null;
  const { message, explanation: en, explanationZh: zh = en, field, location, rule, received } = refusal;
  const explanation = en !== undefined && zh !== undefined ? say(zh, en) : undefined;
  const { page } = exchange;
  return (
    <div class="explain" role="note">
      <span class="explain-label">{say('为什么被拒绝', 'Why it was refused')}</span>
      <strong>{message ?? explanation}</strong>
      {message !== undefined && explanation !== undefined && <span>{explanation}</span>}
      <dl class="reasons-list">
        {field !== undefined && (
          <div>
            <dt>{say('字段', 'Field')}</dt>
            <dd>
              <code>{field}</code> {location && <span class="faint">{location}</span>}
            </dd>
          </div>
        )}
        {rule !== undefined && (
          <div>
            <dt>{say('规则', 'Rule')}</dt>
            <dd>{rule}</dd>
          </div>
        )}
        {received !== undefined && (
          <div>
            <dt>{say('收到', 'Received')}</dt>
            <dd>
              <code>{personal.text(received)}</code>
            </dd>
          </div>
        )}
        {page && (
          <div>
            <dt>{say('文档', 'Page')}</dt>
            <dd>
              <OfficialPage url={page} />
            </dd>
          </div>
        )}
      </dl>
      {exchange.setting === 'micro-permission' && <MicroPermission />}
    </div>
  );
}

/** 小微: a service provider needs a permission of its own for these applications. */
function MicroPermission() {
  const say = useSay();
  const grant = () =>
    attempt(
      () => post('/_sandbox/applications/permissions', { micro: true }),
      say('已开通，请再次提交', 'Granted: submit it again'),
    );
  return (
    <p class="row wrap">
      <span>
        {say(
          '真实环境中服务商须另行申请小微进件权限。在沙箱中可直接开通。',
          'In production a service provider applies for this permission separately. Here it can be granted at once.',
        )}
      </span>
      <button type="button" class="button small" onClick={grant}>
        {say('开通小微进件权限', 'Grant the permission for micro merchants')}
      </button>
    </p>
  );
}
