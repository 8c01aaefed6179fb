import type { Command } from 'commander';
import {
  DATA_DIR_DEFAULT,
  brokenLinkSentence,
  brokenLinks,
  expectedHopNames,
  findVendor,
  readLedger,
  readReport,
  requireRunningSystem,
} from '@tickwire/system';
import type { HopRow, LedgerEntry } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import type { CliContext } from '../program.ts';
import { unbalancedHops } from '../up/finish-run.ts';
import { renderGaps, renderHops } from './audit-table.ts';
import { auditLive } from './live-audit.ts';

const EXAMPLES = `
Examples:
  tickwire audit                   the running system
  tickwire audit --report r.json   a report of \`tickwire up --report r.json\`

At every hop, in = out + dropped + in flight, each term counted by itself; and what one hop gave,
the next one took. Exit code 1 when that does not hold. Of a running system each hop is looked at
until it balances once, for up to 3 s.`;

const LIVE_DEADLINE_MS = 3_000;

interface AuditFlags {
  report?: string;
  dataDir: string;
  ringDir?: string;
  json?: boolean;
}

interface Audit {
  readonly hops: readonly HopRow[];
  readonly gaps: readonly LedgerEntry[];
  readonly gapsOmitted: number;
  readonly live: boolean;
  /** Of a running system: two hops are not read at the same moment, so they are not compared. */
  readonly isMoving: boolean;
}

/** Registers `tickwire audit`. */
export function registerAudit(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('audit')
    .description('check the accounts: every hop, and the ledger of gaps')
    .option('--report <file>', 'a report instead of the running system')
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'ring directory, when it cannot be known from the record')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AuditFlags) => {
      const audit: Audit =
        flags.report === undefined
          ? await ofSystem(flags)
          : { ...readReport(flags.report), isMoving: false };
      const bad = unbalancedHops(audit.hops, audit.live);
      const paint = paintFor(terminal.hasColour);
      if (flags.json === true) {
        const { hops, gaps, gapsOmitted } = audit;
        terminal.out(
          `${JSON.stringify({ balanced: bad.length === 0, hops, gaps, gapsOmitted })}\n`,
        );
      } else {
        const lines = [
          ...renderHops(audit.hops, paint),
          '',
          ...renderGaps(audit.gaps, audit.gapsOmitted, paint),
        ];
        terminal.out(`${lines.join('\n')}\n`);
      }
      const links = audit.isMoving ? [] : brokenLinks(audit.hops);
      for (const link of links) terminal.note(`${brokenLinkSentence(link)}.`);
      if (bad.length > 0) {
        terminal.note(`Out of balance: ${bad.map((hop) => hop.name).join(', ')}.`);
      }
      if (bad.length + links.length > 0) context.setExitCode(1);
    });
}

async function ofSystem(flags: AuditFlags): Promise<Audit> {
  const { folders, record } = requireRunningSystem(flags);
  const live = record?.info.live ?? false;
  // Each has one ring at least; others show by what was counted.
  const vendors = (record?.info.vendors ?? []).map((name) => ({
    name,
    rings: findVendor(name)?.rings(1) ?? [],
  }));
  const expected = record === undefined ? [] : expectedHopNames({ vendors, live });
  const hops = await auditLive(folders.ringDir, { deadlineMs: LIVE_DEADLINE_MS, expected });
  const { entries, omitted } = readLedger(folders.dataDir);
  return { hops, gaps: entries, gapsOmitted: omitted, live, isMoving: true };
}
