/**
 * kucoin-universal-sdk as a user runs it: nothing but the base URL differs. All it hears goes to
 * the test as messages. A process of its own, because the package writes its log to stdout, from a
 * thread of its own as well.
 */
import {
  ClientOptionBuilder,
  DefaultClient,
  Spot,
  TransportOptionBuilder,
  WebSocketClientOptionBuilder,
} from 'kucoin-universal-sdk';
import { DocumentedBook } from '../test/documented-book.ts';
import type { SdkMessage } from '../test/sdk-process.ts';

const [url = '', mode = '', list = ''] = process.argv.slice(2);
const symbols = list.split(',');
const [symbol = ''] = symbols;
const RECONNECT_MS = 50;
/** The package drops what exceeds its buffer; a slow machine must not look like a lossy venue. */
const BUFFER_MESSAGES = 65_536;

const tell = (message: SdkMessage): void => void process.send?.(message);

const client = new DefaultClient(
  new ClientOptionBuilder()
    .setKey('key')
    .setSecret('secret')
    .setPassphrase('passphrase')
    .setSpotEndpoint(url)
    .setFuturesEndpoint(url)
    .setBrokerEndpoint(url)
    .setTransportOption(new TransportOptionBuilder().build())
    .setWebSocketClientOption(
      new WebSocketClientOptionBuilder()
        .withReconnectInterval(RECONNECT_MS)
        .withReadMessageBuffer(BUFFER_MESSAGES)
        .withEventCallback((event) => tell({ kind: 'event', event }))
        .build(),
    )
    .build(),
);
const market = client.restService().getSpotService().getMarketApi();
const { Market } = Spot;

/** Every public spot request that the simulator answers. */
const REQUESTS: Readonly<Record<string, () => Promise<{ toJson(): string }>>> = {
  getServerTime: () => market.getServerTime(),
  getServiceStatus: () => market.getServiceStatus(),
  getAllSymbols: () => market.getAllSymbols(Market.GetAllSymbolsReq.create({ market: 'USDS' })),
  getSymbol: () => market.getSymbol(Market.GetSymbolReq.create({ symbol })),
  getAllCurrencies: () => market.getAllCurrencies(),
  getCurrency: () => market.getCurrency(Market.GetCurrencyReq.create({ currency: 'BTC' })),
  getMarketList: () => market.getMarketList(),
  getClientIPAddress: () => market.getClientIPAddress(),
  getAllTickers: () => market.getAllTickers(),
  getTicker: () => market.getTicker(Market.GetTickerReq.create({ symbol })),
  get24hrStats: () => market.get24hrStats(Market.Get24hrStatsReq.create({ symbol })),
  getTradeHistory: () => market.getTradeHistory(Market.GetTradeHistoryReq.create({ symbol })),
  getKlines: () =>
    market.getKlines(
      Market.GetKlinesReq.create({ symbol, type: Market.GetKlinesReq.TypeEnum._1MIN }),
    ),
  getPartOrderBook: () =>
    market.getPartOrderBook(Market.GetPartOrderBookReq.create({ symbol, size: '100' })),
  getFullOrderBook: () => market.getFullOrderBook(Market.GetFullOrderBookReq.create({ symbol })),
  getPublicToken: () => market.getPublicToken(),
};

async function askAll(): Promise<void> {
  for (const [request, ask] of Object.entries(REQUESTS)) {
    try {
      tell({ kind: 'answer', request, value: JSON.parse((await ask()).toJson()) });
    } catch (error) {
      tell({ kind: 'answer', request, value: undefined, error: String(error) });
    }
  }
  tell({ kind: 'done' });
}

const ws = client.wsService().newSpotPublicWS();

async function keepBooks(): Promise<void> {
  const books = new Map<string, DocumentedBook>();
  for (const name of symbols) {
    const request = Market.GetFullOrderBookReq.create({ symbol: name });
    const book: DocumentedBook = new DocumentedBook({
      symbol: name,
      fetch: () => market.getFullOrderBook(request),
      onBook: (image, { time }) => tell({ kind: 'book', image, time, holes: book.holes }),
    });
    books.set(name, book);
  }
  await ws.orderbookIncrement(symbols, (_topic, _subject, data) => {
    books.get(data.symbol)?.add(data);
  });
}

/** The rest of the public topics, each with its documented callback. */
async function listen(): Promise<void> {
  const push = (topic: string, subject: string, data: { toJson(): string }): void =>
    tell({ kind: 'push', topic, subject, data: JSON.parse(data.toJson()) });
  await ws.ticker(symbols, push);
  await ws.trade(symbols, push);
  await ws.orderbookLevel1(symbols, push);
  await ws.orderbookLevel5(symbols, push);
  await ws.orderbookLevel50(symbols, push);
  await ws.allTickers(push);
  await ws.symbolSnapshot(symbol, push);
  const klines = await ws.klines(symbol, '1min', push);
  tell({ kind: 'done' });
  process.on('message', () => {
    void ws.unSubscribe(klines).then(() => tell({ kind: 'done' }));
  });
}

process.on('SIGTERM', () => void ws.stop().finally(() => process.exit(0)));

if (mode === 'rest') {
  await askAll();
} else {
  await ws.start();
  await keepBooks();
  if (mode === 'topics') await listen();
}
