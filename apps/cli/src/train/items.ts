import type { Item } from "@earshot/datasets";

/** An item with something to learn from it. */
export type Labelled<T = unknown> = Item<T> & { label: string };
