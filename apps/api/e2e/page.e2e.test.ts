// Goal: what the page shows is what the api says, it says when something is down, and it comes back
// by itself. Method: the real system with the real command line, the page in a real browser,
// services stopped and killed under it.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findServices } from '@tickwire/io-service';
import { announceSkip, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
const isSkipped = CHROMIUM === undefined && !process.env.CI;
if (isSkipped) {
  announceSkip('the page in a browser', {
    missing: 'chromium',
    remedy: 'apt-get install -y chromium',
  });
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const root = temporaryDirectory({ name: 'page' });
const dataDir = join(root, 'data');
const ringDir = join(temporaryDirectory({ name: 'page', shared: true }), 'rings');
let address = '';
let browser: Browser;

describe.skipIf(isSkipped)('the page', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    const config = { dataDir, ringDir, bus: { port: 0 }, simulator: { port: 0 }, api: { port: 0 } };
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
    const up = startProcess({
      script: 'apps/cli/src/main.ts',
      args: ['up', '--config', join(root, 'config.json'), '--rate', '200'],
      env: { NO_COLOR: '1', NATS_URL: undefined },
    });
    address = (await up.output(/The page of this system: (\S+)/, 60_000))[1] ?? '';
    browser = await chromium.launch({ executablePath: CHROMIUM ?? 'chromium', args: FLAGS });
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    const down = ['down', '--grace', '10', '--data-dir', dataDir];
    await startProcess({ script: 'apps/cli/src/main.ts', args: down }).ended;
  }, 60_000);

  test('takes the key out of the address, keeps it from scripts, breaks no policy', async () => {
    const { page, problems, context } = await open();
    await connected(page);
    expect(page.url()).not.toContain('key');
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    const seen = await page.evaluate('document.cookie + JSON.stringify({ ...localStorage })');
    expect(seen).toBe('{}');
    expect(problems).toEqual([]);
    // The session lasts: the same browser opens it again without the key.
    await page.goto(new URL('/', address).href);
    await connected(page);
    await context.close();
  });

  test('asks for a key when it has none, and takes a right one only', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(new URL('/', address).href);
    await page.getByLabel('Key').fill('a-wrong-key-0123456789');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('This key is not valid.').waitFor();
    await page.getByLabel('Key').fill(decodeURIComponent(new URL(address).hash.slice(5)));
    await page.getByRole('button', { name: 'Open' }).click();
    await connected(page);
    await context.close();
  });

  test('shows what the api says: live, and moving', async () => {
    const { page, context } = await open();
    await connected(page);
    // Both change all the time: equal at some moment is equal, and they must go on changing.
    await waitFor(
      async () => {
        const said = (await market(page, 'BTC-USDT')) ?? { bid: '', ask: '', state: '' };
        const shown = await cells(page, 'BTC-USDT kucoin.0');
        return said.bid !== '' && shown.includes(said.bid) && shown.includes(said.ask);
      },
      { what: 'the same bid and ask', deadlineMs: 30_000 },
    );
    const text = await cells(page, 'BTC-USDT kucoin.0');
    expect(text.join(' ')).toMatch(/live\s+simulated/);
    await waitFor(async () => String(await cells(page, 'BTC-USDT kucoin.0')) !== String(text), {
      what: 'another quote or trade',
    });
    await page.locator('section[aria-label="Bars"] tbody tr').first().waitFor();
    const services = page.locator('section[aria-label="Services"] tbody tr');
    await waitFor(async () => (await services.count()) === 6, { what: 'six services' });
    for (const row of await services.all()) expect(await row.innerText()).toMatch(/running/);
    await context.close();
  });

  test.each([380, 1_600])('fits a screen of %i pixels', async (width) => {
    const { page, context } = await open({ width, height: 900 });
    await connected(page);
    await page.locator('tr[data-key="BTC-USDT kucoin.0"]').waitFor();
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - window.innerWidth',
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await context.close();
  });

  test('a service that is stopped is shown as such, and as running when it goes on', async () => {
    const { page, context } = await open();
    await connected(page);
    const row = page.locator('tr[data-key="aggregator"]');
    const pid = pidOf('aggregator');
    process.kill(pid, 'SIGSTOP');
    try {
      await row.locator('td.state', { hasText: 'suspended' }).waitFor();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await row.locator('td.state', { hasText: 'running' }).waitFor();
    await context.close();
  });

  test('says that the api is gone, greys the old values, and comes back by itself', async () => {
    const { page, context } = await open();
    await connected(page);
    await page.locator('tr[data-key="BTC-USDT kucoin.0"]').waitFor();
    const pid = pidOf('api');
    // First it only stops answering.
    process.kill(pid, 'SIGSTOP');
    await page.getByText('api is silent').waitFor();
    await page.locator('#banner', { hasText: /Values are .* old/ }).waitFor();
    await page.locator('main.old').waitFor();
    process.kill(pid, 'SIGKILL');
    await page.getByText('api is gone').waitFor();
    // The supervisor starts it again, on the same port; nobody touches the page.
    await connected(page);
    expect(pidOf('api')).not.toBe(pid);
    await page.locator('main:not(.old)').waitFor();
    const before = String(await cells(page, 'BTC-USDT kucoin.0'));
    await waitFor(async () => String(await cells(page, 'BTC-USDT kucoin.0')) !== before, {
      what: 'live values again',
    });
    await context.close();
  });
});

async function open(
  viewport = { width: 1_280, height: 900 },
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(address);
  return { page, context, problems };
}

const connected = (page: Page): Promise<void> =>
  page.locator('#connection', { hasText: /^connected$/ }).waitFor();

const cells = (page: Page, key: string): Promise<string[]> =>
  page.locator(`tr[data-key="${key}"] td`).allInnerTexts();

/** What the api says, asked as the page would. */
async function market(
  page: Page,
  symbol: string,
): Promise<{ bid: string; ask: string; state: string } | undefined> {
  return page.evaluate(async (wanted) => {
    const answer = await fetch(`/api/v1/markets?symbols=${wanted}`);
    const { markets } = (await answer.json()) as {
      markets: { state: string; quote: { bidPrice: string; askPrice: string } | null }[];
    };
    const [first] = markets;
    const quote = first?.quote;
    if (first === undefined || quote === null || quote === undefined) return undefined;
    return { bid: quote.bidPrice, ask: quote.askPrice, state: first.state };
  }, symbol);
}

function pidOf(service: string): number {
  const found = findServices(join(dataDir, 'run')).find((one) => one.service === service);
  if (found === undefined) throw new Error(`${service} left no record`);
  return found.pid;
}
