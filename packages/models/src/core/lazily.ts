/** Something costly that is made when it is first asked for. */
export interface Lazy<T> {
  /** The same one until it is released. */
  get(): Promise<T>;
  /** Frees it, once it is made; the next one who asks gets another. */
  release(): void;
}

/** @param make from what is known when it is asked for */
export function lazily<T extends { dispose(): void }>(make: () => Promise<T>): Lazy<T> {
  let live: Promise<T> | undefined;
  return {
    get() {
      live ??= make();
      return live;
    },
    release() {
      live?.then((made) => made.dispose()).catch(() => {});
      live = undefined;
    },
  };
}
