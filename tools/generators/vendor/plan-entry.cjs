// The list of vendors in libs/system: one import and one name more.

const PATH = 'libs/system/src/plan/vendors.ts';
const IMPORT = /^import \{ (\w+)Vendor \} from '\.\/vendors\/\1\.ts';$/gm;
const LIST = /^const vendors: readonly Vendor\[\] = \[([\w,\s]*)\];$/m;

/** @throws Error when the file is not of the form that this knows: add the vendor by hand. */
function addToPlan(text, { vendor }) {
  const imported = [...text.matchAll(IMPORT)];
  const last = imported.at(-1);
  const list = LIST.exec(text);
  if (last === undefined || list === null) {
    throw new Error(`${PATH} has no longer the imports and the list that this generator extends.`);
  }
  const names = list[1].split(',').map((name) => name.trim());
  const listed = names.filter((name) => name !== '');
  // Not the name alone: it may be a word of the language.
  const added = `${vendor}Vendor`;
  if (listed.includes(added)) throw new Error(`${PATH} has a vendor "${vendor}" already.`);
  const sorted = [
    ...imported.map(([line]) => line),
    `import { ${added} } from './vendors/${vendor}.ts';`,
  ];
  const first = imported[0];
  const before = text.slice(0, first.index);
  const behind = text.slice(last.index + last[0].length);
  const longer = `const vendors: readonly Vendor[] = [${[...listed, added].join(', ')}];`;
  return before + sorted.sort().join('\n') + behind.replace(LIST, longer);
}

module.exports = { PLAN_PATH: PATH, addToPlan };
