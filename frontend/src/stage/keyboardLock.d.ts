// The Keyboard Lock API, which TypeScript does not know. Only some browsers have it, and only on a secure page.
interface Navigator {
  readonly keyboard?: {
    lock(): Promise<void>;
    unlock(): void;
  };
}
