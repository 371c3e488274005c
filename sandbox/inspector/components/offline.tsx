import { useSay } from '../i18n.ts';
import { standalone, usePage } from '../store.ts';

/** Shown while the server is unreachable: nothing on the page is current, and no control works. */
export function Offline() {
  const say = useSay();
  const { connected } = usePage();
  if (connected) return null;
  return (
    <div class="offline" role="alert">
      <strong>{say('沙箱未运行', 'The sandbox is not running')}</strong>
      <p>
        {say(
          '无法连接：进程已停止，或换了端口。下面是断开前的内容，不再更新。',
          'It cannot be reached: it was stopped, or runs on another port. The content below is from before and no longer updates.',
        )}
      </p>
      <p>
        {say('重新启动：', 'Start it again: ')}
        <code>{standalone ? 'npx wechatpay-sandbox' : 'npm start'}</code>
        {standalone && say('（在仓库里用 ', ' (in the repository: ')}
        {standalone && <code>npm run sandbox</code>}
        {standalone && say('）', ')')}
        {say('。启动后本页会自动重新连接。', '. This page then reconnects by itself.')}
      </p>
    </div>
  );
}
