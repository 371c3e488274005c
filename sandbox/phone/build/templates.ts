/** Compiles WXML and WXS with WeChat's own compiler. Every warning is an error here: the phone would hide it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TmplGroup } from 'glass-easel-template-compiler';
import type { Project } from './project.ts';

interface TemplateProblem {
  readonly isError: boolean;
  readonly message: string;
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
}

/** WXS has these instead of the constructors of JavaScript. */
const wxsGlobals =
  'var getRegExp=function(s,f){return new RegExp(s,f)},getDate=function(){return new (Function.prototype.bind.apply(Date,[null].concat([].slice.call(arguments))))()},__ctor=function(x){return x==null?undefined:Object.prototype.toString.call(x).slice(8,-1)};';

/** @returns the source of an expression whose value maps each path to its compiled template. */
export function compileTemplates(project: Project): { code: string; problems: string[] } {
  const group = new TmplGroup();
  const problems: string[] = [];
  const seen = new Set<string>();
  const bases = new Map(project.units.map((unit) => [unit.path, unit.base]));
  const diskOf = (path: string) => bases.get(path) ?? diskBeside(project, path);

  const addScript = (path: string) => {
    if (seen.has(`${path}.wxs`)) return;
    seen.add(`${path}.wxs`);
    const file = `${diskOf(path)}.wxs`;
    if (!existsSync(file)) problems.push(`${path}.wxs is missing`);
    else group.addScript(path, withWxsGlobals(readFileSync(file, 'utf8')));
  };
  const addTemplate = (path: string) => {
    if (seen.has(`${path}.wxml`)) return;
    seen.add(`${path}.wxml`);
    const file = `${diskOf(path)}.wxml`;
    if (!existsSync(file)) {
      problems.push(`${path}.wxml is missing`);
      return;
    }
    for (const problem of group.addTmpl(path, readFileSync(file, 'utf8')) as TemplateProblem[]) {
      problems.push(`${path}.wxml:${problem.startLine + 1}:${problem.startColumn + 1} ${problem.message}`);
    }
    for (const name of group.getInlineScriptModuleNames(path) as string[]) {
      group.setInlineScript(path, name, withWxsGlobals(group.getInlineScript(path, name)));
    }
    for (const next of group.getDirectDependencies(path) as string[]) addTemplate(next);
    for (const next of group.getScriptDependencies(path) as string[]) addScript(next);
  };
  for (const unit of project.units) addTemplate(unit.path);
  const code = problems.length === 0 ? group.getTmplGenObjectGroups() : '{}';
  group.free();
  return { code, problems };
}

function withWxsGlobals(source: string): string {
  return wxsGlobals + source.replace(/\b([A-Za-z_$][\w$]*)\.constructor\b/g, '__ctor($1)');
}

/** A template or script that no unit names: beside a unit of the same package, or in the project. */
function diskBeside(project: Project, path: string): string {
  const [root, name] = path.split('/');
  if (root !== 'miniprogram_npm') return join(project.dir, path);
  const sibling = project.units.find((unit) => unit.path.startsWith(`${root}/${name}/`));
  if (!sibling) return join(project.dir, path);
  return (
    sibling.base.slice(0, -sibling.path.length + `${root}/${name}/`.length) +
    path.slice(`${root}/${name}/`.length)
  );
}
