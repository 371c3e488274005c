/** A deployment in order: functions that receive and deliver first, then those that begin payments. */
import { paymentFunctions } from '../cloud/blueprint.ts';
import type { CloudAccess, Terminal } from '../cloud/command.ts';
import { inTurns } from '../cloud/in-turns.ts';
import { type FunctionPlan, needsUpload } from './plan.ts';
import { type Outcome, verify } from './read-back.ts';
import { deployWithTcb } from './tcb.ts';

type Shell = Readonly<Record<string, string | undefined>>;

/** @returns what is in the cloud afterwards, for every function of the plans */
export async function deployInStages(
  terminal: Terminal,
  { manager, credentials }: CloudAccess,
  shell: Shell,
  plans: readonly FunctionPlan[],
): Promise<Outcome[]> {
  const begins = ({ wanted }: FunctionPlan) => paymentFunctions.has(wanted.name);
  const stages = [plans.filter((plan) => !begins(plan)), plans.filter(begins)];
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    const heldBack = outcomes.some(({ ok }) => !ok);
    const uploads = stage.filter(({ differences }) => needsUpload(differences));
    if (uploads.length > 0 && !heldBack) {
      const names = uploads.map(({ wanted }) => wanted.name).join(', ');
      terminal.say({ zh: `正在部署 ${names} …`, en: 'Deploying, some seconds each …' });
      // Its marks show progress and prove nothing: ✔ is also printed before a call that fails.
      const onLine = (line: string) => {
        if (/^[✔✖⚠]/.test(line)) terminal.say(`  tcb | ${line}`);
      };
      await deployWithTcb(uploads, { envId: manager.envId, credentials, shell, onLine });
    }
    if (stage.length > 0 && !heldBack) terminal.say({ zh: '正在读回核对 …', en: 'Reading back …' });
    outcomes.push(...(await inTurns(stage, (plan) => verify(manager, plan, heldBack))));
  }
  return outcomes;
}
