import { expect, test } from 'vitest';
import type { Item } from '../timeline/types';
import { itemChunks, stepChunks } from './chunks';

const item = (seq: number): Item => ({ kind: 'text', key: `${seq}.0`, text: '', messageId: '' });

test('earlier items that are added leave the later ones in their chunks', () => {
  const later = [120, 149, 150, 290].map(item);
  const earlier = [3, 48, 110].map(item);
  const keys = (items: Item[]) => itemChunks(items).map(([key, chunk]) => [key, chunk.map((one) => one.key)]);
  expect(keys(later)).toEqual([[2, ['120.0', '149.0']], [3, ['150.0']], [5, ['290.0']]]);
  expect(keys([...earlier, ...later])).toEqual([[0, ['3.0', '48.0']], [2, ['110.0', '120.0', '149.0']], [3, ['150.0']], [5, ['290.0']]]);
});

test('steps are in chunks of 25', () => {
  const steps = Array.from({ length: 60 }, (_, nth) => nth);
  expect(stepChunks(steps).map((chunk) => chunk.length)).toEqual([25, 25, 10]);
  expect(stepChunks(steps).flat()).toEqual(steps);
  expect(stepChunks([])).toEqual([]);
});
