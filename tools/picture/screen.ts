/** A small terminal: what a program wrote, as rows of cells with their style. */

export interface Style {
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

export interface Cell {
  readonly char: string;
  readonly style: Style;
}

const PLAIN: Style = { colour: undefined, bold: false, dim: false };
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const ESCAPE = String.fromCharCode(27);
const TOKEN = new RegExp(`${ESCAPE}\\[(\\??[0-9;]*)([A-Za-z])|[\\s\\S]`, 'gu');

/** Understands what `LiveScreen` uses: colours, cursor up, erasing, line ends. */
export class Screen {
  #rows: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #style = PLAIN;

  /** Takes output; `onErased` is called where a drawing ends, with the rows as they are. */
  write(text: string, onErased: (rows: readonly (readonly Cell[])[]) => void): void {
    for (const [token, parameters, letter] of text.matchAll(TOKEN)) {
      if (letter !== undefined) this.#control(letter, parameters ?? '', onErased);
      else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#newLine();
      else this.#put(token);
    }
  }

  #control(
    letter: string,
    parameters: string,
    onErased: (rows: readonly (readonly Cell[])[]) => void,
  ): void {
    if (letter === 'm') this.#select(parameters);
    else if (letter === 'A') this.#row = Math.max(0, this.#row - Number(parameters || 1));
    else if (letter === 'K') this.#cut();
    else if (letter === 'J') {
      this.#cut();
      this.#rows.length = this.#row + 1;
      onErased(this.#rows.map((row) => [...row]));
    }
  }

  #select(parameters: string): void {
    for (const code of parameters.split(';').map(Number)) {
      if (code === 0) this.#style = PLAIN;
      else if (code === 1) this.#style = { ...this.#style, bold: true };
      else if (code === 2) this.#style = { ...this.#style, dim: true };
      else if (code >= 30 && code <= 37) {
        this.#style = { ...this.#style, colour: COLOURS[code - 30] };
      }
    }
  }

  #put(char: string): void {
    const row = this.#rows[this.#row] ?? [];
    while (row.length < this.#column) row.push({ char: ' ', style: PLAIN });
    row[this.#column] = { char, style: this.#style };
    this.#rows[this.#row] = row;
    this.#column++;
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    this.#rows[this.#row] ??= [];
  }

  #cut(): void {
    this.#rows[this.#row]?.splice(this.#column);
  }
}

/** The characters of a row. */
export function textOf(row: readonly Cell[]): string {
  return row.map((cell) => cell.char).join('');
}
