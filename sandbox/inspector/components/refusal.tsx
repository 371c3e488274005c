import { useSay } from '../i18n.ts';
import type { Exchange } from '../model/events.ts';
import { pageOf } from '../model/pages.ts';
import { refusalOf } from '../model/refusal.ts';
import { usePersonal } from './personal.tsx';

/** Why WeChat Pay refused a request whose signature was right: which field, which rule, and where that is written. */
export function Refusal({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const personal = usePersonal();
  const refusal = refusalOf(exchange);
  if (!refusal) return null;
  const { message, explanation, field, location, rule, received } = refusal;
  const page = pageOf(exchange.api);
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
              <a href={page} target="_blank" rel="noreferrer">
                {page.replace('https://', '')}
              </a>
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
