/**
 * Lines that are drawn again in place, without taking the terminal over: the cursor goes up to the
 * first line and each line is overwritten and erased to its end, in one write. So nothing flickers
 * and what stood above stays in the scroll-back.
 */
import type { Terminal } from '../terminal.ts';
import { fitWidth } from '../text-columns.ts';

const ESCAPE = `${String.fromCharCode(27)}[`;
const ERASE_LINE_END = `${ESCAPE}K`;
const ERASE_BELOW = `${ESCAPE}J`;
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;

export class LiveScreen {
  readonly #terminal: Terminal;
  #drawn: readonly string[] = [];
  #isOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    const { columns, rows } = { columns: this.#terminal.columns(), rows: this.#terminal.rows() };
    // One row stays for the cursor: a table taller than the window could not be overwritten.
    const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => fitWidth(line, columns));
    const start = this.#isOpen ? '' : HIDE_CURSOR;
    this.#isOpen = true;
    this.#terminal.out(start + this.#toTop() + this.#body(shown) + ERASE_BELOW);
    this.#drawn = shown;
  }

  /** Puts a line above the table, for good. */
  note(line: string): void {
    this.#terminal.out(`${this.#toTop()}${line}${ERASE_LINE_END}\n${ERASE_BELOW}`);
    const drawn = this.#drawn;
    this.#drawn = [];
    this.#terminal.out(this.#body(drawn));
    this.#drawn = drawn;
  }

  /** Leaves the last lines where they are and gives the cursor back. */
  close(): void {
    if (this.#isOpen) this.#terminal.out(SHOW_CURSOR);
    this.#isOpen = false;
    this.#drawn = [];
  }

  #toTop(): string {
    return this.#drawn.length === 0 ? '' : `${ESCAPE}${this.#drawn.length}A\r`;
  }

  #body(lines: readonly string[]): string {
    return lines.map((line) => `${line}${ERASE_LINE_END}\n`).join('');
  }
}
