import type { PartitionPlan } from './partition-plan.ts';

/** A symbol that another plan puts elsewhere. */
export interface SymbolMove {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

export interface PlanMoves {
  readonly moves: readonly SymbolMove[];
  /** Share of the symbols that move, 0 … 1. */
  readonly share: number;
  /** Share of the load that moves, by the weights of the later plan, 0 … 1. */
  readonly loadShare: number;
}

/** What must move to go from one plan to the next: symbols of both that change their partition. */
export function planMoves(before: PartitionPlan, after: PartitionPlan): PlanMoves {
  const moves: SymbolMove[] = [];
  let common = 0;
  let load = 0;
  let loadMoved = 0;
  for (const symbol of after.symbols()) {
    if (!before.has(symbol)) continue;
    const weight = after.weightOf(symbol);
    common += 1;
    load += weight;
    const [from, to] = [before.partitionOf(symbol), after.partitionOf(symbol)];
    if (from === to) continue;
    moves.push({ symbol, from, to });
    loadMoved += weight;
  }
  return {
    moves,
    share: common === 0 ? 0 : moves.length / common,
    loadShare: load === 0 ? 0 : loadMoved / load,
  };
}
