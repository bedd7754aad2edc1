import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { SetModelPrice } from '../api/types';
import { demo, facts, list, opus, problem, server, show, source, work, type Sent } from '../models/models.fixture';
import { Prices } from './Prices';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const PATH = '/admin/model-prices';
const GPT: SetModelPrice = {
  provider: 'openai',
  model: 'gpt-6',
  price: { input: 5_000_000, output: 30_000_000, cache_read: 500_000, cache_write: 5_000_000 },
};
const LOCAL: SetModelPrice = { provider: 'openai-compatible', model: '*', price: { input: 0, output: 0, cache_read: 0, cache_write: 0 } };

function open({ prices = [GPT, LOCAL], sources = list.sources, ...answers }: Record<string, unknown> = {}) {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', server({ [`GET ${PATH}`]: prices, 'GET /models': { ...list, sources }, ...answers }, sent));
  return { sent, user: show(<Prices />) };
}
const button = (name: string) => screen.findByRole<HTMLButtonElement>('button', { name });
const field = (label: string) => within(screen.getByRole('dialog')).getByLabelText<HTMLInputElement>(label);
const lastSent = (sent: Sent[], expected: Sent) => waitFor(() => expect(sent.at(-1)).toEqual(expected));
const closed = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

test('each price says whose model it is and what it costs', async () => {
  open();
  const rows = await screen.findAllByRole('listitem');
  const texts = rows.map((row) => row.textContent);
  expect(texts[0]).toContain('gpt-6OpenAI$5.00 in, $30.00 out a million tokens · cache: $0.50 read, $5.00 written');
  expect(texts[1]).toContain('*OpenAI-compatible server · every model without a price of its own herefreeChange');
});

test('without any, it is said which ones count', async () => {
  open({ prices: [] });
  expect(await screen.findByText('None is set: those of the vendors’ lists count.')).toBeTruthy();
});

test('a price is set in dollars, and one for the cache may be left out', async () => {
  const { user, sent } = open({ [`PUT ${PATH}`]: '' });
  await user.click(await button('Set a price'));
  await user.selectOptions(field('Provider'), 'Google Gemini');
  await user.type(field('Model'), ' gemini-4 ');
  await user.type(field('Input'), '0.1');
  await user.type(field('Output, with thinking'), '12.000001');
  await user.type(field('Input read from the cache'), '0');
  await user.click(await button('Save'));
  const price = { input: 100_000, output: 12_000_001, cache_read: 0, cache_write: 100_000 };
  await lastSent(sent, [`PUT ${PATH}`, { provider: 'gemini', model: 'gemini-4', price }]);
  await closed();
});

test('what is needed has to be entered, within bounds', async () => {
  const { user, sent } = open();
  await user.click(await button('Set a price'));
  for (const label of ['Input', 'Output, with thinking']) {
    expect([field(label).required, field(label).min, field(label).max]).toEqual([true, '0', '1000000']);
  }
  expect(field('Model').required).toBe(true);
  await user.click(await button('Save'));
  expect(sent).toEqual([]);
});

test('models of the provider are suggested, each once', async () => {
  const sources = [work, source({ models: [opus, facts('claude-next')] }), source({ provider: 'openai', models: [facts('gpt-6')] })];
  const { user } = open({ sources });
  await user.click(await button('Set a price'));
  const suggested = () => [...document.querySelectorAll<HTMLOptionElement>('datalist option')].map(({ value }) => value);
  await waitFor(() => expect(suggested()).toEqual(['claude-opus-5-5', 'claude-next']));
  await user.selectOptions(field('Provider'), 'OpenAI');
  expect(suggested()).toEqual(['gpt-6']);
  expect(field('Model').getAttribute('list')).toBe(document.querySelector('datalist')!.id);
});

test('a price is replaced: the model stays', async () => {
  const { user, sent } = open({ [`PUT ${PATH}`]: '' });
  await user.click(await button('Change the price of gpt-6 (OpenAI)'));
  expect(within(screen.getByRole('dialog')).queryByLabelText('Model')).toBeNull();
  expect(field('Input read from the cache').value).toBe('0.5');
  await user.clear(field('Output, with thinking'));
  await user.type(field('Output, with thinking'), '25');
  await user.click(await button('Save'));
  await lastSent(sent, [`PUT ${PATH}`, { ...GPT, price: { ...GPT.price, output: 25_000_000 } }]);
  await closed();
});

test('what the server refuses is said, and the form stays', async () => {
  const { user } = open({ [`PUT ${PATH}`]: problem(409, 'too_many_prices', 'There are 1000 prices already.') });
  await user.click(await button('Change the price of gpt-6 (OpenAI)'));
  await user.click(await button('Save'));
  expect((await screen.findByRole('alert')).textContent).toContain('There are 1000 prices already.');
});

test('before a price is deleted, it is said which one counts then', async () => {
  const asked: string[] = [];
  const { user } = open({});
  const answer = server({ [`GET ${PATH}`]: [LOCAL], 'GET /models': list });
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    if (init?.method === 'DELETE') asked.push(url);
    return answer(url, init);
  });
  await user.click(await button('Delete the price of * (OpenAI-compatible server)'));
  expect(screen.getByRole('dialog').textContent).toContain('What the vendor’s list says counts again.');
  await user.click(await button('Delete'));
  await closed();
  expect(asked).toEqual([`/api/v1${PATH}?provider=openai-compatible&model=*`]);
});

test('models of everybody without a known price are named', async () => {
  const own = source({ owner: 'person', connection: 'own', models: [facts('mine')] });
  open({ sources: [demo, own, source({ models: [opus, facts('a'), facts('b')] }), source({ connection: 'x', models: [facts('b')] })] });
  expect(await screen.findByText('Without a known price: a, b.')).toBeTruthy();
});

test('of many models without a known price the first are named', async () => {
  open({ sources: [source({ models: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => facts(id)) })] });
  expect(await screen.findByText('Without a known price: a, b, c, d, e and 2 more.')).toBeTruthy();
});
