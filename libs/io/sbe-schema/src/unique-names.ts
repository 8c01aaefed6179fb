import { accessorName, className, isName } from './names.ts';
import type { XmlElement } from './xml-element.ts';

/** The names and ids of one scope: each once, and each once in the code that is made from them. */
export class UniqueNames {
  readonly #names = new Map<string, XmlElement>();
  readonly #inCode = new Map<string, XmlElement>();
  readonly #ids = new Map<number, XmlElement>();
  readonly #codeName: (name: string) => string;

  constructor(kind: 'accessor' | 'class' | 'key') {
    if (kind === 'key') this.#codeName = (name) => name;
    else this.#codeName = kind === 'class' ? className : accessorName;
  }

  /** @returns the name of the element, checked. */
  name(element: XmlElement): string {
    const name = element.required('name');
    if (!isName(name)) throw element.error('BAD_NAME', `"${name}" is no name`);
    const same = this.#names.get(name);
    if (same !== undefined) {
      throw element.error('DUPLICATE_NAME', `${name} is also in line ${same.line}`);
    }
    const inCode = this.#codeName(name);
    const other = this.#inCode.get(inCode);
    if (other !== undefined) {
      const detail = `becomes ${inCode}, as ${other.required('name')} of line ${other.line} does`;
      throw element.error('NAME_COLLISION', detail);
    }
    this.#names.set(name, element);
    this.#inCode.set(inCode, element);
    return name;
  }

  id(element: XmlElement, max: number): number {
    element.required('id');
    const id = element.integer('id', { min: 0, max });
    if (id === undefined) throw element.error('MISSING_ATTRIBUTE', 'has no attribute id');
    const same = this.#ids.get(id);
    if (same !== undefined) {
      const owner = `${same.required('name')} of line ${same.line}`;
      throw element.error('DUPLICATE_ID', `id ${id} is also that of ${owner}`);
    }
    this.#ids.set(id, element);
    return id;
  }
}
