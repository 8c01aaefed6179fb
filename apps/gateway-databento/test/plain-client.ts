/** A client of the live gateway that reads one replay, as plain as can be: the oracle of tests. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { DbnDecoder, RType, SystemCode, SystemRecord } from '@tickwire/wire-dbn';

export interface PlainReplay {
  readonly port: number;
  readonly key: string;
  readonly dataset?: string;
  readonly schemas: readonly string[];
  /** Called with the decoder on each record but mappings and what the gateway itself says. */
  readonly onRecord: (record: DbnDecoder) => void;
}

/** Reads all that there was of some schemas, up to now. Rejects when the connection ends early. */
export function readReplay(options: PlainReplay): Promise<void> {
  const { port, key, dataset = 'GLBX.MDP3', schemas } = options;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const decoder = new DbnDecoder();
  const completed = new Set<string>();
  let text = '';
  let isStarted = false;

  function onLine(line: string): void {
    if (line.startsWith('cram=')) {
      const hash = createHash('sha256')
        .update(`${line.slice(5)}|${key}`)
        .digest('hex');
      const choices = `dataset=${dataset}|encoding=dbn|compression=none|ts_out=0|client=oracle`;
      socket.write(`auth=${hash}-${key.slice(-5)}|${choices}\n`);
    } else if (line.startsWith('success=1')) {
      for (const schema of schemas) {
        socket.write(`schema=${schema}|stype_in=raw_symbol|symbols=ALL_SYMBOLS|start=0\n`);
      }
      socket.write('start_session\n');
      isStarted = true;
    } else if (line.startsWith('success=0')) reject(new Error(line));
  }

  function onRecord(): void {
    const { rtype, view, offset } = decoder;
    if (rtype === RType.System) {
      const { code, msg } = new SystemRecord().wrap(view, offset);
      if (code === SystemCode.ReplayCompleted) completed.add(msg);
      if (completed.size === schemas.length) resolve(undefined);
    } else if (rtype !== RType.SymbolMapping && rtype !== RType.Error) options.onRecord(decoder);
  }

  socket.on('data', (bytes) => {
    let rest: Uint8Array = bytes;
    while (!isStarted && rest.length > 0) {
      const end = rest.indexOf(10);
      if (end < 0) {
        text += Buffer.from(rest).toString();
        return;
      }
      const line = text + Buffer.from(rest.subarray(0, end)).toString();
      text = '';
      rest = rest.subarray(end + 1);
      onLine(line);
    }
    if (rest.length === 0) return;
    decoder.push(rest);
    while (completed.size < schemas.length && decoder.next()) onRecord();
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the connection ended')));
  return promise.finally(() => socket.destroy());
}
