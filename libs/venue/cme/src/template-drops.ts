/** Template ids that are counted by themselves; a damaged feed may state any of 65,536. */
const TEMPLATES_MAX = 256;

/** Messages that became nothing, by template id. */
export class TemplateDrops {
  readonly #counts = new Map<number, number>();
  #others = 0;

  add(templateId: number): void {
    const count = this.#counts.get(templateId);
    if (count === undefined && this.#counts.size >= TEMPLATES_MAX) this.#others += 1;
    else this.#counts.set(templateId, (count ?? 0) + 1);
  }

  /** `others` for all ids beyond the first 256. */
  toJson(): Record<string, number> {
    const counts = Object.fromEntries([...this.#counts].map(([id, count]) => [String(id), count]));
    return this.#others > 0 ? { ...counts, others: this.#others } : counts;
  }
}
