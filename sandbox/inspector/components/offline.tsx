import { useSay } from '../i18n.ts';
import { usePage } from '../store.ts';

/** The server is away: nothing on the page is current, and nothing can be done with it. */
export function Offline() {
  const say = useSay();
  const { connected } = usePage();
  if (connected) return null;
  return (
    <div class="offline" role="alert">
      <strong>{say('沙箱没有在运行', 'The sandbox is not running')}</strong>
      <p>
        {say(
          '连不上它：进程已停止，或换了端口。下面是断开前的样子，不再更新。',
          'It cannot be reached: it was stopped, or runs on another port. What is below is as it was, and no longer changes.',
        )}
      </p>
      <p>
        {say('重新启动：', 'Start it again: ')}
        <code>npm start</code>
        {say('（单独的沙箱用 ', ' (the sandbox alone: ')}
        <code>npm run sandbox</code>
        {say('）。启动后本页会自己接上。', '). This page goes on by itself then.')}
      </p>
    </div>
  );
}
