import { useSay } from '../i18n.ts';
import { feed, useTopics } from '../store.ts';

/** Sources that do not build: what runs is not what was saved. */
export function BuildProblems() {
  const say = useSay();
  useTopics('build');
  const problems = [...feed.buildProblems.values()].flat();
  if (problems.length === 0) return null;
  return (
    <div class="build-problems" role="alert">
      <strong>{say('保存的改动没有通过构建', 'What was saved does not build')}</strong>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>
            <code>{problem}</code>
          </li>
        ))}
      </ul>
      <p>
        {say(
          '云函数仍按上一次的构建运行；改好并保存后，本条消失。',
          'Functions run as they were built before. This goes away once it builds.',
        )}
      </p>
    </div>
  );
}
