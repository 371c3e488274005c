/**
 * Turns WXSS into CSS: rpx and vh by variables of the phone, imports inlined, tag names and class names
 * mapped, and each page's rules kept to that page, since the pages of the stack share one document here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import postcss, { type ChildNode, type Root } from 'postcss';
import { domTagOf } from '../tags.ts';
import type { Project, Unit } from './project.ts';

/** How the selectors of one file are rewritten. */
interface Scope {
  /** Put before each selector, without adding to its specificity. */
  readonly within?: string;
  /** Prefix of class names in an isolated component. */
  readonly classPrefix?: string;
  /** What `:host` means. */
  readonly host?: string;
}

/** @returns CSS by unit path, and `app`. */
export function compileStyles(project: Project): { css: Record<string, string>; problems: string[] } {
  const css: Record<string, string> = {};
  const problems: string[] = [];
  const compile = (key: string, file: string, scope: Scope) => {
    if (!existsSync(file)) return;
    try {
      css[key] = compileFile(file, project.dir, scope);
    } catch (error) {
      problems.push(`${key}.wxss: ${(error as Error).message}`);
    }
  };
  compile('app', join(project.dir, 'app.wxss'), {});
  for (const unit of project.units) compile(unit.path, `${unit.base}.wxss`, scopeOf(unit));
  return { css, problems };
}

function scopeOf(unit: Unit): Scope {
  if (unit.isPage) return { within: `:where([data-page="${unit.path}"])` };
  if (unit.config.styleIsolation === 'shared') return {};
  const scopeName = scopeNameOf(unit);
  return { classPrefix: `${scopeName}--`, host: `[wx-host="${scopeName}"]` };
}

/** The name that the engine writes before a component's class names. */
export function scopeNameOf(unit: Pick<Unit, 'path'>): string {
  return unit.path.replace(/[^A-Za-z0-9]+/g, '_');
}

function compileFile(file: string, rootDir: string, scope: Scope): string {
  const root = inlineImports(file, rootDir, new Set());
  root.walkDecls((decl) => {
    decl.value = decl.value
      .replace(/(-?\d*\.?\d+)rpx\b/g, 'calc($1 * var(--rpx))')
      .replace(/(-?\d*\.?\d+)vh\b/g, 'calc($1 * var(--vh))');
  });
  root.walkAtRules('font-face', (rule) => {
    if (/url\(\s*['"]?https?:/.test(rule.toString())) rule.remove();
  });
  root.walkRules((rule) => {
    if (rule.parent?.type === 'atrule' && /keyframes$/.test((rule.parent as { name?: string }).name ?? ''))
      return;
    rule.selectors = rule.selectors.map((selector) => rewriteSelector(selector, scope));
  });
  return root.toString();
}

function inlineImports(file: string, rootDir: string, seen: Set<string>): Root {
  const root = postcss.parse(readFileSync(file, 'utf8'), { from: file });
  root.walkAtRules('import', (rule) => {
    const target = /['"]([^'"]+)['"]/.exec(rule.params)?.[1];
    if (!target) throw rule.error('cannot read this @import');
    const path = target.startsWith('/') ? join(rootDir, target) : join(dirname(file), target);
    if (!existsSync(path)) throw rule.error(`${target} does not exist`);
    if (seen.has(path)) {
      rule.remove();
      return;
    }
    seen.add(path);
    rule.replaceWith(inlineImports(path, rootDir, seen).nodes as ChildNode[]);
  });
  return root;
}

/** Walks one complex selector: strings, brackets and pseudo names stay, tag and class names are mapped. */
export function rewriteSelector(selector: string, scope: Scope): string {
  const rewritten = selector.replace(
    /\[[^\]]*\]|"[^"]*"|'[^']*'|:host(?:\(([^)]*)\))?|::?[\w-]+|#[\w-]+|\.(-?[A-Za-z_][\w-]*)|(?<![\w-])([A-Za-z][\w-]*)/g,
    (token: string, hostArgument?: string, className?: string, tag?: string) => {
      if (token.startsWith(':host')) {
        return `${scope.host ?? ':host'}${hostArgument ? rewriteSelector(hostArgument, scope) : ''}`;
      }
      if (className) return `.${scope.classPrefix ?? ''}${className}`;
      if (tag) return tag === 'page' ? 'wx-page' : (domTagOf(tag) ?? tag);
      return token;
    },
  );
  if (!scope.within) return rewritten;
  return rewritten.startsWith('wx-page')
    ? `wx-page${scope.within}${rewritten.slice(7)}`
    : `${scope.within} ${rewritten}`;
}
