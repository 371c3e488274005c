import { useSay } from '../i18n.ts';
import { feed, useTopics } from '../store.ts';

/** Sources that do not build: the functions still run the last build. */
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
          '云函数仍运行上一次的构建；修正并保存后，本条消失。',
          'Functions still run the last build. This message goes away once the sources build.',
        )}
      </p>
    </div>
  );
}
