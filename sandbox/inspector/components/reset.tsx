import { post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, standalone, usePage } from '../store.ts';
import { Icon } from './icons.tsx';
import { Popover } from './popover.tsx';

/** Says what is cleared and what is kept, before anything is cleared. */
export function ResetButton() {
  const say = useSay();
  const { connected } = usePage();
  return (
    <Popover
      class="reset"
      label={say('重置', 'Reset')}
      title={say('重置沙箱', 'Reset the sandbox')}
      disabled={!connected}
      button={
        <>
          <Icon name="trash" />
          <span>{say('重置', 'Reset')}</span>
        </>
      }
    >
      {(close) => (
        <>
          <ul class="plain-list">
            <li>
              {standalone
                ? say(
                    '清空：订单、回调、进件、故障、请求记录和上传的文件。',
                    'Cleared: orders, callbacks, applications, faults, exchanges and uploaded files.',
                  )
                : say(
                    '清空：订单、回调、进件、故障、日志、上传的文件和数据库。',
                    'Cleared: orders, callbacks, applications, faults, logs, uploaded files and the database.',
                  )}
            </li>
            <li>{say('时钟：回到现在。', 'The clock: returns to the present.')}</li>
            <li>
              {standalone
                ? say('保留：商户、密钥和快照。', 'Kept: merchants, keys and snapshots.')
                : say(
                    '保留：商户、密钥和快照；示例商品恢复原样。',
                    'Kept: merchants, keys and snapshots. The sample products are restored.',
                  )}
            </li>
          </ul>
          <div class="row">
            <button
              type="button"
              class="button danger small"
              onClick={() => attempt(() => post('/_system/reset').then(close))}
            >
              {say('清空并重新开始', 'Clear and start over')}
            </button>
            <button type="button" class="button quiet small" onClick={close}>
              {say('取消', 'Cancel')}
            </button>
          </div>
        </>
      )}
    </Popover>
  );
}
