/**
 * What one event of the matching engine has to say, before it is messages: entries in the order in
 * which they hold one after another, by the kind of message that carries them.
 */
import type {
  AggressorSide,
  MDEntryTypeDailyStatistics,
  MDEntryTypeStatistics,
  MDUpdateAction,
  SecurityTradingStatus,
} from '@tickwire/wire-mdp3/messages';
import type { Market } from './market.ts';

/** One order of a book by order. The values of `OrderUpdateAction` and of New, Change, Delete. */
export interface OrderEntry {
  readonly market: Market;
  readonly action: 0 | 1 | 2;
  readonly isBid: boolean;
  readonly id: number;
  readonly priority: number;
  /** In 1e-9. */
  readonly price: number;
  readonly quantity: number;
}

/** One level of a book by price. */
export interface LevelEntry {
  readonly market: Market;
  readonly action: MDUpdateAction;
  readonly isBid: boolean;
  readonly isImplied: boolean;
  /** MDPriceLevel, from 1; of DeleteFrom how many levels go. */
  readonly level: number;
  /** In 1e-9; null of DeleteThru and DeleteFrom. */
  readonly price: number | null;
  readonly size: number | null;
  readonly orders: number | null;
  /** The order whose coming, change or going this is. */
  readonly order?: OrderEntry;
}

export interface Fill {
  readonly orderId: number;
  readonly quantity: number;
}

/** What was traded at one price. */
export interface TradeEntry {
  readonly market: Market;
  /** In 1e-9. */
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: AggressorSide;
  readonly tradeId: number;
  /** The aggressor, then the resting orders in the order in which they were met. */
  readonly fills: readonly Fill[];
}

export interface StatisticEntry {
  readonly market: Market;
  readonly type: MDEntryTypeStatistics;
  /** In 1e-9. */
  readonly price: number;
}

export interface DailyEntry {
  readonly market: Market;
  readonly type: MDEntryTypeDailyStatistics;
  readonly price: number | null;
  readonly size: number | null;
}

export interface StatusEntry {
  readonly securityGroup: string;
  readonly asset: string;
  readonly status: SecurityTradingStatus;
  /** Whether it halts because somebody watches, or by schedule. */
  readonly isHalt: boolean;
}

export class EventDraft {
  readonly statuses: StatusEntry[] = [];
  readonly trades: TradeEntry[] = [];
  /** Whose volume changed. */
  readonly volumes: Market[] = [];
  /** Orders that go into a message of orders alone. */
  readonly orders: OrderEntry[] = [];
  readonly levels: LevelEntry[] = [];
  readonly statistics: StatisticEntry[] = [];
  readonly daily: DailyEntry[] = [];
  /** Whose price limits are stated. */
  readonly limits: Market[] = [];
  readonly implied: LevelEntry[] = [];
  /** Says again what was known before: after a channel reset. */
  isRecovery = false;

  clear(): void {
    this.statuses.length = 0;
    this.trades.length = 0;
    this.volumes.length = 0;
    this.orders.length = 0;
    this.levels.length = 0;
    this.statistics.length = 0;
    this.daily.length = 0;
    this.limits.length = 0;
    this.implied.length = 0;
    this.isRecovery = false;
  }
}
