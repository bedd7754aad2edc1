import { fireEvent } from '@testing-library/react';
import { expect, test } from 'vitest';
import { refuseDroppedFiles } from './fileDrop';

test('a file that is dropped where nothing takes it does not make the browser leave the page', () => {
  refuseDroppedFiles();
  const files = { types: ['Files'], files: [], dropEffect: 'copy' };
  expect(fireEvent.dragOver(document.body, { dataTransfer: files })).toBe(false);
  expect(files.dropEffect).toBe('none');
  expect(fireEvent.drop(document.body, { dataTransfer: files })).toBe(false);
  expect(fireEvent.drop(document.body, { dataTransfer: { types: ['text/plain'], files: [] } })).toBe(true);
});
