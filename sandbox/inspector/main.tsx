import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bar } from './components/bar.tsx';
import { BuildProblems } from './components/build-problems.tsx';
import { Offline } from './components/offline.tsx';
import { PhoneStage } from './components/phone-stage.tsx';
import { Tabs } from './components/tabs.tsx';
import { follow, listenToPhone, usePage } from './store.ts';
import './styles/base.css';
import './styles/frame.css';
import './styles/bar.css';
import './styles/popover.css';
import './styles/controls.css';
import './styles/callbacks.css';
import './styles/content.css';
import './styles/lists.css';
import './styles/messages.css';
import './styles/money.css';
import './styles/order.css';
import './styles/step-detail.css';
import './styles/timeline.css';
import './styles/views.css';
import './styles/narrow.css';

function App() {
  const { language, toast, tab, phoneShown } = usePage();
  const dark = useDark();
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <div class={`app ${phoneShown ? '' : 'without-phone'} ${tab === 'phone' ? 'on-phone' : ''}`}>
      <Bar dark={dark} />
      <PhoneStage />
      <Tabs />
      <Offline />
      <BuildProblems />
      <div class="toasts" role="status">
        {toast && <div class={`toast ${toast.kind}`}>{toast.text}</div>}
      </div>
    </div>
  );
}

/** The reader's choice, or the system's setting. */
function useDark(): boolean {
  const { theme } = usePage();
  const [system] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [systemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const changed = () => setSystemDark(system.matches);
    system.addEventListener('change', changed);
    return () => system.removeEventListener('change', changed);
  }, [system]);
  return theme === 'auto' ? systemDark : theme === 'dark';
}

follow();
listenToPhone();
render(<App />, document.getElementById('app')!);
