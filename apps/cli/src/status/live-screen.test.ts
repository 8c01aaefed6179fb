// Goal: drawing again and again leaves exactly the last picture, and what was said above it.
// Method: a small terminal of our own interprets the escape sequences.
import { describe, expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { LiveScreen } from './live-screen.ts';

const ESCAPE = String.fromCharCode(27);

class FakeTerminal implements Terminal {
  readonly isInteractive = true;
  readonly hasColour = false;
  readonly lines: string[] = [''];
  cursorShown = true;
  #row = 0;
  #column = 0;

  constructor(readonlySize: { columns: number; rows: number } = { columns: 20, rows: 10 }) {
    this.columns = () => readonlySize.columns;
    this.rows = () => readonlySize.rows;
  }

  columns: () => number;
  rows: () => number;
  note(): void {}
  drained(): Promise<void> {
    return Promise.resolve();
  }

  out(text: string): void {
    const token = new RegExp(`${ESCAPE}\\[(\\??)(\\d*)([A-Za-z])|[\\s\\S]`, 'g');
    for (const [all, , count, letter] of text.matchAll(token)) {
      if (letter === 'A') this.#row -= Number(count);
      else if (letter === 'K') this.#cut();
      else if (letter === 'J') this.#cutBelow();
      else if (letter === 'l') this.cursorShown = false;
      else if (letter === 'h') this.cursorShown = true;
      else if (all === '\r') this.#column = 0;
      else if (all === '\n') this.#newLine();
      else this.#put(all);
    }
  }

  #put(char: string): void {
    const line = this.lines[this.#row] ?? '';
    this.lines[this.#row] = line.slice(0, this.#column) + char + line.slice(this.#column + 1);
    this.#column++;
  }
  #newLine(): void {
    this.#row++;
    this.#column = 0;
    this.lines[this.#row] ??= '';
  }
  #cut(): void {
    this.lines[this.#row] = (this.lines[this.#row] ?? '').slice(0, this.#column);
  }
  #cutBelow(): void {
    this.#cut();
    this.lines.length = this.#row + 1;
  }
}

describe('the live screen', () => {
  test('overwrites what it drew, also when it becomes shorter', () => {
    const terminal = new FakeTerminal();
    const screen = new LiveScreen(terminal);
    screen.draw(['one', 'two long', 'three']);
    screen.draw(['1', '2']);
    expect(terminal.lines).toEqual(['1', '2', '']);
    expect(terminal.cursorShown).toBe(false);
    screen.close();
    expect(terminal.cursorShown).toBe(true);
  });

  test('puts notes above the table for good', () => {
    const terminal = new FakeTerminal();
    const screen = new LiveScreen(terminal);
    screen.draw(['a', 'b']);
    screen.note('restarted');
    screen.draw(['c', 'd']);
    expect(terminal.lines).toEqual(['restarted', 'c', 'd', '']);
  });

  test('never draws more lines or wider ones than the window has', () => {
    const terminal = new FakeTerminal({ columns: 6, rows: 4 });
    const screen = new LiveScreen(terminal);
    screen.draw(['abcdefgh', '2', '3', '4', '5']);
    expect(terminal.lines).toEqual(['abcde…', '2', '3', '']);
    screen.draw(['x', 'y', 'z', 'w']);
    expect(terminal.lines).toEqual(['x', 'y', 'z', '']);
  });
});
