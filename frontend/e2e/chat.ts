import type { Page } from 'playwright-core';
import { expectAccessible, messageField, saveScreenshot, status } from './browser';

/** A chat as the person finds it on the page. */
export class Chat {
  page!: Page;

  timeline = () => this.page.getByRole('log');
  button = (name: string | RegExp, exact = false) => this.page.getByRole('button', { name, exact });
  card = (name: string | RegExp) => this.page.getByRole('group', { name });

  status = (text: string | RegExp) => status(this.page, text);
  shows = (text: string | RegExp) => this.timeline().getByText(text).last().waitFor();

  async say(text: string) {
    await messageField(this.page).fill(text);
    await messageField(this.page).press('Enter');
  }

  /** Chooses from the menu of a message. */
  async choose(message: string, action: string) {
    const text = this.timeline().getByText(message, { exact: true }).last();
    await text.hover();
    await text.locator('xpath=ancestor::div[2]').getByRole('button', { name: 'Message actions' }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** Saves and checks the page in both themes, wide and narrow. */
  async saveScreenshots(name: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      for (const width of [1440, 360]) {
        await this.page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
        await expectAccessible(this.page);
        await saveScreenshot(this.page, `${name}-${colorScheme}-${width}`);
      }
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize({ width: 1440, height: 900 });
  }
}
