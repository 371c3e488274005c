import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { Bar } from './parts/bar.tsx';
import { PhoneStage } from './parts/phone-stage.tsx';
import { Tabs } from './parts/tabs.tsx';
import { follow, useStore } from './store.ts';
import './styles.css';

function App() {
  const { theme, language, toast } = useStore();
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const wanted = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
      document.documentElement.dataset.theme = wanted;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <div class="app">
      <Bar />
      <PhoneStage />
      <Tabs />
      {toast && (
        <div class={`toast ${toast.kind}`} role="status">
          {toast.text}
        </div>
      )}
    </div>
  );
}

follow();
render(<App />, document.getElementById('app')!);
