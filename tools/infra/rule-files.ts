/** The rules of infra/prometheus, and the metrics that texts name. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

type Rule = AlertRule | RecordingRule;

function rulesOf(root: string): Rule[] {
  const folder = join(root, 'infra/prometheus/rules');
  return readdirSync(folder).flatMap((name) => {
    const { groups } = parse(readFileSync(join(folder, name), 'utf8')) as {
      groups: { rules: Rule[] }[];
    };
    return groups.flatMap((group) => group.rules);
  });
}

export function alertRules(root: string): AlertRule[] {
  return rulesOf(root).filter((rule) => 'alert' in rule);
}

/** Names that recording rules make. */
export function recordedNames(root: string): string[] {
  return rulesOf(root).flatMap((rule) => ('record' in rule ? [rule.record] : []));
}

export function ruleExpressions(root: string): string[] {
  return rulesOf(root).map(({ expr }) => expr);
}

/** Metrics named in a text: those of Tickwire, and of Node; not files or modules named alike. */
export function metricNames(text: string): string[] {
  const names = text.match(
    /(?<![\w/.-])(?:tickwire:[a-z0-9_]+:[a-z0-9]+|(?:tickwire|nodejs)_[a-z0-9_]+)(?![a-z0-9_]|\.(?:h|py)\b| import\b)/g,
  );
  return (names ?? []).filter((name) => !name.endsWith('_'));
}

/** `name{matchers}`, `name` and `{matchers}` of an expression. */
export function selectors(expression: string): string[] {
  const found = expression.match(
    /(?:tickwire:[a-z0-9_]+:[a-z0-9]+|(?:tickwire|nodejs)_[a-z0-9_]+)(?:\{[^}]*\})?|\{__name__[^}]*\}/g,
  );
  // A name within a matcher is no selector of its own.
  return (found ?? []).filter((selector) => !selector.endsWith('_'));
}
